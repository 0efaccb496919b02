"""A person behind a member: traits drawn once, what the person remembers of the program, and where the life stands."""

from __future__ import annotations

import math

import numpy as np

from ledger.accounts import Account, Cause
from policies.burning import points_value_cents
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from sim.market.world import DOINGS_MOST
from sim.members.distributions import normal
from sim.members.streams import words

DAYS_A_WEEK = 7.0

PERSON = np.dtype(
    [
        ("member", "i8"),
        ("segment", "i8"),
        ("referred", "i8"),  # 1: by another member
        ("referrer", "i8"),  # 1: somebody has joined on the word of this member
        ("birth_month", "i8"),  # 0: not known
        ("birth_day", "i8"),
        ("rate", "f8"),  # purchases a day while alive, without any program
        ("death_rate", "f8"),  # hazard of leaving for good, a day
        ("drop_chance", "f8"),  # chance of leaving after an order
        ("life_left", "f8"),  # exponential budget that the hazard uses up: a lower hazard is a later end
        ("basket_cents", "f8"),  # the person's mean basket
        ("light", "f8"),  # response of a heavy buyer relative to an average one, at most 1
        ("never", "i8"),  # 1: does not care for points
        ("flexible", "i8"),  # 1: can move purchases before an expiry
        ("threshold_cents", "f8"),  # balance at which using points becomes as likely as not
        # memory
        ("redeem_day", "i8"),  # last redemption
        ("first_redeem_day", "i8"),
        ("redemptions", "i8"),
        ("capped", "i8"),  # 1: a cap cut the last one
        ("demotion_day", "i8"),
        ("failure_day", "i8"),  # a window closed more than half way to the next tier
        ("closes_day", "i8"),  # when the window closes that is open; LONG_AGO if that must be looked up
        ("closes_version", "i8"),  # by this version of the rules
        ("endowed_points", "i8"),  # given at the beginning
        ("expiry_day", "i8"),
        ("lost_cents", "f8"),  # value that had expired by expiry_day, older losses fading over eight weeks
        ("spend_day", "i8"),
        ("year_cents", "f8"),  # spending of about the last year, older orders fading out
        ("known_plan", "i8"),  # the plan that was joined last
        ("paid_plan", "i8"),  # 1: has paid for one
        ("decided_until_day", "i8"),  # the renewal that has been decided already
        ("first_order_day", "i8"),
        ("last_order_day", "i8"),
        ("active_month", "i8"),  # months up to here are counted as active
        ("card_lost", "i8"),  # 1: stored value is never spent
        ("orders", "i8"),
        ("top_ups", "i8"),
        ("gone", "i8"),  # 1: has left for good
        ("left_day", "i8"),  # and when; NEVER_DAY if not
        # where the life stands, times in days since the start of the run
        ("joined_day", "i8"),
        ("time", "f8"),
        ("hazard", "f8"),  # of leaving, a day of the clock of leaving, until the next event
        ("heartbeat", "f8"),
        ("candidate", "i8"),  # number of the next occasion for an order
        ("order_clock", "f8"),  # when it comes, by the clock of orders
        ("next_order", "f8"),  # and in days
        ("accept_luck", "f8"),  # numbers in (0, 1) of that occasion: whether it becomes an order
        ("redeem_luck", "f8"),  # and whether points are used
        ("ticks", "i8"),  # occasions that still have to be taken before one becomes an order
        ("doing_time", "f8", (DOINGS_MOST,)),
        ("doing_count", "i8", (DOINGS_MOST,)),
        ("next_doing", "f8"),
        ("friends", "i8"),
        ("next_friend", "f8"),
        ("errands", "i8"),  # entries in use
    ],
    align=True,
)
"""One person."""

LONG_AGO = -NEVER_DAY
REMEMBERED_DAYS = 56
"""How long a loss of points is held against the shop: eight weeks."""

LARGEST_BASKET_CENTS = 2.0**53
"""Largest basket that can be drawn, minor units: far above what the ledger accepts as an order."""

FADING_YEAR_DAYS = 364.0
"""Fading time of the spending that is remembered: 52 weeks."""


@kernel
def forget(person):
    """Clear the memory and stand at the beginning."""
    person.redeem_day = LONG_AGO
    person.first_redeem_day = NEVER_DAY
    person.redemptions = 0
    person.capped = 0
    person.demotion_day = LONG_AGO
    person.failure_day = LONG_AGO
    person.closes_day = LONG_AGO
    person.closes_version = -1
    person.endowed_points = 0
    person.expiry_day = LONG_AGO
    person.lost_cents = 0.0
    person.spend_day = LONG_AGO
    person.year_cents = 0.0
    person.known_plan = 0
    person.paid_plan = 0
    person.decided_until_day = LONG_AGO
    person.first_order_day = NEVER_DAY
    person.last_order_day = LONG_AGO
    person.active_month = 0
    person.card_lost = 0
    person.orders = 0
    person.top_ups = 0
    person.gone = 0
    person.left_day = NEVER_DAY
    person.referred = 0
    person.referrer = 0
    person.candidate = 0
    person.friends = 0
    person.errands = 0


@kernel
def remember(rules, person, row):
    """Take note of a transfer that the person would notice."""
    if row.cause == Cause.REDEEM or row.cause == Cause.REDEEM_REWARD or row.cause == Cause.REDEEM_WHEEL:
        person.redeem_day = row.day
        person.first_redeem_day = min(person.first_redeem_day, row.day)
    elif row.cause == Cause.DOWNGRADE:
        person.demotion_day = row.day
    elif row.cause == Cause.PLAN_START:
        person.known_plan = row.credit - Account.PLAN_FIRST
    elif row.cause == Cause.EXPIRE:
        # Faded, not summed up: a steady small loss settles at about eight weeks' worth.
        kept = math.exp(-(row.day - person.expiry_day) / REMEMBERED_DAYS)
        person.lost_cents = person.lost_cents * kept + points_value_cents(rules[row.version], row.amount)
        person.expiry_day = row.day


@kernel
def remember_all(rules, person, journal):
    """Take note of every transfer in a journal."""
    for index in range(journal.fill.used):
        remember(rules, person, journal.rows[index])


@kernel
def remember_spending(person, day, cents):
    """Add an order to the fading sum of the last year's spending."""
    person.year_cents = year_spending(person, day) + cents
    person.spend_day = day
    person.first_order_day = min(person.first_order_day, day)
    person.last_order_day = day


@kernel
def year_spending(person, day):
    """Spending of about the last 52 weeks, minor units: each order fades with its age over a year."""
    if person.spend_day == LONG_AGO:
        return 0.0
    return person.year_cents * math.exp(-(day - person.spend_day) / FADING_YEAR_DAYS)


@kernel
def normal_of(seed, member, stream, counter):
    """A standard normal number of one's own."""
    word = words(seed, member, stream, counter)
    return normal(word[0], word[1])
