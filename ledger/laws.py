"""The conservation laws: sums that must agree to the last point and cent, checked after every run.

One side is what the members' accounts say, the other what the transfers have moved: from account to account,
or by cause. Over all accounts of a unit the balances are zero, as every transfer has two sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ledger.accounts import Account, Cause
from policies.kernel import kernel
from policies.rules import LEVELS_MOST, NEVER_DAY, PLAN_SLOTS

ACCOUNTS = Account.PLAN_FIRST + PLAN_SLOTS
"""Size of an array with a place for every account by its number."""

NOT_POSITIVE = 0
"""Place of such an array, of no account, where transfers of nothing or of less than nothing are counted."""


@dataclass(frozen=True)
class Law:
    """One law after a run: both sides are integers and must be equal."""

    name: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right


class Total(IntEnum):
    """What is summed over the stored states of members, beside the transfers."""

    MEMBERS = 0  # who have joined and not left
    ISSUED = 1
    PENDING = 2
    ACTIVE = 3
    REDEEMED = 4
    EXPIRED = 5
    CLAWED_BACK = 6
    CANCELLED = 7
    MOVED = 8
    OWED = 9
    IN_LOTS = 10
    GROWTH = 11
    IN_PLANS = 12
    PRINCIPAL = 13
    BONUS = 14
    COUPONS = 15
    TRANSFERS = 16
    UNSOUND = 17  # members whose own books do not add up


_POINTS = (
    ("pending", Account.POINTS_PENDING, Total.PENDING),
    ("active", Account.POINTS_ACTIVE, Total.ACTIVE),
    ("redeemed", Account.POINTS_REDEEMED, Total.REDEEMED),
    ("expired", Account.POINTS_EXPIRED, Total.EXPIRED),
    ("clawed back", Account.POINTS_CLAWED_BACK, Total.CLAWED_BACK),
    ("cancelled", Account.POINTS_CANCELLED, Total.CANCELLED),
    ("moved to other members", Account.POINTS_MOVED, Total.MOVED),
)

_PAID = (Cause.SALE_CASH, Cause.SALE_DISCOUNT, Cause.SALE_COUPON, Cause.SALE_POINTS, Cause.SALE_PRINCIPAL,
         Cause.SALE_BONUS)  # fmt: skip
_RETURNED = (Cause.RETURN_CASH, Cause.RETURN_DISCOUNT, Cause.RETURN_COUPON, Cause.RETURN_POINTS,
             Cause.RETURN_PRINCIPAL, Cause.RETURN_BONUS)  # fmt: skip
_LIST_PRICE = "cash + discounts + coupons + points as cash + principal + bonus"


def new_totals() -> np.ndarray:
    """Sums of zero, int64 (len(Total),)."""
    return np.zeros(len(Total), np.int64)


def new_balances() -> np.ndarray:
    """Balances of zero, credits less debits, int64 (ACCOUNTS,) by the number of the account; see NOT_POSITIVE."""
    return np.zeros(ACCOUNTS, np.int64)


@kernel
def add_transfer(balances, row):
    """Move a transfer's amount from the debited to the credited account; count it if it is not above zero."""
    balances[row.debit] -= row.amount
    balances[row.credit] += row.amount
    balances[NOT_POSITIVE] += 0 if row.amount > 0 else 1


@kernel
def add_totals(member, totals):
    """Add one member's state to the sums, and count it as unsound if its own books do not add up."""
    head = member.head
    seated = head.joined_day < NEVER_DAY and head.closed_day == NEVER_DAY
    totals[Total.MEMBERS] += 1 if seated else 0
    totals[Total.ISSUED] += head.issued_points
    totals[Total.PENDING] += head.pending_points
    totals[Total.ACTIVE] += head.active_points
    totals[Total.REDEEMED] += head.redeemed_points
    totals[Total.EXPIRED] += head.expired_points
    totals[Total.CLAWED_BACK] += head.clawed_points
    totals[Total.CANCELLED] += head.cancelled_points
    totals[Total.MOVED] += head.moved_points
    totals[Total.OWED] += head.debt_points
    totals[Total.GROWTH] += head.growth
    totals[Total.IN_PLANS] += 1 if head.plan > 0 else 0
    totals[Total.PRINCIPAL] += head.principal_cents
    totals[Total.BONUS] += head.bonus_cents
    totals[Total.COUPONS] += head.coupons
    totals[Total.TRANSFERS] += head.sequence
    in_lots = 0
    for index in range(head.lots):
        in_lots += member.lots[index].points
    totals[Total.IN_LOTS] += in_lots
    sound = _points_are_sound(member) and _rest_is_sound(member)
    totals[Total.UNSOUND] += 0 if sound else 1


@kernel
def _points_are_sound(member):
    """Whether a member's points are in lots, and each of them came from somewhere and went somewhere."""
    head = member.head
    pending = 0
    active = 0
    for index in range(head.lots):
        lot = member.lots[index]
        pending += lot.points * lot.pending
        active += lot.points * (1 - lot.pending)
        if lot.points <= 0:
            return False
    gone = head.redeemed_points + head.expired_points + head.clawed_points + head.cancelled_points + head.moved_points
    return (
        pending == head.pending_points
        and active == head.active_points
        and head.debt_points >= 0
        and head.issued_points == pending + active + gone - head.debt_points
    )


@kernel
def _rest_is_sound(member):
    """Whether stored value is in top-ups, and what counts for tiers in the window; nothing is below zero."""
    head = member.head
    principal = 0
    bonus = 0
    for index in range(head.stored):
        entry = member.stored[index]
        principal += entry.principal_cents
        bonus += entry.bonus_cents
        if entry.principal_cents < 0 or entry.bonus_cents < 0:
            return False
    return (
        principal == head.principal_cents
        and bonus == head.bonus_cents
        and head.growth >= 0
        and qualifying_in_window(member) == head.qualifying
    )


@kernel
def qualifying_in_window(member):
    """Sum of the amounts that count for tiers."""
    total = 0
    for index in range(member.head.windows):
        total += member.window[index].amount
    return total


def laws_of_run(
    totals: np.ndarray, amounts: np.ndarray, balances: np.ndarray, transfers: int, list_cents: int
) -> tuple[Law, ...]:
    """Every law of a run.

    ``totals`` sums the states (see Total); the transfers are summed in ``amounts`` by Cause and in ``balances``
    by account (see ``new_balances``); ``transfers`` counts them; ``list_cents`` sums the list prices of the
    orders as they came in, whatever was returned later.
    """
    state = {each: int(totals[each]) for each in Total}
    moved = {each: int(amounts[each]) for each in Cause}
    held = {each: int(balances[each]) for each in Account}
    seats = balances[Account.TIER_FIRST : Account.TIER_FIRST + LEVELS_MOST]
    plans = balances[Account.PLAN_FIRST + 1 : ACCOUNTS]
    returned = sum(moved[each] for each in _RETURNED)
    return (
        *_laws_of_points(state, held),
        Law("growth by transfers = growth in accounts", held[Account.GROWTH_HELD], state[Total.GROWTH]),
        Law(f"list price of orders = {_LIST_PRICE}", list_cents, sum(moved[each] for each in _PAID)),
        Law("list price of orders - list price of returns = sales", list_cents - returned, held[Account.SALES]),
        *_laws_of_stored_value(state, held),
        Law("coupons held by transfers = in accounts", held[Account.COUPONS_HELD], state[Total.COUPONS]),
        Law("members joined and not left = members in tiers", state[Total.MEMBERS], int(seats.sum())),
        Law("plans started - plans lapsed = members in plans", int(plans.sum()), state[Total.IN_PLANS]),
        Law("no tier and no plan has fewer than zero members", int((seats < 0).sum() + (plans < 0).sum()), 0),
        Law("transfers counted = transfers numbered by members", transfers, state[Total.TRANSFERS]),
        Law("transfers of nothing or of less than nothing = none", int(balances[NOT_POSITIVE]), 0),
        Law("members whose own books do not add up = none", state[Total.UNSOUND], 0),
    )


def _laws_of_points(state: dict[Total, int], held: dict[Account, int]) -> tuple[Law, ...]:
    """What became of the points: by transfers, in accounts, in lots."""
    gone = (Total.REDEEMED, Total.EXPIRED, Total.CLAWED_BACK, Total.CANCELLED, Total.MOVED)
    outstanding = state[Total.PENDING] + state[Total.ACTIVE]
    return (
        Law("points issued by transfers = in accounts", -held[Account.POINTS_ISSUED], state[Total.ISSUED]),
        *(Law(f"points {name} by transfers = in accounts", held[account], state[of]) for name, account, of in _POINTS),
        Law("points owed by transfers = in accounts", -held[Account.POINTS_DEBT], state[Total.OWED]),
        Law(
            "points issued = pending + active + redeemed + expired + clawed back + cancelled + moved - owed",
            state[Total.ISSUED],
            outstanding + sum(state[each] for each in gone) - state[Total.OWED],
        ),
        Law("points in lots = pending + active", state[Total.IN_LOTS], outstanding),
    )


def _laws_of_stored_value(state: dict[Total, int], held: dict[Account, int]) -> tuple[Law, ...]:
    """Money that came in for stored value is held or was spent on orders; and so is the bonus on top."""
    spent = held[Account.PRINCIPAL_SPENT]
    return (
        Law("principal held by transfers = in accounts", held[Account.PRINCIPAL_HELD], state[Total.PRINCIPAL]),
        Law("bonus held by transfers = in accounts", held[Account.BONUS_HELD], state[Total.BONUS]),
        Law(
            "money for stored value - money back = principal held + spent",
            held[Account.STORED_VALUE],
            state[Total.PRINCIPAL] + spent,
        ),
        Law("orders paid by principal = principal spent", -held[Account.PRINCIPAL_TENDER], spent),
    )
