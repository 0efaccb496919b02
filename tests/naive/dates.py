"""Dates, lengths of time and fractions, the long way round."""

from __future__ import annotations

import calendar
import math
from datetime import date, timedelta
from fractions import Fraction

from policies.choices import Per, Period, Rounding, RoundTo

EPOCH = date(1970, 1, 1)
BP = 10_000


def number_of(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(number: int) -> date | None:
    """The way back; None for a day that does not come."""
    return None if number > 3_000_000 else EPOCH + timedelta(days=number)


def far(day: date | None) -> date:
    """For sorting: never comes last."""
    return day or date.max


def months_later(day: date, months: int) -> date:
    """Same day of the month, or the month's last."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return in_year(year, month, day.day)


def in_year(year: int, month: int, day: int) -> date:
    """A day of a year, or the month's last."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def later(day: date, length: tuple) -> date:
    """A day so much later."""
    count, unit = length
    return day + timedelta(days=count) if unit == Period.DAYS else months_later(day, count)


def next_month(day: date) -> date:
    """First day of the next month."""
    return months_later(day.replace(day=1), 1)


def first_after(end: date, to: RoundTo) -> date:
    """The day itself, or the first day of the period after the one it lies in: walk there."""
    if to == RoundTo.NONE:
        return end
    starts = {RoundTo.MONTH: range(1, 13), RoundTo.QUARTER: (1, 4, 7, 10), RoundTo.YEAR: (1,)}[to]
    end += timedelta(days=1)
    while not (end.day == 1 and end.month in starts):
        end += timedelta(days=1)
    return end


def anniversary(joined: date, after: date) -> date:
    """The next day after ``after`` that is a whole number of years after joining."""
    years = 1
    while months_later(joined, 12 * years) <= after:
        years += 1
    return months_later(joined, 12 * years)


def period_of(per: Per, day: date) -> object:
    """The day, week, month or year that a limit counts in."""
    if per == Per.WEEK:
        return day - timedelta(days=day.weekday())
    return {Per.DAY: day, Per.MONTH: (day.year, day.month), Per.YEAR: day.year, Per.EVER: "ever"}[per]


def share(amount: int, rate_bp: int) -> int:
    """A share of an amount, rounded down."""
    return math.floor(Fraction(amount * rate_bp, BP))


def part_of(amount: int, numerator: int, denominator: int) -> int:
    """``amount * numerator / denominator`` rounded down; nothing of nothing."""
    return math.floor(Fraction(amount * numerator, denominator)) if denominator else 0


def rounded(exact: Fraction, how: Rounding) -> int:
    """A fraction as an integer."""
    if how == Rounding.FLOOR:
        return math.floor(exact)
    if how == Rounding.CEIL:
        return math.ceil(exact)
    return math.floor(exact + Fraction(1, 2))
