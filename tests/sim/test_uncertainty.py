"""Two loops: how often a candidate is ahead, and which part of the spread is doubt and which is luck."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from scipy import stats

from policies import edit, load_policy
from sim.answers import uncertainty_json
from sim.effects import EFFECTS
from sim.figures.kpis import KPIS
from sim.figures.report import json_text
from sim.run import Cancelled
from sim.scenario import Scenario, ScenarioError, load_scenario
from sim.uncertainty import DRAWS_LEAST, Doubt, doubt_of, uncertainty
from tests.pretended import pretend

MARGIN = next(each for each in KPIS if each.key == "margin")
COST = next(each for each in KPIS if each.key == "program_cost")
C_MEM = next(each for each in EFFECTS if each.symbol == "c_mem")
TRUTH = stats.triang(
    (C_MEM.central - C_MEM.low) / (C_MEM.high - C_MEM.low), loc=C_MEM.low, scale=C_MEM.high - C_MEM.low
)
"""Distribution from which c_mem is drawn."""


def _summed(true: np.ndarray, luck: float, seed: int) -> Doubt:
    errors = np.full(true.size, luck)
    return doubt_of(MARGIN, true + np.random.default_rng(seed).normal(0, luck, true.size), errors)


def test_spread_is_split_into_doubt_and_luck() -> None:
    seen = _summed(np.random.default_rng(1).normal(10, 3, 4_000), 4.0, 2)
    assert seen.parameter_sd == pytest.approx(3.0, rel=0.05)
    assert seen.luck_sd == pytest.approx(4.0)
    assert seen.luck_share == pytest.approx(16 / 25, abs=0.03)
    assert (seen.low, seen.median, seen.high) == pytest.approx((10 - 1.645 * 5, 10, 10 + 1.645 * 5), abs=0.4)
    assert seen.better == pytest.approx(stats.norm.cdf(10 / 5), abs=0.01)


def test_all_luck_and_no_doubt() -> None:
    seen = _summed(np.full(4_000, 1.0), 4.0, 3)
    assert seen.parameter_sd < 1.0
    assert seen.luck_share > 0.9


def test_a_share_of_draws_has_an_error_even_if_all_agree() -> None:
    seen = _summed(np.full(100, 50.0), 1.0, 4)
    assert seen.better == 1.0
    assert 0.003 < seen.better_error < 0.01
    half = _summed(np.where(np.arange(100) < 50, -50.0, 50.0), 1.0, 4)
    assert half.better == 0.5
    assert half.better_error == pytest.approx(0.05, abs=0.001)


def test_less_cost_is_better() -> None:
    seen = doubt_of(COST, np.array([-3.0, -2.0, 1.0, 0.0]), np.ones(4))
    assert (seen.better, seen.same) == (0.5, 0.25)


def test_undefined_draws_do_not_count() -> None:
    nothing = np.full(20, np.nan)
    seen = doubt_of(MARGIN, nothing, nothing)
    assert (seen.median, seen.better, seen.parameter_sd, seen.luck_share) == (None, None, None, 0.0)
    some = nothing.copy()
    some[:10] = np.arange(10)
    assert doubt_of(MARGIN, some, some * 0).defined == 10
    assert doubt_of(MARGIN, some, some * 0).median == 4.5


def test_a_known_truth_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The candidate gains 100 per unit of c_mem below -0.3: so it is ahead just as often as c_mem is drawn there."""
    lives = pretend(monkeypatch, lambda name, sizes: -10_000 * (sizes["c_mem"] + 0.3) * (name == "candidate"), luck=900)
    baseline = load_policy("baseline")
    candidate = edit(baseline, {}, name="candidate")
    seen = uncertainty(load_scenario("beauty_mall"), baseline, [candidate], draws=400, members=100, seed=7)
    doubt = seen.doubt("candidate", "margin")
    assert doubt.better == pytest.approx(TRUTH.cdf(-0.3), abs=4 * doubt.better_error)
    assert doubt.median == pytest.approx(-10_000 * (TRUTH.median() + 0.3), abs=60)
    assert doubt.parameter_sd == pytest.approx(10_000 * TRUTH.std(), rel=0.05)
    assert doubt.luck_sd == pytest.approx(90, rel=0.05)
    (strongest, *others) = seen.influences("candidate", "margin")
    assert (strongest.quantity.key, strongest.flips) == ("c_mem", True)
    assert strongest.correlation < -0.95
    assert all(each.share < 0.02 for each in others)
    runs = [(name, seed) for name, seed, _ in lives.asked]
    assert [seed for _, seed in runs[::2]] == [seed for _, seed in runs[1::2]]  # one luck for all policies of a draw
    assert len({seed for _, seed in runs}) == 400  # and another one in the next


@pytest.fixture(scope="module")
def season(cut: Callable[..., Scenario]) -> Scenario:
    return cut("beauty_mall", date(2027, 1, 14))


def test_real_lives(season: Scenario) -> None:
    """On the engine: the same question has the same answer; a policy against its double differs in no draw."""
    baseline = load_policy("baseline")
    policies = [load_policy("no_program"), edit(baseline, {}, name="double")]
    shares: list[float] = []
    how = {"draws": DRAWS_LEAST, "members": 5, "threads": 1}
    one = uncertainty(season, baseline, policies, progress=shares.append, **how)
    again = uncertainty(season, baseline, policies, **how)
    assert json_text(uncertainty_json(one)) == json_text(uncertainty_json(again))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert one.doubt("double", "orders").same == 1.0
    assert one.doubt("double", "orders").better == 0.0
    assert one.influences("double", "orders") == ()
    points = one.doubt("no_program", "liability")
    assert points.better > 0.5  # without a program none are outstanding
    assert points.better + points.same == 1.0
    table = one.table().set_index(["candidate", "kpi"])
    assert table.loc[("no_program", "margin"), "median"] == one.doubt("no_program", "margin").median


def test_questions_that_are_refused(season: Scenario) -> None:
    baseline, other = load_policy("baseline"), load_policy("no_program")
    with pytest.raises(ScenarioError, match="lessons: member: has members written by hand"):
        uncertainty(load_scenario("lessons"), baseline, [other])
    with pytest.raises(ScenarioError, match="is given twice"):
        uncertainty(season, baseline, [baseline], draws=10, members=10)
    with pytest.raises(ScenarioError, match="must be at least 2"):
        uncertainty(season, baseline, [other], draws=10, members=1)
    with pytest.raises(ValueError, match="9 draws are too few"):
        uncertainty(season, baseline, [other], draws=9)


def test_it_can_be_cancelled(season: Scenario) -> None:
    with pytest.raises(Cancelled):
        uncertainty(season, load_policy("baseline"), [load_policy("no_program")], members=8, cancelled=lambda: True)
