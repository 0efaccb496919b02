"""How near a person is to leaving for good. The equations are those of docs/behaviour.md."""

from __future__ import annotations

import math

from policies.burning import points_value_cents
from policies.kernel import kernel
from sim.effects import CHURN_MAXIMUM, MINIMUM
from sim.members.intensity import by_tier, faded
from sim.members.people import REMEMBERED_DAYS
from sim.members.streams import Stream, unit32, words

_LOG_MINIMUM = math.log(MINIMUM)
_LOG_MAXIMUM = math.log(CHURN_MAXIMUM)


@kernel
def churn_multiplier(world, rule, member, person, day):
    """Hazard of leaving for good as a multiple of the person's own, between MINIMUM and CHURN_MAXIMUM."""
    total = _log_churn(world, rule, member, person, day)
    return math.exp(total) if total != 0.0 else 1.0


@kernel
def drops_out(world, rule, member, person, day):
    """Whether a person leaves at once after an order (BG/NBD), or after joining (MBG/NBD).

    The odds are those of the person times the churn.
    """
    chance = person.drop_chance
    if chance <= 0.0:
        return False
    if chance >= 1.0:
        return True
    occasion = person.candidate + 1 if person.orders > 0 else 0
    word = words(world.span.seed, person.member, Stream.DROPPING, occasion)
    odds = chance / (1.0 - chance) * math.exp(_log_churn(world, rule, member, person, day))
    return unit32(word[0]) < odds / (1.0 + odds)


@kernel
def _log_churn(world, rule, member, person, day):
    """Logarithm of the multiple, cut."""
    head = member.head
    effect = world.response
    total = 0.0
    if world.span.program == 1:
        total += effect.c_mem
        total += by_tier(effect.c_tier_1, effect.c_tier_2, effect.c_tier_3, head.tier)
        if effect.c_bal != 0.0 and head.active_points > 0:
            worth = points_value_cents(rule, head.active_points)
            total -= effect.c_bal * min(1.0, worth / (2.0 * person.basket_cents))
        total += effect.h_dem * faded(day - person.demotion_day, effect.tau_dem)
        if day - person.expiry_day <= REMEMBERED_DAYS:
            total += effect.h_exp * min(1.0, person.lost_cents / person.basket_cents)
    if head.plan > 0:
        total += effect.c_paid
    if person.referred == 1:
        total += effect.c_ref
    return min(_LOG_MAXIMUM, max(_LOG_MINIMUM, total))
