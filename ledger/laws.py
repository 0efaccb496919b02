"""The conservation laws: sums that must agree to the last point and cent, checked after every run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ledger.accounts import Cause
from policies.kernel import kernel
from policies.rules import NEVER_DAY


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

    MEMBERS = 0
    ISSUED = 1
    PENDING = 2
    ACTIVE = 3
    REDEEMED = 4
    EXPIRED = 5
    IN_LOTS = 6
    GROWTH = 7
    IN_PLANS = 8
    TRANSFERS = 9
    UNSOUND = 10  # members whose own books do not add up


def new_totals() -> np.ndarray:
    """Sums of zero, int64 (len(Total),)."""
    return np.zeros(len(Total), np.int64)


@kernel
def add_totals(member, totals):
    """Add one member's state to the sums, and count it as unsound if its own books do not add up."""
    head = member.head
    in_lots = 0
    pending = 0
    negative = False
    for index in range(head.lots):
        lot = member.lots[index]
        in_lots += lot.points
        pending += lot.points * lot.pending
        negative = negative or lot.points <= 0
    held = head.pending_points + head.active_points
    sound = (
        in_lots == held
        and pending == head.pending_points
        and not negative
        and head.issued_points == held + head.redeemed_points + head.expired_points
        and head.active_points >= 0
        and qualifying_in_window(member) == head.qualifying
    )
    totals[Total.MEMBERS] += 1 if head.joined_day < NEVER_DAY else 0
    totals[Total.ISSUED] += head.issued_points
    totals[Total.PENDING] += head.pending_points
    totals[Total.ACTIVE] += head.active_points
    totals[Total.REDEEMED] += head.redeemed_points
    totals[Total.EXPIRED] += head.expired_points
    totals[Total.IN_LOTS] += in_lots
    totals[Total.GROWTH] += head.growth
    totals[Total.IN_PLANS] += 1 if head.plan > 0 else 0
    totals[Total.TRANSFERS] += head.sequence
    totals[Total.UNSOUND] += 0 if sound else 1


@kernel
def qualifying_in_window(member):
    """Sum of the amounts that count for tiers."""
    total = 0
    for index in range(member.head.windows):
        total += member.window[index].amount
    return total


def laws_of_run(
    totals: np.ndarray,
    amounts: np.ndarray,
    transfers: int,
    list_cents: int,
    seats_by_tier: np.ndarray,
) -> tuple[Law, ...]:
    """Every law of a run.

    ``totals`` sums the states (see Total); ``amounts`` sums the transfers by Cause; ``transfers``
    counts them; ``list_cents`` sums the list prices of the orders as they came in;
    ``seats_by_tier`` counts the seats that moved in less those that moved out.
    """
    state = {each: int(totals[each]) for each in Total}
    moved = {each: int(amounts[each]) for each in Cause}
    outstanding = state[Total.PENDING] + state[Total.ACTIVE]
    return (
        Law("points issued by transfers = points issued in accounts", moved[Cause.EARN], state[Total.ISSUED]),
        Law(
            "points issued = pending + active + redeemed + expired",
            state[Total.ISSUED],
            outstanding + state[Total.REDEEMED] + state[Total.EXPIRED],
        ),
        Law("points in lots = pending + active", state[Total.IN_LOTS], outstanding),
        Law("points redeemed by transfers = in accounts", moved[Cause.REDEEM], state[Total.REDEEMED]),
        Law("points expired by transfers = in accounts", moved[Cause.EXPIRE], state[Total.EXPIRED]),
        Law("growth by transfers = growth in accounts", moved[Cause.GROW], state[Total.GROWTH]),
        Law(
            "list price = cash + discounts + points as cash",
            list_cents,
            moved[Cause.SALE_CASH] + moved[Cause.SALE_DISCOUNT] + moved[Cause.SALE_POINTS],
        ),
        Law("members joined = members in tiers", state[Total.MEMBERS], int(seats_by_tier.sum())),
        Law("no tier has fewer than zero members", int((seats_by_tier < 0).sum()), 0),
        Law(
            "plans started - plans lapsed = members in plans",
            moved[Cause.PLAN_START] - moved[Cause.PLAN_LAPSE],
            state[Total.IN_PLANS],
        ),
        Law("transfers counted = transfers numbered by members", transfers, state[Total.TRANSFERS]),
        Law("members whose own books do not add up = none", state[Total.UNSOUND], 0),
    )
