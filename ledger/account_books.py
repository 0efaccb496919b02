"""The account as a whole: opened and closed."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.activity_books import post_referred
from ledger.gift_books import end_coupon, give
from ledger.journal import NONE, post
from ledger.lots import drop_empty_lots
from ledger.plan_books import end_plan
from ledger.point_books import take_lot
from ledger.stored_books import close_stored
from ledger.tier_books import enter_lowest_tier, rise_if_earned
from ledger.window_books import empty_window
from policies.kernel import kernel
from policies.rules import GIFT_JOIN, NEVER_DAY


@kernel
def open_account(rule, member, event, journal, when):
    """Somebody becomes a member: the seat, the gifts of joining, the points for having been referred."""
    head = member.head
    head.joined_day = when[0]
    head.birth_month = event.birth_month
    head.birth_day = event.birth_day
    head.referred = event.referred
    enter_lowest_tier(rule, head, journal, when)
    give(rule, member, journal, when, GIFT_JOIN, NONE)
    if event.referred == 1:
        post_referred(rule, member, journal, when)
    rise_if_earned(rule, member, journal, when, NONE)


@kernel
def close_account(rule, member, journal, when):
    """The member leaves: everything held ends, money that was paid for stored value goes back."""
    head = member.head
    if head.plan > 0:
        end_plan(rule, member, journal, when)
    while head.coupons > 0:
        back = Account.COUPONS_TAKEN_BACK
        end_coupon(member, journal, when, 0, Cause.COUPON_TAKE_BACK, back, member.coupons[0].order)
    close_stored(rule, member, journal, when)
    for index in range(head.lots):
        take_lot(rule, member, journal, when, member.lots[index], Cause.CANCEL, Account.POINTS_CANCELLED)
    drop_empty_lots(member)
    cancelled, debt = Account.POINTS_CANCELLED, Account.POINTS_DEBT
    post(journal, head, when, Cause.CANCEL, Unit.POINTS, cancelled, debt, head.debt_points, NONE, NONE, NONE)
    head.cancelled_points -= head.debt_points
    head.debt_points = 0
    seat = Account.TIER_FIRST + head.tier
    post(journal, head, when, Cause.LEAVE, Unit.TIER, seat, Account.OUTSIDE, 1, NONE, NONE, NONE)
    empty_window(member)
    head.closed_day = when[0]
    _stop_clocks(head)


@kernel
def _stop_clocks(head):
    """Nothing falls due any more."""
    head.review_day = NEVER_DAY
    head.grace_from_day = NEVER_DAY
    head.upgrade_day = NEVER_DAY
    head.fall_day = NEVER_DAY
    head.month_day = NEVER_DAY
    head.decay_day = NEVER_DAY
    head.birthday_day = NEVER_DAY
    head.year_end_day = NEVER_DAY
    head.win_back_day = NEVER_DAY
    head.inactive_day = NEVER_DAY
    head.next_active_day = NEVER_DAY
    head.version_day = NEVER_DAY
