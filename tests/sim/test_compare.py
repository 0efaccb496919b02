"""Differences, intervals and verdicts against calculations of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from policies import Policy, edit, load_policy, policy_toml
from policies.rules import records
from sim.compare import compare, estimate, paired_difference
from sim.kpis import KPIS, OUTCOME, Kpi
from sim.report import comparison_json, json_text
from sim.results import RESPONSES, Comparison, Estimate
from sim.run import Simulation, simulate
from sim.scenario import Scenario, ScenarioError, load_scenario

MEMBERS = 4_000
BY_KEY = {kpi.key: kpi for kpi in KPIS}
RATIO = BY_KEY["redemption_rate"]


@pytest.fixture(scope="module")
def year(cut: Callable[..., Scenario]) -> Scenario:
    return cut("beauty_mall", date(2027, 12, 31))


@pytest.fixture(scope="module")
def runs(year: Scenario) -> tuple[Simulation, Simulation]:
    """Baseline and a candidate that changes every KPI within a year."""
    both = (load_policy("baseline"), load_policy("instant_small_burn"))
    return tuple(simulate(year, policy, members=MEMBERS) for policy in both)


def _sums(kpi: Kpi, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is divided and by what, of each member."""
    above = sum(outcomes[field] for field in kpi.plus) - sum(outcomes[field] for field in kpi.minus)
    return above, outcomes[kpi.over] if kpi.over else np.ones(outcomes.size)


def _value(kpi: Kpi, outcomes: np.ndarray) -> float:
    above, below = _sums(kpi, outcomes)
    return float(above.sum() / below.sum())


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.key)
def test_interval_is_that_of_the_bootstrap(kpi: Kpi, runs: tuple[Simulation, Simulation]) -> None:
    """Resample members, the same ones under both policies, and look at the spread of the difference."""
    before, after = (run.outcomes for run in runs)
    result = paired_difference(kpi, before, after)
    assert result.baseline == pytest.approx(_value(kpi, before), rel=1e-12)
    assert result.candidate == pytest.approx(_value(kpi, after), rel=1e-12)
    assert result.difference.value == pytest.approx(_value(kpi, after) - _value(kpi, before), rel=1e-9, abs=1e-12)
    chance = np.random.default_rng(1)
    members = np.array([*_sums(kpi, before), *_sums(kpi, after)])
    drawn = []
    for _ in range(400):
        sums = members[:, chance.integers(0, MEMBERS, MEMBERS)].sum(axis=1)
        drawn.append(sums[2] / sums[3] - sums[0] / sums[1])
    half = (result.difference.high - result.difference.low) / 2
    assert half == pytest.approx(1.96 * np.std(drawn), rel=0.15)  # 400 resamples know a spread to 3.5 %
    assert result.difference.high - result.difference.value == pytest.approx(half)


def test_interval_of_a_mean_by_hand() -> None:
    outcomes = records(4, OUTCOME)
    outcomes.orders = [1, 2, 3, 6]  # mean 3, sum of squares 4 + 1 + 0 + 9 = 14, variance 14 / 3
    seen = estimate(BY_KEY["orders"], outcomes)
    half = 1.959963984540054 * (14 / 3 / 4) ** 0.5
    assert (seen.value, seen.low, seen.high) == pytest.approx((3.0, 3.0 - half, 3.0 + half))


def test_difference_is_paired_not_pooled() -> None:
    """Everybody gains exactly one order: the interval has no width, however different the members are."""
    before, after = records(50, OUTCOME), records(50, OUTCOME)
    before.orders = np.arange(50) ** 2
    after.orders = before.orders + 1
    seen = paired_difference(BY_KEY["orders"], before, after)
    assert (seen.difference.low, seen.difference.high) == pytest.approx((1.0, 1.0))
    assert seen.verdict == "better"


@pytest.mark.parametrize("kpi", [each for each in KPIS if each.over], ids=lambda kpi: kpi.key)
def test_ratio_agrees_with_the_jackknife(kpi: Kpi, runs: tuple[Simulation, Simulation]) -> None:
    before, after = (run.outcomes for run in runs)

    def left_out(outcomes: np.ndarray) -> np.ndarray:
        above, below = outcomes[kpi.plus[0]], outcomes[kpi.over]
        return (above.sum() - above) / (below.sum() - below)

    values = left_out(after) - left_out(before)
    spread = np.sqrt((MEMBERS - 1) / MEMBERS * ((values - values.mean()) ** 2).sum())
    seen = paired_difference(kpi, before, after).difference
    assert (seen.high - seen.low) / 2 == pytest.approx(1.959964 * spread, rel=0.01)


def test_ratio_of_nothing_is_undefined() -> None:
    """Nobody earned a point under one policy: there is no share of points redeemed, and no difference to it."""
    nothing, something = records(5, OUTCOME), records(5, OUTCOME)
    something.issued_points, something.redeemed_points = 10, 7
    assert estimate(RATIO, nothing) == Estimate(None, None, None)
    for before, after in ((nothing, something), (something, nothing), (nothing, nothing)):
        seen = paired_difference(RATIO, before, after)
        assert (seen.difference, seen.verdict) == (Estimate(None, None, None), "none")
    assert paired_difference(RATIO, something, nothing).baseline == pytest.approx(0.7)


def test_one_member_says_nothing_about_others(year: Scenario) -> None:
    before, after = records(1, OUTCOME), records(1, OUTCOME)
    before.orders, after.orders = 3, 4
    assert estimate(BY_KEY["orders"], before) == Estimate(3.0, None, None)
    seen = paired_difference(BY_KEY["orders"], before, after)
    assert (seen.difference, seen.verdict) == (Estimate(1.0, None, None), "unclear")
    with pytest.raises(ScenarioError, match=r"beauty_mall: members = 1: must be at least 2 in a comparison"):
        compare(year, load_policy("baseline"), [load_policy("soft_landing")], members=1)


def test_members_written_by_hand_have_verdicts_but_no_intervals() -> None:
    before, after = records(2, OUTCOME), records(2, OUTCOME)
    before.orders, after.orders = [3, 5], [5, 5]
    after.issued_points, before.issued_points = [1, 2], [2, 1]
    after.redeemed_points = before.redeemed_points = [1, 1]
    seen = paired_difference(BY_KEY["orders"], before, after, sampled=False)
    assert (seen.difference, seen.verdict) == (Estimate(1.0, None, None), "better")
    assert paired_difference(RATIO, before, after, sampled=False).verdict == "same"  # the sums are all there is


def test_a_whole_comparison_of_members_written_by_hand() -> None:
    seen = compare(load_scenario("lessons"), load_policy("baseline"), [load_policy("no_program")])
    told = comparison_json(seen)
    assert told["sampled"] is False
    assert {row["low"] for row in told["differences"]} == {None}
    rows = {row["kpi"]: row for row in told["differences"] if row["response"] == "behavioural"}
    assert (rows["capped"]["value"], rows["capped"]["verdict"]) == (None, "none")
    assert '"low": null' in json_text(told)


@pytest.fixture(scope="module")
def crowd(year: Scenario) -> dict[str, np.ndarray]:
    """Outcomes of 100,000 members by policy."""
    names = ("baseline", "instant_small_burn", "no_program")
    return {name: simulate(year, load_policy(name), members=100_000).outcomes for name in names}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "candidate"),
    [
        ("orders", "no_program"),
        ("sales", "no_program"),
        ("active", "no_program"),
        ("surviving", "no_program"),
        ("sales", "instant_small_burn"),
        ("program_cost", "instant_small_burn"),
        ("redemption_rate", "instant_small_burn"),
    ],
)
def test_intervals_cover(key: str, candidate: str, crowd: dict[str, np.ndarray]) -> None:
    """Of 200 small populations, about 95 % have an interval that holds the difference of all of them together."""
    before, after, kpi = crowd["baseline"], crowd[candidate], BY_KEY[key]
    truth = paired_difference(kpi, before, after).difference.value
    groups, size = 200, before.size // 200
    held = 0
    for group in range(groups):
        rows = slice(group * size, (group + 1) * size)
        part = paired_difference(kpi, before[rows], after[rows]).difference
        held += part.low <= truth <= part.high
    lowest, highest = stats.binom(groups, 0.95).ppf([1e-4, 1 - 1e-4])
    assert lowest <= held <= highest, held


@pytest.mark.parametrize(
    ("key", "gain", "verdict"),
    [
        ("orders", 5, "better"),
        ("orders", -5, "worse"),
        ("orders", 0, "unclear"),
        ("orders", None, "same"),
        ("program_cost", 5, "worse"),
        ("program_cost", -5, "better"),
        ("upper_tier", 5, "changed"),
        ("upper_tier", -5, "changed"),
        ("upper_tier", 0, "unclear"),
        ("upper_tier", None, "same"),
    ],
)
def test_verdicts(key: str, gain: int | None, verdict: str) -> None:
    """``gain`` with some noise; None: nobody differs at all."""
    kpi = BY_KEY[key]
    before, after = records(200, OUTCOME), records(200, OUTCOME)
    noise = np.random.default_rng(4).integers(-2, 3, 200)
    before[kpi.plus[0]] = 100
    after[kpi.plus[0]] = 100 if gain is None else 100 + gain + noise - round(float(noise.mean()))
    assert paired_difference(kpi, before, after).verdict == verdict


@pytest.fixture(scope="module")
def comparison(year: Scenario) -> Comparison:
    candidates = [load_policy("no_program"), load_policy("warehouse_club")]
    return compare(year, load_policy("baseline"), candidates, members=400)


def test_comparison_is_complete(comparison: Comparison, year: Scenario) -> None:
    assert [result.policy.name for result in comparison.policies] == ["baseline", "no_program", "warehouse_club"]
    assert comparison.baseline.name == "baseline"
    assert (comparison.members, comparison.seed, comparison.months) == (400, year.seed, year.months)
    pairs = {(candidate, response) for candidate in ("no_program", "warehouse_club") for response in RESPONSES}
    assert set(comparison.differences) == pairs
    for rows in comparison.differences.values():
        assert [row.kpi for row in rows] == list(KPIS)
    assert comparison.law_failures() == []
    assert comparison.sampled
    assert comparison.difference("no_program", "mechanical", "margin").kpi.key == "margin"


def test_tables_say_what_the_runs_say(comparison: Comparison) -> None:
    table = comparison.difference_table("mechanical")
    assert len(table) == 2 * len(KPIS)
    known = table.dropna(subset=["value", "baseline"])
    assert (known["value"] - known["baseline"] - known["difference"]).abs().max() < 1e-6
    undefined = table[table["verdict"] == "none"]
    assert set(undefined["candidate"] + " " + undefined["kpi"]) >= {"no_program redemption_rate", "no_program capped"}
    assert undefined[["difference", "low", "high"]].isna().all(axis=None)
    monthly = comparison.monthly_table().set_index(["policy", "month"])
    run = comparison.baseline.runs["behavioural"]
    assert monthly.loc["baseline", "orders"].tolist() == run.monthly["orders"].tolist()
    tiers = comparison.tier_table()
    assert tiers.groupby(["policy", "month"])["share"].sum().round(9).eq(1.0).all()
    assert tiers.groupby(["policy", "month"])["members"].sum().eq(400).all()


def test_a_policy_is_not_compared_with_itself(year: Scenario) -> None:
    baseline = load_policy("baseline")
    with pytest.raises(ScenarioError, match=r"baseline: is given twice: both are the same policy"):
        compare(year, baseline, [baseline], members=5)


def test_two_files_of_one_name_are_told_apart(year: Scenario, tmp_path: Path) -> None:
    """A catalogue file was copied and changed, but not renamed."""
    path = tmp_path / "baseline.toml"
    path.write_text(policy_toml(edit(load_policy("baseline"), {"points.pending": "3 days"})), "utf-8")
    with pytest.raises(ScenarioError, match="two policies are called baseline: rename one of the files") as caught:
        compare(year, load_policy("baseline"), [load_policy("no_program"), load_policy(path)], members=5)
    assert "有两个方案都叫 baseline：请给其中一个文件改名" in caught.value.text("zh")


def test_currencies_are_not_mixed(tmp_path: Path) -> None:
    dollars = _policy_in("USD", tmp_path)
    with pytest.raises(ScenarioError, match=r"in USD, but baseline is in CNY"):
        compare(load_scenario("cdnow"), load_policy("baseline"), [dollars], members=5)
    with pytest.raises(ScenarioError, match=r"(?s)beauty_mall.*the scenario is in CNY, but policy dollars is in USD"):
        simulate(load_scenario("beauty_mall"), dollars, members=5)


def _policy_in(currency: str, folder: Path) -> Policy:
    path = folder / "dollars.toml"
    path.write_text(f'title = "Dollars"\ncurrency = "{currency}"\ntime_zone = "America/New_York"\n', "utf-8")
    return load_policy(path)
