"""What an order costs and how it is paid: discount, coupons, points as cash, stored value, the rest in money.

All amounts of an order are functions of what is left of its lines, so that a return of any part,
in any number of steps, comes to the same.
"""

from __future__ import annotations

from policies.arithmetic import proportion, share_of
from policies.choices import SpendStored
from policies.kernel import kernel
from policies.rules import BASIS, NO_LIMIT


@kernel
def discount_bp(rule, tier, plan):
    """Discount off the list price: the better one of tier and plan."""
    return max(rule.discount_bp[tier], rule.plan_discount_bp[plan])


@kernel
def discounted_cents(list_cents, off_bp):
    """Price of a line after the discount."""
    return list_cents - share_of(list_cents, off_bp)


@kernel
def due_cents(line, off_bp):
    """What is to be paid for what is left of a line, after discount and coupons."""
    discounted = discounted_cents(line.left_cents, off_bp)
    if line.coupon_cents == 0:
        return discounted
    return discounted - proportion(discounted, line.coupon_cents, discounted_cents(line.list_cents, off_bp))


@kernel
def cost_cents(line):
    """What the goods that are left of a line cost the shop."""
    if line.cost_cents == 0 or line.list_cents == 0:
        return line.cost_cents
    return proportion(line.cost_cents, line.left_cents, line.list_cents)


@kernel
def has_bit(bits, number):
    """Whether a number is in a set."""
    return (bits >> number) & 1 == 1


@kernel
def coupon_off_cents(rule, code, base_cents):
    """What a coupon (by number from 1) takes off the amount that it applies to."""
    place = code - 1
    if rule.coupon_off_bp[place] == 0:
        return min(rule.coupon_off_cents[place], base_cents)
    off = share_of(base_cents, rule.coupon_off_bp[place])
    if rule.coupon_cap_cents[place] != NO_LIMIT:
        off = min(off, rule.coupon_cap_cents[place])
    return off


@kernel
def bonus_part(rule, stored_cents, principal_cents, bonus_cents):
    """The part of a payment by stored value that comes from the bonus, given what is held of both."""
    if stored_cents == 0:
        return 0
    if rule.stored_spend == SpendStored.PRINCIPAL_FIRST:
        return max(0, stored_cents - principal_cents)
    if rule.stored_spend == SpendStored.BONUS_FIRST:
        return min(stored_cents, bonus_cents)
    return proportion(stored_cents, bonus_cents, principal_cents + bonus_cents)


@kernel
def parts_paid(order, due):
    """(points, principal, bonus, cash), minor units: how the amount that is left of an order was paid."""
    points = 0
    stored = 0
    principal = 0
    if order.points_cents > 0:
        points = proportion(due, order.points_cents, order.due_cents)
    if order.stored_cents > 0:
        stored = proportion(due - points, order.stored_cents, order.due_cents - order.points_cents)
        principal = proportion(stored, order.principal_cents, order.stored_cents)
    return points, principal, stored - principal, due - points - stored


@kernel
def points_kept(order, points_cents, anything_left):
    """Points that what is left of an order still uses, given their worth; the rest goes back to the member."""
    if order.points_cents == 0:
        return order.points if anything_left else 0
    return order.points - proportion(order.points, order.points_cents - points_cents, order.points_cents)


@kernel
def worth_cents(points, value_bp):
    """Worth of points at a value in basis points of a minor unit, rounded down."""
    # In two parts: the product of all points with the value might not fit into 64 bits.
    return points // BASIS * value_bp + points % BASIS * value_bp // BASIS
