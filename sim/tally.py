"""Sums of a run: integers by month and cause, so that merging parts in any order gives the same bytes."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from finance.service import service_month_day
from ledger.accounts import Account, Cause, Unit
from ledger.laws import add_transfer, new_balances, new_totals
from ledger.status import Status
from policies.arithmetic import share_of
from policies.burning import points_value_cents
from policies.kernel import inlined, kernel
from policies.rules import NEVER_DAY
from sim.people import remember

ACTIVE_DAYS = 90
"""A member with an order in so many days counts as active."""

POINT_ACCOUNTS = Account.POINTS_MOVED + 1
"""Accounts of points have the smallest numbers."""

STATUSES = max(Status) + 1


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
    points: np.ndarray  # int64 (M, POINT_ACCOUNTS): credits less debits of the accounts of points
    seats: np.ndarray  # int64 (M, K): seats that moved into a tier less those that moved out
    counts: np.ndarray  # int64 (M, len(Count))
    balances: np.ndarray  # int64 (ACCOUNTS,): credits less debits of each account
    totals: np.ndarray  # int64 (len(Total),): sums of the states at the end
    work: np.ndarray  # int64 (2,): events posted, transfers booked
    refused: np.ndarray  # int64 (STATUSES,): deeds of hand-written members that were refused, by Status


def new_tally(months: int, levels: int) -> Tally:
    """Sums of zero."""
    return Tally(
        np.zeros((months, len(Cause)), np.int64),
        np.zeros((months, POINT_ACCOUNTS), np.int64),
        np.zeros((months, levels), np.int64),
        np.zeros((months, len(Count)), np.int64),
        new_balances(),
        new_totals(),
        np.zeros(2, np.int64),
        np.zeros(STATUSES, np.int64),
    )


def add(into: Tally, part: Tally) -> None:
    """Add the sums of a part."""
    for whole, addend in zip(into, part, strict=True):
        whole += addend


@kernel
def month_of(world, day):
    """Number of the run's month that holds a day."""
    return world.month_of_day[day - world.span.first_day]


@inlined
def tally_transfers(world, rules, person, outcome, tally, journal, begin):
    """Add the journal's transfers from row `begin` on to the sums and let the person take note of them."""
    for index in range(begin, journal.fill.used):
        row = journal.rows[index]
        month = month_of(world, row.day)
        tally.amounts[month, row.cause] += row.amount
        add_transfer(tally.balances, row)
        if row.unit == Unit.POINTS:
            tally.points[month, row.debit] -= row.amount
            tally.points[month, row.credit] += row.amount
        elif row.unit == Unit.TIER:
            if row.credit != Account.OUTSIDE:
                tally.seats[month, row.credit - Account.TIER_FIRST] += 1
            if row.debit != Account.OUTSIDE:
                tally.seats[month, row.debit - Account.TIER_FIRST] -= 1
        elif row.unit == Unit.MONEY:
            _money(world, rules, person, outcome, tally, row, month)
        remember(rules, person, row)
    tally.work[1] += journal.fill.used - begin


@inlined
def _money(world, rules, person, outcome, tally, row, month):
    """Add a transfer of money to the member's outcome."""
    cause = row.cause
    if row.credit == Account.SALES:
        if cause == Cause.SALE_POINTS:
            outcome.redemptions += 1
            tally.counts[month, Count.REDEMPTIONS] += 1
        _add_payment(outcome, row.debit, row.amount)
    elif row.debit == Account.SALES:
        outcome.returned_cents += row.amount
        _add_payment(outcome, row.credit, -row.amount)
    elif cause == Cause.PLAN_FEE:
        outcome.fees_cents += row.amount
        _serve_period(world, rules[row.version], person.known_plan, outcome, tally, row.day)
    elif cause == Cause.PLAN_CREDIT or cause == Cause.PLAN_RETURN:
        outcome.fees_cents -= row.amount
    elif row.debit == Account.BENEFIT_COSTS or row.debit == Account.REWARD_COSTS:
        outcome.service_cents += row.amount
        tally.counts[month, Count.SERVICE_CENTS] += row.amount
    elif row.credit == Account.PARTNER_INCOME:
        outcome.service_cents -= row.amount
        tally.counts[month, Count.SERVICE_CENTS] -= row.amount


@kernel
def _add_payment(outcome, means, cents):
    """Add what an order was paid with, or less than nothing for what went back."""
    if means == Account.CASH or means == Account.PRINCIPAL_TENDER:
        outcome.cash_cents += cents
    elif means == Account.POINTS_TENDER:
        outcome.points_paid_cents += cents
    else:
        outcome.discount_cents += cents


@inlined
def _serve_period(world, rule, plan, outcome, tally, day):
    """Cost to serve a plan member, month by month of the period that a fee pays for; a plan for life never ends."""
    month = 0
    while rule.plan_period_months[plan] == 0 or month < rule.plan_period_months[plan]:
        first = service_month_day(day, month)
        if first >= world.span.end_day:
            return
        _serve_month(world, rule, plan, outcome, tally, first)
        month += 1


@inlined
def tally_free_period(world, rule, head, outcome, tally, day):
    """Cost to serve a member whose plan has begun on a day without a fee, month by month."""
    month = 0
    while service_month_day(day, month) < min(head.plan_until_day, world.span.end_day):
        _serve_month(world, rule, head.plan, outcome, tally, service_month_day(day, month))
        month += 1


@kernel
def tally_unserved(world, rule, plan, outcome, tally, from_day, until_day, free, day):
    """Take back the cost of the months of a period that had not begun on the day on which its plan ended early."""
    month = 0
    while service_month_day(from_day, month) < min(until_day, world.span.end_day):
        if not free and rule.plan_period_months[plan] > 0 and month >= rule.plan_period_months[plan]:
            return
        first = service_month_day(from_day, month)
        if first >= day:
            cost = rule.plan_cost_to_serve_cents[plan]
            outcome.service_cents -= cost
            tally.counts[month_of(world, first), Count.SERVICE_CENTS] -= cost
        month += 1


@kernel
def _serve_month(world, rule, plan, outcome, tally, day):
    """Book the cost of a month on the day on which it begins."""
    cost = rule.plan_cost_to_serve_cents[plan]
    outcome.service_cents += cost
    tally.counts[month_of(world, day), Count.SERVICE_CENTS] += cost


@inlined
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


@inlined
def tally_returned(world, outcome, tally, day, list_cents, margin_bp):
    """Take the margin of goods off that came back."""
    margin = share_of(list_cents, margin_bp)
    outcome.margin_cents -= margin
    tally.counts[month_of(world, day), Count.MARGIN_CENTS] -= margin


@inlined
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
    outcome.upper_tier = 1 if head.tier > 0 and head.closed_day == NEVER_DAY else 0
