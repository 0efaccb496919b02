"""Why an order cannot be booked as it is: its lines, its coupons, the points and the stored value it asks for."""

from __future__ import annotations

from ledger.events import COUPONS_AN_ORDER
from ledger.gift_books import place_of_coupon
from ledger.held_orders import place_of_order, prepare_order, same_before
from ledger.journal import NONE
from ledger.status import Status
from policies.burning import points_by_cap, points_pay_cents
from policies.earning import LARGEST_ORDER_CENTS, largest_order_cents
from policies.kernel import kernel
from policies.pricing import discount_bp, discounted_cents, has_bit
from policies.rules import NAMES_MOST


@kernel
def order_refusal(rule, member, event, lines):
    """Why an order cannot be booked, or OK; then it stands prepared in the first free entry."""
    head = member.head
    if event.list_cents < 0 or event.redeem_points < 0 or event.stored_cents < 0:
        return Status.AMOUNT_NEGATIVE
    refusal = _lines_refusal(event, lines)
    if refusal != Status.OK:
        return refusal
    if event.channel < 0 or event.channel >= NAMES_MOST:
        return Status.CHANNEL_UNKNOWN
    if event.list_cents > largest_order_cents(rule, head.tier, head.plan):
        return Status.AMOUNT_TOO_LARGE
    if event.order != NONE and place_of_order(member, event.order, event.day) >= 0:
        return Status.ORDER_ALREADY_POSTED
    refusal = _coupons_refusal(rule, member, event, lines)
    if refusal != Status.OK:
        return refusal
    due = prepare_order(rule, member, event, lines).due_cents
    return _payment_refusal(rule, head, event, due)


@kernel
def _lines_refusal(event, lines):
    """Lines are amounts that add up to the order, each of a category that can be."""
    total = 0
    for place in range(event.first_line, event.first_line + event.lines):
        if lines[place].list_cents < 0 or lines[place].cost_cents < 0:
            return Status.AMOUNT_NEGATIVE
    for place in range(event.first_line, event.first_line + event.lines):
        if lines[place].list_cents > event.list_cents - total:
            return Status.LINES_DO_NOT_ADD_UP
        total += lines[place].list_cents
    if event.lines > 0 and total != event.list_cents:
        return Status.LINES_DO_NOT_ADD_UP
    for place in range(event.first_line, event.first_line + event.lines):
        if lines[place].category < 0 or lines[place].category >= NAMES_MOST:
            return Status.CATEGORY_UNKNOWN
    for place in range(event.first_line, event.first_line + event.lines):
        if lines[place].cost_cents > LARGEST_ORDER_CENTS:
            return Status.AMOUNT_TOO_LARGE
    return Status.OK


@kernel
def _coupons_refusal(rule, member, event, lines):
    """Each coupon is held, they go together, and the order is large enough for each."""
    used = 0
    alone = False
    for slot in range(COUPONS_AN_ORDER):
        code = event.coupons[slot]
        if code == 0:
            continue
        if code < 0 or code > rule.coupons or place_of_coupon(member, code, same_before(event, slot)) < 0:
            return Status.COUPON_NOT_HELD
        used += 1
        alone = alone or rule.coupon_stacks[code - 1] == 0
    if used > 1 and alone:
        return Status.COUPONS_DO_NOT_STACK
    for slot in range(COUPONS_AN_ORDER):
        code = event.coupons[slot]
        if code > 0 and _spend_for(rule, member.head, event, lines, code) < rule.coupon_minimum_cents[code - 1]:
            return Status.COUPON_BELOW_MINIMUM_SPEND
    return Status.OK


@kernel
def _spend_for(rule, head, event, lines, code):
    """What an order comes to, after the discount, in the categories of a coupon."""
    off_bp = discount_bp(rule, head.tier, head.plan)
    bits = rule.coupon_categories[code - 1]
    if event.lines == 0:
        return discounted_cents(event.list_cents, off_bp) if has_bit(bits, 0) else 0
    total = 0
    for place in range(event.first_line, event.first_line + event.lines):
        if has_bit(bits, lines[place].category):
            total += discounted_cents(lines[place].list_cents, off_bp)
    return total


@kernel
def _payment_refusal(rule, head, event, due):
    """Why points or stored value cannot pay what the order asks of them, or OK."""
    paid = 0
    if event.redeem_points > 0:
        refusal = _points_refusal(rule, head, event.redeem_points, due)
        if refusal != Status.OK:
            return refusal
        paid = points_pay_cents(rule, event.redeem_points, due)
    if event.stored_cents > 0:
        if rule.stored == 0:
            return Status.STORED_VALUE_NOT_OFFERED
        if event.stored_cents > head.principal_cents + head.bonus_cents:
            return Status.STORED_VALUE_EXCEEDS_BALANCE
        if event.stored_cents > due - paid:
            return Status.STORED_VALUE_EXCEEDS_ORDER
    return Status.OK


@kernel
def _points_refusal(rule, head, points, due):
    """Why points cannot be used as money in an order of that amount, or OK."""
    if rule.cash == 0:
        return Status.REDEEM_NOT_OFFERED
    if head.debt_points > 0:
        return Status.REDEEM_BLOCKED_BY_DEBT
    if points > head.active_points:
        return Status.REDEEM_EXCEEDS_ACTIVE_POINTS
    if points < rule.cash_minimum_points:
        return Status.REDEEM_BELOW_MINIMUM
    if points % rule.cash_step_points != 0:
        return Status.REDEEM_NOT_IN_STEPS
    return Status.REDEEM_EXCEEDS_ORDER_CAP if points > points_by_cap(rule, due) else Status.OK
