"""What members do beside buying: activities with streaks, and referrals."""

from __future__ import annotations

from ledger.accounts import Cause
from ledger.earning_books import cap_parts, credit_parts, use_counter, want_referred_points, within_limit
from ledger.gift_books import give, grow
from ledger.journal import NONE, add_part, no_parts
from ledger.point_books import restart_clock
from ledger.tier_books import rise_if_earned
from ledger.window_books import count_active_day, count_for_tiers
from policies.choices import Metric, Reset, Trigger
from policies.kernel import kernel
from policies.limits import period_number
from policies.rules import GIFT_EARN, REFERRAL_ACTIVITY, STREAKS_MOST


@kernel
def post_activity(rule, member, journal, when, activity):
    """An activity: points within limits and caps, gifts, growth."""
    restart_clock(rule, member.head, when[0], Reset.ACTIVITY)
    completed = _count_streak(member, when[0], activity)
    no_parts(journal)
    given = 0
    for row in range(rule.earn_rows):
        meant = rule.earn_trigger[row] == Trigger.ACTIVITY and rule.earn_activity[row] == activity
        if meant and _within(rule, member, row, when[0]):
            points = rule.earn_points[row] + _streak_points(rule, row, completed)
            add_part(journal, Cause.EARN_ACTIVITY, row, points, 1)
            given |= 1 << row
    _credit(rule, member, journal, when, given)
    grow(rule, member, journal, when, rule.growth_activity[activity], NONE, activity)
    count_active_day(rule, member, when)
    rise_if_earned(rule, member, journal, when, NONE)


@kernel
def post_referral(rule, member, journal, when):
    """Somebody whom the member has referred has done what earns."""
    restart_clock(rule, member.head, when[0], Reset.ACTIVITY)
    no_parts(journal)
    given = 0
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] == Trigger.REFERRAL and _within(rule, member, row, when[0]):
            add_part(journal, Cause.EARN_REFERRAL, row, rule.earn_points[row], 1)
            given |= 1 << row
    _credit(rule, member, journal, when, given)
    grow(rule, member, journal, when, rule.growth_activity[REFERRAL_ACTIVITY], NONE, REFERRAL_ACTIVITY)
    rise_if_earned(rule, member, journal, when, NONE)


@kernel
def post_referred(rule, member, journal, when):
    """At joining: points and gifts for having been referred, where they do not wait for the first order."""
    no_parts(journal)
    want_referred_points(rule, journal, 1)
    given = 0
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] == Trigger.REFERRAL and rule.earn_at_join[row] == 1:
            given |= 1 << row
    _credit(rule, member, journal, when, given)


@kernel
def _within(rule, member, row, day):
    """Whether a row still has room in its period; if so, this use is counted."""
    if not within_limit(member, row, rule.earn_limit[row], rule.earn_limit_per[row], day):
        return False
    use_counter(member, row, period_number(rule.earn_limit_per[row], day), 1)
    return True


@kernel
def _credit(rule, member, journal, when, given):
    """Caps, credits, then the gifts of the rows (bits) that counted."""
    cap_parts(rule, member, journal, when, NONE, False)
    _, points = credit_parts(rule, member, journal, when, NONE)
    if rule.metric == Metric.POINTS_EARNED:
        count_for_tiers(rule, member, when, points)
    for row in range(rule.earn_rows):
        if (given >> row) & 1 == 1:
            give(rule, member, journal, when, GIFT_EARN + row, NONE)


@kernel
def _count_streak(member, day, activity):
    """Length of the streak that is complete today for the first time, 0 if the activity was seen today already."""
    streak = member.streaks[activity]
    if streak.day == day:
        return 0
    streak.length = streak.length + 1 if streak.day == day - 1 else 1
    streak.day = day
    return streak.length


@kernel
def _streak_points(rule, row, completed):
    """Points for a streak of so many days."""
    for place in range(STREAKS_MOST):
        if rule.streak_days[row][place] == completed and completed > 0:
            return rule.streak_points[row][place]
    return 0
