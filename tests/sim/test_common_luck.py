"""Common random numbers: a member meets the same luck under every policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from ledger.accounts import Cause
from ledger.events import Kind
from policies import Policy, catalogue, load_policy
from policies.rules import NO_LIMIT
from sim.members.checkout import RETURN_DAYS_MOST
from sim.run import simulate
from sim.scenario import Scenario
from tests.kernel_rules import policy_of

SALES = [
    Cause.SALE_CASH,
    Cause.SALE_DISCOUNT,
    Cause.SALE_POINTS,
    Cause.SALE_COUPON,
    Cause.SALE_PRINCIPAL,
    Cause.SALE_BONUS,
]


def told(scenario: Scenario, policy: Policy, kind: Kind, **options: object) -> np.ndarray:
    """Events of a kind that happened, EVENT (n,), by member and then in order of time."""
    parts: list[np.ndarray] = []
    simulate(scenario, policy, keep_events=lambda rows, _: parts.append(rows), **options)
    rows = np.concatenate(parts)
    return rows[rows["kind"] == kind]


def test_paired_beats_independent(cut: Callable) -> None:
    """A paired difference needs at least twenty times fewer members than one of separate populations."""
    scenario = cut("beauty_mall")  # tiers are first lost after two years
    run = {name: simulate(scenario, load_policy(name), members=4_000) for name in ("baseline", "soft_landing")}
    other = simulate(scenario, load_policy("soft_landing"), members=4_000, seed=scenario.seed + 1)
    for field in ("orders", "cash_cents", "surviving"):
        before = run["baseline"].outcomes[field]
        paired = np.var(run["soft_landing"].outcomes[field] - before)
        independent = np.var(other.outcomes[field] - before)
        assert 0 < paired < independent / 20, field


@pytest.mark.parametrize("name", ["beauty_mall", "startup_launch", "cdnow"])
def test_without_effects_orders_are_the_same_under_every_policy(cut: Callable, journal: Callable, name: str) -> None:
    """Same days, same seconds, same list prices: only the rules' answers differ."""
    scenario = cut(name, None if name == "cdnow" else date(2027, 9, 30))
    lists = {}
    for policy in catalogue():
        rows = pd.DataFrame(journal(scenario, load_policy(policy), response="mechanical", members=150))
        sales = rows[rows["cause"].isin(SALES)]
        lists[policy] = sales.groupby(["member", "order", "day", "second"])["amount"].sum()
    assert lists["baseline"].size > 100
    for policy, orders in lists.items():
        orders = orders[orders > 0]  # what is free leaves no transfer under another policy
        assert orders.equals(lists["baseline"]), policy


def test_what_comes_back_is_the_same_under_every_policy(cut: Callable) -> None:
    """The same orders are returned, in the same part and on the same day, wherever that can be done."""
    scenario = cut("beauty_mall", date(2027, 9, 30))
    returns = {}
    for name in catalogue():
        policy = load_policy(name)
        rows = told(scenario, policy, Kind.REFUND, response="mechanical", members=150)
        returns[name] = rows[["member", "day", "order", "cents"]].tolist()
        assert bool(returns[name]) == bool((policy.rules.return_days != 0).all()), name
    assert len(returns["baseline"]) > 50
    for name, rows in returns.items():
        days = load_policy(name).rules.return_days
        late = (days != NO_LIMIT) & (days <= RETURN_DAYS_MOST)
        assert set(rows) <= set(returns["baseline"]) if late.any() else rows == returns["baseline"], name


def test_activities_come_at_the_same_moments(cut: Callable) -> None:
    """Reviews and shares, whatever else a policy pays for."""
    scenario = cut("beauty_mall", date(2027, 9, 30))
    pairs = {"review": ("giant_ecommerce", "vertical_expert"), "share": ("startup_two_tier", "vertical_expert")}
    for activity, names in pairs.items():
        seen = []
        for policy in map(load_policy, names):
            rows = told(scenario, policy, Kind.ACTIVITY, response="mechanical", members=150)
            rows = rows[rows["which"] == policy.activity_names.index(activity)]
            seen.append(rows[["member", "day", "second"]].tolist())
        assert len(seen[0]) > 100, activity
        assert seen[0] == seen[1], activity


def test_friends_are_the_same_people(cut: Callable) -> None:
    """Who is brought, when, and by whom does not depend on what is paid for it."""
    scenario = cut("startup_launch", date(2027, 12, 31))
    poor = policy_of(
        'currency = "CNY"\n[points]\nvalue = "0.01"\n'
        'earn = [ { on = "referral", referrer = 1, referred = 1, when = "join" } ]\n'
    )
    options = {"response": "mechanical", "effects": {"rate_ref": 0.5}, "members": 400}
    joins = [told(scenario, policy, Kind.JOIN, **options) for policy in (load_policy("startup_two_tier"), poor)]
    friends = [rows[rows["referred"] == 1][["member", "other", "day", "second"]] for rows in joins]
    assert friends[0].size > 20
    assert friends[0].tolist() == friends[1].tolist()


def test_with_effects_policies_do_change_orders(cut: Callable) -> None:
    """The counterpart of the tests above: the effects are not off by mistake."""
    scenario = cut("beauty_mall", date(2028, 12, 31))
    runs = [simulate(scenario, load_policy(name), members=600) for name in catalogue()]
    orders = {int(run.outcomes["orders"].sum()) for run in runs}
    assert len(orders) == len(runs)


def test_most_orders_are_shared(cut: Callable, journal: Callable) -> None:
    """Between similar policies only a few candidates are accepted under one and not under the other."""
    scenario = cut("beauty_mall", date(2028, 6, 30))
    sets = []
    for policy in ("baseline", "soft_landing"):
        rows = journal(scenario, load_policy(policy), members=300)
        sold = rows[rows["cause"] == Cause.SALE_CASH]
        sets.append(set(zip(sold["member"].tolist(), sold["day"].tolist(), sold["second"].tolist(), strict=True)))
    both, either = len(sets[0] & sets[1]), len(sets[0] | sets[1])
    assert 0.98 < both / either < 1.0
