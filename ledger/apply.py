"""The state transition: one event of one member. Production, simulation and replay all call this function."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.advance import find_due_day
from ledger.events import Kind
from ledger.journal import NONE, has_room, post
from ledger.lots import add_lot, spend_lots
from ledger.plan_books import start_plan
from ledger.status import Status
from ledger.tier_books import count_for_tiers, enter_lowest_tier, upgrade_at_once
from policies.arithmetic import share_of
from policies.burning import balance_in_steps, points_by_cap, points_value_cents, redeemable_points
from policies.earning import (
    discount_bp,
    earning_base,
    growth_earned,
    largest_order_cents,
    points_earned,
    qualifying_amount,
    rule_on,
)
from policies.expiry import active_day, dead_day
from policies.kernel import big_kernel, kernel
from policies.rules import NEVER_DAY


@big_kernel
def apply(rules, member, event, journal):
    """Post one event to a member whose books stand at the event's day.

    The caller has run ``advance`` to that day. Returns a Status: OK, MEMBER_FULL or JOURNAL_FULL
    (make room and call again), NIGHT_MISSING (advance first), or a refusal. Whatever is not OK has changed nothing.
    """
    head = member.head
    if not has_room(journal, head.lots):
        return Status.JOURNAL_FULL
    if head.lots == member.lots.size or head.windows == member.window.size:
        return Status.MEMBER_FULL
    if head.due_day <= event.day or (head.windows > 0 and member.window[0].until_day <= event.day):
        return Status.NIGHT_MISSING
    rule = rule_on(rules, event.day)
    refusal = _refusal(rule, head, event)
    if refusal != Status.OK:
        return refusal
    when = (event.day, event.second, rule.version)
    if event.kind == Kind.JOIN:
        head.joined_day = event.day
        enter_lowest_tier(head, journal, when)
    elif event.kind == Kind.PURCHASE:
        _purchase(rule, member, event, journal, when)
    elif event.kind == Kind.PLAN_START:
        start_plan(rule, head, journal, when, event.plan, event.order)
    elif event.kind == Kind.PLAN_CANCEL:
        head.plan_renews = 0
    else:
        head.plan_renews = 1
    head.day = event.day
    head.second = event.second
    find_due_day(member)
    return Status.OK


@kernel
def _refusal(rule, head, event):
    """Why the event cannot be posted, or OK."""
    joined = head.joined_day < NEVER_DAY
    if event.kind == Kind.JOIN:
        return Status.ALREADY_A_MEMBER if joined else Status.OK
    if not joined:
        return Status.NOT_A_MEMBER
    if event.day < head.day or (event.day == head.day and event.second < head.second):
        return Status.EVENT_OUT_OF_ORDER
    if event.kind == Kind.PURCHASE:
        return _purchase_refusal(rule, head, event)
    if event.kind == Kind.PLAN_START:
        if event.plan < 1 or event.plan > rule.plans:
            return Status.PLAN_UNKNOWN
        return Status.PLAN_ALREADY_HELD if head.plan > 0 else Status.OK
    if event.kind == Kind.PLAN_CANCEL or event.kind == Kind.PLAN_RENEW:
        return Status.OK if head.plan > 0 else Status.PLAN_NOT_HELD
    return Status.EVENT_UNKNOWN


@kernel
def _purchase_refusal(rule, head, event):
    """Why an order cannot be posted as it is, or OK."""
    if event.list_cents < 0 or event.redeem_points < 0:
        return Status.AMOUNT_NEGATIVE
    if event.list_cents > largest_order_cents(rule, head.tier, head.plan):
        return Status.AMOUNT_TOO_LARGE
    if event.redeem_points == 0:
        return Status.OK
    if rule.cash == 0:
        return Status.REDEEM_NOT_OFFERED
    if event.redeem_points > head.active_points:
        return Status.REDEEM_EXCEEDS_ACTIVE_POINTS
    if event.redeem_points < rule.cash_minimum_points:
        return Status.REDEEM_BELOW_MINIMUM
    if event.redeem_points % rule.cash_step_points != 0:
        return Status.REDEEM_NOT_IN_STEPS
    discounted = discounted_cents(rule, head, event.list_cents)
    if event.redeem_points > points_by_cap(rule, discounted):
        return Status.REDEEM_EXCEEDS_ORDER_CAP
    return Status.OK


@kernel
def _purchase(rule, member, event, journal, when):
    """List price, discount, points as cash, cash; then points and growth; then the tier."""
    head = member.head
    order = event.order
    discounted = discounted_cents(rule, head, event.list_cents)
    by_points = points_value_cents(rule, event.redeem_points)
    cash = discounted - by_points
    _sale(head, journal, when, Cause.SALE_CASH, Account.CASH, cash, order)
    _sale(head, journal, when, Cause.SALE_DISCOUNT, Account.DISCOUNTS, event.list_cents - discounted, order)
    _sale(head, journal, when, Cause.SALE_POINTS, Account.POINTS_TENDER, by_points, order)
    if event.redeem_points > 0:
        spend_lots(member, journal, when, event.redeem_points, order)

    base = earning_base(rule, event.list_cents, discounted, cash)
    points = points_earned(rule, head.tier, head.plan, base)
    active = active_day(rule, when[0])
    add_lot(member, journal, when, points, active, dead_day(rule, when[0]), order)

    growth = growth_earned(rule, discounted)
    head.growth += growth
    post(journal, head, when, Cause.GROW, Unit.GROWTH, Account.GROWTH_ISSUED, Account.GROWTH_HELD, growth, NONE, order)
    head.orders += 1
    count_for_tiers(rule, member, when, qualifying_amount(rule, discounted, growth))
    # The order itself was priced and rewarded at the old tier: the new one starts with the next order.
    upgrade_at_once(rule, member, journal, when, order)


@kernel
def _sale(head, journal, when, cause, debit, amount, order):
    """One means of payment of a sale at list price."""
    post(journal, head, when, cause, Unit.MONEY, debit, Account.SALES, amount, NONE, order)


@kernel
def discounted_cents(rule, head, list_cents):
    """Price of an order for this member after tier or plan discount, minor units."""
    return list_cents - share_of(list_cents, discount_bp(rule, head.tier, head.plan))


@kernel
def cut_by_cap(rule, member, list_cents, redeem_points):
    """True if these points are all that the order allows, although the balance alone would allow more."""
    return quote(rule, member, list_cents) == redeem_points < balance_in_steps(rule, member.head.active_points)


@kernel
def quote(rule, member, list_cents):
    """Most points this member may use for an order of that list price, once the books stand at the day of the rule."""
    return redeemable_points(rule, member.head.active_points, discounted_cents(rule, member.head, list_cents))
