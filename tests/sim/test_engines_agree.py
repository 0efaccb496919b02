"""The two engines tell the same lives, transfer for transfer; and the sums of a run are those of its journal.

The readable engine does about a thousand orders a second, so the whole matrix of policies, scenarios and
responses is marked slow; a small one runs always.
"""

from __future__ import annotations

from collections import Counter
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
from sim.life import DELIVERY_DAYS
from sim.listing import scenario_catalogue
from sim.people import PERSON, draw_person
from sim.run import Simulation, simulate
from sim.scenario import Scenario
from sim.simpy_engine import Story

RESPONSES = ("behavioural", "mechanical")
LENGTHS = {"beauty_mall": date(2029, 3, 31), "cdnow": date(1998, 6, 30), "lessons": date(2029, 1, 31)}
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

WAITING = """
title = "Points that wait for the goods"
extends = "baseline"
[points]
pending = "until_delivered"
"""

SIMULATED = {
    Cause.JOIN, Cause.UPGRADE, Cause.DOWNGRADE, Cause.PLAN_START, Cause.PLAN_FEE, Cause.PLAN_LAPSE,
    Cause.SALE_CASH, Cause.SALE_DISCOUNT, Cause.SALE_POINTS, Cause.BENEFIT_ORDER, Cause.BENEFIT_MONTH,
    Cause.EARN, Cause.EARN_CAMPAIGN, Cause.EARN_FIXED, Cause.EARN_GIFT, Cause.CAP, Cause.ACTIVATE, Cause.REDEEM,
    Cause.EXPIRE, Cause.GROW, Cause.DECAY, Cause.COUPON_ISSUE, Cause.COUPON_EXPIRE,
}  # fmt: skip
"""What can happen to members who order, pay with points, and hold a plan."""

FIRST = {
    "baseline", "instant_small_burn", "no_program", "soft_landing", "warehouse_club", "year_end_wipe_cap50"
}  # fmt: skip
"""Policies that are proved with more members than the others."""

MEMBERS, FEWER_MEMBERS = 120, 30
"""Enough for every cause to be seen, and few enough for a hundred pairs of a scenario and a policy."""

SMALL = [
    ("beauty_mall", "baseline", "behavioural"),
    ("beauty_mall", "year_end_wipe_cap50", "mechanical"),
    ("beauty_mall", "warehouse_club", "behavioural"),
    ("cdnow", "instant_small_burn", "behavioural"),
    ("lessons", "soft_landing", "behavioural"),
    ("lessons", "warehouse_club", "behavioural"),
    ("lessons", "giant_ecommerce", "behavioural"),
    ("lessons", "plus_monthly", "behavioural"),
    ("lessons", "growth_value", "behavioural"),
    ("lessons", "stored_value_retail", "behavioural"),
    ("lessons", "coalition", "behavioural"),
    ("lessons", "startup_two_tier", "behavioural"),
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


def test_engines_agree_on_deliveries(cut: Callable, told: Callable, tmp_path: Path) -> None:
    """Points of an order can be used from the day on which its goods arrive, three days later."""
    path = tmp_path / "waiting.toml"
    path.write_text(WAITING, "utf-8")
    policy = load_policy(path)
    _agree(cut("beauty_mall", date(2027, 12, 31)), policy, "behavioural", 20, told)
    _agree(cut("lessons"), policy, "behavioural", 9, told)
    scenario = cut("lessons")
    rows = told(scenario, policy, "behavioural", 9).transfers
    earned, used = (rows[rows["cause"] == each] for each in (Cause.EARN, Cause.ACTIVATE))
    days = {(row["member"], row["lot"]): row["day"] for row in earned}
    waited = {(int(row["member"]), int(row["day"] - days[row["member"], row["lot"]])) for row in used}
    shopper = scenario.member_names.index("the year-end shopper")
    assert {wait for member, wait in waited if member != shopper} == {DELIVERY_DAYS}
    assert {wait for member, wait in waited if member == shopper} == {2, DELIVERY_DAYS}, "one order is fetched earlier"


def test_the_matrix_sees_every_cause(cut: Callable, journal: Callable) -> None:
    """No kind of transfer goes unproved: tiers are lost and plans lapse within the time that is compared."""
    scenario = cut("beauty_mall", LENGTHS["beauty_mall"])
    seen = {
        cause
        for name in catalogue()
        for cause in journal(scenario, load_policy(name), members=_members(name))["cause"].tolist()
    }
    assert seen == SIMULATED


@pytest.mark.slow
@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("policy", sorted(catalogue()))
@pytest.mark.parametrize("name", sorted(LENGTHS))
def test_engines_agree(name: str, policy: str, response: str, cut: Callable, told: Callable) -> None:
    _agree(cut(name, LENGTHS[name]), load_policy(policy), response, _members(policy), told)


def _members(policy: str) -> int:
    return MEMBERS if policy in FIRST else FEWER_MEMBERS


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
    assert Counter(run.refused) == sum(map(Counter, story.refused), Counter())
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

    returns = _returns(rows, _margins(scenario, policy, response, members))
    monthly = _monthly(rows, orders, returns, served, scenario)
    assert set(monthly) | {"surviving"} == set(MONTHLY)
    for name, expected in monthly.items():
        assert run.monthly[name].tolist() == expected.tolist(), name
    surviving = run.monthly["surviving"]
    assert surviving[-1] == story.survivors
    assert scenario.scripted or (surviving[0] <= members and (np.diff(surviving) <= 0).all())

    outcomes = _outcomes(rows, orders, returns, served, scenario, policy, members)
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
    return _goods(rows[rows["credit"] == Account.SALES], margins)


def _returns(rows: pd.DataFrame, margins: np.ndarray) -> pd.DataFrame:
    """One row a return, likewise."""
    return _goods(rows[rows["debit"] == Account.SALES], margins)


def _goods(rows: pd.DataFrame, margins: np.ndarray) -> pd.DataFrame:
    goods = rows.groupby(["member", "order", "day", "month"], as_index=False)["amount"].sum()
    goods = goods.rename(columns={"amount": "list_cents"})
    return goods.assign(margin_cents=goods["list_cents"] * margins[goods["member"]] // 10_000)


def _moved(rows: pd.DataFrame, account: int, others: tuple[int, ...] | None = None) -> pd.DataFrame:
    """What an account was credited less what it was debited, perhaps only against some others."""
    into, out = rows[rows["credit"] == account], rows[rows["debit"] == account]
    if others is not None:
        into, out = into[into["debit"].isin(others)], out[out["credit"].isin(others)]
    return pd.concat([into, out.assign(amount=-out["amount"])])


MOVED = {
    "cash_cents": [(Account.SALES, (Account.CASH, Account.PRINCIPAL_TENDER))],
    "discount_cents": [(Account.SALES, (Account.DISCOUNTS, Account.COUPONS_TENDER, Account.BONUS_TENDER))],
    "points_paid_cents": [(Account.SALES, (Account.POINTS_TENDER,))],
    "fees_cents": [(Account.FEES, None)],
    "redeemed_points": [(Account.POINTS_REDEEMED, None)],
    "expired_points": [(Account.POINTS_EXPIRED, None)],
    "outstanding_points": [(Account.POINTS_PENDING, None), (Account.POINTS_ACTIVE, None)],
}
"""Sums that are movements of accounts, perhaps against some others."""


def _movements(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    moved = {name: pd.concat([_moved(rows, *each) for each in of]) for name, of in MOVED.items()}
    issued = _moved(rows, Account.POINTS_ISSUED)
    return moved | {"issued_points": issued.assign(amount=-issued["amount"])}


DUE = (Cause.SALE_CASH, Cause.SALE_POINTS, Cause.SALE_PRINCIPAL, Cause.SALE_BONUS)


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
        due = sum(int(sale.get(each, 0)) for each in DUE)
        step, cap = int(rule.cash_step_points), due * int(rule.cash_share_bp) // 10_000
        if rule.cash_per_order_cents >= 0:
            cap = min(cap, int(rule.cash_per_order_cents))
        wished = int(redeem["balance"]) // step * step
        boosted = 0 <= rule.boost_from_cents <= due
        factor = int(rule.boost_factor_bp) if boosted else 10_000
        # The largest number of points whose worth, rounded down, is within the cap.
        most = ((cap + 1) * 10_000 * 10_000 - 1) // (int(rule.point_value_bp) * factor)
        allowed = min(wished, most) // step * step
        if sale[Cause.REDEEM] == allowed < wished:
            capped.add(key)
    return np.array([(row.member, row.order) in capped for row in orders.itertuples()], np.int64)


def _served_months(rows: pd.DataFrame, scenario: Scenario, policy: Policy) -> pd.DataFrame:
    """Costs of service: months in which a plan member is served, benefits of tiers, rewards, partners.

    Columns member, month, amount. A plan is served from its fee or its trial on until that period or the plan ends.
    """
    plans = rows[rows["unit"] == Unit.PLAN]
    begun, ended = (plans[plans["cause"] == each] for each in (Cause.PLAN_START, Cause.PLAN_LAPSE))
    paid = rows[rows["cause"] == Cause.PLAN_FEE]
    fees = set(zip(paid["member"], paid["day"], strict=True))
    free = begun[[key not in fees for key in zip(begun["member"], begun["day"], strict=True)]]
    served = []
    for period in pd.concat([paid, free]).itertuples():
        own = begun[(begun["member"] == period.member) & (begun["sequence"] <= period.sequence)]
        plan, rule = int(own["credit"].iloc[-1]) - Account.PLAN_FIRST, policy.rules[period.version]
        first = pd.Timestamp(period.day, unit="D")
        until = first + pd.DateOffset(months=int(rule.plan_period_months[plan]) or 1_000)
        if period.cause == Cause.PLAN_START:
            until = first + pd.DateOffset(days=int(rule.plan_trial_days[plan]))
        lapses = ended[(ended["member"] == period.member) & (ended["sequence"] > period.sequence)]["day"]
        last = pd.Timestamp(min([scenario.end_day, *lapses]), unit="D")
        number = 0
        while (day := first + pd.DateOffset(months=number)) < min(until, last):
            served.append((period.member, day.strftime("%Y-%m"), int(rule.plan_cost_to_serve_cents[plan])))
            number += 1
    costs = rows[rows["debit"].isin([Account.BENEFIT_COSTS, Account.REWARD_COSTS])]
    income = rows[rows["credit"] == Account.PARTNER_INCOME]
    others = pd.concat([costs, income.assign(amount=-income["amount"])])[["member", "month", "amount"]]
    return pd.concat([pd.DataFrame(served, columns=["member", "month", "amount"]), others]).astype({"amount": int})


def _monthly(
    rows: pd.DataFrame, orders: pd.DataFrame, returns: pd.DataFrame, served: pd.DataFrame, scenario: Scenario
) -> dict[str, np.ndarray]:
    months = list(scenario.months)

    def total(frame: pd.DataFrame, column: str = "amount") -> np.ndarray:
        return frame.groupby("month")[column].sum().reindex(months, fill_value=0).to_numpy(np.int64)

    ends = pd.PeriodIndex(months, freq="M").to_timestamp(how="end").normalize() + pd.Timedelta(days=1)
    days = np.minimum((ends - pd.Timestamp(0)).days, scenario.end_day)
    active = [orders.loc[(orders["day"] < end) & (orders["day"] >= end - 90), "member"].nunique() for end in days]
    moved = {name: total(each) for name, each in _movements(rows).items()}
    return moved | {
        "orders": total(orders.assign(one=1), "one"),
        "buyers": total(orders.drop_duplicates(["member", "month"]).assign(one=1), "one"),
        "active": np.array(active),
        "list_cents": total(orders, "list_cents"),
        "service_cents": total(served),
        "margin_cents": total(orders, "margin_cents") - total(returns, "margin_cents"),
        "redemptions": total(rows[rows["cause"] == Cause.SALE_POINTS].assign(one=1), "one"),
        "capped_redemptions": total(orders, "capped"),
        "outstanding_points": moved["outstanding_points"].cumsum(),
    }


def _tiers(rows: pd.DataFrame, scenario: Scenario, levels: int) -> np.ndarray:
    """Members of each tier at each month's end."""
    seats = rows[rows["unit"] == Unit.TIER].sort_values(["member", "sequence"])
    counts = []
    for month in scenario.months:
        last = seats[seats["month"] <= month].groupby("member")["credit"].last()
        counts.append(np.bincount(last[last != Account.OUTSIDE] - Account.TIER_FIRST, minlength=levels))
    return np.array(counts)


def _outcomes(
    rows: pd.DataFrame,
    orders: pd.DataFrame,
    returns: pd.DataFrame,
    served: pd.DataFrame,
    scenario: Scenario,
    policy: Policy,
    members: int,
) -> dict[str, np.ndarray]:
    def by_member(frame: pd.DataFrame, column: str = "amount") -> np.ndarray:
        return frame.groupby("member")[column].sum().reindex(range(members), fill_value=0).to_numpy(np.int64)

    last_order = orders.groupby("member")["day"].max().reindex(range(members), fill_value=-(10**9))
    seats = rows[rows["unit"] == Unit.TIER].groupby("member")["credit"].last().reindex(range(members))
    moved = {name: by_member(each) for name, each in _movements(rows).items()}
    return moved | {
        "orders": by_member(orders.assign(one=1), "one"),
        "list_cents": by_member(orders, "list_cents"),
        "returned_cents": by_member(returns, "list_cents"),
        "service_cents": by_member(served),
        "margin_cents": by_member(orders, "margin_cents") - by_member(returns, "margin_cents"),
        "redemptions": by_member(rows[rows["cause"] == Cause.SALE_POINTS].assign(one=1), "one"),
        "capped_redemptions": by_member(orders, "capped"),
        "outstanding_cents": moved["outstanding_points"] * int(policy.rules[-1].point_value_bp) // 10_000,
        "active": (last_order >= scenario.end_day - 90).to_numpy(np.int64),
        "upper_tier": (seats > Account.TIER_FIRST).to_numpy(np.int64),
    }
