"""An order: how it is paid, what it earns, what it counts for. It has been prepared and nothing speaks against it."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.earning_books import (
    cap_parts,
    credit_parts,
    give_for_order,
    want_fixed_points,
    want_order_points,
    want_referred_points,
)
from ledger.events import COUPONS_AN_ORDER
from ledger.gift_books import end_coupon, grow, place_of_coupon
from ledger.held_orders import amounts_left, is_kept, keep_order, remember_points
from ledger.journal import NONE, no_parts, post
from ledger.point_books import restart_clock, spend_lots
from ledger.stored_books import spend_stored
from ledger.tier_books import rise_if_earned
from ledger.window_books import count_active_day, count_for_tiers
from policies.burning import points_pay_cents
from policies.choices import Metric, Reset
from policies.earning import growth_of, qualifying_of
from policies.kernel import kernel
from policies.pricing import bonus_part, discounted_cents
from policies.rules import GIFT_EARN, GIFT_PLAN
from policies.tiers import counts_until


@kernel
def post_order(rule, member, event, journal, when, order):
    """Book a prepared order: money, what it uses, what it earns, growth, costs; then the tier."""
    head = member.head
    rewarded = _count(head, order)
    _settle(rule, head, event, order)
    _post_money(rule, member, journal, when, order)
    _use(rule, member, journal, when, order)
    head.last_order_day = when[0]
    restart_clock(rule, head, when[0], Reset.PURCHASE)

    no_parts(journal)
    referred = rewarded == 1 and head.referred == 1
    want_order_points(rule, member, journal, order)
    want_fixed_points(rule, journal, rewarded)
    if referred:
        want_referred_points(rule, journal, 0)
        head.referred = 0
        order.referred = 1
    cap_parts(rule, member, journal, when, order.order, True)
    earned, other = credit_parts(rule, member, journal, when, order.order)
    order.earned_points = earned
    order.fixed_points = other
    order.fixed_growth = 0
    order.gift_points = 0
    give_for_order(rule, member, journal, when, order, rewarded, referred)

    grow(rule, member, journal, when, growth_of(rule, order.due_cents), order.order, NONE)
    cost = rule.cost_per_order_cents[head.tier]
    costs, payable = Account.BENEFIT_COSTS, Account.PAYABLE
    post(journal, head, when, Cause.BENEFIT_ORDER, Unit.MONEY, costs, payable, cost, NONE, order.order, NONE)

    order.counts_until_day = counts_until(rule, head.joined_day, when[0])
    if order.ordinal > 0:
        order.counted = count_active_day(rule, member, when)
    if rule.metric != Metric.GROWTH and rule.metric != Metric.ACTIVE_DAYS:
        counted = qualifying_of(rule, order, order.due_cents, earned + other, order.ordinal > 0)
        count_for_tiers(rule, member, when, counted)
    number = order.order
    if is_kept(rule, order):
        keep_order(rule, member, order)
    # The order itself was priced and rewarded at the old tier: the new one starts with the next order.
    rise_if_earned(rule, member, journal, when, number)


@kernel
def _count(head, order):
    """Give an order that comes to anything its number; returns that number if it can be rewarded, else 0.

    An order returned whole leaves its number to the next one, but not what it has brought and kept.
    """
    if order.due_cents == 0:
        return 0
    head.orders += 1
    order.ordinal = head.orders
    order.high_before = head.orders_high
    if order.ordinal <= head.orders_high:
        return 0
    head.orders_high = order.ordinal
    return order.ordinal


@kernel
def _settle(rule, head, event, order):
    """Note how the order is paid."""
    order.points = event.redeem_points
    if event.redeem_points > 0:
        order.points_cents = points_pay_cents(rule, event.redeem_points, order.due_cents)
    order.stored_cents = event.stored_cents
    bonus = bonus_part(rule, event.stored_cents, head.principal_cents, head.bonus_cents)
    order.principal_cents = event.stored_cents - bonus


@kernel
def _post_money(rule, member, journal, when, order):
    """The means of payment of a sale at list price, and what the goods cost."""
    head = member.head
    listed, discounted, due, cost = amounts_left(rule, order, member.lines)
    bonus = order.stored_cents - order.principal_cents
    cash = due - order.points_cents - order.stored_cents
    number = order.order
    _sale(head, journal, when, Cause.SALE_CASH, Account.CASH, cash, number)
    _sale(head, journal, when, Cause.SALE_DISCOUNT, Account.DISCOUNTS, listed - discounted, number)
    _sale(head, journal, when, Cause.SALE_COUPON, Account.COUPONS_TENDER, discounted - due, number)
    _sale(head, journal, when, Cause.SALE_POINTS, Account.POINTS_TENDER, order.points_cents, number)
    _sale(head, journal, when, Cause.SALE_PRINCIPAL, Account.PRINCIPAL_TENDER, order.principal_cents, number)
    _sale(head, journal, when, Cause.SALE_BONUS, Account.BONUS_TENDER, bonus, number)
    goods, inventory = Account.COST_OF_GOODS, Account.INVENTORY
    post(journal, head, when, Cause.SALE_COST, Unit.MONEY, goods, inventory, cost, NONE, number, NONE)
    if head.plan > 0:
        _note_plan_benefit(rule, member, order, discounted)


@kernel
def _sale(head, journal, when, cause, debit, amount, order):
    """One means of payment of a sale at list price."""
    post(journal, head, when, cause, Unit.MONEY, debit, Account.SALES, amount, NONE, order, NONE)


@kernel
def _note_plan_benefit(rule, member, order, discounted):
    """What the plan saves the member: its discount beyond that of the tier, and its coupons."""
    head = member.head
    without = 0
    for place in range(order.first_line, order.first_line + order.lines):
        # The seat may be the plan's own gift, so the own tier is what the member would have without it.
        without += discounted_cents(member.lines[place].list_cents, rule.discount_bp[head.own_tier])
    order.plan_benefit_cents = max(0, without - discounted)
    for slot in range(COUPONS_AN_ORDER):
        by_plan = GIFT_PLAN < order.coupon_list[slot] < GIFT_EARN
        if order.coupon[slot] > 0 and by_plan and order.coupon_serial[slot] >= head.plan_first_coupon:
            order.plan_benefit_cents += order.coupon_off_cents[slot]
    head.plan_benefit_cents += order.plan_benefit_cents


@kernel
def _use(rule, member, journal, when, order):
    """Take coupons, points and stored value out of the member's hands."""
    for slot in range(COUPONS_AN_ORDER):
        code = order.coupon[slot]
        if code > 0:
            used = Account.COUPONS_USED
            place = place_of_coupon(member, code, 0)
            end_coupon(member, journal, when, place, Cause.COUPON_USE, used, order.order)
    kept = is_kept(rule, order)
    if order.points > 0:
        if kept:
            remember_points(member, order.points, order.order)
        redeemed = Account.POINTS_REDEEMED
        spend_lots(rule, member, journal, when, order.points, Cause.REDEEM, redeemed, order.order, NONE)
    if order.stored_cents > 0:
        bonus = order.stored_cents - order.principal_cents
        spend_stored(member, journal, when, order.principal_cents, bonus, order.order, kept)
