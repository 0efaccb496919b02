"""Points as money inside an order: how many are allowed, what they are worth."""

from __future__ import annotations

from policies.arithmetic import share_of
from policies.kernel import kernel
from policies.pricing import worth_cents
from policies.rules import BASIS, NO_LIMIT


@kernel
def boosted(rule, due):
    """True if the order is large enough for points to count more."""
    return rule.boost_from_cents != NO_LIMIT and due >= rule.boost_from_cents


@kernel
def points_value_cents(rule, points):
    """Worth of points as cash, minor units, rounded down."""
    return worth_cents(points, rule.point_value_bp)


@kernel
def points_pay_cents(rule, points, due):
    """What points pay in an order of that amount, minor units, rounded down."""
    if not boosted(rule, due):
        return points_value_cents(rule, points)
    # Basis points of a basis point: whole points times both factors would not fit into 64 bits.
    value = rule.point_value_bp * rule.boost_factor_bp
    return points // BASIS * value // BASIS + (points // BASIS * value % BASIS * BASIS + points % BASIS * value) // (
        BASIS * BASIS
    )


@kernel
def order_cap_cents(rule, due):
    """Largest amount of an order that points may pay, minor units."""
    cap = share_of(due, rule.cash_share_bp)
    if rule.cash_per_order_cents != NO_LIMIT:
        cap = min(cap, rule.cash_per_order_cents)
    return cap


@kernel
def points_by_cap(rule, due):
    """Most points an order may use by its caps alone, whatever the balance: the largest whose worth is within them."""
    value = rule.point_value_bp * (rule.boost_factor_bp if boosted(rule, due) else BASIS)
    cap = order_cap_cents(rule, due)
    # The worth is rounded down, so the cap holds until it would be one cent more.
    return _last_below((cap + 1) * BASIS, value)


@kernel
def _last_below(amount_bp, value):
    """Largest count with count x value < amount_bp x BASIS."""
    whole, rest = amount_bp // value, amount_bp % value
    return whole * BASIS + (rest * BASIS - 1) // value


@kernel
def balance_in_steps(rule, active_points):
    """Points the balance alone would allow, in whole steps: what a member expects to be able to use."""
    if rule.cash == 0 or active_points < rule.cash_minimum_points:
        return 0
    return active_points // rule.cash_step_points * rule.cash_step_points


@kernel
def redeemable_points(rule, active_points, due):
    """Most points an order may use: a multiple of the step within balance and caps, at least the minimum, or 0."""
    balance = balance_in_steps(rule, active_points)
    if balance == 0:
        return 0
    allowed = min(balance, points_by_cap(rule, due)) // rule.cash_step_points * rule.cash_step_points
    return allowed if allowed >= rule.cash_minimum_points else 0
