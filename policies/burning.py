"""Points as money inside an order: how many are allowed, what they are worth."""

from __future__ import annotations

from policies.arithmetic import share_of
from policies.kernel import kernel
from policies.rules import BASIS, NO_LIMIT


@kernel
def points_value_cents(rule, points):
    """Worth of points as cash, minor units, rounded down."""
    # In two parts: the product of all points with the value might not fit into 64 bits.
    return points // BASIS * rule.point_value_bp + points % BASIS * rule.point_value_bp // BASIS


@kernel
def order_cap_cents(rule, discounted_cents):
    """Largest amount of an order that points may pay, minor units."""
    cap = share_of(discounted_cents, rule.cash_share_bp)
    if rule.cash_per_order_cents != NO_LIMIT:
        cap = min(cap, rule.cash_per_order_cents)
    return cap


@kernel
def points_by_cap(rule, discounted_cents):
    """Most points an order may use by its caps alone, whatever the balance."""
    return order_cap_cents(rule, discounted_cents) * BASIS // rule.point_value_bp


@kernel
def balance_in_steps(rule, active_points):
    """Points the balance alone would allow, in whole steps: what a member expects to be able to use."""
    if rule.cash == 0 or active_points < rule.cash_minimum_points:
        return 0
    return active_points // rule.cash_step_points * rule.cash_step_points


@kernel
def redeemable_points(rule, active_points, discounted_cents):
    """Most points an order may use: a multiple of the step within balance and caps, at least the minimum, or 0."""
    balance = balance_in_steps(rule, active_points)
    if balance == 0:
        return 0
    allowed = min(balance, points_by_cap(rule, discounted_cents)) // rule.cash_step_points * rule.cash_step_points
    return allowed if allowed >= rule.cash_minimum_points else 0
