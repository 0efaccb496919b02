"""What is taken where nobody says otherwise. Imports nothing, so that the command line can name it at once."""

from __future__ import annotations

DRAWS = 100
"""Sets of parameters."""

DRAWS_LEAST = 10

FITTED_ON = 2_357
"""Customers that base parameters are thought to be fitted on: those of the CDNOW sample."""

DRAW_MEMBERS = 5_000
"""Members on the first day of each draw."""

BREAK_EVEN_MEMBERS = 20_000
"""Members on the first day at every size of an effect."""

USUAL_KPI = "contribution"
"""The key figure of a question that names none: what is left after all costs."""

LIFT_MEMBERS = 10_000
"""Members on the first day of the five years."""
