"""Measurements: how fast the engines and the store are, what memory they need, and what plainer programs take."""
