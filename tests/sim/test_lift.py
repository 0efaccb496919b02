"""The lift budget: what is switched off in which part, and what a program without effects adds: nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from policies import edit, load_policy
from sim.answers import lift_json
from sim.effects import preset
from sim.figures.estimates import mean_of
from sim.figures.report import json_text
from sim.lift import CHURN, ENVELOPE, WEEKS, five_years_of, lift
from sim.scenario import ScenarioError, load_scenario
from tests.pretended import MEAN_CENTS, pretend


def _gain(churn: float, frequency: float) -> Callable[[str, Mapping[str, float]], float]:
    """Cents a member of a program, if all are on: for churn, for frequency, and a tenth of the mean for both."""

    def gain(name: str, sizes: Mapping[str, float]) -> float:
        if name == "no_program":
            return 0.0
        stays, buys = sizes["c_mem"] != 0, sizes["beta_tp"] != 0
        return stays * churn + buys * frequency + (stays and buys) * 0.1 * MEAN_CENTS

    return gain


def test_parts_of_a_known_lift(monkeypatch: pytest.MonkeyPatch) -> None:
    lives = pretend(monkeypatch, _gain(0.2 * MEAN_CENTS, 0.05 * MEAN_CENTS))
    seen = lift(load_scenario("beauty_mall"), load_policy("baseline"), members=40_000)
    assert seen.total.value == pytest.approx(0.35, abs=0.002)
    assert seen.churn.value == pytest.approx(0.2, abs=0.002)
    assert seen.frequency.value == pytest.approx(0.05, abs=0.001)
    assert seen.together == pytest.approx(0.1, abs=0.002)
    assert seen.total.low < seen.total.value < seen.total.high
    assert (seen.verdict, seen.clear) == ("above", True)
    assert seen.frequency_share == pytest.approx(1 / 7, abs=0.01)
    assert seen.capped == 0.0
    assert json_text(lift_json(seen)).startswith('{\n  "scenario": "beauty_mall"')
    nothing, full, frequency, churn = (sizes for _, _, sizes in lives.asked)
    assert {each["rate_ref"] for each in (nothing, full, frequency, churn)} == {0.0}
    off = preset("null")
    assert {symbol for symbol in off if frequency[symbol] != full[symbol]} <= {*CHURN}
    assert all(frequency[symbol] == 0.0 for symbol in CHURN)
    assert all(churn[symbol] == (full if symbol in CHURN else off)[symbol] for symbol in off)


@pytest.mark.parametrize(("added", "verdict"), [(-0.1, "below"), (0.15, "inside"), (0.5, "above")])
def test_verdicts(monkeypatch: pytest.MonkeyPatch, added: float, verdict: str) -> None:
    pretend(monkeypatch, lambda name, sizes: added * MEAN_CENTS * (name != "no_program"))
    seen = lift(load_scenario("beauty_mall"), load_policy("baseline"), members=500)
    assert (seen.verdict, seen.clear) == (verdict, True)
    assert (seen.frequency_share is None) == (added < 0)


def test_an_edge_within_luck_is_not_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, lambda name, sizes: ENVELOPE[1] * MEAN_CENTS * (name != "no_program"), luck=4_000)
    seen = lift(load_scenario("beauty_mall"), load_policy("baseline"), members=200)
    assert not seen.clear


def test_sizes_of_a_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    lives = pretend(monkeypatch, _gain(0.0, 0.0))
    lift(load_scenario("beauty_mall"), load_policy("baseline"), effects="conservative", members=10)
    assert lives.asked[1][2]["c_mem"] == -0.15
    with pytest.raises(KeyError, match="brave"):
        lift(load_scenario("beauty_mall"), load_policy("baseline"), effects="brave", members=10)


def test_five_years_of_those_who_are_there() -> None:
    """Whatever the horizon; who joins later has less time to buy, so only a start from nothing counts those."""
    main = five_years_of(load_scenario("beauty_mall"))
    assert main.end_day - main.first_day == 7 * WEEKS
    assert main.content.horizon.start == date(2027, 1, 1)
    assert main.population(1_000) == 1_000
    startup = load_scenario("startup_launch")
    assert startup.members == 0
    assert five_years_of(startup).population(1_000) == 1_000
    assert five_years_of(startup).content.acquisition == startup.content.acquisition


def test_another_currency(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a program means without one in the same currency."""
    lives = pretend(monkeypatch, _gain(0.0, 0.0))
    scenario = load_scenario("cdnow")
    lift(scenario, edit(load_policy("baseline"), {"currency": "USD"}, name="dollars"), members=10)
    assert [name for name, _, _ in lives.asked] == ["no_program", "dollars", "dollars", "dollars"]


def test_questions_that_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScenarioError, match="has members written by hand"):
        lift(load_scenario("lessons"), load_policy("baseline"))
    pretend(monkeypatch, lambda name, sizes: -1e9)
    monkeypatch.setattr("sim.lift._bought", lambda run: mean_of(run.outcomes["orders"]))
    with pytest.raises(ScenarioError, match="nobody buys anything without a program"):
        lift(load_scenario("beauty_mall"), load_policy("baseline"), members=10)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four weeks in place of five years."""
    monkeypatch.setattr("sim.lift.WEEKS", 4)


@pytest.mark.usefixtures("brief")
def test_without_effects_a_program_adds_nothing() -> None:
    """On the engine: same luck, no effects, so not a cent differs, whatever the rules."""
    seen = lift(load_scenario("beauty_mall"), load_policy("baseline"), effects="null", members=10, threads=1)
    assert (seen.total.value, seen.frequency.value, seen.churn.value, seen.together) == (0.0, 0.0, 0.0, 0.0)
    assert seen.total.low == seen.total.high == 0.0


@pytest.mark.slow
def test_central_sizes_of_the_main_scenario() -> None:
    """Parts add up, most of the lift comes from those who stay, and the stated one of docs/uncertainty.md is this."""
    seen = lift(load_scenario("beauty_mall"), load_policy("baseline"))
    assert seen.churn.value > seen.frequency.value > 0
    assert seen.together > 0
    assert seen.total.value == pytest.approx(seen.frequency.value + seen.churn.value + seen.together)
