"""Choices of a person: points, coupons, stored value, plans, rewards. The equations are those of docs/behaviour.md.

Chance reaches these functions as numbers in (0, 1). They read the ledger's state and decide nothing about rules.
"""

from __future__ import annotations

import math

from ledger.lots import first_dead_day
from policies.burning import points_value_cents, redeemable_points
from policies.choices import Prize
from policies.kernel import kernel
from policies.limits import sold_out
from policies.pricing import coupon_off_cents, discount_bp, discounted_cents, has_bit
from policies.rules import BASIS, NEVER_DAY
from sim.members.intensity import faded, next_tier
from sim.members.people import DAYS_A_WEEK
from sim.members.worth import plan_benefit_ratio, spending_for

_COVER_WEEKS = 8.0
_WITHIN_REACH = 1.25


@kernel
def points_to_redeem(world, rule, member, person, day, due, number, amount_number):
    """Points the person uses for an order: none, all that is allowed, or about half of it in whole steps."""
    head = member.head
    effect = world.response
    if person.never == 1 or head.debt_points > 0:
        return 0
    allowed = redeemable_points(rule, head.active_points, due)
    if allowed == 0:
        return 0
    worth = points_value_cents(rule, head.active_points)
    if worth == 0:
        return 0
    wish = effect.theta * math.log(worth / person.threshold_cents)
    dead = first_dead_day(member)
    if effect.theta_exp != 0.0 and dead < NEVER_DAY:
        wish += effect.theta_exp * faded(dead - day, effect.tau_exp)
    if number >= _logistic(wish):
        return 0
    if amount_number < effect.all_points:
        return allowed
    half = allowed // 2 // rule.cash_step_points * rule.cash_step_points
    return min(allowed, max(rule.cash_minimum_points, half))


@kernel
def reward_to_take(world, rule, member, person, day, second, number):
    """The dearest reward that the balance allows, if the person wants one now; -1 if not."""
    head = member.head
    if rule.rewards == 0 or person.never == 1 or head.debt_points > 0:
        return -1
    best = -1
    for reward in range(rule.rewards):
        dear = best < 0 or rule.reward_points[reward] > rule.reward_points[best]
        there = rule.reward_prize[reward] != Prize.NOTHING and not sold_out(rule, reward, day, second)
        if there and dear and rule.reward_points[reward] <= head.active_points:
            best = reward
    if best < 0:
        return -1
    worth = max(points_value_cents(rule, rule.reward_points[best]), rule.reward_cost_cents[best])
    if worth <= 0:
        return -1
    wish = world.response.theta * math.log(worth / person.threshold_cents)
    return best if number < _logistic(wish) else -1


@kernel
def best_coupon(rule, member, category, list_cents):
    """Code of the coupon in the wallet that takes most off an order of one line; 0 if none fits."""
    head = member.head
    due = discounted_cents(list_cents, discount_bp(rule, head.tier, head.plan))
    best, most = 0, 0
    for index in range(head.coupons):
        code = member.coupons[index].coupon
        fits = has_bit(rule.coupon_categories[code - 1], category) and due >= rule.coupon_minimum_cents[code - 1]
        off = coupon_off_cents(rule, code, due) if fits else 0
        if off > most:
            best, most = code, off
    return best


@kernel
def raised_basket(rule, member, person, list_cents):
    """The basket that just reaches a threshold of a coupon or a tier, if one is less than a quarter away."""
    head = member.head
    off_bp = discount_bp(rule, head.tier, head.plan)
    nearest = list_cents * _WITHIN_REACH
    found = False
    for index in range(head.coupons):
        needed = _list_price(rule.coupon_minimum_cents[member.coupons[index].coupon - 1], off_bp)
        if list_cents < needed <= nearest:
            nearest, found = needed, True
    target = next_tier(rule, head.tier)
    if target < rule.levels:
        missing = rule.enter[target] - head.qualifying
        needed = _list_price(spending_for(rule, head, person, missing), off_bp)
        if list_cents < needed <= nearest:
            nearest, found = needed, True
    return math.ceil(nearest) if found else list_cents


@kernel
def _list_price(due_cents, off_bp):
    """List price of what comes to an amount after a discount."""
    return due_cents * float(BASIS) / max(1, BASIS - off_bp)


@kernel
def offer_to_take(world, rule, member, person, due, number):
    """The top-up that a person takes whose stored value does not pay an order, by place; -1 for none."""
    head = member.head
    effect = world.response
    if rule.offers == 0 or person.card_lost == 1 or head.principal_cents + head.bonus_cents >= due:
        return -1
    total = 1.0
    for offer in range(rule.offers):
        total += math.exp(_wish_for_offer(effect, rule, person, offer))
    reached = 0.0
    for offer in range(rule.offers):
        reached += math.exp(_wish_for_offer(effect, rule, person, offer)) / total
        if number < reached:
            return offer
    return -1


@kernel
def _wish_for_offer(effect, rule, person, offer):
    """Log odds of an offer against none."""
    pay = float(rule.offer_pay_cents[offer])
    weeks = pay / (person.rate * DAYS_A_WEEK * person.basket_cents)
    wish = effect.th_0 + effect.th_b * rule.offer_bonus_cents[offer] / pay
    return wish - effect.th_w * max(0.0, math.log(weeks / _COVER_WEEKS))


@kernel
def plan_to_join(world, rule, head, person, day, offer_number, choice_number):
    """The plan that a person at the checkout begins, 0 for none: a logit over all plans and none."""
    if rule.plans == 0 or head.plan > 0 or offer_number >= world.response.exposure:
        return 0
    total = 1.0
    for plan in range(1, rule.plans + 1):
        total += _odds_of_plan(world.response, rule, head, person, day, plan)
    reached = 0.0
    for plan in range(1, rule.plans + 1):
        reached += _odds_of_plan(world.response, rule, head, person, day, plan) / total
        if choice_number < reached:
            return plan
    return 0


@kernel
def _odds_of_plan(effect, rule, head, person, day, plan):
    """Odds of a plan against none: by its benefit for the own spending, and better if it can be tried first."""
    ratio = plan_benefit_ratio(rule, head.tier, person, day, plan)
    if ratio <= 0.0:
        return 0.0
    wish = effect.j_0 + effect.j_1 * math.log(ratio)
    if rule.plan_trial_days[plan] > 0 and not has_bit(head.trials, plan):
        wish += effect.j_trial
    return math.exp(wish)


@kernel
def renews_plan(world, rule, head, person, day, number):
    """Whether a plan member wants another period, or whoever tries a plan wants to pay for it."""
    effect = world.response
    if head.plan_on_trial == 1:
        return number < effect.trial
    ratio = plan_benefit_ratio(rule, head.tier, person, day, head.plan)
    wish = effect.rho_0 + effect.rho_b * math.log(1.0 + ratio)
    wish += effect.rho_auto * rule.plan_auto_renew[head.plan]
    wish += effect.rho_year if head.plan_periods >= 2 else 0.0
    return number < _logistic(wish)


@kernel
def _logistic(wish):
    """Probability of a log odds."""
    return 1.0 / (1.0 + math.exp(-wish))
