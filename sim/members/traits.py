"""Traits: who a member is, drawn once from the segment, the same under every policy."""

from __future__ import annotations

import math

from policies.calendar import civil_from_day, day_from_civil
from policies.kernel import kernel
from sim.market.world import LOGNORMAL, PARETO_NBD
from sim.members.distributions import exponential, gamma
from sim.members.people import DAYS_A_WEEK, forget, normal_of
from sim.members.streams import Stream, unit, unit32, words

_LEAP_CYCLE_DAYS = 1461
_FRIENDS = 1 << 62
"""Members who were referred are numbered from here on."""


@kernel
def draw_person(world, person, member):
    """Draw a member of the scenario's own population, and the moment of joining."""
    arrival = world.arrivals[place_of_arrival(world, member)]
    word = words(world.span.seed, member, Stream.SEGMENT, 0)
    number = unit(word[0], word[1])
    person.segment = 0
    while person.segment + 1 < world.kinds and number > arrival.share_through[person.segment]:
        person.segment += 1
    _draw_traits(world, person, member)
    word = words(world.span.seed, member, Stream.ARRIVAL, 0)
    days = arrival.end_day - arrival.first_day
    person.time = arrival.first_day - world.span.first_day + unit(word[0], word[1]) * days
    person.joined_day = world.span.first_day + int(person.time)


@kernel
def draw_friend(world, person, member, parent):
    """Draw somebody whom a member has referred just now: of the same segment, and perhaps as keen a buyer."""
    person.segment = parent.segment
    _draw_traits(world, person, member)
    word = words(world.span.seed, member, Stream.LIKENESS, 0)
    if unit32(word[0]) < world.response.rho_ref:
        person.rate = parent.rate
        person.light = parent.light
    person.referred = 1
    person.time = parent.time
    person.joined_day = world.span.first_day + int(person.time)


@kernel
def friend_number(seed, person):
    """Number of the next friend: a hash of who refers and the how-manieth it is."""
    word = words(seed, person.member, Stream.NAME, person.friends)
    return _FRIENDS | (int(word[0] & 0x3FFFFFFF) << 32) | int(word[1])


@kernel
def place_of_arrival(world, member):
    """Place of the arrival by which a member has come."""
    low, high = 0, world.parties
    while high - low > 1:
        middle = (low + high) // 2
        if world.arrivals[middle].first_member <= member:
            low = middle
        else:
            high = middle
    return low


@kernel
def _draw_traits(world, person, member):
    """Rates, basket and habits of somebody whose segment is known; the memory is cleared."""
    forget(person)
    seed = world.span.seed
    segment = world.segments[person.segment]
    person.member = member
    weekly_rate = gamma(seed, member, Stream.RATE, 0, segment.r) / segment.alpha
    person.rate = weekly_rate / DAYS_A_WEEK
    person.light = min(1.0, (segment.r / segment.alpha / weekly_rate) ** world.response.eta)
    person.ticks = segment.regularity
    _draw_lifetime(world, person, segment)
    _draw_basket(world, person, segment)
    _draw_habits(world, person)
    _draw_birthday(world, person, segment)


@kernel
def _draw_lifetime(world, person, segment):
    """How long the person stays: a hazard, or a chance of leaving after each order."""
    seed = world.span.seed
    person.death_rate = 0.0
    person.drop_chance = 0.0
    if segment.process == PARETO_NBD:
        person.death_rate = gamma(seed, person.member, Stream.LIFETIME, 0, segment.s) / segment.beta / DAYS_A_WEEK
    else:
        dropping = gamma(seed, person.member, Stream.DROP, 0, segment.a)
        person.drop_chance = dropping / (dropping + gamma(seed, person.member, Stream.KEEP, 0, segment.b))


@kernel
def _draw_basket(world, person, segment):
    """The person's mean basket."""
    seed = world.span.seed
    if segment.basket == LOGNORMAL:
        spread = normal_of(seed, person.member, Stream.SPENDING, 0) * segment.between
        person.basket_cents = segment.mean_basket * segment.cents * math.exp(spread - 0.5 * segment.between**2)
    else:
        scale = gamma(seed, person.member, Stream.SPENDING, 0, segment.q) / segment.gamma
        person.basket_cents = segment.p / scale * segment.cents


@kernel
def _draw_habits(world, person):
    """Budget of life, and how the person deals with points."""
    response = world.response
    word = words(world.span.seed, person.member, Stream.HABITS, 0)
    person.life_left = exponential(unit(word[0], word[1]))
    person.never = 1 if unit32(word[2]) < response.pi_never else 0
    person.flexible = 1 if unit32(word[3]) < 0.5 else 0
    spread = math.exp(response.s_v * normal_of(world.span.seed, person.member, Stream.HABITS, 1))
    person.threshold_cents = response.v_star * person.basket_cents * spread


@kernel
def _draw_birthday(world, person, segment):
    """A birthday, any day of four years; 0 where the shop does not know it."""
    person.birth_month = 0
    person.birth_day = 0
    if segment.birthdays == 1:
        word = words(world.span.seed, person.member, Stream.BIRTHDAY, 0)
        day = day_from_civil(2000, 1, 1) + int(unit(word[0], word[1]) * _LEAP_CYCLE_DAYS)
        _, month, day_of_month = civil_from_day(day)
        person.birth_month = month
        person.birth_day = day_of_month
