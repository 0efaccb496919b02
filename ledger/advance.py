"""The night: everything that falls due by the calendar, in one declared order."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.clocks import find_due_day, next_birthday, next_decay, next_year_end, set_clocks
from ledger.gift_books import expire_coupons, give
from ledger.journal import NONE, has_room, post
from ledger.plan_books import give_benefits, settle_plan
from ledger.point_books import activate_lots, expire_all_lots, expire_lots
from ledger.room import entries, member_has_room
from ledger.status import Status
from ledger.stored_books import expire_bonus
from ledger.switch_books import carry_counters, carry_over
from ledger.tier_books import fall_one_level, pay_month, review_tier, rise_if_earned, rise_to_earned
from ledger.window_books import forget_past_window, uncount_for_tiers
from policies.arithmetic import share_of
from policies.choices import Metric
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import GIFT_BIRTHDAY, GIFT_WIN_BACK, GIFT_YEAR_END, NEVER_DAY

NIGHT_ORDER = (
    "take over what a new version of the policy changes",
    "activate pending points",
    "expire points",
    "expire bonus and coupons",
    "settle plan fees and give the plan's monthly benefits",
    "review tiers",
    "close windows",
    "let growth decay",
    "give birthday, year-end and win-back gifts",
    "pay the monthly cost of the tier",
)
"""What a night does, in this order; the day's events follow by second, then by sequence."""


@kernel
def advance(rules, member, day, journal):
    """Bring a member's books to the morning of a day: everything due on or before it is booked.

    Returns Status.OK, or after a whole number of nights Status.JOURNAL_FULL (empty the journal and call
    again) or Status.MEMBER_FULL (give the member more room and call again). Going back in time changes nothing.
    """
    head = member.head
    while head.due_day <= day:
        if not has_room(journal, entries(head)):
            return Status.JOURNAL_FULL
        if not member_has_room(member, 0):
            return Status.MEMBER_FULL
        _night(rules, member, head.due_day, journal)
    forget_past_window(member, day)
    if day > head.day:
        head.day = day
        head.second = 0
    return Status.OK


@kernel
def _night(rules, member, day, journal):
    """One night, as NIGHT_ORDER says."""
    head = member.head
    rule = rule_on(rules, day)
    when = (day, 0, rule.version)
    if head.version_day <= day:
        carry_counters(rule, member, journal)
        if rule.switch == 1:
            carry_over(rules[head.version], rule, member, journal, when)
        set_clocks(rules, rule, head, day - 1)
    if head.next_active_day <= day:
        activate_lots(member, journal, when)
    expire_lots(rule, member, journal, when)
    if head.inactive_day <= day:
        expire_all_lots(rule, member, journal, when)
    if head.bonus_day <= day:
        expire_bonus(member, journal, when)
    expire_coupons(member, journal, when)
    if head.plan_until_day <= day:
        settle_plan(rule, member, journal, when)
    has_benefits = head.plan_gift_day <= day
    if has_benefits:
        give_benefits(rule, member, journal, when)
    _judge(rule, member, journal, when)
    if has_benefits:
        _rise_by_gifts(rule, member, journal, when)
    if head.decay_day <= day:
        _decay(rule, member, journal, when)
    if min(head.birthday_day, min(head.year_end_day, head.win_back_day)) <= day:
        _give_gifts(rule, member, journal, when)
    if head.month_day <= day:
        pay_month(rule, head, journal, when)
    find_due_day(member)


@kernel
def _judge(rule, member, journal, when):
    """Rises, reviews and falls look at the window as it stood yesterday, so amounts that end today still count."""
    head = member.head
    day = when[0]
    forget_past_window(member, day - 1)
    if head.upgrade_day <= day:
        head.upgrade_day = NEVER_DAY
        rise_to_earned(rule, member, journal, when, day - 1, NONE)
    if head.review_day <= day:
        review_tier(rule, member, journal, when)
    if head.fall_day <= day:
        fall_one_level(rule, member, journal, when)
    forget_past_window(member, day)


@kernel
def _decay(rule, member, journal, when):
    """A share of the growth value is lost."""
    head = member.head
    lost = share_of(head.growth, rule.decay_bp)
    head.growth -= lost
    head.decay_day = next_decay(rule, when[0])
    held, issued = Account.GROWTH_HELD, Account.GROWTH_ISSUED
    post(journal, head, when, Cause.DECAY, Unit.GROWTH, held, issued, lost, NONE, NONE, NONE)
    if lost > 0:
        uncount_for_tiers(member, NEVER_DAY, when[0], lost)


@kernel
def _give_gifts(rule, member, journal, when):
    """Gifts that the calendar brings."""
    head = member.head
    day = when[0]
    if head.birthday_day <= day:
        head.birthday_day = next_birthday(rule, head, day)
        give(rule, member, journal, when, GIFT_BIRTHDAY, NONE)
    if head.year_end_day <= day:
        head.year_end_day = next_year_end(rule, day)
        if head.tier >= rule.year_end_tier:
            give(rule, member, journal, when, GIFT_YEAR_END, NONE)
    if head.win_back_day <= day:
        head.win_back_day = NEVER_DAY
        give(rule, member, journal, when, GIFT_WIN_BACK, NONE)
    _rise_by_gifts(rule, member, journal, when)


@kernel
def _rise_by_gifts(rule, member, journal, when):
    """Growth may be among the gifts."""
    if rule.metric == Metric.GROWTH:
        rise_if_earned(rule, member, journal, when, NONE)
