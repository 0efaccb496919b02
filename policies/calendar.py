"""Calendar arithmetic on day numbers (days since 1970-01-01), proleptic Gregorian.

Years are counted from 1 March, so that a leap day is a year's last day (Howard Hinnant, "chrono-compatible low-level
date algorithms", 2013). Where a range allows it, a multiplication and a shift stand for a division (Neri and Schneider,
"Euclidean affine functions and their application to calendar algorithms", 2023): every order asks for dates, and
machines divide slowly, the more so if they are to round down below zero as well.
"""

from __future__ import annotations

from policies.choices import Period, RoundTo
from policies.kernel import kernel

_EPOCH = 719_468
"""Days from 1 March of year 0 to 1970-01-01."""

_DAYS_400_YEARS = 146_097


@kernel
def day_from_civil(year, month, day):
    """Day number of a civil date."""
    early = month <= 2
    year_from_march = year - 1 if early else year
    century = year_from_march // 100
    leap_days = (year_from_march >> 2) - century + (century >> 2)
    return 365 * year_from_march + leap_days + _days_before(month + 9 if early else month - 3) + day - 1 - _EPOCH


@kernel
def civil_from_day(day):
    """(year, month, day of month) of a day number."""
    quarter_days = 4 * (day + _EPOCH) + 3
    century = quarter_days // _DAYS_400_YEARS
    # The same for the day within its century, in which every fourth year has 366 days.
    quarter_days = (quarter_days - century * _DAYS_400_YEARS) | 3
    year_of_century = (quarter_days * 183_735) >> 28  # quarter_days // 1461
    day_of_year = (quarter_days - year_of_century * 1_461) >> 2
    month_from_march = (535 * day_of_year + 331) >> 14  # (5 * day_of_year + 2) // 153
    day_of_month = day_of_year - _days_before(month_from_march) + 1
    year = 100 * century + year_of_century
    if month_from_march < 10:
        return year, month_from_march + 3, day_of_month
    return year + 1, month_from_march - 9, day_of_month


@kernel
def _days_before(month_from_march):
    """Days of a year from 1 March before a month, which is counted from 0 for March."""
    return (979 * month_from_march + 15) >> 5


@kernel
def year_of(day):
    """Calendar year of a day number."""
    return civil_from_day(day)[0]


@kernel
def year_start(year):
    """Day number of 1 January."""
    return day_from_civil(year, 1, 1)


@kernel
def days_in_month(year, month):
    """28 to 31."""
    if month == 2:
        leap = year & 3 == 0 and (year % 100 != 0 or year & 15 == 0)
        return 29 if leap else 28
    # 31 for odd months to July and even ones from August.
    return 30 + ((month + (month >> 3)) & 1)


@kernel
def add_months(day, months):
    """The same day of the month so many months later, clamped to the month's last day."""
    year, month, day_of_month = civil_from_day(day)
    index = year * 12 + (month - 1) + months
    year, month = index // 12, index % 12 + 1
    return day_from_civil(year, month, min(day_of_month, days_in_month(year, month)))


@kernel
def add_period(day, period, count):
    """A day number later by days or by calendar months (clamped)."""
    if period == Period.DAYS:
        return day + count
    return add_months(day, count)


@kernel
def after_period_end(day, round_to):
    """First day after the calendar month, quarter or year that holds `day`; `day` itself for NONE."""
    if round_to == RoundTo.NONE:
        return day
    year, month, _ = civil_from_day(day)
    if round_to == RoundTo.MONTH:
        last = month
    elif round_to == RoundTo.QUARTER:
        last = (month + 2) // 3 * 3
    else:
        last = 12
    return day_from_civil(year, last, days_in_month(year, last)) + 1


@kernel
def month_index(day):
    """Months since January of year 0: consecutive integers for consecutive calendar months."""
    year, month, _ = civil_from_day(day)
    return year * 12 + month - 1
