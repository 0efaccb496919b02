"""Measurements: how fast the two engines are, and what memory they need."""
