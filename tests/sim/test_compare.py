"""Differences, intervals and verdicts against calculations of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ledger.laws import Law
from policies import Policy, edit, load_policy, policy_toml
from policies.rules import records
from sim.compare import _steps, compare
from sim.figures.columns import Columns
from sim.figures.costs import PROGRAM_CAUSES
from sim.figures.kpis import KPIS, MONTHLY, Kpi
from sim.figures.paired import NO_UPKEEP, estimate, paired_difference
from sim.figures.pairs import PAIR_TABLES
from sim.figures.reference import NO_PROGRAM, is_no_program, no_program_for
from sim.figures.report import comparison_json, json_text
from sim.figures.results import RESPONSES, Comparison, Estimate
from sim.figures.summary import run_summary
from sim.members.outcomes import OUTCOME
from sim.run import simulate
from sim.scenario import Scenario, ScenarioError, load_scenario
from tests.sim.crowds import crowd
from texts.laws import law_failure_lines

MEMBERS = 4_000
BY_KEY = {kpi.key: kpi for kpi in KPIS}
RATIO = BY_KEY["redemption_rate"]


@pytest.fixture(scope="module")
def year(cut: Callable[..., Scenario]) -> Scenario:
    return cut("beauty_mall", date(2027, 12, 31))


@pytest.fixture(scope="module")
def runs() -> tuple[np.ndarray, np.ndarray]:
    """Outcomes under a baseline and a candidate in which every KPI is defined and differs."""
    return crowd(MEMBERS, 1), crowd(MEMBERS, 1, generous=1.5)


def _sums(kpi: Kpi, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is divided and by what, of each member."""
    above = sum(outcomes[field] for field in kpi.plus) - sum(outcomes[field] for field in kpi.minus)
    return above, sum(outcomes[field] for field in kpi.over) if kpi.over else np.ones(outcomes.size)


def _value(kpi: Kpi, outcomes: np.ndarray) -> float:
    above, below = _sums(kpi, outcomes)
    return float(above.sum() / below.sum())


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.key)
def test_interval_is_that_of_the_bootstrap(kpi: Kpi, runs: tuple[np.ndarray, np.ndarray]) -> None:
    """Resample members, the same ones under both policies, and look at the spread of the difference."""
    before, after = runs
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
    if kpi.key in ("referrers", "persons", "acquisition"):
        assert half == 0.0  # whoever refers or is won is the same under both
        return
    assert half == pytest.approx(1.96 * np.std(drawn), rel=0.15)  # 400 resamples know a spread to 3.5 %
    assert result.difference.high - result.difference.value == pytest.approx(half)


def test_interval_of_a_mean_by_hand() -> None:
    outcomes = records(4, OUTCOME)
    outcomes.orders = [1, 2, 3, 6]  # mean 3, sum of squares 4 + 1 + 0 + 9 = 14, variance 14 / 3
    seen = estimate(BY_KEY["orders"], outcomes, NO_UPKEEP)
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
def test_ratio_agrees_with_the_jackknife(kpi: Kpi, runs: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = runs

    def left_out(outcomes: np.ndarray) -> np.ndarray:
        above, below = _sums(kpi, outcomes)
        return (above.sum() - above) / (below.sum() - below)

    values = left_out(after) - left_out(before)
    spread = np.sqrt((MEMBERS - 1) / MEMBERS * ((values - values.mean()) ** 2).sum())
    seen = paired_difference(kpi, before, after).difference
    assert (seen.high - seen.low) / 2 == pytest.approx(1.959964 * spread, rel=0.01)


def test_ratio_of_nothing_is_undefined() -> None:
    """Nobody earned a point under one policy: there is no share of points redeemed, and no difference to it."""
    nothing, something = records(5, OUTCOME), records(5, OUTCOME)
    something.issued_points, something.redeemed_points = 10, 7
    assert estimate(RATIO, nothing, NO_UPKEEP) == Estimate(None, None, None)
    for before, after in ((nothing, something), (something, nothing), (nothing, nothing)):
        seen = paired_difference(RATIO, before, after)
        assert (seen.difference, seen.verdict) == (Estimate(None, None, None), "none")
    assert paired_difference(RATIO, something, nothing).baseline == pytest.approx(0.7)


def test_one_member_says_nothing_about_others(year: Scenario) -> None:
    before, after = records(1, OUTCOME), records(1, OUTCOME)
    before.orders, after.orders = 3, 4
    assert estimate(BY_KEY["orders"], before, NO_UPKEEP) == Estimate(3.0, None, None)
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
def everybody(year: Scenario) -> dict[str, np.ndarray]:
    """Outcomes of 100,000 members by policy."""
    names = ("baseline", "instant_small_burn", "no_program")
    outcomes = {name: simulate(year, load_policy(name), members=100_000).outcomes for name in names}
    # Rows are in the order in which members come; a sample takes them in any.
    order = np.random.default_rng(8).permutation(outcomes["baseline"].size)
    return {name: rows[order] for name, rows in outcomes.items()}


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
def test_intervals_cover(key: str, candidate: str, everybody: dict[str, np.ndarray]) -> None:
    """Of 200 small populations, about 95 % have an interval that holds the difference of all of them together."""
    before, after, kpi = everybody["baseline"], everybody[candidate], BY_KEY[key]
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
    before.persons, after.persons = 200, 200
    before[kpi.plus[0]] = 100
    after[kpi.plus[0]] = 100 if gain is None else 100 + gain + noise - round(float(noise.mean()))
    assert paired_difference(kpi, before, after).verdict == verdict


@pytest.fixture(scope="module")
def comparison(year: Scenario) -> Comparison:
    candidates = [load_policy("warehouse_club"), load_policy("no_program")]
    return compare(year, load_policy("baseline"), candidates, members=400)


def test_comparison_is_complete(comparison: Comparison, year: Scenario) -> None:
    names = ["baseline", "warehouse_club", "no_program"]
    assert [result.policy.name for result in comparison.policies] == names
    assert comparison.baseline.name == "baseline"
    assert (comparison.members, comparison.seed) == (year.population(400), year.seed)
    assert comparison.months == year.months
    assert list(comparison.differences) == [(name, response) for response in RESPONSES for name in names[1:]]
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
    seats = tiers[tiers["policy"] == "baseline"].groupby("month")["members"].sum()
    assert seats.tolist() == run.monthly["joined"].cumsum().tolist()


def test_what_is_left_of_members_are_figures_and_tables(year: Scenario) -> None:
    """Months add up to members, and causes of cost to the cost, in every run."""
    policy = load_policy("baseline")
    result = simulate(year, policy, members=400)
    for name in set(MONTHLY) & set(OUTCOME.names) - {"active", "surviving", "buyers"}:
        if not name.startswith("outstanding"):
            assert result.monthly[name].sum() == result.outcomes[name].sum(), name
    assert result.monthly["surviving"][-1] == result.outcomes["surviving"].sum()
    assert result.monthly["active"][-1] == result.outcomes["active"].sum()
    assert result.monthly["joined"].sum() == result.outcomes["persons"].sum()
    run = run_summary(year, policy, result)
    costs = run.tables["costs"].query("kind == 'program'")
    assert costs["cents"].sum() == sum(cause.sign * int(run.monthly[cause.field].sum()) for cause in PROGRAM_CAUSES)
    assert run.tables["points"]["points"].sum() == result.outcomes["issued_points"].sum()
    assert run.tables["survival"]["watched"].iloc[0] == result.outcomes.size
    flows = run.tables["tier_flows"]
    assert flows[flows["from"] == ""]["members"].sum() == result.outcomes["persons"].sum()


def test_sums_alone_give_the_same_figures_without_intervals(year: Scenario) -> None:
    policy = load_policy("baseline")
    whole, sums = (
        run_summary(year, policy, simulate(year, policy, members=200, outcomes=keep)) for keep in (True, False)
    )
    assert {key: each.value for key, each in sums.kpis.items()} == {key: each.value for key, each in whole.kpis.items()}
    assert {each.low for each in sums.kpis.values()} == {None}
    assert sums.tables["points"].equals(whole.tables["points"])


def test_pairs_are_told_in_the_order_of_the_policies(comparison: Comparison) -> None:
    for name in ("parts", "cost_change", "winners", "attribution"):
        assert comparison.table(name)["candidate"].unique().tolist() == ["warehouse_club", "no_program"]
    returns = comparison.table("roi")
    assert returns["policy"].unique().tolist() == ["baseline", "warehouse_club"]
    assert NO_PROGRAM not in returns["policy"].tolist()
    added = comparison.table("roi_attribution").query("policy == 'baseline'").set_index("source")["orders"]
    lost = comparison.table("attribution").query("candidate == 'no_program'").set_index("source")["orders"]
    assert added.to_dict() == pytest.approx((-lost).to_dict())
    gone = comparison.table("attribution").query("candidate == 'no_program'")
    orders = comparison.difference("no_program", "behavioural", "orders").difference.value
    assert gone["orders"].sum() == pytest.approx(orders)
    with pytest.raises(KeyError):
        comparison.table("no such table")


def test_no_program_is_known_by_what_it_says(tmp_path: Path) -> None:
    nothing, rich = load_policy("no_program"), load_policy("baseline")
    for name, source in (("mine", nothing), (NO_PROGRAM, rich)):
        path = tmp_path / f"{name}.toml"
        path.write_text(policy_toml(source), "utf-8")
        assert is_no_program(load_policy(path)) == (source is nothing)
    assert not is_no_program(load_policy("warehouse_club")), "a paid plan is a program"
    assert not is_no_program(load_policy("stored_value_retail"))
    dollars = _policy_in("USD", tmp_path)
    found = no_program_for(dollars)
    assert (found.name, found.currency, found.time_zone) == (NO_PROGRAM, "USD", "America/New_York")
    assert is_no_program(found)
    assert no_program_for(rich).digest == nothing.digest


LESSONS = load_scenario("lessons")


def test_the_return_needs_no_policy_of_its_own() -> None:
    """The reference lives by itself, its books are checked, and it stands in no other table."""
    baseline, candidate = load_policy("baseline"), load_policy("soft_landing")
    shares: list[float] = []
    seen = compare(LESSONS, baseline, [candidate], progress=shares.append)
    assert seen.reference and (seen.reference.name, seen.reference.compared) == (NO_PROGRAM, False)
    assert {len(laws) for laws in seen.reference.laws.values()} == {len(seen.baseline.runs["behavioural"].laws)}
    assert [each.name for each in seen.policies] == ["baseline", "soft_landing"]
    named = compare(LESSONS, baseline, [candidate, load_policy("no_program")])
    assert named.reference and named.reference.compared
    for response in RESPONSES:
        assert seen.table("roi", response).equals(named.table("roi", response))
    assert comparison_json(seen)["reference"]["digest"] == comparison_json(named)["reference"]["digest"]
    assert NO_PROGRAM not in {*seen.table("costs")["policy"], *seen.table("winners")["candidate"]}
    assert shares == sorted(shares) and shares[-1] == 1.0
    broken = replace(seen.reference, laws={"behavioural": (Law("cash in = cash out", 1, 2),)})
    unsound = replace(seen, reference=broken)
    assert unsound.law_failures() == [(NO_PROGRAM, "behavioural", broken.laws["behavioural"][0])]
    assert law_failure_lines(unsound, "en")[0].startswith("no_program, members react as assumed: cash in = cash out")
    without = compare(LESSONS, baseline, [candidate], reference=False)
    assert without.reference is None and "roi" not in without.pairs
    assert comparison_json(without)["reference"] is None


def test_a_rich_program_called_no_program_is_measured_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "no_program.toml"
    path.write_text(policy_toml(load_policy("soft_landing")), "utf-8")
    seen = compare(LESSONS, load_policy("baseline"), [load_policy(path)])
    assert seen.reference and not seen.reference.compared
    assert seen.table("roi")["policy"].unique().tolist() == ["baseline", "no_program"]
    renamed = edit(load_policy("no_program"), {}, name="mine")
    free = compare(LESSONS, renamed, [load_policy("baseline")])
    assert free.reference and (free.reference.name, free.reference.compared) == ("mine", True)
    costs = free.table("costs").query("policy == 'mine' and cause in ('messaging', 'fixed')")
    assert costs["cents"].tolist() == [0, 0]


def test_more_points_cannot_expire_than_came_in() -> None:
    """Points that a member had received and nobody issued are part of the whole as well."""
    rows = records(2, OUTCOME)
    rows.issued_points, rows.expired_points, rows.outstanding_points = [10, 0], [30, 0], [0, 10]
    assert estimate(BY_KEY["expired_share"], rows, NO_UPKEEP).value == 0.75
    assert estimate(BY_KEY["expired_share"], records(2, OUTCOME), NO_UPKEEP).value is None


def test_columns_are_rows_in_little_room(year: Scenario) -> None:
    policy = load_policy("baseline")
    rows, columns = (simulate(year, policy, members=150, chunk_members=40, columns=each) for each in (False, True))
    assert isinstance(columns.outcomes, Columns)
    for name in OUTCOME.names:
        assert np.array_equal(rows.outcomes[name], columns.outcomes[name]), name
    assert columns.outcomes["orders"].dtype == np.int64
    assert columns.outcomes.nbytes < rows.outcomes.nbytes / 2
    assert columns.outcomes.only(["orders"]).nbytes < 4 * 300
    assert rows.capped == columns.capped and 0 <= rows.capped < 0.01


def test_nobody_reacts_to_nothing(cut: Callable[..., Scenario]) -> None:
    """Without a program a member lives the same life under both responses, so it is run once for returns."""
    scenario = cut("beauty_mall", date(2027, 6, 30), preset="optimistic", rate_ref=0.0)
    nothing = load_policy("no_program")
    one, two = (simulate(scenario, nothing, response=each, members=60).outcomes for each in RESPONSES)
    assert one.tobytes() == two.tobytes()


def test_the_order_of_runs() -> None:
    baseline, soft, nothing = (load_policy(each) for each in ("baseline", "soft_landing", "no_program"))
    apart = [(each,) for each in RESPONSES]

    def steps(policies: tuple[Policy, ...], reference: Policy | None) -> list[tuple[str, tuple[str, ...]]]:
        return [(policy.name, responses) for policy, responses in _steps(policies, reference)]

    each_apart = [(name, response) for name in ("baseline", "no_program", "soft_landing") for response in apart]
    assert steps((baseline, soft, nothing), nothing) == each_apart
    once = [*each_apart[:2], ("no_program", tuple(RESPONSES)), *each_apart[4:]]
    assert steps((baseline, soft), nothing) == once
    assert steps((baseline, soft), None) == [*each_apart[:2], *each_apart[4:]]


def test_luck_is_as_small_as_chance_allows(comparison: Comparison) -> None:
    """Each order more or less is a draw around what the terms say, so luck is about the root of their number."""
    gone = comparison.table("attribution").query("candidate == 'no_program'").set_index("source")["orders"]
    moved = -comparison.members * gone.drop("luck").sum()
    assert moved > 100
    assert abs(comparison.members * gone["luck"]) < 5 * moved**0.5


def test_nobody_reacts_to_no_program(comparison: Comparison) -> None:
    """Under the rules alone nothing is added by any term, and all orders come at members' own rates."""
    sources = comparison.table("attribution", "mechanical").query("candidate == 'no_program'").set_index("source")
    assert sources["orders"].drop(["staying", "luck"]).abs().max() == 0.0
    assert sources.loc["staying", "orders"] == 0.0


def test_every_table_and_column_is_explained(comparison: Comparison) -> None:
    """In the tables of docs/results.md: name, what a row is, columns."""
    page = Path(__file__).resolve().parents[2] / "docs" / "results.md"
    tables = page.read_text("utf-8").split("| table of a run |")[1].split("###")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (.*) \|$", tables, re.MULTILINE)
    explained = {name: set(re.findall(r"`(\w+)`", columns)) for name, columns in rows}
    for name in comparison.baseline.runs["behavioural"].tables:
        assert set(comparison.table(name).columns) - {"policy"} == explained[name], name
    for name in PAIR_TABLES:
        assert set(comparison.table(name).columns) == explained[name], name


def test_everything_goes_into_the_json(comparison: Comparison) -> None:
    told = comparison_json(comparison)
    text = json_text(told)  # refuses what is not a number
    assert '"roi"' in text
    run = told["policies"][0]["runs"]["behavioural"]
    assert set(run["tables"]) == set(comparison.baseline.runs["behavioural"].tables)
    assert set(told["pairs"]) == set(comparison.pairs)
    assert run["tables"]["rfm"]["segment"][0] == "champions"
    lengths = {name: {len(column) for column in table.values()} for name, table in run["tables"].items()}
    assert {len(each) for each in lengths.values()} == {1}


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
