"""Tables that say where a difference comes from."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from charts.breakdowns import (
    cost_breakdown,
    orders_breakdown,
    parts_breakdown,
    return_breakdown,
    run_costs,
    winners_breakdown,
)
from charts.tables import kpi_table
from sim.figures.attribution import SOURCES
from sim.figures.costs import PROGRAM_CAUSES
from sim.figures.kpis import KPIS, MAIN_KPIS
from sim.figures.results import Comparison, Estimate

COSTS = {"discount": (2_000.0, 2_300.0, 90.0), "points": (2_500.0, 2_580.0, 40.0), "fees": (-380.0, -340.24, 10.0)}
"""Cause: baseline, candidate, half the interval of the difference; minor units per member."""

SOURCES_OF_ORDERS = {"momentum": 0.02, "tier_pressure": 0.16, "demotion": -0.005, "coupon": 1e-6, "luck": 0.001}
ROI = {"margin": (300.0, 20.0), "cost": (200.0, 10.0), "gain": (100.0, 25.0), "roi": (0.5, 0.12), "lift": (0.33, 0.02)}


@pytest.fixture
def told(comparison: Comparison) -> Comparison:
    """A comparison with tables of pairs."""
    head = {"candidate": "soft_landing", "response": "behavioural"}
    costs, sources, returns = [], [], []
    for cause in PROGRAM_CAUSES:
        before, after, half = COSTS.get(cause.key, (0.0, 0.0, 0.0))
        step = after - before
        ends = {"difference": step, "low": step - half, "high": step + half}
        costs.append(head | {"cause": cause.key, "baseline": before, "value": after} | ends)
    for source in SOURCES:
        orders = SOURCES_OF_ORDERS.get(source.key, 0.0)
        sources.append(head | {"source": source.key, "orders": orders, "share": orders / 11.84})
    for policy, factor in (("baseline", 1.0), ("soft_landing", 2.0)):
        for figure, (value, half) in ROI.items():
            ends = {"value": factor * value, "low": factor * (value - half), "high": factor * (value + half)}
            if (policy, figure) == ("baseline", "roi"):
                ends = dict.fromkeys(ends, float("nan"))
            returns.append({"policy": policy, "response": "behavioural", "figure": figure} | ends)
    pairs = {"cost_change": pd.DataFrame(costs), "attribution": pd.DataFrame(sources), "roi": pd.DataFrame(returns)}
    return replace(comparison, pairs=pairs)


def test_costs_by_cause_lead_to_the_program_cost(told: Comparison) -> None:
    table = cost_breakdown(told, "soft_landing", "en")
    assert table.columns.tolist() == ["Cost by cause, per member", "Baseline", "Candidate", "Difference"]
    assert table.values.tolist() == [
        ["Discounts", "20.0\u00a0CNY", "23.0\u00a0CNY", "+3.0\u00a0CNY [2.1,\u00a03.9]"],
        ["Points used", "25.0\u00a0CNY", "25.8\u00a0CNY", "+0.8\u00a0CNY [0.4,\u00a01.2]"],
        ["Plan fees", "−3.80\u00a0CNY", "−3.40\u00a0CNY", "+0.40\u00a0CNY [0.30,\u00a00.50]"],
        ["Together", "41.2\u00a0CNY", "45.4\u00a0CNY", "+4.2\u00a0CNY [3.7,\u00a04.7]"],
    ]
    chinese = cost_breakdown(told, "soft_landing", "zh")
    assert chinese.iloc[:, 0].tolist() == ["折扣", "积分抵现", "会员费收入", "合计"]


def test_costs_of_one_run(comparison: Comparison) -> None:
    """Nothing is said of what costs nothing; what is beside the rules comes below the sum."""
    whole = sum(before for before, _, _ in COSTS.values())
    rows = [("coupon", "program", 0, 0.0, 0.0, 0.0), ("acquisition", "beside", 300, 150.0, 120.0, 180.0)]
    rows += [(key, "program", 0, before, before - half, before + half) for key, (before, _, half) in COSTS.items()]
    costs = pd.DataFrame(rows, columns=["cause", "kind", "cents", "per_member", "low", "high"])
    kpis = {"program_cost": Estimate(whole, whole - 100, whole + 100)}
    run = replace(comparison.baseline.runs["behavioural"], kpis=kpis, tables={"costs": costs})
    policy = SimpleNamespace(name="mine", currency="CNY", minor_per_major=100)
    table = run_costs(run, policy, "en")
    assert table.columns.tolist() == ["Cost by cause, per member", "mine", "95\u202f% interval"]
    names = ["Discounts", "Points used", "Plan fees", "Together", "Winning members"]
    assert table.iloc[:, 0].tolist() == names
    assert table.iloc[3].tolist()[1:] == ["41.2\u00a0CNY", "[40.2,\u00a042.2]"]
    assert run_costs(run, policy, "zh").iloc[-1, 0] == "拉新成本"


def test_members_by_hand_have_costs_without_intervals(told: Comparison, by_hand: Comparison) -> None:
    changes = told.pairs["cost_change"].assign(low=float("nan"), high=float("nan"))
    table = cost_breakdown(replace(by_hand, pairs={"cost_change": changes}), "soft_landing", "en")
    assert not table["Difference"].str.contains("[", regex=False).any()


def test_added_orders_come_largest_first_and_luck_last(told: Comparison) -> None:
    table = orders_breakdown(told, "soft_landing", "en")
    assert table.columns.tolist() == ["Where the added orders come from", "Orders per member", "Of the baseline's"]
    assert table.values.tolist() == [
        ["Tier within reach", "+0.160", "+1.35\u202f%"],
        ["Momentum after redeeming", "+0.020", "+0.17\u202f%"],
        ["Downgrades", "−0.005", "−0.04\u202f%"],
        ["Luck of the draw", "+0.001", "+0.01\u202f%"],
        ["Together", "+0.176", "+1.49\u202f%"],
    ]
    assert orders_breakdown(told, "soft_landing", "zh").iloc[0, 0] == "升级冲刺"


def test_returns_have_their_intervals_or_a_dash(told: Comparison, comparison: Comparison) -> None:
    table = return_breakdown(told, "en").set_index("Against no program, per member")
    assert table.loc["Added contribution", "Soft landing"] == "2.00\u00a0CNY [1.50,\u00a02.50]"
    assert table.loc["Return on the cost"].tolist() == ["—", "100.0\u202f% [76.0,\u00a0124.0]"]
    assert table.loc["Added sales", "Soft landing"] == "66.0\u202f% [62.0,\u00a070.0]"
    assert return_breakdown(told, "zh").iloc[-2, 0] == "投入回报率"
    assert return_breakdown(comparison, "en") is None


def test_rules_and_reaction_stand_beside_each_other(told: Comparison) -> None:
    """What is nothing in both, or undefined, is left out."""
    names = [f"{part}{end}" for part in ("difference", "mechanical", "reaction") for end in ("", "_low", "_high")]
    numbers = dict.fromkeys((kpi.key for kpi in MAIN_KPIS), (0.0,) * 9)
    numbers["active"] = (0.03, 0.02, 0.04, 0.01, 0.0, 0.02, 0.02, 0.015, 0.025)
    numbers["margin"] = (300.0, 100.0, 500.0, -100.0, -200.0, 0.0, 400.0, 200.0, 600.0)
    numbers["capped"] = (float("nan"),) * 9
    rows = [("soft_landing", key, "", *values) for key, values in numbers.items()]
    parts = pd.DataFrame(rows, columns=["candidate", "kpi", "unit", *names])
    table = parts_breakdown(replace(told, pairs=told.pairs | {"parts": parts}), "soft_landing", "en")
    assert table.columns.tolist() == ["What the difference is made of", "Rules alone", "Members' reaction"]
    assert table.values.tolist() == [
        ["Active members", "+1.0\u00a0pp [0.0,\u00a02.0]", "+2.0\u00a0pp [1.5,\u00a02.5]"],
        ["Margin after program cost", "−1.0\u00a0CNY [−2.0,\u00a00.0]", "+4.0\u00a0CNY [2.0,\u00a06.0]"],
    ]


def test_winners_are_told_from_the_lowest_fifth_to_all(told: Comparison) -> None:
    head = {"candidate": "soft_landing", "response": "behavioural", "members": 10, "from_cents": 0}
    ends = {"member_low": 900.0, "member_high": 1_100.0, "shop_low": -300.0, "shop_high": -100.0}
    shares = {"much_better": 0.25, "better": 0.25, "same": 0.4, "worse": 0.1, "much_worse": 0.0}
    rows = [
        head
        | ends
        | shares
        | {"group": group, "through_cents": 10_000 * (group or 5), "member": 1_000.0, "shop": -200.0}
        for group in range(6)
    ]
    table = winners_breakdown(replace(told, pairs={"winners": pd.DataFrame(rows)}), "soft_landing", "en")
    assert table.iloc[:, 0].tolist() == [*(f"{number}: to {number}00\u00a0CNY" for number in range(1, 6)), "All"]
    assert table.iloc[0].tolist()[1:] == [
        "+10\u00a0CNY [9,\u00a011]",
        "−2.0\u00a0CNY [−3.0,\u00a0−1.0]",
        "50\u202f%",
        "10\u202f%",
    ]


def test_the_main_figures_are_the_first_ones(comparison: Comparison) -> None:
    short, long = (kpi_table(comparison, "soft_landing", "en", main=main) for main in (True, False))
    assert (len(short), len(long)) == (len(MAIN_KPIS), len(KPIS))
    assert long.iloc[: len(short)].equals(short)
