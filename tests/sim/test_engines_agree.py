"""The two engines tell the same lives, transfer for transfer; and the sums of a run are those of its journal.

The readable engine does about a thousand orders a second, so the whole matrix of policies, scenarios and
responses is marked slow; a small one runs always.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ledger.accounts import Account, Cause, Unit
from policies import Policy, catalogue, load_policy
from policies.rules import records
from sim.kpis import MONTHLY
from sim.listing import scenario_catalogue
from sim.people import PERSON, draw_person
from sim.run import Simulation, simulate
from sim.scenario import Scenario
from sim.simpy_engine import Story

RESPONSES = ("behavioural", "mechanical")
LENGTHS = {"beauty_mall": date(2029, 3, 31), "cdnow": date(1998, 6, 30), "lessons": date(2028, 12, 31)}
"""Twenty-four months or all there is; for the main scenario three more, as tiers are first lost in January 2029."""

DATED = """
title = "Rules that change"
extends = "baseline"
[points]
pending = { 2027-01-01 = "7 days", 2027-07-01 = "0 days" }
[points.expiry]
life = { 2027-01-01 = "12 months", 2028-01-01 = "3 months" }
[points.cash]
share_of_order = { 2027-01-01 = 0.5, 2027-07-01 = 0.1 }
"""

SMALL = [
    ("beauty_mall", "baseline", "behavioural"),
    ("beauty_mall", "year_end_wipe_cap50", "mechanical"),
    ("beauty_mall", "warehouse_club", "behavioural"),
    ("cdnow", "instant_small_burn", "behavioural"),
    ("lessons", "soft_landing", "behavioural"),
    ("lessons", "warehouse_club", "behavioural"),
]


def test_the_matrix_is_whole() -> None:
    """A scenario that is shipped without a length here would go unproved."""
    assert set(LENGTHS) == set(scenario_catalogue())


@pytest.mark.parametrize(("name", "policy", "response"), SMALL)
def test_engines_agree_on_a_few(name: str, policy: str, response: str, cut: Callable, told: Callable) -> None:
    short = {"beauty_mall": date(2027, 12, 31), "cdnow": date(1997, 12, 31)}
    scenario = cut(name, short.get(name))
    _agree(scenario, load_policy(policy), response, 40, told)


def test_engines_agree_when_the_rules_change(cut: Callable, told: Callable, tmp_path: Path) -> None:
    """Several versions by date: each order and each night goes by the rules of its day, under both engines."""
    path = tmp_path / "dated.toml"
    path.write_text(DATED, "utf-8")
    policy = load_policy(path)
    assert policy.rules.size == 3
    _agree(cut("beauty_mall", date(2028, 3, 31)), policy, "behavioural", 40, told)
    _agree(cut("lessons"), policy, "behavioural", 9, told)


def test_the_matrix_sees_every_cause(cut: Callable, journal: Callable) -> None:
    """No kind of transfer goes unproved: tiers are lost and plans lapse within the time that is compared."""
    scenario = cut("beauty_mall", LENGTHS["beauty_mall"])
    seen = {
        cause for name in catalogue() for cause in journal(scenario, load_policy(name), members=500)["cause"].tolist()
    }
    assert seen == set(Cause)


@pytest.mark.slow
@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("policy", sorted(catalogue()))
@pytest.mark.parametrize("name", sorted(LENGTHS))
def test_engines_agree(name: str, policy: str, response: str, cut: Callable, told: Callable) -> None:
    _agree(cut(name, LENGTHS[name]), load_policy(policy), response, 500, told)


def _agree(scenario: Scenario, policy: Policy, response: str, members: int, told: Callable) -> None:
    members = scenario.members if scenario.scripted else members
    story = told(scenario, policy, response, members)
    parts: list[np.ndarray] = []
    run = simulate(scenario, policy, response=response, members=members, keep_transfers=parts.append)
    journal = np.concatenate(parts)
    assert story.orders > members / 4
    assert np.array_equal(journal, story.transfers)
    assert run.events == story.events
    assert run.transfers == story.transfers.size
    assert [law for law in run.laws if not law.holds] == []
    _sums_are_of_the_journal(scenario, policy, response, members, story, run)


def _sums_are_of_the_journal(
    scenario: Scenario, policy: Policy, response: str, members: int, story: Story, run: Simulation
) -> None:
    """Recount months, tiers and outcomes from the readable engine's journal with pandas alone."""
    rows = pd.DataFrame({name: story.transfers[name] for name in story.transfers.dtype.names})
    dates = pd.to_datetime(rows["day"], unit="D")
    rows["month"] = dates.dt.strftime("%Y-%m")
    orders = _orders(rows, _margins(scenario, policy, response, members))
    orders["capped"] = _capped(rows, orders, policy)
    served = _served_months(rows, scenario, policy)

    monthly = _monthly(rows, orders, served, scenario)
    assert set(monthly) | {"surviving"} == set(MONTHLY)
    for name, expected in monthly.items():
        assert run.monthly[name].tolist() == expected.tolist(), name
    surviving = run.monthly["surviving"]
    assert surviving[-1] == story.survivors
    assert scenario.scripted or (surviving[0] <= members and (np.diff(surviving) <= 0).all())

    outcomes = _outcomes(rows, orders, served, scenario, policy, members)
    for name, expected in outcomes.items():
        assert run.outcomes[name].tolist() == expected.tolist(), name
    assert set(outcomes) | {"surviving"} == set(run.outcomes.dtype.names)
    assert run.outcomes["surviving"].sum() == story.survivors
    assert run.tiers.tolist() == _tiers(rows, scenario, len(policy.level_names)).tolist()


def _margins(scenario: Scenario, policy: Policy, response: str, members: int) -> np.ndarray:
    """Gross margin of each member, basis points."""
    if scenario.scripted:
        return np.full(members, round(scenario.content.margin * 10_000))
    world = scenario.world(policy, response)
    person = records(1, PERSON)[0]
    margins = []
    for member in range(members):
        draw_person(world, person, member)
        margins.append(round(scenario.content.segments[person.segment].margin * 10_000))
    return np.array(margins)


def _orders(rows: pd.DataFrame, margins: np.ndarray) -> pd.DataFrame:
    """One row an order: member, day, month, list_cents, margin_cents."""
    sales = rows[rows["cause"].isin([Cause.SALE_CASH, Cause.SALE_DISCOUNT, Cause.SALE_POINTS])]
    orders = sales.groupby(["member", "order", "day", "month"], as_index=False)["amount"].sum()
    orders = orders.rename(columns={"amount": "list_cents"})
    return orders.assign(margin_cents=orders["list_cents"] * margins[orders["member"]] // 10_000)


def _capped(rows: pd.DataFrame, orders: pd.DataFrame, policy: Policy) -> np.ndarray:
    """1 for each order whose cap cut what the balance would have given."""
    moved = rows["amount"] * (
        (rows["credit"] == Account.POINTS_ACTIVE).astype(int) - (rows["debit"] == Account.POINTS_ACTIVE).astype(int)
    )
    before = rows.assign(balance=moved.groupby(rows["member"]).cumsum() - moved)
    sales = rows.pivot_table(index=["member", "order"], columns="cause", values="amount", aggfunc="sum").fillna(0)
    first = before[before["cause"] == Cause.REDEEM].groupby(["member", "order"])[["balance", "version"]].first()
    capped = set()
    for key, redeem in first.iterrows():
        rule, sale = policy.rules[int(redeem["version"])], sales.loc[key].astype(int)
        step, cap = int(rule.cash_step_points), (sale.get(Cause.SALE_CASH, 0) + sale[Cause.SALE_POINTS])
        cap = cap * int(rule.cash_share_bp) // 10_000
        if rule.cash_per_order_cents >= 0:
            cap = min(cap, int(rule.cash_per_order_cents))
        wished = int(redeem["balance"]) // step * step
        allowed = min(wished, cap * 10_000 // int(rule.point_value_bp)) // step * step
        if sale[Cause.REDEEM] == allowed < wished:
            capped.add(key)
    return np.array([(row.member, row.order) in capped for row in orders.itertuples()], np.int64)


def _served_months(rows: pd.DataFrame, scenario: Scenario, policy: Policy) -> pd.DataFrame:
    """One row a month in which a plan member is served: member, month, cost."""
    fees = rows[rows["cause"] == Cause.PLAN_FEE]
    served = []
    for fee in fees.itertuples():
        rule = policy.rules[fee.version]
        for number in range(int(rule.plan_period_months[1])):
            date_ = pd.Timestamp(fee.day, unit="D") + pd.DateOffset(months=number)
            if date_ < pd.Timestamp(scenario.end_day, unit="D"):
                served.append((fee.member, date_.strftime("%Y-%m"), int(rule.plan_cost_to_serve_cents[1])))
    return pd.DataFrame(served, columns=["member", "month", "amount"])


def _monthly(
    rows: pd.DataFrame, orders: pd.DataFrame, served: pd.DataFrame, scenario: Scenario
) -> dict[str, np.ndarray]:
    months = list(scenario.months)

    def total(frame: pd.DataFrame, column: str = "amount") -> np.ndarray:
        return frame.groupby("month")[column].sum().reindex(months, fill_value=0).to_numpy(np.int64)

    def cause(which: Cause) -> pd.DataFrame:
        return rows[rows["cause"] == which]

    ends = pd.PeriodIndex(months, freq="M").to_timestamp(how="end").normalize() + pd.Timedelta(days=1)
    days = np.minimum((ends - pd.Timestamp(0)).days, scenario.end_day)
    active = [orders.loc[(orders["day"] < end) & (orders["day"] >= end - 90), "member"].nunique() for end in days]
    issued, redeemed, expired = (total(cause(each)) for each in (Cause.EARN, Cause.REDEEM, Cause.EXPIRE))
    return {
        "orders": total(orders.assign(one=1), "one"),
        "buyers": total(orders.drop_duplicates(["member", "month"]).assign(one=1), "one"),
        "active": np.array(active),
        "list_cents": total(orders, "list_cents"),
        "cash_cents": total(cause(Cause.SALE_CASH)),
        "discount_cents": total(cause(Cause.SALE_DISCOUNT)),
        "points_paid_cents": total(cause(Cause.SALE_POINTS)),
        "fees_cents": total(cause(Cause.PLAN_FEE)),
        "service_cents": total(served),
        "margin_cents": total(orders, "margin_cents"),
        "issued_points": issued,
        "redeemed_points": redeemed,
        "redemptions": total(cause(Cause.SALE_POINTS).assign(one=1), "one"),
        "capped_redemptions": total(orders, "capped"),
        "expired_points": expired,
        "outstanding_points": np.cumsum(issued - redeemed - expired),
    }


def _tiers(rows: pd.DataFrame, scenario: Scenario, levels: int) -> np.ndarray:
    """Members of each tier at each month's end."""
    seats = rows[rows["unit"] == Unit.TIER].sort_values(["member", "sequence"])
    counts = []
    for month in scenario.months:
        seated = seats[seats["month"] <= month].groupby("member")["credit"].last() - Account.TIER_FIRST
        counts.append(np.bincount(seated, minlength=levels))
    return np.array(counts)


def _outcomes(
    rows: pd.DataFrame, orders: pd.DataFrame, served: pd.DataFrame, scenario: Scenario, policy: Policy, members: int
) -> dict[str, np.ndarray]:
    def by_member(frame: pd.DataFrame, column: str = "amount") -> np.ndarray:
        return frame.groupby("member")[column].sum().reindex(range(members), fill_value=0).to_numpy(np.int64)

    def cause(which: Cause) -> pd.DataFrame:
        return rows[rows["cause"] == which]

    last_order = orders.groupby("member")["day"].max().reindex(range(members), fill_value=-(10**9))
    seats = rows[rows["unit"] == Unit.TIER].groupby("member")["credit"].last().reindex(range(members))
    issued, redeemed, expired = (by_member(cause(each)) for each in (Cause.EARN, Cause.REDEEM, Cause.EXPIRE))
    outstanding = issued - redeemed - expired
    return {
        "orders": by_member(orders.assign(one=1), "one"),
        "list_cents": by_member(orders, "list_cents"),
        "cash_cents": by_member(cause(Cause.SALE_CASH)),
        "discount_cents": by_member(cause(Cause.SALE_DISCOUNT)),
        "points_paid_cents": by_member(cause(Cause.SALE_POINTS)),
        "fees_cents": by_member(cause(Cause.PLAN_FEE)),
        "service_cents": by_member(served),
        "margin_cents": by_member(orders, "margin_cents"),
        "issued_points": issued,
        "redeemed_points": redeemed,
        "redemptions": by_member(cause(Cause.SALE_POINTS).assign(one=1), "one"),
        "capped_redemptions": by_member(orders, "capped"),
        "expired_points": expired,
        "outstanding_points": outstanding,
        "outstanding_cents": outstanding * int(policy.rules[-1].point_value_bp) // 10_000,
        "active": (last_order >= scenario.end_day - 90).to_numpy(np.int64),
        "upper_tier": (seats > Account.TIER_FIRST).to_numpy(np.int64),
    }
