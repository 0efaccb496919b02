"""No effect is a dead letter: turning any one of them changes what members do, where its rule is in force."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policies import Policy, load_policy
from sim.effects import EFFECTS, PRESETS, Effect, preset
from sim.run import simulate
from sim.scenario import Scenario, load_scenario

ROOT = Path(__file__).resolve().parent.parent.parent
PLAN = {"b_econ", "b_sunk", "b_bask", "c_paid", "exposure", "j_0", "j_1", "rho_0", "rho_b", "rho_auto", "rho_year"}
MEMBERS, PLAN_MEMBERS = 600, 2_000
"""Few members buy a plan, and fewer still renew it twice."""


def _policy(symbol: str, far_goal: Policy) -> Policy:
    if symbol in PLAN:
        return load_policy("warehouse_club")
    if symbol in ("beta_gg", "kappa", "t_goal", "eta"):
        return far_goal
    return load_policy("baseline")


@pytest.fixture(scope="module")
def far_goal(tmp_path_factory: object) -> Policy:
    """The baseline with a first redemption that is some baskets away."""
    path = tmp_path_factory.mktemp("policies") / "far_goal.toml"
    path.write_text('title = "Far goal"\nextends = "baseline"\n[points.cash]\nminimum = 2000\n', "utf-8")
    return load_policy(path)


@pytest.fixture(scope="module")
def lives(cut: Callable, far_goal: Policy) -> Callable[..., bytes]:
    """Outcomes under the central response with some effects at another size."""
    known: dict[tuple, bytes] = {}

    def run(symbol: str, **sizes: float) -> bytes:
        policy = _policy(symbol, far_goal)
        key = (policy.name, *sorted(sizes.items()))
        if key not in known:
            scenario: Scenario = cut("beauty_mall", None, preset="central", **sizes)
            members = PLAN_MEMBERS if symbol in PLAN else MEMBERS
            known[key] = simulate(scenario, policy, members=members).outcomes.tobytes()
        return known[key]

    return run


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.symbol)
def test_every_effect_acts(effect: Effect, lives: Callable[..., bytes]) -> None:
    """Both ends of the range differ from each other; large lives in a small population."""
    low, high = (lives(effect.symbol, **{effect.symbol: size}) for size in (effect.low, effect.high))
    assert low != high


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.symbol)
def test_declaration(effect: Effect) -> None:
    assert effect.low <= effect.central <= effect.high
    assert effect.low < effect.high
    assert effect.grade in "ABCD"
    assert effect.meaning and effect.unit and effect.source


def test_presets() -> None:
    assert len({each.symbol for each in EFFECTS}) == len(EFFECTS)
    for name in PRESETS:
        assert set(preset(name)) == {each.symbol for each in EFFECTS}
    with pytest.raises(KeyError):
        preset("hopeful")


def test_a_scenario_sets_its_own_sizes(cut: Callable) -> None:
    scenario = cut("beauty_mall", None, beta_gg=0.2)
    assert scenario.effects("behavioural") == preset("central") | {"beta_gg": 0.2}
    assert scenario.effects("mechanical") == preset("null")
    assert load_scenario("beauty_mall").effects("behavioural") == preset("central")


@pytest.mark.slow
@pytest.mark.parametrize("years", [3, 5])
def test_the_lift_of_a_program_is_what_the_page_says(years: int, cut: Callable) -> None:
    """docs/behaviour.md states openly how far the preset goes against the causal literature; it may not get stale."""
    page = (ROOT / "docs" / "behaviour.md").read_text("utf-8")
    lift, stayed = map(int, re.search(rf"^\| {years} years \| (\d+) % \| (\d+) % \|$", page, re.MULTILINE).groups())
    scenario = cut("beauty_mall", date(2026 + years, 12, 31))
    run = {name: simulate(scenario, load_policy(name), members=20_000).outcomes for name in ("baseline", "no_program")}

    def added(field: str) -> float:
        return 100 * (run["baseline"][field].sum() / run["no_program"][field].sum() - 1)

    assert added("list_cents") == pytest.approx(lift, abs=0.6)
    assert added("surviving") == pytest.approx(stayed, abs=0.6)
