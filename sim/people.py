"""A person behind a member: traits drawn once, and what the person remembers of the program."""

from __future__ import annotations

import math

import numpy as np

from ledger.accounts import Account, Cause
from policies.burning import points_value_cents
from policies.calendar import civil_from_day, day_from_civil
from policies.kernel import inlined, kernel
from policies.rules import NEVER_DAY
from sim.distributions import exponential, gamma, normal
from sim.streams import Stream, unit, unit32, words

DAYS_A_WEEK = 7.0

PERSON = np.dtype(
    [
        ("member", "i8"),
        ("segment", "i8"),
        ("rate", "f8"),  # purchases a day while alive, without any program
        ("death_rate", "f8"),  # hazard of leaving for good, a day
        ("life_left", "f8"),  # exponential budget that the hazard uses up: a lower hazard is a later end
        ("basket_cents", "f8"),  # the person's mean basket
        ("light", "f8"),  # response of a heavy buyer relative to an average one, at most 1
        ("never", "i8"),  # 1: does not care for points
        ("flexible", "i8"),  # 1: can move purchases before an expiry
        ("threshold_cents", "f8"),  # balance at which using points becomes as likely as not
        ("redeem_day", "i8"),  # memory: last redemption
        ("demotion_day", "i8"),
        ("expiry_day", "i8"),
        ("lost_cents", "f8"),  # value that had expired by expiry_day, older losses fading over eight weeks
        ("spend_day", "i8"),
        ("year_cents", "f8"),  # spending of about the last year, older orders fading out
        ("known_plan", "i8"),  # the plan that was joined last
        ("decided_until_day", "i8"),  # the renewal that has been decided already
        ("last_order_day", "i8"),
        ("active_month", "i8"),  # months up to here are counted as active
    ],
    align=True,
)
"""One person."""

LONG_AGO = -NEVER_DAY
REMEMBERED_DAYS = 56
"""How long a loss of points is held against the shop: eight weeks."""

LARGEST_BASKET_CENTS = 2.0**53
"""Largest basket that can be drawn, minor units: far above what the ledger accepts as an order."""

_YEAR_DAYS = 364.0
_LEAP_CYCLE_DAYS = 1461


@kernel
def draw_person(world, person, member):
    """Draw the traits of a member and clear the memory."""
    seed = world.span.seed
    response = world.response
    word = words(seed, member, Stream.SEGMENT, 0)
    person.member = member
    person.segment = _segment_of(world, unit(word[0], word[1]))
    segment = world.segments[person.segment]

    weekly_rate = gamma(seed, member, Stream.RATE, 0, segment.r) / segment.alpha
    person.rate = weekly_rate / DAYS_A_WEEK
    person.death_rate = gamma(seed, member, Stream.LIFETIME, 0, segment.s) / segment.beta / DAYS_A_WEEK
    scale = gamma(seed, member, Stream.SPENDING, 0, segment.q) / segment.gamma
    person.basket_cents = segment.p / scale * segment.cents
    person.light = min(1.0, (segment.r / segment.alpha / weekly_rate) ** response.eta)

    word = words(seed, member, Stream.HABITS, 0)
    person.life_left = exponential(unit(word[0], word[1]))
    person.never = 1 if unit32(word[2]) < response.pi_never else 0
    person.flexible = 1 if unit32(word[3]) < 0.5 else 0
    word = words(seed, member, Stream.HABITS, 1)
    spread = math.exp(response.s_v * normal(word[0], word[1]))
    person.threshold_cents = response.v_star * person.basket_cents * spread
    forget(person)


@kernel
def birthday_of(world, member):
    """(month, day) of a drawn member's birthday: any day of four years."""
    word = words(world.span.seed, member, Stream.BIRTHDAY, 0)
    _, month, day = civil_from_day(day_from_civil(2000, 1, 1) + int(unit(word[0], word[1]) * _LEAP_CYCLE_DAYS))
    return month, day


@kernel
def forget(person):
    """Clear the memory."""
    person.redeem_day = LONG_AGO
    person.demotion_day = LONG_AGO
    person.expiry_day = LONG_AGO
    person.lost_cents = 0.0
    person.spend_day = LONG_AGO
    person.year_cents = 0.0
    person.known_plan = 0
    person.decided_until_day = LONG_AGO
    person.last_order_day = LONG_AGO
    person.active_month = 0


@inlined
def _segment_of(world, number):
    """Index of the segment that a number in (0, 1) falls into."""
    index = 0
    while index + 1 < world.segments.size and number > world.segments[index].share_through:
        index += 1
    return index


@kernel
def basket_of(world, person, plan, candidate):
    """List price of the order at a candidate, minor units, at least one. The same luck under every policy."""
    segment = world.segments[person.segment]
    shape = gamma(world.span.seed, person.member, Stream.BASKET, candidate, segment.p)
    change = 1.0 + world.response.b_bask if plan > 0 else 1.0
    # What is beyond any order is left to the ledger to refuse; it must only fit into an integer here.
    return max(1, int(min(shape * person.basket_cents / segment.p * change + 0.5, LARGEST_BASKET_CENTS)))


@kernel
def remember(rules, person, row):
    """Take note of a transfer that the person would notice."""
    if row.cause == Cause.REDEEM:
        person.redeem_day = row.day
    elif row.cause == Cause.DOWNGRADE:
        person.demotion_day = row.day
    elif row.cause == Cause.PLAN_START:
        person.known_plan = row.credit - Account.PLAN_FIRST
    elif row.cause == Cause.EXPIRE:
        # Faded, not summed up: a steady small loss settles at about eight weeks' worth.
        kept = math.exp(-(row.day - person.expiry_day) / REMEMBERED_DAYS)
        person.lost_cents = person.lost_cents * kept + points_value_cents(rules[row.version], row.amount)
        person.expiry_day = row.day


@inlined
def remember_all(rules, person, journal):
    """Take note of every transfer in a journal."""
    for index in range(journal.fill.used):
        remember(rules, person, journal.rows[index])


@kernel
def remember_spending(person, day, cents):
    """Add an order to the fading sum of the last year's spending."""
    person.year_cents = year_spending(person, day) + cents
    person.spend_day = day
    person.last_order_day = day


@kernel
def year_spending(person, day):
    """Spending of about the last 52 weeks, minor units: each order fades with its age over a year."""
    if person.spend_day == LONG_AGO:
        return 0.0
    return person.year_cents * math.exp(-(day - person.spend_day) / _YEAR_DAYS)
