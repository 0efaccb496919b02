"""How people react: purchase intensity, churn, and the choices at the checkout.

The equations are those of docs/behaviour.md; every size comes from sim/effects.py. Chance reaches
these functions as numbers in (0, 1), time as days since the start of the run. They read the ledger's state
and decide nothing about rules.
"""

from __future__ import annotations

import math

from ledger.apply import quote
from ledger.lots import first_dead_day
from policies.burning import points_value_cents
from policies.choices import Downgrade, Metric, Window
from policies.earning import multiplier_bp, row_of_line
from policies.kernel import inlined, kernel
from policies.rules import ANY, BASIS, NEVER_DAY
from policies.tiers import counts_until, threshold
from sim.effects import CHURN_MAXIMUM, MAXIMUM, MINIMUM
from sim.people import DAYS_A_WEEK, REMEMBERED_DAYS, year_spending

_LOG_MINIMUM = math.log(MINIMUM)
_LOG_MAXIMUM = math.log(MAXIMUM)
_LOG_CHURN_MAXIMUM = math.log(CHURN_MAXIMUM)
_UNFELT = 8.0
"""Number of fading times after which an effect is too small to compute."""


@kernel
def purchase_intensity(world, rule, member, person, day):
    """Purchase intensity as a multiple of the person's own rate, between MINIMUM and MAXIMUM."""
    head = member.head
    effect = world.response
    total = 0.0
    if world.span.program == 1:
        total += effect.b_mem
        total += goal_gradient(effect, rule, head, person)
        total += effect.beta_mom * _faded(day - person.redeem_day, effect.tau_mom)
        total += _by_tier(effect.b_tier_1, effect.b_tier_2, effect.b_tier_3, head.tier)
        total += tier_pressure(effect, rule, head, person, day)
        total -= effect.delta_dem * _faded(day - person.demotion_day, effect.tau_dem)
        total += expiry_urgency(effect, rule, member, person, day)
    if head.plan > 0:
        total += effect.b_econ + effect.b_sunk
    return math.exp(min(_LOG_MAXIMUM, max(_LOG_MINIMUM, total)))


@kernel
def churn_multiplier(world, rule, member, person, day):
    """Hazard of leaving for good as a multiple of the person's own, between MINIMUM and CHURN_MAXIMUM."""
    head = member.head
    effect = world.response
    total = 0.0
    if world.span.program == 1:
        worth = points_value_cents(rule, head.active_points)
        total += effect.c_mem
        total += _by_tier(effect.c_tier_1, effect.c_tier_2, effect.c_tier_3, head.tier)
        total -= effect.c_bal * min(1.0, worth / (2.0 * person.basket_cents))
        total += effect.h_dem * _faded(day - person.demotion_day, effect.tau_dem)
        if day - person.expiry_day <= REMEMBERED_DAYS:
            total += effect.h_exp * min(1.0, person.lost_cents / person.basket_cents)
    if head.plan > 0:
        total += effect.c_paid
    return math.exp(min(_LOG_CHURN_MAXIMUM, max(_LOG_MINIMUM, total)))


@kernel
def _faded(age_days, fading_weeks):
    """exp(-age / fading time); zero when it is too old to be felt."""
    weeks = age_days / DAYS_A_WEEK
    if weeks > _UNFELT * fading_weeks:
        return 0.0
    return math.exp(-weeks / fading_weeks)


@kernel
def _by_tier(second, third, fourth, tier):
    """The size for a tier: none in the lowest, the last one from the fourth upward."""
    if tier == 0:
        return 0.0
    return second if tier == 1 else (third if tier == 2 else fourth)


@inlined
def goal_gradient(effect, rule, head, person):
    """Pull of the first redemption that is not yet possible: stronger when near, weaker when far in time."""
    goal = rule.cash_minimum_points
    if effect.beta_gg == 0.0 or rule.cash == 0 or head.active_points >= goal or person.never == 1:
        return 0.0
    weekly_points = points_per_cent(rule, head.tier, head.plan) * person.basket_cents * person.rate * DAYS_A_WEEK
    if weekly_points <= 0.0:
        return 0.0
    share = head.active_points / goal
    weeks = (goal - head.active_points) / weekly_points
    return effect.beta_gg * person.light * share**effect.kappa * math.exp(-weeks / effect.t_goal)


@kernel
def points_per_cent(rule, tier, plan):
    """Points that a minor unit earns by the ordinary rate, without campaigns."""
    row = row_of_line(rule, ANY, ANY)
    if row < 0:
        return 0.0
    return rule.earn_rate_bp[row] * multiplier_bp(rule, tier, plan, 0, 0, ANY) / (BASIS * BASIS * rule.minor_per_major)


@inlined
def tier_pressure(effect, rule, head, person, day):
    """Pull of a tier that can still be reached, or kept, before the window closes."""
    if effect.beta_tp == 0.0 or rule.levels == 1 or rule.window == Window.LIFETIME:
        return 0.0
    closes = head.review_day
    if rule.window == Window.CALENDAR_YEAR or rule.window == Window.MEMBERSHIP_YEAR:
        closes = counts_until(rule, head.joined_day, day)
    target = _next_tier(rule, head.tier)
    missing = 0
    if head.review_day <= closes and rule.downgrade != Downgrade.NONE and head.own_tier == head.tier:
        missing = rule.keep[head.tier] - head.qualifying
    if missing > 0:
        target = head.tier
        closes = head.review_day
    elif target < rule.levels:
        missing = threshold(rule, head.best_tier, target) - head.qualifying
    weeks = (closes - day) / DAYS_A_WEEK
    if missing <= 0 or weeks <= 0.0 or weeks > _UNFELT * effect.tau_tp:
        return 0.0
    cents = _spending_for(rule, head, person, missing)
    if cents <= 0.0:
        return 0.0
    pace = math.log(cents / (person.rate * DAYS_A_WEEK * person.basket_cents * weeks))
    shape = math.exp(-pace * pace / (2.0 * effect.sigma_tp * effect.sigma_tp))
    return effect.beta_tp * target / (rule.levels - 1) * shape * math.exp(-weeks / effect.tau_tp)


@inlined
def _next_tier(rule, tier):
    """The next higher tier that can be earned; the number of tiers if there is none."""
    target = tier + 1
    while target < rule.levels and rule.invite_only[target] == 1:
        target += 1
    return target


@inlined
def _spending_for(rule, head, person, missing):
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


@inlined
def expiry_urgency(effect, rule, member, person, day):
    """Urge of a flexible person to use points that are about to die, if they can be used."""
    head = member.head
    if effect.beta_exp == 0.0 or person.flexible == 0 or person.never == 1 or rule.cash == 0:
        return 0.0
    dead = first_dead_day(member)
    if dead == NEVER_DAY or head.active_points < rule.cash_minimum_points:
        return 0.0
    near = _faded(dead - day, effect.tau_exp)
    if near == 0.0:
        return 0.0
    dying = 0
    for index in range(head.lots):
        lot = member.lots[index]
        if lot.dead_day > dead:
            break
        dying += lot.points
    worth = points_value_cents(rule, dying)
    return effect.beta_exp * min(1.0, worth / person.basket_cents) * near


@kernel
def points_to_redeem(world, rule, member, person, day, list_cents, number, amount_number):
    """Points the person uses for an order: none, all that is allowed, or about half of it in whole steps."""
    head = member.head
    effect = world.response
    if person.never == 1:
        return 0
    allowed = quote(rule, member, list_cents)
    if allowed == 0:
        return 0
    worth = points_value_cents(rule, head.active_points)
    if worth == 0:
        return 0
    wish = effect.theta * math.log(worth / person.threshold_cents)
    dead = first_dead_day(member)
    if effect.theta_exp != 0.0 and dead < NEVER_DAY:
        wish += effect.theta_exp * _faded(dead - day, effect.tau_exp)
    if number >= _logistic(wish):
        return 0
    if amount_number < effect.all_points:
        return allowed
    half = allowed // 2 // rule.cash_step_points * rule.cash_step_points
    return min(allowed, max(rule.cash_minimum_points, half))


@kernel
def joins_plan(world, rule, head, person, day, offer_number, choice_number):
    """Whether a person who is at the checkout buys the first plan."""
    effect = world.response
    if rule.plans == 0 or head.plan > 0 or offer_number >= effect.exposure:
        return False
    ratio = plan_benefit_ratio(rule, head.tier, person, day, 1)
    if ratio <= 0.0:
        return False
    return choice_number < _logistic(effect.j_0 + effect.j_1 * math.log(ratio))


@kernel
def renews_plan(world, rule, head, person, day, number):
    """Whether a plan member wants another period."""
    effect = world.response
    ratio = plan_benefit_ratio(rule, head.tier, person, day, head.plan)
    wish = effect.rho_0 + effect.rho_b * math.log(1.0 + ratio)
    wish += effect.rho_auto * rule.plan_auto_renew[head.plan]
    wish += effect.rho_year if head.plan_periods >= 2 else 0.0
    return number < _logistic(wish)


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


@kernel
def _logistic(wish):
    """Probability of a log odds."""
    return 1.0 / (1.0 + math.exp(-wish))
