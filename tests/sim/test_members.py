"""What members do besides ordering: each happens under a policy that offers it, as often as the scenario says."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np
import pytest
from scipy import stats

from ledger.accounts import Cause
from ledger.events import Kind
from policies import Policy, catalogue, load_policy
from policies.choices import Trigger
from policies.rules import ANY, NEVER_DAY, records
from sim.members.people import PERSON
from sim.members.traits import draw_friend, draw_person, friend_number
from sim.run import Simulation, simulate
from sim.scenario import Scenario, load_scenario
from tests.kernel_rules import policy_of

EAGER = {"exposure": 1.0, "j_0": 4.0, "th_0": 1.0, "spin": 1.0, "rate_ref": 0.5, "all_points": 0.0, "pi_never": 0.0}
"""Effects of members who take whatever is offered."""


class Told(NamedTuple):
    """A run with its journal and its events."""

    run: Simulation
    transfers: np.ndarray  # TRANSFER (n,)
    events: np.ndarray  # EVENT (m,)

    def kind(self, kind: Kind) -> np.ndarray:
        return self.events[self.events["kind"] == kind]

    def amount(self, *causes: Cause) -> int:
        return int(self.transfers["amount"][np.isin(self.transfers["cause"], causes)].sum())


def tell(scenario: Scenario, policy: str | Policy, **options: object) -> Told:
    transfers: list[np.ndarray] = []
    events: list[np.ndarray] = []
    run = simulate(
        scenario,
        load_policy(policy) if isinstance(policy, str) else policy,
        keep_transfers=transfers.append,
        keep_events=lambda rows, _: events.append(rows),
        **options,
    )
    return Told(run, np.concatenate(transfers), np.concatenate(events))


@pytest.fixture(scope="module")
def eager(cut: Callable) -> Callable[[str], Told]:
    """Two years of eager members of the main market under a policy."""
    known: dict[str, Told] = {}

    def make(name: str) -> Told:
        if name not in known:
            known[name] = tell(cut("beauty_mall", date(2028, 12, 31)), name, members=60, effects=EAGER)
        return known[name]

    return make


# --- nothing happens that is not offered -------------------------------------------------------------------------


def offered(policy: Policy, scenario: Scenario) -> set[Kind]:
    """Kinds of events that a policy gives an occasion for."""
    rules = policy.rules
    rows = np.arange(rules.earn_trigger.shape[1]) < rules.earn_rows[:, None]
    names = {name for segment in scenario.content.segments for name in segment.activities}
    known = {policy.activity_names.index(name) for name in names if name in policy.activity_names}
    paid = set(rules.earn_activity[rows & (rules.earn_trigger == Trigger.ACTIVITY)].tolist())
    paid |= set(np.flatnonzero(rules.growth_activity.any(axis=0)).tolist())
    kinds = {
        Kind.PLAN_START: rules.plans.any(),
        Kind.PLAN_CANCEL: rules.plan_auto_renew.any(),
        Kind.REFUND: (rules.return_days != 0).all(),
        Kind.DELIVER: rules.until_delivered.any(),
        Kind.ACTIVITY: known & paid,
        Kind.REFERRAL: (rows & (rules.earn_trigger == Trigger.REFERRAL)).any(),
        Kind.REWARD: rules.rewards.any(),
        Kind.SPIN: rules.wheel.any(),
        Kind.TOP_UP: rules.offers.any(),
    }
    return {Kind.JOIN, Kind.PURCHASE} | {kind for kind, there in kinds.items() if there}


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_what_is_offered_happens_and_nothing_else(name: str, eager: Callable) -> None:
    told = eager(name)
    assert set(map(Kind, told.events["kind"].tolist())) == offered(load_policy(name), load_scenario("beauty_mall"))
    assert (told.run.sums["persons"][0] > told.run.outcomes.size) == bool(told.kind(Kind.REFERRAL).size)
    assert bool(told.run.sums["referrers"][0]) == bool(told.kind(Kind.REFERRAL).size)
    assert bool(told.kind(Kind.PURCHASE)["coupons"].any()) == bool(told.amount(Cause.SALE_COUPON))


# --- joining -----------------------------------------------------------------------------------------------------


def test_everybody_joins_when_the_channels_win_them() -> None:
    """By month and channel as many as expected, in the middle of the month, and at the cost of the channel."""
    scenario = load_scenario("beauty_mall")
    run = simulate(scenario, load_policy("baseline"), members=3_000)
    rows, arrivals = run.outcomes, scenario.arrivals(3_000)
    ends = [*arrivals.first_member[1:].tolist(), rows.size]
    costs = joined = 0
    for arrival, end in zip(arrivals, ends, strict=True):
        here = rows[int(arrival.first_member) : end]
        assert (here["acquired"] == arrival.channel).all()
        assert (here["acquisition_cents"] == arrival.cost_cents).all()
        assert (here["joined_day"] >= arrival.first_day).all()
        assert (here["joined_day"] < max(arrival.end_day, arrival.first_day + 1)).all()
        costs, joined = costs + here.size * int(arrival.cost_cents), joined + here.size
    assert joined == scenario.population(3_000) == rows.size > 4_000
    assert run.monthly["acquisition_cents"].sum() == costs == rows["acquisition_cents"].sum() > 0
    month = np.searchsorted(scenario.world(load_policy("baseline")).month_end_day, rows["joined_day"], side="right")
    assert (np.bincount(month) == run.monthly["joined"]).all()
    later = arrivals[1:]
    place = np.searchsorted(arrivals.first_member, np.arange(3_000, rows.size), side="right") - 2
    within = (rows["joined_day"][3_000:] - later.first_day[place]) / (later.end_day - later.first_day)[place]
    assert abs(within.mean() + 0.5 / 30.4 - 0.5) < 4 * math.sqrt(1 / 12 / within.size)


def test_channels_bring_their_own_mix() -> None:
    """Ads bring 40 % regulars, the store as many as there are anyway."""
    rows = simulate(load_scenario("beauty_mall"), load_policy("no_program"), members=4_000).outcomes
    for channel, regular in ((0, 0.6), (1, 0.4), (2, 0.6)):
        here = rows[rows["acquired"] == channel]
        share = (here["segment"] == 0).mean()
        assert abs(share - regular) < 4 * math.sqrt(0.24 / here.size)


def test_nobody_acts_before_joining(eager: Callable) -> None:
    for name in ("giant_ecommerce", "startup_two_tier"):
        told = eager(name)
        joined = {int(row["member"]): (int(row["day"]), int(row["second"])) for row in told.kind(Kind.JOIN)}
        assert len(joined) == told.kind(Kind.JOIN).size == told.run.sums["persons"][0]
        moments = zip(*(told.events[field].tolist() for field in ("member", "day", "second")), strict=True)
        assert all((day, second) >= joined[member] for member, day, second in moments)


# --- returns and activities --------------------------------------------------------------------------------------


def test_returns(eager: Callable) -> None:
    """Six in a hundred orders, within two weeks, and what they cost is in months and outcomes."""
    told = eager("baseline")
    orders = {(int(row["member"]), int(row["order"])): row for row in told.kind(Kind.PURCHASE)}
    refunds = told.kind(Kind.REFUND)
    days = [row["day"] - orders[int(row["member"]), int(row["order"])]["day"] for row in refunds]
    assert set(days) == set(range(1, 15))
    share = 0.06
    assert abs(refunds.size / len(orders) - share) < 4 * math.sqrt(share / len(orders)) + share * 14 / 730
    assert refunds.size == told.run.sums["returns"][0] == told.run.monthly["returns"].sum()
    back = told.amount(Cause.RETURN_CASH, Cause.RETURN_DISCOUNT, Cause.RETURN_POINTS)
    assert back == told.run.sums["returned_cents"][0] > 0
    kept = told.amount(Cause.SALE_CASH) - told.amount(Cause.RETURN_CASH)
    assert kept == told.run.sums["cash_cents"][0]


@pytest.mark.parametrize(("activity", "weekly", "per_order"), [("check_in", 1.5, 0.0), ("review", 0.0, 0.2)])
def test_activities(activity: str, weekly: float, per_order: float) -> None:
    """As often as the scenario says: so many times a week of membership, or after so many orders."""
    scenario, policy = load_scenario("beauty_mall"), load_policy("giant_ecommerce")
    told = tell(scenario, policy, members=80, response="mechanical")
    regular = np.flatnonzero(told.run.outcomes["segment"] == 0)
    rows = told.run.outcomes[regular]
    lived = np.minimum(rows["left_day"], scenario.end_day) - rows["joined_day"]
    expected = (weekly * lived / 7).sum() + per_order * rows["orders"].sum()
    seen = told.kind(Kind.ACTIVITY)
    seen = seen[np.isin(seen["member"], regular) & (seen["which"] == policy.activity_names.index(activity))]
    # Orders of the last three days have no review yet, and the days of joining and leaving are not whole.
    assert abs(seen.size - expected) < 4 * math.sqrt(expected) + weekly * rows.size / 7 + 3 * per_order * rows.size / 7
    if per_order:
        bought = {(int(each["member"]), int(each["day"]) + 3) for each in told.kind(Kind.PURCHASE)}
        assert all((int(each["member"]), int(each["day"])) in bought for each in seen)


# --- friends -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trees(cut: Callable) -> Told:
    """A young shop whose members bring many friends."""
    scenario = cut("startup_launch", date(2028, 6, 30))
    return tell(scenario, "startup_two_tier", members=500, effects={"rate_ref": 0.8})


def roots_of(told: Told) -> dict[int, int]:
    """The member at the root of each one's tree."""
    parents = {int(row["member"]): int(row["other"]) for row in told.kind(Kind.JOIN) if row["referred"]}
    roots = {}
    for row in told.kind(Kind.JOIN):
        number = int(row["member"])
        while number in parents:
            number = parents[number]
        roots[int(row["member"])] = number
    return roots


def test_friends_are_counted_with_who_brought_them(trees: Told) -> None:
    """Persons, orders and points of a whole tree stand in the row of its root."""
    roots = roots_of(trees)
    rows = trees.run.outcomes
    friends = [number for number in roots if number >= 1 << 62]
    assert len(friends) > 50 and len(set(roots.values())) == rows.size
    assert {number for number in roots if number < 1 << 62} == set(range(rows.size))
    persons, orders, points, buyers = (np.zeros(rows.size, np.int64) for _ in range(4))
    np.add.at(persons, list(roots.values()), 1)
    np.add.at(orders, [roots[each] for each in trees.kind(Kind.PURCHASE)["member"].tolist()], 1)
    np.add.at(buyers, [roots[each] for each in np.unique(trees.kind(Kind.PURCHASE)["member"]).tolist()], 1)
    for cause, sign in ((Cause.REDEEM, 1), (Cause.UNREDEEM, -1), (Cause.UNREDEEM_DEAD, -1)):
        moved = trees.transfers[trees.transfers["cause"] == cause]
        np.add.at(points, [roots[each] for each in moved["member"].tolist()], sign * moved["amount"])
    assert (rows["persons"] == persons).all()
    assert (rows["orders"] == orders).all()
    assert (rows["buyers"] == buyers).all()
    assert (rows["redeemed_points"] == points).all()
    assert trees.run.monthly["referred"].sum() == len(friends) == (rows["persons"] - 1).sum()
    parents = trees.kind(Kind.JOIN)["other"][trees.kind(Kind.JOIN)["referred"] == 1]
    assert rows["referrers"].sum() == np.unique(parents).size
    assert any(parent >= 1 << 62 for parent in parents.tolist()), "friends bring friends"


def test_days_and_flags_are_those_of_the_root(trees: Told) -> None:
    rows = trees.run.outcomes
    own = trees.kind(Kind.PURCHASE)
    own = own[own["member"] < 1 << 62]
    for field, default, choose in (("first_order_day", NEVER_DAY, min), ("last_order_day", -NEVER_DAY, max)):
        days: dict[int, int] = {}
        for row in own:
            member, day = int(row["member"]), int(row["day"])
            days[member] = choose(days.get(member, day), day)
        assert [days.get(each, default) for each in range(rows.size)] == rows[field].tolist()


def test_who_refers_is_paid_on_the_morning_after_the_first_order(trees: Told) -> None:
    """Once a friend, if the member is still there, and never for friends who order nothing."""
    first: dict[int, int] = {}
    for row in trees.kind(Kind.PURCHASE):
        first.setdefault(int(row["member"]), int(row["day"]))
    parents = {int(row["member"]): int(row["other"]) for row in trees.kind(Kind.JOIN) if row["referred"]}
    paid = {int(row["other"]): row for row in trees.kind(Kind.REFERRAL)}
    assert len(paid) == trees.kind(Kind.REFERRAL).size > 20
    for friend, row in paid.items():
        assert (int(row["member"]), int(row["day"])) == (parents[friend], first[friend] + 1)
    left = dict(enumerate(trees.run.outcomes["left_day"].tolist()))
    last = load_scenario("startup_launch").first_day + trees.run.used.shape[1] - 1
    for friend, parent in parents.items():
        stays = friend in first and parent in left and first[friend] + 1 < min(left[parent], last + 1)
        assert not stays or friend in paid
    bonus = trees.transfers[trees.transfers["cause"] == Cause.EARN_REFERRAL]
    assert {500, 1_000} <= set(bonus["amount"].tolist())


def test_a_referral_can_pay_at_joining() -> None:
    policy = policy_of(
        'currency = "CNY"\n[points]\nvalue = "0.01"\n'
        'earn = [ { on = "referral", referrer = 70, referred = 30, when = "join" } ]\n'
    )
    told = tell(load_scenario("startup_launch"), policy, members=200, effects={"rate_ref": 0.5})
    joined = {int(row["member"]): int(row["day"]) for row in told.kind(Kind.JOIN) if row["referred"]}
    paid = {int(row["other"]): int(row["day"]) for row in told.kind(Kind.REFERRAL)}
    assert len(paid) > 5
    assert all(day == joined[friend] + 1 for friend, day in paid.items())


def test_friends_come_at_the_rate_of_the_scenario() -> None:
    """So many a year of membership, friends included, whatever anybody orders."""
    scenario = load_scenario("startup_launch")
    told = tell(scenario, "startup_two_tier", members=800, response="mechanical", effects={"rate_ref": 0.4})
    rows = told.run.outcomes
    direct = told.kind(Kind.JOIN)
    direct = direct[(direct["referred"] == 1) & (direct["other"] < 1 << 62)]
    years = ((np.minimum(rows["left_day"], scenario.end_day) - rows["joined_day"]) / 365).sum()
    assert abs(direct.size - 0.4 * years) < 4 * math.sqrt(0.4 * years) + 0.4 * rows.size / 365


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_friends_are_alike_as_far_as_is_said(share: float) -> None:
    """So many order exactly as often as who brought them, the others as anybody of the segment; all else is drawn."""
    scenario = load_scenario("startup_launch")
    world = scenario.world(load_policy("startup_two_tier"), effects={"rho_ref": share}).ground()
    parents, friends = records(1_000, PERSON), records(1_000, PERSON)
    for member, (parent, friend) in enumerate(zip(parents, friends, strict=True)):
        draw_person(world, parent, member)
        draw_friend(world, friend, friend_number(world.span.seed, parent), parent)
    assert (friends.segment == parents.segment).all() and friends.referred.all() and not parents.referred.any()
    assert (friends.joined_day == parents.joined_day).all(), "the moment of the parent's life"
    assert np.unique(friends.member).size == friends.size and friends.member.min() >= 1 << 62
    alike = friends.rate == parents.rate
    assert abs(alike.mean() - share) <= 4 * math.sqrt(share * (1 - share) / alike.size)
    for field, rows in (("rate", ~alike), ("basket_cents", parents.member >= 0), ("life_left", parents.member >= 0)):
        mine = rows & (parents.segment == 1)
        if mine.sum() > 100:
            found = stats.spearmanr(parents[field][mine], friends[field][mine]).statistic
            assert abs(found) < 4 / math.sqrt(mine.sum()), field


# --- stored value, coupons, rewards, wheel, plans ----------------------------------------------------------------


def test_top_ups(eager: Callable) -> None:
    """Money on the card pays orders; months and outcomes know both."""
    told = eager("stored_value_retail")
    policy = load_policy("stored_value_retail")
    loads = told.kind(Kind.TOP_UP)
    assert set(loads["cents"].tolist()) <= set(policy.rules[0].offer_pay_cents.tolist())
    assert loads["cents"].sum() == told.run.sums["top_up_cents"][0] == told.run.monthly["top_up_cents"].sum()
    stored = told.kind(Kind.PURCHASE)["stored_cents"].sum()
    assert stored == told.amount(Cause.SALE_PRINCIPAL, Cause.SALE_BONUS) > 0
    assert (told.run.outcomes["stored_lost_cents"] <= told.run.outcomes["stored_left_cents"]).all()


def test_a_lost_card_pays_nothing(cut: Callable) -> None:
    scenario = cut("beauty_mall", date(2027, 12, 31))
    told = tell(scenario, "stored_value_retail", members=60, effects={"th_0": 1.0, "sv_loss": 1.0})
    assert told.kind(Kind.TOP_UP).size == np.unique(told.kind(Kind.TOP_UP)["member"]).size > 20
    assert told.kind(Kind.PURCHASE)["stored_cents"].sum() == 0
    lost = told.run.sums["stored_lost_cents"][0]
    assert lost == told.run.sums["stored_left_cents"][0] == told.run.sums["top_up_cents"][0]


def test_coupons_are_used(eager: Callable, cut: Callable) -> None:
    """By whom has one that fits; nobody uses any if nobody cares."""
    told = eager("startup_two_tier")
    used = told.kind(Kind.PURCHASE)["coupons"][:, 0]
    assert (used > 0).sum() > 20
    assert told.amount(Cause.SALE_COUPON) >= told.run.sums["coupon_cents"][0] > 0
    careless = tell(cut("beauty_mall", date(2027, 6, 30)), "startup_two_tier", members=60, effects={"coupon_use": 0.0})
    assert careless.amount(Cause.SALE_COUPON) == 0 < careless.kind(Kind.PURCHASE).size


def test_rewards_and_turns_of_the_wheel(eager: Callable) -> None:
    """They use points, count as redemptions, and cost what they cost."""
    told = eager("giant_ecommerce")
    rules = load_policy("giant_ecommerce").rules[0]
    rewards, turns = told.kind(Kind.REWARD), told.kind(Kind.SPIN)
    assert rewards.size > 10 and turns.size > 50
    assert told.amount(Cause.REDEEM_REWARD) == rules.reward_points[rewards["which"]].sum()
    assert told.amount(Cause.REDEEM_WHEEL) == turns.size * int(rules.wheel_points)
    in_orders = (told.kind(Kind.PURCHASE)["redeem_points"] > 0).sum()
    sums = told.run.sums
    assert sums["redemptions"][0] == in_orders + rewards.size + turns.size == told.run.monthly["redemptions"].sum()
    assert sums["reward_cents"][0] == told.run.monthly["reward_cents"].sum() >= told.amount(Cause.REWARD_COST) > 0
    assert sums["redeemers"][0] == told.run.monthly["redeemers"].sum() > 0


def test_lines_name_the_category(cut: Callable) -> None:
    """An order has a line where the policy knows the goods, and earns by it."""
    lines: list[np.ndarray] = []
    events: list[np.ndarray] = []
    policy = load_policy("giant_ecommerce")
    simulate(
        cut("beauty_mall", date(2027, 3, 31)),
        policy,
        members=60,
        keep_events=lambda rows, named: (events.append(rows), lines.append(named)),
    )
    orders = np.concatenate(events)
    orders = orders[orders["kind"] == Kind.PURCHASE]
    named = np.concatenate(lines)
    assert set(named["category"].tolist()) == {policy.category_names.index("skincare") + 1} - {ANY}
    assert named.size == (orders["lines"] == 1).sum()
    assert (named["list_cents"] == orders["list_cents"][orders["lines"] == 1]).all()
    assert 0.25 < named.size / orders.size < 0.5


def test_plans_and_trials(cut: Callable) -> None:
    """Whoever tries the plan begins without a fee; seven in ten go on and pay."""
    policy = policy_of(
        'currency = "CNY"\n[[plans]]\nname = "club"\nprice = "20.00"\nperiod = "month"\ntrial = "14 days"\n'
        'discount = 0.06\ncost_to_serve = "1.00"\n'
    )
    told = tell(cut("beauty_mall", date(2027, 12, 31)), policy, members=250, effects={"exposure": 1.0, "j_0": 4.0})
    sums, starts = told.run.sums, told.kind(Kind.PLAN_START)
    first = np.unique(starts["member"], return_index=True)[1]
    assert (starts["trial"][first] == 1).all() and starts["trial"].sum() == first.size, "one trial a member"
    assert sums["trials"][0] == first.size == told.run.monthly["trials"].sum() > 100
    assert sums["conversions"][0] == told.run.monthly["conversions"].sum()
    assert 0.5 < sums["conversions"][0] / sums["trials"][0] < 0.8
    assert told.amount(Cause.PLAN_FEE) == sums["fees_cents"][0] > 0
    assert 0 < sums["renewals"][0] <= sums["renewals_due"][0]
    assert 0 < sums["plan_members"][0] < sums["trials"][0]
