"""The nine members of the scenario `lessons` under any policy: what the engine books for them, and what is refused."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from ledger.accounts import Cause
from ledger.status import Status
from policies import Policy
from policies.rules import records
from sim.engines.compiled_engine import live_many
from sim.engines.life import new_life
from sim.market.world import World
from sim.members.outcomes import OUTCOME
from sim.scenario import load_scenario

LESSONS = load_scenario("lessons")
_TRANSFERS = 4096
"""More than any of them brings."""

ENDS = (
    "plan", "qualifying", "growth", "orders", "issued_points", "pending_points", "active_points", "redeemed_points",
    "expired_points", "clawed_points", "cancelled_points", "moved_points", "debt_points", "principal_cents",
    "bonus_cents", "coupons",
)  # fmt: skip


class Lived(NamedTuple):
    """What a life leaves behind."""

    transfers: np.ndarray  # TRANSFER (n,)
    refused: dict[str, int]
    head: np.record  # HEAD, at the end


@cache
def _world(policy: Policy) -> World:
    return LESSONS.world(policy)


@cache
def lived(policy: Policy, number: int) -> Lived:
    """A member's life under a policy."""
    life = new_life(_world(policy), policy.rules, scale=1, transfers=_TRANSFERS, keep=True)
    status = live_many(life, number, records(1, OUTCOME))
    assert status == Status.OK
    refused = {Status(each).name.lower(): int(life.tally.refused[each]) for each in np.flatnonzero(life.tally.refused)}
    return Lived(np.array(life.journal.rows[: life.journal.fill.used]), refused, life.stack.members[0].head.copy())


def causes_met(policy: Policy, number: int) -> set[str]:
    """The causes that a member meets under a policy."""
    return {Cause(each).name.lower() for each in np.unique(lived(policy, number).transfers["cause"])}


def summary(policy: Policy, number: int) -> dict[str, object]:
    """Transfers by cause (how many, how much in all), refusals, and what the member has in the end."""
    transfers, refused, head = lived(policy, number)
    causes = {}
    for each in np.unique(transfers["cause"]):
        amounts = transfers["amount"][transfers["cause"] == each]
        causes[Cause(each).name.lower()] = f"{amounts.size} x {amounts.sum()}"
    tier = policy.level_names[head.tier] if int(head.closed_day) > int(head.day) else "none: the account is closed"
    end = {name: int(head[name]) for name in ENDS if head[name]}
    return {"causes": dict(sorted(causes.items())), "refused": refused, "end": {"tier": tier, **end}}
