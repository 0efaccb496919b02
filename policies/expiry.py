"""When a lot of points becomes usable and when it dies."""

from __future__ import annotations

from policies.calendar import add_period, after_period_end, civil_from_day, day_from_civil, days_in_month
from policies.choices import Expiry, LifeFrom
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def active_day(rule, earned_day):
    """First day on which points of an order can be used; NEVER_DAY while they wait for its delivery."""
    if rule.until_delivered == 1:
        return NEVER_DAY
    return earned_day + rule.pending_days


@kernel
def dead_day(rule, earned_day, active_day):
    """First day on which points can no longer be used; NEVER_DAY if they live for ever, or until they are active."""
    if rule.expiry == Expiry.LOT or rule.expiry == Expiry.LOT_AND_INACTIVITY:
        begin = active_day if rule.life_from == LifeFrom.ACTIVATION else earned_day
        if begin == NEVER_DAY:
            return NEVER_DAY
        return after_period_end(add_period(begin, rule.life_period, rule.life_count), rule.life_round)
    if rule.expiry == Expiry.FIXED_DATES:
        return _day_after_next_wipe(rule, earned_day)
    return NEVER_DAY


@kernel
def has_inactivity(rule):
    """Whether points die for want of activity."""
    return rule.expiry == Expiry.INACTIVITY or rule.expiry == Expiry.LOT_AND_INACTIVITY


@kernel
def inactive_day(rule, day):
    """Day on which points die if nothing happens after a day."""
    return add_period(day, rule.inactivity_period, rule.inactivity_count)


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
