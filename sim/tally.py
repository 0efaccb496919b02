"""Sums of a run: integers by month and cause, so that merging parts in any order gives the same bytes."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from finance.service import service_month_day
from ledger.accounts import Account, Cause, Unit
from ledger.laws import new_totals
from policies.arithmetic import share_of
from policies.burning import points_value_cents
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from sim.people import remember

ACTIVE_DAYS = 90
"""A member with an order in so many days counts as active."""


class Count(IntEnum):
    """What is counted by month beside the transfers."""

    ORDERS = 0
    BUYERS = 1
    ACTIVE = 2
    JOINS = 3
    LEAVERS = 4
    LIST_CENTS = 5
    MARGIN_CENTS = 6
    SERVICE_CENTS = 7
    REDEMPTIONS = 8
    CAPPED = 9


class Tally(NamedTuple):
    """``M`` months, ``K`` tiers."""

    amounts: np.ndarray  # int64 (M, len(Cause)): transferred amounts
    seats: np.ndarray  # int64 (M, K): seats that moved into a tier less those that moved out
    counts: np.ndarray  # int64 (M, len(Count))
    totals: np.ndarray  # int64 (len(Total),): sums of the states at the end
    work: np.ndarray  # int64 (2,): events posted, transfers booked


def new_tally(months: int, levels: int) -> Tally:
    """Sums of zero."""
    return Tally(
        np.zeros((months, len(Cause)), np.int64),
        np.zeros((months, levels), np.int64),
        np.zeros((months, len(Count)), np.int64),
        new_totals(),
        np.zeros(2, np.int64),
    )


def add(into: Tally, part: Tally) -> None:
    """Add the sums of a part."""
    for whole, addend in zip(into, part, strict=True):
        whole += addend


@kernel
def month_of(world, day):
    """Number of the run's month that holds a day."""
    return world.month_of_day[day - world.span.first_day]


@kernel
def tally_transfers(world, rules, person, outcome, tally, journal, begin):
    """Add the journal's transfers from row `begin` on to the sums and let the person take note of them."""
    for index in range(begin, journal.fill.used):
        row = journal.rows[index]
        month = month_of(world, row.day)
        tally.amounts[month, row.cause] += row.amount
        if row.unit == Unit.TIER:
            tally.seats[month, row.credit - Account.TIER_FIRST] += 1
            if row.debit != Account.OUTSIDE:
                tally.seats[month, row.debit - Account.TIER_FIRST] -= 1
        elif row.unit == Unit.MONEY:
            _money(world, rules, outcome, tally, row, month)
        remember(rules, person, row)
    tally.work[1] += journal.fill.used - begin


@kernel
def _money(world, rules, outcome, tally, row, month):
    """Add a transfer of money to the member's outcome."""
    if row.cause == Cause.SALE_CASH:
        outcome.cash_cents += row.amount
    elif row.cause == Cause.SALE_DISCOUNT:
        outcome.discount_cents += row.amount
    elif row.cause == Cause.SALE_POINTS:
        outcome.points_paid_cents += row.amount
        outcome.redemptions += 1
        tally.counts[month, Count.REDEMPTIONS] += 1
    elif row.cause == Cause.PLAN_FEE:
        outcome.fees_cents += row.amount
        _service(world, rules, outcome, tally, row)


@kernel
def _service(world, rules, outcome, tally, row):
    """Cost to serve a plan member, month by month of the period that the fee pays for."""
    rule = rules[row.version]
    cost = rule.plan_cost_to_serve_cents[rule.plans]  # of the one plan that a policy can have
    for month in range(rule.plan_period_months[rule.plans]):
        day = service_month_day(row.day, month)
        if day < world.span.end_day:
            outcome.service_cents += cost
            tally.counts[month_of(world, day), Count.SERVICE_CENTS] += cost


@kernel
def tally_order(world, person, outcome, tally, day, list_cents, margin_bp):
    """Count an order."""
    month = month_of(world, day)
    margin = share_of(list_cents, margin_bp)
    tally.counts[month, Count.ORDERS] += 1
    tally.counts[month, Count.LIST_CENTS] += list_cents
    tally.counts[month, Count.MARGIN_CENTS] += margin
    outcome.orders += 1
    outcome.list_cents += list_cents
    outcome.margin_cents += margin
    first = world.span.first_day
    if person.last_order_day < first or month_of(world, person.last_order_day) != month:
        tally.counts[month, Count.BUYERS] += 1
    ahead = max(month, person.active_month)
    while ahead < world.month_end_day.size and day >= world.month_end_day[ahead] - ACTIVE_DAYS:
        tally.counts[ahead, Count.ACTIVE] += 1
        ahead += 1
    person.active_month = ahead


@kernel
def tally_capped(world, outcome, tally, day):
    """Count a redemption that a cap made smaller than member and balance would have it."""
    tally.counts[month_of(world, day), Count.CAPPED] += 1
    outcome.capped_redemptions += 1


@kernel
def tally_end(world, rules, member, person, outcome, alive):
    """Fill in what is known of a member only at the end."""
    head = member.head
    last_day = world.span.end_day - 1
    outcome.issued_points = head.issued_points
    outcome.redeemed_points = head.redeemed_points
    outcome.expired_points = head.expired_points
    outcome.outstanding_points = head.pending_points + head.active_points
    if head.joined_day < NEVER_DAY and outcome.outstanding_points > 0:
        outcome.outstanding_cents = points_value_cents(rules[rules.size - 1], outcome.outstanding_points)
    outcome.active = 1 if person.last_order_day > last_day - ACTIVE_DAYS else 0
    outcome.surviving = 1 if alive else 0
    outcome.upper_tier = 1 if head.tier > 0 else 0
