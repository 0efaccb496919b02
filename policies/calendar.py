"""Calendar arithmetic on day numbers (days since 1970-01-01), proleptic Gregorian.

The civil-date conversions follow the era method of Howard Hinnant, "chrono-compatible
low-level date algorithms" (2013): 400 years are one era of 146,097 days that begins on 1 March.
"""

from __future__ import annotations

from policies.choices import Period, RoundTo
from policies.kernel import inlined, kernel


@kernel
def day_from_civil(year, month, day):
    """Day number of a civil date."""
    shifted = year - 1 if month <= 2 else year
    era = shifted // 400
    year_of_era = shifted - era * 400
    month_from_march = (month + 9) % 12
    day_of_year = (153 * month_from_march + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146_097 + day_of_era - 719_468


@kernel
def civil_from_day(day):
    """(year, month, day of month) of a day number."""
    shifted = day + 719_468
    era = shifted // 146_097
    day_of_era = shifted - era * 146_097
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day_of_month = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + 3 if month_from_march < 10 else month_from_march - 9
    year = year_of_era + era * 400
    return (year + 1 if month <= 2 else year), month, day_of_month


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
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


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


@inlined
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
