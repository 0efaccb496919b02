"""Runs that nobody lives through: outcomes by a formula, in place of the simulation, so that the truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from policies import Policy
from policies.rules import records
from sim.figures.upkeep import Upkeep
from sim.members.outcomes import OUTCOME
from sim.scenario import Scenario

MEAN_CENTS, SPREAD_CENTS = 50_000, 8_000


@dataclass
class Pretended:
    """In place of ``sim.run.simulate``: every member has a margin of chance plus ``gain`` of the policy.

    The chance is the same under all policies; only ``luck``, a standard deviation in cents, is a candidate's own.
    """

    gain: Callable[[str, Mapping[str, float]], float]
    luck: float = 0.0
    gauge: tuple[int, int] = (1_000, 0)
    asked: list[tuple[str, int, dict[str, float]]] = field(default_factory=list)

    def __call__(
        self,
        scenario: Scenario,
        policy: Policy,
        *,
        members: int,
        seed: int,
        effects: Mapping[str, float],
        progress: Callable[[float], None] | None = None,
        **_: Any,
    ) -> SimpleNamespace:
        self.asked.append((policy.name, seed, dict(effects)))
        chance = np.random.default_rng(seed)
        common = chance.normal(MEAN_CENTS, SPREAD_CENTS, members)
        own = chance.normal(0.0, self.luck, members) if policy.name != "baseline" else 0.0
        outcomes = records(members, OUTCOME)
        outcomes.margin_cents = np.rint(common + own + self.gain(policy.name, effects))
        outcomes.list_cents = outcomes.margin_cents
        outcomes.persons = 1
        if progress:
            progress(1.0)
        upkeep = Upkeep(0.0, 0, 0, 1.0, len(scenario.months))
        return SimpleNamespace(outcomes=outcomes, laws=(), gauge=self.gauge, upkeep=upkeep)


def pretend(
    monkeypatch: pytest.MonkeyPatch, gain: Callable[[str, Mapping[str, float]], float], **how: Any
) -> Pretended:
    """Let every question of doubt be answered by a formula."""
    pretended = Pretended(gain, **how)
    monkeypatch.setattr("sim.doubt.series.simulate", pretended)
    return pretended
