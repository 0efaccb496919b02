"""Scenarios: the file, its checks, and the market as arrays."""
