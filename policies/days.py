"""Dates as day numbers (days since 1970-01-01), for code that does not need the compiled calendar."""

from __future__ import annotations

from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()


def day_of(moment: date) -> int:
    """Day number of a date."""
    return moment.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """Date of a day number; OverflowError outside the years 1 to 9999."""
    return date.fromordinal(int(day) + _EPOCH)
