"""When a lot of points becomes usable and when it dies."""

from __future__ import annotations

from policies.calendar import add_period, after_period_end, civil_from_day, day_from_civil, days_in_month
from policies.kernel import kernel
from policies.rules import NEVER_DAY, Expiry


@kernel
def active_day(rule, earned_day):
    """First day on which points earned on a day can be used."""
    return earned_day + rule.pending_days


@kernel
def dead_day(rule, earned_day):
    """First day on which points earned on a day can no longer be used; NEVER_DAY if they live for ever."""
    if rule.expiry == Expiry.NEVER:
        return NEVER_DAY
    if rule.expiry == Expiry.LOT:
        return after_period_end(add_period(earned_day, rule.life_period, rule.life_count), rule.life_round)
    return _day_after_next_wipe(rule, earned_day)


@kernel
def _day_after_next_wipe(rule, earned_day):
    """The day after the next fixed date on or after earning, years_after years later."""
    year, _, _ = civil_from_day(earned_day)
    for index in range(rule.wipe_dates):
        if _wipe_day(rule, year, index) >= earned_day:
            return _wipe_day(rule, year + rule.years_after, index) + 1
    return _wipe_day(rule, year + 1 + rule.years_after, 0) + 1


@kernel
def _wipe_day(rule, year, index):
    """Day number of a fixed date in a year; 29 February is the last day of February."""
    month = rule.wipe_month[index]
    return day_from_civil(year, month, min(rule.wipe_day_of_month[index], days_in_month(year, month)))
