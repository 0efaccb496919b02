"""V5: common luck. A small difference between two policies is seen by members who meet the same luck under both."""

from __future__ import annotations

import numpy as np
import pytest

from sim.figures.estimates import mean_of
from sim.run import simulate
from tests.sim.ladder.shop import as_told, market, only, program

pytestmark = pytest.mark.slow

MEMBERS = 4_000


def test_common_luck_against_independent_seeds() -> None:
    """The variance of a difference falls by more than twenty times; momentum 0.1 against none, five years."""
    policy, scenario = program("points"), market()
    runs = [
        simulate(scenario, policy, members=MEMBERS, effects=only(beta_mom=size), seed=seed).outcomes
        for size, seed in ((0.0, 1), (0.1, 1), (0.1, 2))
    ]
    times = []
    for field in ("orders", "list_cents"):
        without, same, other = (each[field].astype(float) for each in runs)
        times.append(np.var(other - without) / np.var(same - without))
    assert min(times) > 20
    as_told("V5", times)


def test_precision_of_a_lift() -> None:
    """Standard error of the five-year lift of 10,000 members: below 0.37 points."""
    policy, scenario = program("points"), market()
    with_, without = (
        mean_of(simulate(scenario, policy, members=MEMBERS, effects=only(beta_mom=size)).outcomes["list_cents"])
        for size in (0.1, 0.0)
    )
    ratio = (with_ / without).estimate()
    error = (ratio.high - ratio.low) / (2 * 1.96) * np.sqrt(MEMBERS / 10_000)
    assert 0.0 < error < 0.0037
    as_told("V5", [100 * error], row=1)
