"""Costs by cause, the bottom line and the return on a program."""

from __future__ import annotations

import numpy as np
import pytest

from policies.rules import records
from sim.figures.bottom_line import LINES, bottom_line_table, cost_table, present_value, program_cost
from sim.figures.costs import COSTS, INCOME, PROGRAM_CAUSES
from sim.figures.kpis import KPIS, MONTHLY
from sim.figures.paired import estimate, paired_difference
from sim.figures.roi import roi_table
from sim.figures.upkeep import Upkeep
from sim.members.outcomes import OUTCOME
from tests.sim.crowds import crowd

MONTHS = 36
UPKEEP = Upkeep(discount_rate=0.08, messaging_cents=5, fixed_cents=2_000_000, part=0.02, months=MONTHS)
FREE = Upkeep(0.0, 0, 0, 1.0, MONTHS)


@pytest.fixture(scope="module")
def people() -> np.ndarray:
    return crowd(2_000, 5)


def _monthly(people: np.ndarray) -> dict[str, np.ndarray]:
    """Sums by month: all money in the seventh."""
    sums = {name: np.zeros(MONTHS, np.int64) for name in MONTHLY}
    sums["joined"][0] = people["persons"].sum()
    for name in MONTHLY:
        if name.endswith("_cents"):
            sums[name][6] = people[name].sum()
    return sums


def test_causes_add_up_to_the_program_cost_to_the_cent(people: np.ndarray) -> None:
    table = cost_table(people, UPKEEP, sampled=True)
    program = table[table["kind"] == "program"]
    assert program["cause"].tolist() == [cause.key for cause in PROGRAM_CAUSES]
    kpi = next(each for each in KPIS if each.key == "program_cost")
    assert program["cents"].sum() == sum(int(people[field].sum()) for field in kpi.plus) - int(
        people["fees_cents"].sum()
    )
    assert program["per_member"].sum() == pytest.approx(estimate(kpi, people, UPKEEP).value)
    beside = table[table["kind"] == "beside"].set_index("cause")["cents"]
    assert beside["messaging"] == 5 * people["member_months"].sum()
    assert beside["fixed"] == 2_000_000 * 36 // 50
    assert beside["acquisition"] == people["acquisition_cents"].sum()


def test_every_cost_of_a_member_is_a_declared_cause() -> None:
    """A cause that is added to the outcomes must be placed: as cost, as income, or as none of the program's."""
    none = {"list", "returned", "cash", "acquisition", "margin", "top_up", "stored_left", "stored_lost"}
    known = {*COSTS, *INCOME, *(f"{name}_cents" for name in none), "outstanding_cents", "year_cents"}
    assert {name for name in OUTCOME.names if name.endswith("_cents")} == known


def test_the_bottom_line_adds_up(people: np.ndarray) -> None:
    table = bottom_line_table(people, _monthly(people), UPKEEP, sampled=True).set_index("line")
    assert table.index.tolist() == [line.key for line in LINES]
    cents = table["cents"]
    costs = cents[["program_cost", "acquisition", "messaging", "fixed"]].sum()
    assert cents["contribution"] == cents["margin"] - costs
    assert table.loc["contribution", "per_member"] == pytest.approx(cents["contribution"] / people.size)
    assert (
        table.loc["contribution", "low"] < table.loc["contribution", "per_member"] < table.loc["contribution", "high"]
    )
    assert table.loc["fixed", ["low", "high"]].tolist() == [cents["fixed"] / people.size] * 2
    assert np.isnan(table.loc["present_value", "low"])
    by_hand = bottom_line_table(people, _monthly(people), UPKEEP, sampled=False).set_index("line")
    assert by_hand.loc["contribution", ["low", "high"]].isna().all()


def test_later_money_is_worth_less(people: np.ndarray) -> None:
    """All money comes in the seventh month, 6.5 months away at 8 % a year; fixed costs come month by month."""
    sums = _monthly(people)
    even = Upkeep(0.08, 0, 0, 1.0, MONTHS)
    left = int((people["margin_cents"] - program_cost(people) - people["acquisition_cents"]).sum())
    assert present_value(sums, even, messaging=0) == pytest.approx(left * 1.08 ** (-6.5 / 12), abs=1)
    assert present_value(sums, FREE, messaging=0) == left
    assert present_value(sums, FREE._replace(fixed_cents=100, part=0.5), messaging=3_600) == left - 3_600 - 36 * 50


def _bootstrap(without: np.ndarray, program: np.ndarray, fixed: float) -> float:
    chance = np.random.default_rng(2)
    margin = program["margin_cents"] - without["margin_cents"]
    cost = program_cost(program) - program_cost(without) + 5 * program["member_months"]
    drawn = []
    for _ in range(600):
        some = chance.integers(0, margin.size, margin.size)
        drawn.append(margin[some].mean() / (cost[some].mean() + fixed) - 1)
    return float(np.std(drawn))


def test_return_by_hand_and_by_bootstrap(people: np.ndarray) -> None:
    without = people.copy()
    for field in (*COSTS, *INCOME):
        without[field] = 0
    program = people.copy()
    program["margin_cents"] += program["list_cents"] // 10
    table = roi_table(without, program, UPKEEP, sampled=True).set_index("figure")
    margin = (program["list_cents"] // 10).mean()
    fixed = 2_000_000 * 0.02 * MONTHS / people.size
    cost = program_cost(people).mean() + 5 * people["member_months"].mean() + fixed
    assert table["value"].to_dict() == pytest.approx(
        {"margin": margin, "cost": cost, "gain": margin - cost, "roi": margin / cost - 1, "lift": 0.0}
    )
    half = (table.loc["roi", "high"] - table.loc["roi", "low"]) / 2
    assert half == pytest.approx(1.96 * _bootstrap(without, program, fixed), rel=0.1)


def test_return_is_as_clear_as_the_gain(people: np.ndarray) -> None:
    """However unsure the cost is: the return may be nothing exactly if the gain may be nothing."""
    without = people.copy()
    for field in (*COSTS, *INCOME):
        without[field] = 0
    chance = np.random.default_rng(6)
    seen = set()
    for part in np.linspace(0.02, 0.2, 40):
        some = chance.integers(0, people.size, 60)
        before, after = without[some], people[some]
        after["margin_cents"] += np.rint(part * after["list_cents"]).astype(np.int64)
        table = roi_table(before, after, FREE, sampled=True).set_index("figure")
        clear = [table.loc[name, "low"] > 0 or table.loc[name, "high"] < 0 for name in ("gain", "roi")]
        assert clear[0] == clear[1], part
        seen.add(clear[0])
    assert seen == {True, False}


def test_no_return_without_its_interval(people: np.ndarray) -> None:
    """A program that costs nothing, one whose cost may be nothing, and members written by hand have none."""
    alike = roi_table(people, people, FREE, sampled=True).set_index("figure")
    assert alike.loc["cost", "value"] == 0.0
    noisy = people.copy()
    noisy["discount_cents"] += np.random.default_rng(1).integers(-5_000, 5_001, people.size)
    doubtful = roi_table(people, noisy, FREE, sampled=True).set_index("figure")
    by_hand = roi_table(people, people, UPKEEP, sampled=False).set_index("figure")
    assert by_hand.loc["cost", "value"] > 0
    for table in (alike, doubtful, by_hand):
        assert table.loc["roi"].isna().all()


def test_fees_lower_the_cost() -> None:
    rows = records(2, OUTCOME)
    rows.discount_cents, rows.fees_cents = [300, 0], [0, 9_900]
    assert program_cost(rows).tolist() == [300, -9_900]
    table = cost_table(rows, FREE, sampled=True).set_index("cause")
    assert (table.loc["fees", "cents"], table.loc["discount", "cents"]) == (-9_900, 300)


def test_added_sales_do_not_count_friends_as_more_bought() -> None:
    """A friend brings sales and months of membership alike; who buys twice as much adds all of it."""
    without = records(4, OUTCOME)
    without.list_cents, without.returned_cents, without.member_months = 1_100, 100, 10
    program = without.copy()
    for field in ("list_cents", "returned_cents", "member_months"):
        program[field][0] *= 2
    lift = roi_table(without, program, FREE, sampled=True).set_index("figure").loc["lift"]
    assert lift.tolist() == [0.0, 0.0, 0.0]
    program.list_cents += 500
    lift = roi_table(without, program, FREE, sampled=True).set_index("figure").loc["lift"]
    assert lift["value"] == pytest.approx(4 * 500 / 50 / 100)
    assert lift["low"] < lift["value"] < lift["high"]
    without.list_cents = without.returned_cents = 0
    assert roi_table(without, program, FREE, sampled=True).set_index("figure").loc["lift"].isna().all()


def test_contribution_is_the_bottom_line_of_a_member(people: np.ndarray) -> None:
    kpi = next(each for each in KPIS if each.key == "contribution")
    line = bottom_line_table(people, _monthly(people), UPKEEP, sampled=True).set_index("line").loc["contribution"]
    seen = estimate(kpi, people, UPKEEP)
    assert (seen.value, seen.low, seen.high) == pytest.approx(tuple(line[["per_member", "low", "high"]]))
    dearer = UPKEEP._replace(fixed_cents=4_000_000)
    change = paired_difference(kpi, people, people, (UPKEEP, dearer))
    assert change.difference.value == pytest.approx(-2_000_000 * 36 * 0.02 / people.size)
    assert (change.verdict, change.difference.low) == ("worse", pytest.approx(change.difference.value))
    assert paired_difference(kpi, people, people, (UPKEEP, UPKEEP)).verdict == "same"
