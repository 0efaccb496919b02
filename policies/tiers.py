"""Which tier an amount earns, how long it is kept, and where a member lands who misses it."""

from __future__ import annotations

from policies.calendar import add_months, year_of, year_start
from policies.kernel import kernel
from policies.rules import NEVER_DAY, Downgrade, Validity, Window


@kernel
def level_earned(rule, qualifying):
    """Highest level whose enter threshold is met (at >=)."""
    level = 0
    for each in range(1, rule.levels):
        if qualifying >= rule.enter[each]:
            level = each
    return level


@kernel
def level_after_review(rule, level, qualifying):
    """The level a member has after a review: kept at >= keep, else by the downgrade rule."""
    earned = level_earned(rule, qualifying)
    if earned >= level or qualifying >= rule.keep[level]:
        return max(earned, level)
    downgrade = rule.downgrade
    if downgrade == Downgrade.NONE:
        return level
    if downgrade == Downgrade.ONE_LEVEL:
        return max(earned, level - 1)
    return earned


@kernel
def review_day(rule, level, from_day, last_valid_day):
    """First day on which a tier must be reviewed, NEVER_DAY if that never comes.

    A tier that no downgrade threatens is reviewed too: a later version of the policy may threaten it.

    `from_day` is the day from which months count. `last_valid_day` decides the year that a
    calendar term starts in: on reaching a tier both are the same day; at a review it is the day
    before, so that the year just judged is the year the new term starts in.
    """
    if level == 0:
        return NEVER_DAY
    if rule.validity == Validity.YEAR_END:
        # Without a year to add, the year just judged is over: the new term is the rest of the year now begun.
        return year_start(max(year_of(last_valid_day) + rule.validity_count, year_of(from_day)) + 1)
    if rule.validity == Validity.MONTHS:
        return add_months(from_day, rule.validity_count)
    return _next_window_end(rule, from_day)


@kernel
def _next_window_end(rule, from_day):
    """First day after the qualification window that holds `from_day` has closed."""
    if rule.window == Window.CALENDAR_YEAR:
        return year_start(year_of(from_day) + 1)
    if rule.window == Window.ROLLING_MONTHS:
        return add_months(from_day, rule.window_months)
    return NEVER_DAY


@kernel
def counts_until(rule, day):
    """First day on which an amount of a day no longer counts for tiers; NEVER_DAY for lifetime."""
    if rule.window == Window.CALENDAR_YEAR:
        return year_start(year_of(day) + 1)
    if rule.window == Window.ROLLING_MONTHS:
        return add_months(day, rule.window_months)
    return NEVER_DAY
