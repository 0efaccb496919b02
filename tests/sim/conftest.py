"""Shipped scenarios cut to any length, and journals of both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from ledger.journal import TRANSFER
from policies import Policy
from sim.engines import simpy_engine
from sim.run import simulate
from sim.scenario import Scenario, load_scenario


@pytest.fixture(scope="session")
def cut() -> Callable[..., Scenario]:
    """``cut(name, through, **response)``: a scenario that ends on a day (included), perhaps with other effects."""

    def make(name: str, through: date | None = None, **sizes: object) -> Scenario:
        scenario = load_scenario(name)
        content = scenario.content
        if through is not None:
            horizon = content.horizon.model_copy(update={"through": through})
            content = content.model_copy(update={"horizon": horizon})
        if sizes:
            response = type(content.response)(**({"preset": content.response.preset} | sizes))
            content = content.model_copy(update={"response": response})
        return Scenario(scenario.name, content)

    return make


@pytest.fixture(scope="session")
def journal() -> Callable[..., np.ndarray]:
    """``journal(scenario, policy, **options)``: every transfer of the compiled engine, TRANSFER (n,)."""

    def make(scenario: Scenario, policy: Policy, **options: object) -> np.ndarray:
        parts: list[np.ndarray] = [np.zeros(0, TRANSFER)]
        simulate(scenario, policy, keep_transfers=parts.append, **options)
        return np.concatenate(parts)

    return make


@pytest.fixture(scope="session")
def told() -> Callable[..., simpy_engine.Story]:
    """``told(scenario, policy, response, members)``: the same lives by the readable engine; ``members`` as there."""

    def make(scenario: Scenario, policy: Policy, response: str, members: int | None) -> simpy_engine.Story:
        world = scenario.world(policy, response, members=members)
        return simpy_engine.tell(world, policy.rules, scenario.population(members))

    return make
