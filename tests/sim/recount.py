"""The sums of a run counted a second time, with pandas, from what the readable engine has told: transfers and events.

Friends stand under numbers of their own and count with the member at the root of their tree.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ledger.accounts import Account, Cause, Unit
from ledger.events import Kind
from ledger.journal import NONE
from policies import Policy
from policies.earning import rule_on
from policies.rules import ANY, BASIS, CAMPAIGNS_MOST, NEVER_DAY, records
from sim.engines.simpy_engine import Story
from sim.engines.tally import ALLOTMENTS
from sim.market.world import World
from sim.members.people import PERSON
from sim.members.traits import draw_person
from sim.scenario import Scenario

DUE = (Cause.SALE_CASH, Cause.SALE_POINTS, Cause.SALE_PRINCIPAL, Cause.SALE_BONUS)
"""What the cap of an order goes by: all that is paid after discounts and coupons."""

REDEEMED = (Cause.REDEEM, Cause.REDEEM_REWARD, Cause.REDEEM_WHEEL)
"""Causes by which a member uses points for himself."""


class Told(NamedTuple):
    """What is counted; every table has the columns member, root, day and month."""

    rows: pd.DataFrame  # transfers
    events: pd.DataFrame
    orders: pd.DataFrame  # order, list_cents, least, most: gross margin in minor units, between these two; capped
    returns: pd.DataFrame  # order, list_cents, least, most
    scenario: Scenario
    policy: Policy
    world: World
    roots: int  # members of the scenario's own

    def sum_by_root(self, frame: pd.DataFrame, column: str = "amount") -> np.ndarray:
        """int64 (roots,)."""
        return frame.groupby("root")[column].sum().reindex(range(self.roots), fill_value=0).to_numpy(np.int64)

    def sum_by_month(self, frame: pd.DataFrame, column: str = "amount") -> np.ndarray:
        """int64 (months,)."""
        months = list(self.scenario.months)
        return frame.groupby("month")[column].sum().reindex(months, fill_value=0).to_numpy(np.int64)


def told_of(story: Story, scenario: Scenario, policy: Policy, world: World, roots: int) -> Told:
    """A story as tables."""
    rows = _dated(pd.DataFrame({name: story.transfers[name] for name in story.transfers.dtype.names}))
    plain = [name for name in story.happened.dtype.names if name != "coupons"]
    events = _dated(pd.DataFrame({name: story.happened[name] for name in plain}))
    root = _roots(events)
    rows, events = (frame.assign(root=frame["member"].map(root)) for frame in (rows, events))
    margins = _Margins(story, scenario, policy, world, events, roots)
    orders = margins.of(_goods(rows[rows["credit"] == Account.SALES]))
    orders["capped"] = _capped(rows, orders, policy)
    returns = margins.of(_goods(rows[rows["debit"] == Account.SALES]))
    return Told(rows, events, orders, returns, scenario, policy, world, roots)


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(month=pd.to_datetime(frame["day"], unit="D").dt.strftime("%Y-%m"))


def _roots(events: pd.DataFrame) -> dict[int, int]:
    """The root of each member's tree; whoever refers joins before who is referred."""
    root: dict[int, int] = {}
    for each in events[events["kind"] == Kind.JOIN].itertuples():
        root[each.member] = each.member if each.other == NONE else root[each.other]
    return root


def _goods(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an order, or a return."""
    keys = ["member", "root", "order", "day", "second", "month"]
    return rows.groupby(keys, as_index=False, sort=False)["amount"].sum().rename(columns={"amount": "list_cents"})


class _Margins:
    """Gross margins of goods. Where a policy knows no category, the books know a margin only by its bounds."""

    def __init__(
        self, story: Story, scenario: Scenario, policy: Policy, world: World, events: pd.DataFrame, roots: int
    ) -> None:
        self._segments = _segments(scenario, world, roots)
        self._bounds = _margin_bounds(scenario, policy)
        bought = events[(events["kind"] == Kind.PURCHASE) & (events["lines"] > 0)]
        orders = zip(bought["member"], bought["order"], strict=True)
        self._category = {} if scenario.scripted else dict(zip(orders, story.lines["category"], strict=True))

    def of(self, goods: pd.DataFrame) -> pd.DataFrame:
        """The same rows with the columns least and most."""
        found = [
            self._bounds[self._segments[each.root], int(self._category.get((each.member, each.order), ANY))]
            for each in goods.itertuples()
        ]
        least, most = np.array(found, np.int64).reshape(-1, 2).T
        cents = goods["list_cents"].to_numpy()
        return goods.assign(least=cents * least // BASIS, most=cents * most // BASIS)


def segments(told: Told) -> np.ndarray:
    """Kind of each root by number, int64 (roots,)."""
    return np.array(_segments(told.scenario, told.world, told.roots))


def _segments(scenario: Scenario, world: World, roots: int) -> list[int]:
    """Kinds of the roots; friends are of the same as who has referred them."""
    if scenario.scripted:
        return [0] * roots
    ground, person = world.ground(), records(1, PERSON)[0]
    found = []
    for number in range(roots):
        draw_person(ground, person, number)
        found.append(int(person.segment))
    return found


def _margin_bounds(scenario: Scenario, policy: Policy) -> dict[tuple[int, int], tuple[int, int]]:
    """Least and most margin by segment and category, basis points."""
    if scenario.scripted:
        margin = round(scenario.content.margin * BASIS)
        return {(0, ANY): (margin, margin)}
    found: dict[tuple[int, int], list[int]] = {}
    for number, segment in enumerate(scenario.content.segments):
        for name in segment.categories or {"": 1.0}:
            known = policy.category_names.index(name) + 1 if name in policy.category_names else ANY
            margin = segment.margin[name] if isinstance(segment.margin, dict) else segment.margin
            found.setdefault((number, known), []).append(round(margin * BASIS))
    return {key: (min(each), max(each)) for key, each in found.items()}


def _capped(rows: pd.DataFrame, orders: pd.DataFrame, policy: Policy) -> np.ndarray:
    """1 for each order whose cap cut what the balance would have given."""
    moved = rows["amount"] * (
        (rows["credit"] == Account.POINTS_ACTIVE).astype(int) - (rows["debit"] == Account.POINTS_ACTIVE).astype(int)
    )
    before = rows.assign(balance=moved.groupby(rows["member"]).cumsum() - moved)
    first = before[before["cause"] == Cause.REDEEM].groupby(["member", "order"])[["balance", "version"]].first()
    of_order = rows[rows["cause"].isin([*DUE, Cause.REDEEM]) & (rows["order"] != NONE)]
    sales = of_order.groupby(["member", "order", "cause"])["amount"].sum().to_dict()
    capped = set()
    for (member, order), redeem in first.iterrows():
        rule = policy.rules[int(redeem["version"])]
        due = sum(sales.get((member, order, each), 0) for each in DUE)
        step, cap = int(rule.cash_step_points), due * int(rule.cash_share_bp) // BASIS
        if rule.cash_per_order_cents >= 0:
            cap = min(cap, int(rule.cash_per_order_cents))
        wished = int(redeem["balance"]) // step * step
        factor = int(rule.boost_factor_bp) if 0 <= rule.boost_from_cents <= due else BASIS
        # The largest number of points whose worth, rounded down, is within the cap.
        most = ((cap + 1) * BASIS * BASIS - 1) // (int(rule.point_value_bp) * factor)
        allowed = min(wished, most) // step * step
        if sales[member, order, Cause.REDEEM] == allowed < wished:
            capped.add((member, order))
    return np.array([(each.member, each.order) in capped for each in orders.itertuples()], np.int64)


def _moved(rows: pd.DataFrame, account: int, others: tuple[int, ...] | None = None) -> pd.DataFrame:
    """What an account was credited less what it was debited, perhaps only against some others."""
    into, out = rows[rows["credit"] == account], rows[rows["debit"] == account]
    if others is not None:
        into, out = into[into["debit"].isin(others)], out[out["credit"].isin(others)]
    return pd.concat([into, out.assign(amount=-out["amount"])])


MOVED = {
    "cash_cents": [(Account.SALES, (Account.CASH, Account.PRINCIPAL_TENDER))],
    "discount_cents": [(Account.SALES, (Account.DISCOUNTS,))],
    "coupon_cents": [(Account.SALES, (Account.COUPONS_TENDER,))],
    "bonus_cents": [(Account.SALES, (Account.BONUS_TENDER,))],
    "points_paid_cents": [(Account.SALES, (Account.POINTS_TENDER,))],
    "fees_cents": [(Account.FEES, None)],
    "top_up_cents": [(Account.STORED_VALUE, (Account.CASH,))],
    "stored_left_cents": [(Account.PRINCIPAL_HELD, None)],
    "redeemed_points": [(Account.POINTS_REDEEMED, None)],
    "expired_points": [(Account.POINTS_EXPIRED, None)],
    "clawed_points": [(Account.POINTS_CLAWED_BACK, None)],
    "outstanding_points": [(Account.POINTS_PENDING, None), (Account.POINTS_ACTIVE, None)],
}
"""Sums that are movements of accounts, perhaps against some others."""

SPENT = {
    "issued_points": [(Account.POINTS_ISSUED, None)],
    "reward_cents": [(Account.REWARD_COSTS, None), (Account.PARTNER_INCOME, None)],
}
"""The same the other way round: what accounts were debited less what they were credited."""


def summed(told: Told) -> dict[str, pd.DataFrame]:
    """Measures that add up over members and months: a table with the columns root, month and amount each."""
    rows, events = told.rows, told.events
    moved = {name: pd.concat([_moved(rows, *each) for each in of]) for name, of in MOVED.items()}
    spent = {name: pd.concat([_moved(rows, *each) for each in of]) for name, of in SPENT.items()}
    moved |= {name: each.assign(amount=-each["amount"]) for name, each in spent.items()}
    joins = events[events["kind"] == Kind.JOIN]
    first_redemptions = rows[rows["cause"].isin(REDEEMED)].drop_duplicates("member")
    begun = events[events["kind"] == Kind.PLAN_START]
    return moved | {
        "persons": joins.assign(amount=1),
        "referred": joins.assign(amount=joins["referred"]),
        "acquisition_cents": _acquired(told, joins),
        "orders": told.orders.assign(amount=1),
        "list_cents": told.orders.rename(columns={"list_cents": "amount"}),
        "returns": events[events["kind"] == Kind.REFUND].assign(amount=1),
        "returned_cents": told.returns.rename(columns={"list_cents": "amount"}),
        "service_cents": _served(told),
        "redemptions": _redemptions(told),
        "capped_redemptions": told.orders.rename(columns={"capped": "amount"}),
        "redeemers": first_redemptions.assign(amount=1),
        "trials": begun.assign(amount=begun["trial"]),
    }


def margins(told: Told) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Least and most margin of the goods that were kept, columns root, month and amount."""
    least = [told.orders.assign(amount=told.orders["least"]), told.returns.assign(amount=-told.returns["most"])]
    most = [told.orders.assign(amount=told.orders["most"]), told.returns.assign(amount=-told.returns["least"])]
    return pd.concat(least), pd.concat(most)


def arrivals(told: Told) -> np.recarray:
    """By which arrival each root has come, ARRIVAL (roots,)."""
    rows = told.world.arrivals
    return rows[np.searchsorted(rows.first_member, np.arange(told.roots), side="right") - 1]


def _acquired(told: Told, joins: pd.DataFrame) -> pd.DataFrame:
    """What it cost to win the roots."""
    own = joins[joins["member"] == joins["root"]]
    if told.scenario.scripted:
        return own.assign(amount=0)
    return own.assign(amount=arrivals(told).cost_cents[own["root"].to_numpy()])


def _redemptions(told: Told) -> pd.DataFrame:
    """Orders that points helped to pay, and rewards and turns of the wheel that cost points."""
    parts = [told.rows[told.rows["cause"] == Cause.SALE_POINTS].assign(amount=1)]
    for each in told.events[told.events["kind"].isin([Kind.REWARD, Kind.SPIN])].itertuples():
        rule = rule_on(told.policy.rules, each.day)
        points = rule.reward_points[each.which] if each.kind == Kind.REWARD else rule.wheel_points
        parts.append(pd.DataFrame({"root": [each.root], "month": [each.month], "amount": [int(points > 0)]}))
    return pd.concat(parts)


def fees_of_nights(told: Told) -> pd.DataFrame:
    """1 for every fee that renews a plan or turns a trial into a paid one, columns root, month and amount."""
    begun = told.rows[told.rows["cause"] == Cause.PLAN_START]
    paid = told.rows[told.rows["cause"] == Cause.PLAN_FEE]
    days = set(zip(begun["member"], begun["day"], strict=True))
    nights = [each not in days for each in zip(paid["member"], paid["day"], strict=True)]
    return paid[np.array(nights, bool)].assign(amount=1)


def _served(told: Told) -> pd.DataFrame:
    """Costs of service: months in which a plan member is served, and benefits of tiers.

    A plan is served from its fee or its trial on until that period or the plan ends.
    """
    rows, scenario = told.rows, told.scenario
    plans = rows[rows["unit"] == Unit.PLAN]
    begun, ended = (plans[plans["cause"] == each] for each in (Cause.PLAN_START, Cause.PLAN_LAPSE))
    paid = rows[rows["cause"] == Cause.PLAN_FEE]
    fees = set(zip(paid["member"], paid["day"], strict=True))
    free = begun[[key not in fees for key in zip(begun["member"], begun["day"], strict=True)]]
    served = []
    for period in pd.concat([paid, free]).itertuples():
        own = begun[(begun["member"] == period.member) & (begun["sequence"] <= period.sequence)]
        plan, rule = int(own["credit"].iloc[-1]) - Account.PLAN_FIRST, told.policy.rules[period.version]
        first = pd.Timestamp(period.day, unit="D")
        until = first + pd.DateOffset(months=int(rule.plan_period_months[plan]) or 1_000)
        if period.cause == Cause.PLAN_START:
            until = first + pd.DateOffset(days=int(rule.plan_trial_days[plan]))
        lapses = ended[(ended["member"] == period.member) & (ended["sequence"] > period.sequence)]["day"]
        last = pd.Timestamp(min([scenario.end_day, *lapses]), unit="D")
        number = 0
        while (day := first + pd.DateOffset(months=number)) < min(until, last):
            served.append((period.root, day.strftime("%Y-%m"), int(rule.plan_cost_to_serve_cents[plan])))
            number += 1
    benefits = rows[rows["debit"] == Account.BENEFIT_COSTS][["root", "month", "amount"]]
    return pd.concat([pd.DataFrame(served, columns=["root", "month", "amount"]), benefits]).astype({"amount": int})


def persons(told: Told) -> pd.DataFrame:
    """One row a member, friends included, by number: what is known of each at the end."""
    rows, events, orders = told.rows, told.events, told.orders
    joins = events[events["kind"] == Kind.JOIN].set_index("member")
    table = joins[["root"]].assign(joined_day=joins["day"])
    bought = orders.groupby("member")["day"].agg(["size", "min", "max"]).reindex(table.index)
    table["orders"] = bought["size"].fillna(0).astype(int)
    table["first_order_day"] = bought["min"].fillna(NEVER_DAY).astype(int)
    table["last_order_day"] = bought["max"].fillna(-NEVER_DAY).astype(int)
    redeemed = rows[rows["cause"].isin(REDEEMED)].groupby("member")["day"].min().reindex(table.index)
    table["first_redemption_day"] = redeemed.fillna(NEVER_DAY).astype(int)
    seats = rows[rows["unit"] == Unit.TIER].groupby("member")[["credit", "debit"]].last().reindex(table.index)
    table["closed"] = seats["credit"] == Account.OUTSIDE
    table["tier"] = seats["credit"].where(~table["closed"], seats["debit"]) - Account.TIER_FIRST
    held = pd.concat([_moved(rows, *each) for each in MOVED["outstanding_points"]])
    table["held"] = held.groupby("member")["amount"].sum().reindex(table.index, fill_value=0)
    table["paid_plan"] = table.index.isin(rows[rows["cause"] == Cause.PLAN_FEE]["member"])
    table["referrer"] = table.index.isin(joins[joins["other"] != NONE]["other"])
    return table


def flows(told: Told) -> np.ndarray:
    """Seats that moved from tier to tier, int64 (months, levels + 1, levels + 1); the last place is outside."""
    levels, months = len(told.policy.level_names), list(told.scenario.months)
    found = np.zeros((len(months), levels + 1, levels + 1), np.int64)
    for each in told.rows[told.rows["unit"] == Unit.TIER].itertuples():
        before, after = (levels if seat == Account.OUTSIDE else seat - Account.TIER_FIRST
                         for seat in (each.debit, each.credit))  # fmt: skip
        found[months.index(each.month), before, after] += 1
    return found


def used(told: Told) -> np.ndarray:
    """What was used of budgets and stocks by day, as sim.engines.tally counts it, int64 (ALLOTMENTS, days)."""
    rules, first = told.policy.rules, told.scenario.first_day
    found = np.zeros((ALLOTMENTS, told.scenario.end_day - first), np.int64)
    for each in told.rows[told.rows["cause"] == Cause.EARN_CAMPAIGN].itertuples():
        found[each.which, each.day - first] += each.amount * int(rules[each.version].point_value_bp)
    for each in told.events[told.events["kind"] == Kind.REWARD].itertuples():
        found[CAMPAIGNS_MOST + each.which, each.day - first] += 1
    return found
