"""Which tier an amount earns, how long it is kept, and where a member lands who misses it."""

from __future__ import annotations

from policies.calendar import add_months, civil_from_day, day_from_civil, days_in_month, year_of, year_start
from policies.choices import Downgrade, Upgrade, Validity, Window
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def threshold(rule, best, level):
    """Qualifying amount that reaches a tier; who has held it before may come back more easily."""
    return rule.re_enter[level] if level <= best else rule.enter[level]


@kernel
def level_earned(rule, best, qualifying):
    """Highest level whose threshold is met (at >=); levels by invitation are not earned."""
    level = 0
    for each in range(1, rule.levels):
        if qualifying >= threshold(rule, best, each) and rule.invite_only[each] == 0:
            level = each
    return level


@kernel
def next_threshold(rule, best, level):
    """Lowest threshold of a level above `level` that can be earned; out of reach if there is none."""
    lowest = NEVER_DAY
    for each in range(level + 1, rule.levels):
        if rule.invite_only[each] == 0:
            lowest = min(lowest, threshold(rule, best, each))
    return lowest


@kernel
def level_after_miss(rule, best, level, qualifying):
    """The level a member falls to who has missed the keep threshold."""
    if rule.downgrade == Downgrade.NONE:
        return level
    earned = level_earned(rule, best, qualifying)
    if rule.downgrade == Downgrade.ONE_LEVEL:
        return max(earned, level - 1)
    return earned


@kernel
def review_day(rule, joined_day, level, from_day, last_valid_day):
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
    return counts_until(rule, joined_day, from_day)


@kernel
def counts_until(rule, joined_day, day):
    """First day on which an amount of a day no longer counts for tiers; NEVER_DAY for lifetime."""
    if rule.window == Window.CALENDAR_YEAR:
        return year_start(year_of(day) + 1)
    if rule.window == Window.ROLLING_MONTHS:
        return add_months(day, rule.window_count)
    if rule.window == Window.ROLLING_DAYS:
        return day + rule.window_count
    if rule.window == Window.MEMBERSHIP_YEAR:
        return next_anniversary(joined_day, day)
    return NEVER_DAY


@kernel
def next_anniversary(first_day, day):
    """The first anniversary of a day after another day; 29 February is kept on the 28th in common years."""
    _, month, day_of_month = civil_from_day(first_day)
    year = year_of(day)
    anniversary = day_from_civil(year, month, min(day_of_month, days_in_month(year, month)))
    if anniversary > day:
        return anniversary
    return day_from_civil(year + 1, month, min(day_of_month, days_in_month(year + 1, month)))


@kernel
def month_start_after(day):
    """First of the next month."""
    year, month, _ = civil_from_day(day)
    return day_from_civil(year + month // 12, month % 12 + 1, 1)


@kernel
def rise_day(rule, joined_day, day):
    """Night in which a rise is looked at that was earned on a day and does not come at once."""
    if rule.upgrade == Upgrade.DAILY:
        return day + 1
    if rule.upgrade == Upgrade.MONTH_END:
        return month_start_after(day)
    return counts_until(rule, joined_day, day)
