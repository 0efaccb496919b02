"""Break-even: known roots are found wherever they lie, with what luck leaves open of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from policies import Policy, edit, load_policy
from sim.answers import break_even_json
from sim.break_even import BreakEven, break_even
from sim.figures.report import json_text
from sim.scenario import Scenario, ScenarioError, load_scenario
from tests.pretended import SPREAD_CENTS, pretend


@pytest.fixture(scope="module")
def policies() -> tuple[Policy, Policy]:
    baseline = load_policy("baseline")
    return baseline, edit(baseline, {}, name="candidate")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, policies: tuple[Policy, Policy]) -> Callable[..., BreakEven]:
    """``asked(symbol, gain, luck, key)``: the break-even of a candidate that gains ``gain(size)`` cents a member."""

    def ask(symbol: str, gain: Callable[[float], float], luck: float = 0.0, **how: object) -> BreakEven:
        pretend(monkeypatch, lambda name, sizes: gain(sizes[symbol]) * (name == "candidate"), luck=luck)
        return break_even(load_scenario("beauty_mall"), *policies, symbol, **({"members": 400, "seed": 3} | how))

    return ask


def test_one_sided(asked: Callable[..., BreakEven]) -> None:
    below = asked("c_mem", lambda size: -10_000 * (size + 0.12))
    assert (below.verdict, below.assumed) == ("below", -0.36)
    assert below.crossings[0].size == pytest.approx(-0.12, abs=1e-3)
    assert below.ahead == ((-0.6, below.crossings[0].size),)
    above = asked("beta_tp", lambda size: 10_000 * (size**2 - 0.25))
    assert above.verdict == "above"
    assert above.crossings[0].size == pytest.approx(0.5, abs=1e-3)
    assert not above.unclear


def test_several_crossings(asked: Callable[..., BreakEven]) -> None:
    """The difference may rise and fall again: both ends of the range where the candidate is ahead are found."""
    seen = asked("beta_tp", lambda size: 10_000 * (size - 0.13) * (0.58 - size))
    assert seen.verdict == "between"
    assert [each.size for each in seen.crossings] == pytest.approx([0.13, 0.58], abs=1e-3)
    assert seen.ahead == (tuple(each.size for each in seen.crossings),)
    outside = asked("beta_tp", lambda size: -10_000 * (size - 0.13) * (0.58 - size))
    assert [len(outside.ahead), outside.ahead[0][0], outside.ahead[1][1]] == [2, 0.0, 0.7]


@pytest.mark.parametrize(("gain", "verdict"), [(500, "always"), (-500, "never"), (0, "alike")])
def test_no_crossing(asked: Callable[..., BreakEven], gain: int, verdict: str) -> None:
    seen = asked("c_mem", lambda size: gain * (1 - size))
    assert (seen.verdict, seen.crossings) == (verdict, ())
    assert seen.ahead == (((-0.6, 0.0),) if verdict == "always" else ())
    assert (seen.members_per_arm is None) == (verdict == "alike")


def test_a_cost_is_better_below(monkeypatch: pytest.MonkeyPatch, policies: tuple[Policy, Policy]) -> None:
    """Less cost is ahead: the sides change with the direction of the KPI."""
    lives = pretend(monkeypatch, lambda name, sizes: 0.0)

    def costly(*args: object, **how: object) -> object:
        result = lives(*args, **how)
        if args[1].name == "candidate":
            result.outcomes.discount_cents = round(10_000 * (how["effects"]["beta_tp"] - 0.3))
        return result

    monkeypatch.setattr("sim.doubt.series.simulate", costly)
    seen = break_even(load_scenario("beauty_mall"), *policies, "beta_tp", "program_cost", members=50)
    assert seen.verdict == "below"
    assert seen.crossings[0].size == pytest.approx(0.3, abs=1e-3)


def test_luck_limits_the_search(asked: Callable[..., BreakEven]) -> None:
    """The stated error is the one that is made: over many lucks, crossings scatter by it around the truth."""
    found = [
        asked("c_mem", lambda size: -10_000 * (size + 0.12), luck=4_000, seed=seed, members=100).crossings
        for seed in range(30)
    ]
    errors = np.array([each[0].error for each in found])
    away = np.array([each[0].size + 0.12 for each in found])
    assert errors == pytest.approx(400 / 10_000, rel=0.3)
    assert abs(away.mean()) < 4 * 0.04 / math.sqrt(30)
    assert away.std() == pytest.approx(0.04, rel=0.5)


def test_luck_can_hide_a_crossing(asked: Callable[..., BreakEven]) -> None:
    clear = asked("c_mem", lambda size: 3_000.0, luck=4_000)
    hidden = asked("c_mem", lambda size: 600.0, luck=4_000, members=50, seed=4)
    assert (clear.verdict, clear.unclear) == ("always", False)
    assert (hidden.verdict, hidden.unclear) == ("always", True)


def test_experiment_counts_members_of_both_arms(asked: Callable[..., BreakEven]) -> None:
    """At the assumed size the difference is 2,400 cents between members who spread by 8,000 in either arm."""
    seen = asked("c_mem", lambda size: -10_000 * (size + 0.12), members=4_000)
    assert seen.members_per_arm == pytest.approx(7.849 * 2 * SPREAD_CENTS**2 / 2_400**2, rel=0.1)


def test_the_assumed_size_is_looked_at(cut: Callable[..., Scenario], asked: Callable[..., BreakEven]) -> None:
    seen = asked("t_goal", lambda size: size - 30.0)
    assert 26.0 in seen.sizes
    assert (seen.sizes[0], seen.sizes[-1]) == (8.0, 104.0)
    assert np.diff(np.log(seen.sizes)).max() < 0.5  # times are looked at as multiples
    assert seen.crossings[0].size == pytest.approx(30.0, rel=0.02)


def test_a_size_outside_the_range_widens_it(
    monkeypatch: pytest.MonkeyPatch, policies: tuple[Policy, Policy], cut: Callable[..., Scenario]
) -> None:
    pretend(monkeypatch, lambda name, sizes: (sizes["c_mem"] + 0.8) * (name == "candidate") * 1_000)
    seen = break_even(cut("beauty_mall", c_mem=-1.0), *policies, "c_mem", members=50)
    assert (seen.sizes[0], seen.assumed) == (-1.0, -1.0)
    assert seen.crossings[0].size == pytest.approx(-0.8, abs=1e-2)


def test_questions_that_are_refused(policies: tuple[Policy, Policy]) -> None:
    scenario = load_scenario("beauty_mall")
    with pytest.raises(
        ScenarioError,
        match=r"effect: there is no effect 'c_men'; there are c_mem, b_mem, .*, rho_year\. Did you mean c_mem\?",
    ):
        break_even(scenario, *policies, "c_men")
    with pytest.raises(
        ScenarioError, match=r"there is no key figure 'margn' .*; there are .*margin.* Did you mean margin\?"
    ):
        break_even(scenario, *policies, "c_mem", "margn")
    with pytest.raises(ScenarioError, match="there is no key figure 'upper_tier' of which more, or less, is better"):
        break_even(scenario, *policies, "c_mem", "upper_tier")
    with pytest.raises(ScenarioError, match="has members written by hand: break-even is about members who are drawn"):
        break_even(load_scenario("lessons"), *policies, "c_mem")


def test_real_lives(cut: Callable[..., Scenario]) -> None:
    """On the engine: with lower churn there are more orders, and a share of nothing is refused."""
    month = cut("beauty_mall", date(2027, 1, 14))
    baseline, nothing = load_policy("baseline"), load_policy("no_program")
    shares: list[float] = []
    seen = break_even(month, nothing, baseline, "c_mem", "orders", members=6, threads=1, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert seen.differences[0].value >= seen.differences[-1].value
    assert json_text(break_even_json(seen)).startswith('{\n  "scenario": "beauty_mall"')
    with pytest.raises(ScenarioError, match=r"capped: is a share of nothing if c_mem is -0.6"):
        break_even(month, nothing, baseline, "c_mem", "capped", members=6, threads=1)
