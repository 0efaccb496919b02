"""How keen a person is to buy: the terms of the purchase intensity.

The equations are those of docs/behaviour.md; every size comes from sim/effects.py. Chance reaches these functions as
numbers in (0, 1), time as days. They read the ledger's state and decide nothing about rules.
"""

from __future__ import annotations

import math

from ledger.earning_books import within_limit
from ledger.lots import first_dead_day
from ledger.state import COUNTER_WHEEL
from policies.burning import points_value_cents
from policies.calendar import civil_from_day
from policies.choices import Downgrade, Trigger, Window
from policies.kernel import kernel
from policies.rules import BASIS, NEVER_DAY
from policies.tiers import counts_until, threshold
from sim.effects import MAXIMUM, MINIMUM, Term
from sim.members.people import DAYS_A_WEEK
from sim.members.worth import next_goal, points_per_cent, smallest_redemption, spending_for

_LOG_MINIMUM = math.log(MINIMUM)
_LOG_MAXIMUM = math.log(MAXIMUM)
_UNFELT = 8.0
"""Number of fading times after which an effect is too small to compute."""
_FORWARD_BUYING_DAYS = 14.0
_FAILURE_WEEKS = 26.0
_TAUGHT = 3


@kernel
def may_spin(rule, member, day):
    """Whether a member may turn the wheel: there is one, the points suffice, and the limit leaves a turn."""
    head = member.head
    if rule.wheel == 0 or head.debt_points > 0 or head.active_points < rule.wheel_points:
        return False
    return within_limit(member, COUNTER_WHEEL, rule.wheel_limit, rule.wheel_limit_per, day)


@kernel
def purchase_intensity(world, rule, member, person, terms, day):
    """Purchase intensity as a multiple of the person's own rate, between MINIMUM and MAXIMUM.

    `terms` receives the logarithm term by term, float64 (len(Term),), before it is cut.
    """
    terms[:] = 0.0
    head = member.head
    if world.span.program == 1:
        _program_terms(world, rule, member, person, terms, day)
    if head.plan > 0:
        weeks = (day - head.plan_from_day) / DAYS_A_WEEK
        terms[Term.PLAN] = world.response.b_econ + world.response.b_sunk * math.exp(-weeks / world.response.tau_sunk)
    total = 0.0
    for term in range(terms.size):
        total += terms[term]
    if total == 0.0:
        return 1.0
    if world.response.novelty < 1.0:
        weeks = (day - head.joined_day) / DAYS_A_WEEK
        left = world.response.novelty + (1.0 - world.response.novelty) * math.exp(-weeks / world.response.tau_nov)
        total *= left
        terms *= left
    return math.exp(min(_LOG_MAXIMUM, max(_LOG_MINIMUM, total)))


@kernel
def _program_terms(world, rule, member, person, terms, day):
    """What a program does to its members."""
    head = member.head
    effect = world.response
    terms[Term.MEMBERSHIP] = effect.b_mem
    terms[Term.GOAL_GRADIENT] = goal_gradient(effect, rule, head, person, day)
    terms[Term.GOAL_GRADIENT] += card_gradient(effect, rule, head, person)
    if effect.beta_hs != 0.0 and person.redemptions == 0 and person.endowed_points > 0:
        terms[Term.HEAD_START] = head_start(effect, rule, head, person, day)
    terms[Term.MOMENTUM] = effect.beta_mom * faded(day - person.redeem_day, effect.tau_mom)
    terms[Term.SUCCESS] = effect.phi * min(person.redemptions, _TAUGHT)
    terms[Term.TIER_PRESSURE] = tier_pressure(effect, rule, head, person, day)
    terms[Term.TIER_BENEFIT] = by_tier(effect.b_tier_1, effect.b_tier_2, effect.b_tier_3, head.tier)
    terms[Term.DEMOTION] = -effect.delta_dem * faded(day - person.demotion_day, effect.tau_dem)
    terms[Term.GOAL_FAILURE] = -effect.delta_fail * faded(day - person.failure_day, _FAILURE_WEEKS)
    terms[Term.EXPIRY_URGENCY] = expiry_urgency(effect, rule, member, person, day)
    if head.coupons > 0:
        terms[Term.COUPON] = coupon_pull(effect, rule, member, person, day)
    if person.card_lost == 0 and head.principal_cents + head.bonus_cents >= person.basket_cents:
        terms[Term.STORED_VALUE] = effect.b_sv
    terms[Term.CAMPAIGN] = campaign_pull(world, rule, member, person, day)


@kernel
def faded(age_days, fading_weeks):
    """exp(-age / fading time); zero when it is too old to be felt."""
    weeks = age_days / DAYS_A_WEEK
    if weeks > _UNFELT * fading_weeks:
        return 0.0
    return math.exp(-weeks / fading_weeks)


@kernel
def by_tier(second, third, fourth, tier):
    """The size for a tier: none in the lowest, the last one from the fourth upward."""
    if tier == 0:
        return 0.0
    return second if tier == 1 else (third if tier == 2 else fourth)


@kernel
def goal_gradient(effect, rule, head, person, day):
    """Pull of the first redemption that is not yet possible: stronger when near, weaker when far in time."""
    if effect.beta_gg == 0.0 or person.never == 1:
        return 0.0
    goal = next_goal(rule, head.active_points, day)
    if goal == NEVER_DAY:
        return 0.0
    weekly_points = points_per_cent(rule, head.tier, head.plan) * person.basket_cents * person.rate * DAYS_A_WEEK
    if weekly_points <= 0.0:
        return 0.0
    share = max(0, head.active_points) / goal
    weeks = (goal - head.active_points) / weekly_points
    return effect.beta_gg * person.light * _shaped(share, effect.kappa) * math.exp(-weeks / effect.t_goal)


@kernel
def _shaped(share, kappa):
    """A share to the power of the gradient's shape, which mostly is one."""
    return share if kappa == 1.0 else share**kappa


@kernel
def card_gradient(effect, rule, head, person):
    """Pull of a card that is filled by orders, every so-many-th of which brings something."""
    if effect.beta_card == 0.0:
        return 0.0
    strongest = 0.0
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] == Trigger.NTH_ORDER and rule.earn_every[row] > 1:
            every = rule.earn_every[row]
            share = head.orders % every / every
            weeks = (every - head.orders % every) / (person.rate * DAYS_A_WEEK)
            strongest = max(strongest, _shaped(share, effect.kappa) * math.exp(-weeks / effect.t_goal))
    return effect.beta_card * person.light * strongest


@kernel
def head_start(effect, rule, head, person, day):
    """Pull of points given at the beginning, until the first redemption."""
    goal = next_goal(rule, head.active_points, day)
    return effect.beta_hs * min(1.0, person.endowed_points / goal) if goal < NEVER_DAY else 0.0


@kernel
def tier_pressure(effect, rule, head, person, day):
    """Pull of a tier that can still be reached, or kept, before the window closes."""
    if effect.beta_tp == 0.0 or rule.levels == 1 or rule.window == Window.LIFETIME:
        return 0.0
    closes = head.review_day
    if rule.window == Window.CALENDAR_YEAR or rule.window == Window.MEMBERSHIP_YEAR:
        closes = _window_closes(rule, head, person, day)
    target = next_tier(rule, head.tier)
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
    cents = spending_for(rule, head, person, missing)
    if cents <= 0.0:
        return 0.0
    pace = math.log(cents / (person.rate * DAYS_A_WEEK * person.basket_cents * weeks))
    shape = math.exp(-pace * pace / (2.0 * effect.sigma_tp * effect.sigma_tp))
    return effect.beta_tp * target / (rule.levels - 1) * shape * math.exp(-weeks / effect.tau_tp)


@kernel
def _window_closes(rule, head, person, day):
    """When the window closes that is open on a day; looked up once a window."""
    if day >= person.closes_day or person.closes_version != rule.version:
        person.closes_day = counts_until(rule, head.joined_day, day)
        person.closes_version = rule.version
    return person.closes_day


@kernel
def next_tier(rule, tier):
    """The next higher tier that can be earned; the number of tiers if there is none."""
    target = tier + 1
    while target < rule.levels and rule.invite_only[target] == 1:
        target += 1
    return target


@kernel
def window_fails(rule, head, day):
    """Whether a window closes this night more than half way to the next tier."""
    if rule.window != Window.CALENDAR_YEAR and rule.window != Window.MEMBERSHIP_YEAR:
        return False
    target = next_tier(rule, head.tier)
    if target >= rule.levels or counts_until(rule, head.joined_day, day - 1) > day:
        return False
    needed = threshold(rule, head.best_tier, target)
    return head.qualifying < needed <= 2 * head.qualifying


@kernel
def expiry_urgency(effect, rule, member, person, day):
    """Urge of a flexible person to use points that are about to die, if they can be used."""
    head = member.head
    if effect.beta_exp == 0.0 or person.flexible == 0 or person.never == 1:
        return 0.0
    dead = first_dead_day(member)
    if dead == NEVER_DAY or head.active_points < smallest_redemption(rule, day):
        return 0.0
    near = faded(dead - day, effect.tau_exp)
    if near == 0.0:
        return 0.0
    dying = 0
    for index in range(head.lots):
        lot = member.lots[index]
        if lot.dead_day > dead:
            break
        dying += lot.points * (1 - lot.pending)
    worth = points_value_cents(rule, dying)
    return effect.beta_exp * min(1.0, worth / person.basket_cents) * near


@kernel
def coupon_pull(effect, rule, member, person, day):
    """Pull of the coupon that dies first, twice as strong on its last day."""
    coupon = member.coupons[0]
    place = coupon.coupon - 1
    face = float(rule.coupon_off_cents[place])
    if rule.coupon_off_bp[place] > 0:
        face = person.basket_cents * rule.coupon_off_bp[place] / BASIS
        if rule.coupon_cap_cents[place] >= 0:
            face = min(face, float(rule.coupon_cap_cents[place]))
    last = faded(coupon.until_day - day, 1.0) if coupon.until_day < NEVER_DAY else 0.0
    return effect.beta_cp * min(1.0, face / person.basket_cents) * (1.0 + last)


@kernel
def campaign_pull(world, rule, member, person, day):
    """Pull of campaign days, of the month of the birthday with the weeks after it, and of a turn of the wheel."""
    pull = world.campaign_pull[day - world.span.first_day]
    if world.response.b_wheel != 0.0 and may_spin(rule, member, day):
        pull += world.response.b_wheel
    if world.span.birthdays == 1 and person.birth_month > 0:
        _, month, day_of_month = civil_from_day(day)
        if month == person.birth_month:
            pull += world.response.b_birthday
        elif month == person.birth_month % 12 + 1:
            fading = math.exp(-(day_of_month - 1) / _FORWARD_BUYING_DAYS)
            pull -= world.response.phi_fb * world.response.b_birthday * fading
    return pull
