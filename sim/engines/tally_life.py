"""Sums of what members do, beside the transfers: orders, returns, and what is known only at the end."""

from __future__ import annotations

from policies.arithmetic import share_of
from policies.burning import points_value_cents
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from sim.effects import MAXIMUM, Term
from sim.engines.counts import Count, month_of

ACTIVE_DAYS = 90
"""A member with an order in so many days counts as active."""
YEAR_DAYS = 365
"""Days of the last year, for members active in twelve months."""
_MILLIONTHS = 1_000_000.0


@kernel
def tally_order(life, outcome, day, list_cents, margin_bp):
    """Count an order; the person does not remember it yet."""
    world, person, counts = life.world, life.person, life.tally.counts
    month = month_of(world, day)
    margin = share_of(list_cents, margin_bp)
    counts[month, Count.ORDERS] += 1
    counts[month, Count.LIST_CENTS] += list_cents
    counts[month, Count.MARGIN_CENTS] += margin
    outcome.orders += 1
    outcome.list_cents += list_cents
    outcome.margin_cents += margin
    first = world.span.first_day
    if person.last_order_day < first or month_of(world, person.last_order_day) != month:
        counts[month, Count.BUYERS] += 1
    ahead = max(month, person.active_month)
    while ahead < world.months and day >= world.month_end_day[ahead] - ACTIVE_DAYS:
        counts[ahead, Count.ACTIVE] += 1
        ahead += 1
    person.active_month = ahead
    if life.work.depth == 0 and day > world.span.end_day - 1 - YEAR_DAYS:
        outcome.year_orders += 1
        outcome.year_cents += list_cents


@kernel
def tally_returned(life, outcome, day, list_cents, margin_bp):
    """Take the margin of goods off that came back."""
    margin = share_of(list_cents, margin_bp)
    month = month_of(life.world, day)
    outcome.returns += 1
    outcome.margin_cents -= margin
    life.tally.counts[month, Count.RETURNS] += 1
    life.tally.counts[month, Count.MARGIN_CENTS] -= margin


@kernel
def tally_capped(life, outcome, day):
    """Count a redemption that a cap made smaller than member and balance would have it."""
    life.tally.counts[month_of(life.world, day), Count.CAPPED] += 1
    outcome.capped_redemptions += 1


@kernel
def tally_redemption(life, outcome, day):
    """Count a redemption outside of an order."""
    life.tally.counts[month_of(life.world, day), Count.REDEMPTIONS] += 1
    outcome.redemptions += 1


@kernel
def tally_pull(tally, terms, pull, regularity):
    """Split what an occasion adds to the expected orders over the terms of the purchase intensity."""
    share = _MILLIONTHS / (MAXIMUM * regularity)
    last = Term.CAMPAIGN + 1
    tally.pulls[last] += int(share)
    tally.gauge[0] += 1
    if pull == 1.0:
        return
    if pull >= MAXIMUM:
        tally.gauge[1] += 1
    total = 0.0
    for term in range(last):
        total += terms[term]
    by_term = (pull - 1.0) * share / total
    for term in range(last):
        if terms[term] != 0.0:
            tally.pulls[term] += int(by_term * terms[term])


@kernel
def tally_end(life, outcome):
    """Fill in what is known of a member only at the end."""
    world, head, person = life.world, life.member.head, life.person
    last_day = world.span.end_day - 1
    outcome.issued_points += head.issued_points
    outcome.redeemed_points += head.redeemed_points
    outcome.expired_points += head.expired_points
    outcome.clawed_points += head.clawed_points
    outstanding = head.pending_points + head.active_points
    outcome.outstanding_points += outstanding
    if head.joined_day < NEVER_DAY and outstanding > 0:
        outcome.outstanding_cents += points_value_cents(life.rules[life.rules.size - 1], outstanding)
    outcome.outstanding_gone_points += outstanding * person.gone
    outcome.stored_left_cents += head.principal_cents
    outcome.stored_lost_cents += head.principal_cents * max(person.gone, person.card_lost)
    if person.last_order_day > last_day - ACTIVE_DAYS:
        outcome.active += 1
    if person.last_order_day > last_day - YEAR_DAYS:
        outcome.active_year += 1
    outcome.surviving += 1 - person.gone
    if head.tier > 0 and head.closed_day == NEVER_DAY:
        outcome.upper_tier += 1
    if person.first_redeem_day < NEVER_DAY:
        outcome.redeemers += 1
    outcome.buyers += min(1, person.orders)
    outcome.repeaters += min(1, person.orders // 2)
    outcome.referrers += person.referrer
    if head.joined_day < NEVER_DAY:
        outcome.member_months += 1 + month_of(world, last_day) - month_of(world, head.joined_day)
    if life.work.depth == 0:
        _tally_root(life, outcome)


@kernel
def _tally_root(life, outcome):
    """What is remembered of the root of a tree alone."""
    head, person = life.member.head, life.person
    outcome.segment = person.segment
    outcome.joined_day = head.joined_day
    outcome.left_day = person.left_day
    outcome.first_order_day = person.first_order_day
    outcome.last_order_day = person.last_order_day
    outcome.first_redemption_day = person.first_redeem_day
    outcome.tier = head.tier


@kernel
def tally_acquired(life, outcome, arrival):
    """What it cost to win a member."""
    outcome.acquired = arrival.channel
    outcome.acquisition_cents += arrival.cost_cents
    month = month_of(life.world, life.person.joined_day)
    life.tally.counts[month, Count.ACQUISITION_CENTS] += arrival.cost_cents
