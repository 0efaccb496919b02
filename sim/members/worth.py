"""What a program is worth to a person: points for spending, spending for a tier, a plan for its fee."""

from __future__ import annotations

from policies.choices import Metric
from policies.earning import multiplier_bp, row_of_line
from policies.kernel import kernel
from policies.rules import ANY, BASIS, NEVER_DAY
from sim.members.people import year_spending


@kernel
def points_per_cent(rule, tier, plan):
    """Points that a minor unit earns by the ordinary rate, without campaigns."""
    row = row_of_line(rule, ANY, ANY)
    if row < 0:
        return 0.0
    return rule.earn_rate_bp[row] * multiplier_bp(rule, tier, plan, 0, 0, ANY) / (BASIS * BASIS * rule.minor_per_major)


@kernel
def next_goal(rule, active_points, day):
    """Points of the nearest redemption that the balance does not allow yet; NEVER_DAY if there is none.

    That a reward is gone is known to everybody from the day after.
    """
    goal = NEVER_DAY
    if rule.cash == 1 and active_points < rule.cash_minimum_points:
        goal = rule.cash_minimum_points
    for reward in range(rule.rewards):
        if active_points < rule.reward_points[reward] < goal and day <= rule.reward_closed_day[reward]:
            goal = rule.reward_points[reward]
    return goal


@kernel
def smallest_redemption(rule, day):
    """Points of the smallest redemption that the policy offers on a day; NEVER_DAY if it offers none."""
    return next_goal(rule, -1, day)


@kernel
def spending_for(rule, head, person, missing):
    """Spending that brings a qualifying amount, minor units; 0 if no spending does."""
    if rule.metric == Metric.SPEND or rule.metric == Metric.NET_SPEND:
        return float(missing)
    if rule.metric == Metric.GROWTH:
        if rule.growth_per_unit_bp == 0:
            return 0.0
        return float(missing) * rule.minor_per_major * BASIS / rule.growth_per_unit_bp
    if rule.metric == Metric.POINTS_EARNED:
        rate = points_per_cent(rule, head.tier, head.plan)
        return missing / rate if rate > 0.0 else 0.0
    # An order, or a day with one, is a basket.
    return missing * person.basket_cents


@kernel
def plan_benefit_ratio(rule, tier, person, day, plan):
    """What a plan gives on the person's own last year of spending, as a multiple of the fees of a year."""
    # A plan for life is weighed against one year, as nobody knows how many there will be.
    months = rule.plan_period_months[plan] if rule.plan_period_months[plan] > 0 else 12
    price = rule.plan_price_cents[plan] * 12.0 / months
    if price <= 0.0:
        return 0.0
    saved = max(0, rule.plan_discount_bp[plan] - rule.discount_bp[tier]) / BASIS
    more_points = points_per_cent(rule, tier, plan) - points_per_cent(rule, tier, 0)
    worth = more_points * rule.point_value_bp / BASIS
    return year_spending(person, day) * (saved + worth) / price
