"""How many points and how much growth an order earns."""

from __future__ import annotations

from policies.arithmetic import divide
from policies.kernel import kernel
from policies.rules import BASIS, EarnOn, Metric, Rounding

LARGEST_ORDER_CENTS = 10**12
"""Largest list price of one order, minor units: the most that a policy file may name, too."""

_LARGEST_PRODUCT = 2**62
"""Products of an amount with a rate stay below this: half of 64 bits, with a sign."""


@kernel
def rule_on(rules, day):
    """The version in force on a day: the last one effective on or before it."""
    index = 0
    while index + 1 < rules.size and rules[index + 1].effective_day <= day:
        index += 1
    return rules[index]


@kernel
def discount_bp(rule, level, plan):
    """Discount off the list price: the better one of tier and plan."""
    return max(rule.discount_bp[level], rule.plan_discount_bp[plan])


@kernel
def largest_order_cents(rule, level, plan):
    """Largest list price of which discount, points and growth can be calculated in 64 bits, minor units."""
    largest_rate = max(rule.earn_numerator[level, plan], rule.growth_per_unit_bp, BASIS)
    return min(LARGEST_ORDER_CENTS, _LARGEST_PRODUCT // largest_rate)


@kernel
def earning_base(rule, list_cents, discounted_cents, cash_cents):
    """The part of an order that earns, in minor units."""
    if rule.earn_on == EarnOn.LIST:
        return list_cents
    if rule.earn_on == EarnOn.AFTER_DISCOUNTS:
        return discounted_cents
    return cash_cents


@kernel
def points_earned(rule, level, plan, base_cents):
    """Points of one order, rounded once."""
    return divide(base_cents * rule.earn_numerator[level, plan], rule.earn_denominator[level, plan], rule.rounding)


@kernel
def growth_earned(rule, spent_cents):
    """Growth value of one order, rounded down; none where tiers do not count it."""
    if rule.metric != Metric.GROWTH:
        return 0
    return divide(spent_cents * rule.growth_per_unit_bp, rule.minor_per_major * BASIS, Rounding.FLOOR)


@kernel
def qualifying_amount(rule, spent_cents, growth):
    """What an order adds to the amount that tiers count: minor units of money, or growth."""
    if rule.metric == Metric.SPEND:
        return spent_cents
    return growth
