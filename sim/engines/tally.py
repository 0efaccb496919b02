"""Sums of a run: integers by month and cause, so that merging parts in any order gives the same bytes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.accounts import Account, Cause, Unit
from ledger.laws import ACCOUNTS, Total, add_transfer, new_balances, new_totals
from ledger.status import Status
from policies.kernel import kernel
from policies.rules import CAMPAIGNS_MOST, LEVELS_MOST, NEVER_DAY, REWARDS_MOST
from sim.effects import Term
from sim.engines.counts import Count, month_of
from sim.engines.service import serve_period
from sim.market.world import MONTHS_MOST
from sim.members.people import remember
from sim.members.worth import smallest_redemption

POINT_ACCOUNTS = Account.POINTS_MOVED + 1
"""Accounts of points have the smallest numbers."""

STATUSES = max(Status) + 1
ALLOTMENTS = CAMPAIGNS_MOST + REWARDS_MOST
"""Budgets of campaigns, then stocks of rewards."""
SECONDS_A_DAY = 86_400


_CAUSES = len(Cause)
_SEATS = LEVELS_MOST + 1

SUMS = np.dtype(
    [
        ("amounts", "i8", (MONTHS_MOST, _CAUSES)),
        ("points", "i8", (MONTHS_MOST, POINT_ACCOUNTS)),
        ("flows", "i8", (MONTHS_MOST, _SEATS, _SEATS)),
        ("counts", "i8", (MONTHS_MOST, len(Count))),
        ("balances", "i8", (ACCOUNTS,)),
        ("totals", "i8", (len(Total),)),
        ("work", "i8", (2,)),
        ("refused", "i8", (STATUSES,)),
        ("pulls", "i8", (len(Term) + 1,)),
        ("gauge", "i8", (2,)),
    ],
    align=True,
)
"""The sums of a worker as one record; outside of any tier is the last place of `flows`."""


class Tally(NamedTuple):
    """``M`` months, ``K`` tiers, ``D`` days."""

    amounts: np.ndarray  # int64 (M, len(Cause)): transferred amounts
    points: np.ndarray  # int64 (M, POINT_ACCOUNTS): credits less debits of the accounts of points
    flows: np.ndarray  # int64 (M, K + 1, K + 1): seats that moved from tier to tier; the last one is outside
    counts: np.ndarray  # int64 (M, len(Count))
    balances: np.ndarray  # int64 (ACCOUNTS,): credits less debits of each account
    totals: np.ndarray  # int64 (len(Total),): sums of the states at the end
    work: np.ndarray  # int64 (2,): events posted, transfers booked
    refused: np.ndarray  # int64 (STATUSES,): deeds of hand-written members that were refused, by Status
    pulls: np.ndarray  # int64 (len(Term) + 1,): added orders by term, then orders at the own rate, in millionths
    gauge: np.ndarray  # int64 (2,): occasions for orders; those at which the intensity was cut
    used_by_day: np.ndarray  # int64 (ALLOTMENTS, D): worth of points in basis points of a minor unit, or pieces
    used_by_second: np.ndarray  # int64 (SECONDS_A_DAY,) of the watched allotment and day; (1,) if none is watched


def new_tally(months: int, levels: int, days: int) -> Tally:
    """Sums of zero."""
    return Tally(
        np.zeros((months, len(Cause)), np.int64),
        np.zeros((months, POINT_ACCOUNTS), np.int64),
        np.zeros((months, levels + 1, levels + 1), np.int64),
        np.zeros((months, len(Count)), np.int64),
        new_balances(),
        new_totals(),
        np.zeros(2, np.int64),
        np.zeros(STATUSES, np.int64),
        np.zeros(len(Term) + 1, np.int64),
        np.zeros(2, np.int64),
        np.zeros((ALLOTMENTS, days), np.int64),
        np.zeros(1, np.int64),
    )


def tally_of(sums: np.record, levels: int, months: int, used_by_day: np.ndarray, used_by_second: np.ndarray) -> Tally:
    """The part of a worker's sums, SUMS, that a run of so many months and tiers uses."""
    seats = [*range(levels), LEVELS_MOST]
    parts = {name: sums[name] for name in SUMS.names}
    for name in ("amounts", "points", "counts"):
        parts[name] = parts[name][:months]
    parts["flows"] = parts["flows"][:months][:, seats][:, :, seats]
    return Tally(**parts, used_by_day=used_by_day, used_by_second=used_by_second)


def add(into: Tally, part: Tally) -> None:
    """Add the sums of a part."""
    for whole, addend in zip(into, part, strict=True):
        whole += addend


@kernel
def tally_transfers(life, outcome, begin):
    """Add the journal's transfers from row `begin` on to the sums and let the person take note of them."""
    tally, journal = life.tally, life.journal
    for index in range(begin, journal.fill.used):
        row = journal.rows[index]
        month = month_of(life.world, row.day)
        tally.amounts[month, row.cause] += row.amount
        add_transfer(tally.balances, row)
        if row.unit == Unit.POINTS:
            tally.points[month, row.debit] -= row.amount
            tally.points[month, row.credit] += row.amount
            if row.cause == Cause.EXPIRE:
                _expiry(life, outcome, row, begin)
            elif row.cause == Cause.EARN_CAMPAIGN:
                tally_use(life, row.which, row.day, row.second, row.amount * life.rules[row.version].point_value_bp)
        elif row.unit == Unit.MONEY:
            _money(life, outcome, row, month)
        elif row.unit == Unit.TIER:
            before = LEVELS_MOST if row.debit == Account.OUTSIDE else row.debit - Account.TIER_FIRST
            after = LEVELS_MOST if row.credit == Account.OUTSIDE else row.credit - Account.TIER_FIRST
            tally.flows[month, before, after] += 1
        never = life.person.first_redeem_day == NEVER_DAY
        remember(life.rules, life.person, row)
        if never and life.person.first_redeem_day < NEVER_DAY:
            tally.counts[month, Count.REDEEMERS] += 1
    tally.work[1] += journal.fill.used - begin


@kernel
def tally_use(life, allotment, day, second, amount):
    """Count what was used of the budget of a campaign or the stock of a reward."""
    life.used_by_day[allotment, day - life.world.span.first_day] += amount
    if life.work.watched == allotment and life.work.watched_day == day:
        life.used_by_second[second] += amount


@kernel
def _expiry(life, outcome, row, begin):
    """Why points that have expired were not used."""
    if life.person.gone == 1:
        outcome.expired_gone_points += row.amount
        return
    balance = life.member.head.active_points
    for index in range(begin, life.journal.fill.used):
        if life.journal.rows[index].cause == Cause.EXPIRE:
            balance += life.journal.rows[index].amount
    if balance < smallest_redemption(life.rules[row.version], row.day) < NEVER_DAY:
        outcome.expired_small_points += row.amount
    elif life.person.capped == 1:
        outcome.expired_capped_points += row.amount


@kernel
def _money(life, outcome, row, month):
    """Add a transfer of money to the member's outcome."""
    cause, counts = row.cause, life.tally.counts
    if row.credit == Account.SALES:
        if cause == Cause.SALE_POINTS:
            outcome.redemptions += 1
            counts[month, Count.REDEMPTIONS] += 1
        _add_payment(outcome, row.debit, row.amount)
    elif row.debit == Account.SALES:
        outcome.returned_cents += row.amount
        _add_payment(outcome, row.credit, -row.amount)
    elif cause == Cause.PLAN_FEE:
        outcome.fees_cents += row.amount
        if life.person.paid_plan == 0:
            life.person.paid_plan = 1
            outcome.plan_members += 1
        serve_period(life, outcome, life.rules[row.version], life.person.known_plan, row.day)
    elif cause == Cause.PLAN_CREDIT or cause == Cause.PLAN_RETURN:
        outcome.fees_cents -= row.amount
    elif cause == Cause.TOP_UP:
        outcome.top_up_cents += row.amount
    elif cause == Cause.TOP_UP_RETURN:
        outcome.top_up_cents -= row.amount
    elif row.debit == Account.BENEFIT_COSTS:
        outcome.service_cents += row.amount
        counts[month, Count.SERVICE_CENTS] += row.amount
    elif row.debit == Account.REWARD_COSTS:
        outcome.reward_cents += row.amount
        counts[month, Count.REWARD_CENTS] += row.amount
    elif row.credit == Account.PARTNER_INCOME:
        outcome.reward_cents -= row.amount
        counts[month, Count.REWARD_CENTS] -= row.amount


@kernel
def _add_payment(outcome, means, cents):
    """Add what an order was paid with, or less than nothing for what went back."""
    if means == Account.CASH or means == Account.PRINCIPAL_TENDER:
        outcome.cash_cents += cents
    elif means == Account.POINTS_TENDER:
        outcome.points_paid_cents += cents
    elif means == Account.COUPONS_TENDER:
        outcome.coupon_cents += cents
    elif means == Account.BONUS_TENDER:
        outcome.bonus_cents += cents
    else:
        outcome.discount_cents += cents
