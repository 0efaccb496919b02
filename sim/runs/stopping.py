"""What all members share, found as exact moments: budgets of campaigns and stocks of rewards.

Members live one after the other, so nobody can see what the others have used. But until a budget is used up it
changes nothing. So the run is made as if it lasted, the moment is found at which it was used up, the campaign is closed
from then on, and the run is made again, until nothing else is used up. The earliest moment of a run is final, because
up to then no life can differ. What is used up at which moment is decided as in the books of ledger.store_run: the
event that crosses the limit is granted whole, and so is everything of the same second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from policies import Policy
from policies.days import date_of
from policies.rules import BASIS, CAMPAIGNS_MOST, NO_LIMIT, Rules
from sim.engines.tally import Tally
from sim.runs.shards import NOTHING

CAMPAIGN, REWARD = "campaign", "reward"

Lived = Callable[[Rules, tuple[int, int]], Tally]
"""Makes the run by some rules and watches an allotment on a day; see sim.runs.shards.Job."""


class Closing(NamedTuple):
    """From when on nothing is left."""

    kind: str  # CAMPAIGN or REWARD
    name: str
    date: date
    second: int  # of the business day; the first one for which nothing is left


class Allotment(NamedTuple):
    """A budget or a stock of a policy."""

    kind: str
    name: str
    number: int
    limits: np.ndarray  # int64 (D,): on each day of the run; NO_LIMIT if there is none

    @property
    def place(self) -> int:
        """Its place in what a tally counts as used."""
        return self.number + (CAMPAIGNS_MOST if self.kind == REWARD else 0)


class Settled(NamedTuple):
    """A run in which nothing else is used up."""

    rules: Rules
    closings: tuple[Closing, ...]  # in order of time
    tally: Tally


def allotments(policy: Policy, first_day: int, days: int) -> tuple[Allotment, ...]:
    """What is limited on some day of a run, campaigns first."""
    rules = policy.rules
    version = np.searchsorted(rules.effective_day[1:], np.arange(first_day, first_day + days), side="right")
    budgets = rules.campaign_budget_cents[version]
    budgets = np.where(budgets == NO_LIMIT, NO_LIMIT, budgets * BASIS)
    found = (
        *_limited(CAMPAIGN, policy.campaign_names, budgets),
        *_limited(REWARD, policy.reward_names, rules.reward_stock[version]),
    )
    return tuple(found)


def settle(policy: Policy, first_day: int, days: int, lived: Lived) -> Settled:
    """Make the run as often as it takes until every budget and stock is closed at its moment.

    A policy without any is run once, by its own rules; each closing costs two runs more.
    """
    rules = policy.rules
    closings: list[Closing] = []
    still_open = list(allotments(policy, first_day, days))
    while True:
        tally = lived(rules, NOTHING)
        reached = [(_first_reached(each.limits, tally.used_by_day[each.place]), each) for each in still_open]
        place = min((day for day, _ in reached if day is not None), default=None)
        if place is None:
            return Settled(rules, tuple(closings), tally)
        rules = rules.copy()
        moments = [
            (_second(each, place, tally, lived(rules, (each.place, first_day + place))), each)
            for day, each in reached
            if day == place
        ]
        first = min(second for second, _ in moments)
        for second, each in moments:
            if second == first:
                _close(rules, each, first_day + place, second + 1)
                closings.append(Closing(each.kind, each.name, date_of(first_day + place), second + 1))
                still_open.remove(each)


def _limited(kind: str, names: tuple[str, ...], limits: np.ndarray) -> Iterator[Allotment]:
    """Those that are limited on some day; ``limits`` is (days, numbers)."""
    for number, name in enumerate(names):
        if (limits[:, number] != NO_LIMIT).any():
            yield Allotment(kind, name, number, limits[:, number])


def _first_reached(limits: np.ndarray, used: np.ndarray) -> int | None:
    """Place of the first day on which something is used and it comes to the limit."""
    reached = np.flatnonzero((used > 0) & (limits != NO_LIMIT) & (used.cumsum() >= limits))
    return int(reached[0]) if reached.size else None


def _second(allotment: Allotment, place: int, tally: Tally, watched: Tally) -> int:
    """Second of the day at ``place`` at which what is used comes to the limit."""
    before = int(tally.used_by_day[allotment.place, :place].sum())
    used = watched.used_by_second
    reached = np.flatnonzero((used > 0) & (before + used.cumsum() >= allotment.limits[place]))
    return int(reached[0])


def _close(rules: Rules, allotment: Allotment, day: int, second: int) -> None:
    """Write the moment into every version of the rules."""
    rules[f"{allotment.kind}_closed_day"][:, allotment.number] = day
    rules[f"{allotment.kind}_closed_second"][:, allotment.number] = second
