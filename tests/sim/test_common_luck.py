"""Common random numbers: a member meets the same luck under every policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from ledger.accounts import Cause
from policies import catalogue, load_policy
from sim.run import simulate

SALES = [Cause.SALE_CASH, Cause.SALE_DISCOUNT, Cause.SALE_POINTS]


def test_paired_beats_independent(cut: Callable) -> None:
    """A paired difference needs at least twenty times fewer members than one of separate populations."""
    scenario = cut("beauty_mall")  # tiers are first lost after two years
    run = {name: simulate(scenario, load_policy(name), members=10_000) for name in ("baseline", "soft_landing")}
    other = simulate(scenario, load_policy("soft_landing"), members=10_000, seed=scenario.seed + 1)
    for field in ("orders", "cash_cents", "surviving"):
        before = run["baseline"].outcomes[field]
        paired = np.var(run["soft_landing"].outcomes[field] - before)
        independent = np.var(other.outcomes[field] - before)
        assert 0 < paired < independent / 20, field


@pytest.mark.parametrize("name", ["beauty_mall", "cdnow"])
def test_without_effects_orders_are_the_same_under_every_policy(cut: Callable, journal: Callable, name: str) -> None:
    """Same days, same seconds, same list prices: only the rules' answers differ."""
    scenario = cut(name, date(2027, 9, 30) if name == "beauty_mall" else None)
    lists = {}
    for policy in catalogue():
        rows = pd.DataFrame(journal(scenario, load_policy(policy), response="mechanical", members=150))
        sales = rows[rows["cause"].isin(SALES)]
        lists[policy] = sales.groupby(["member", "order", "day", "second"])["amount"].sum()
    assert lists["baseline"].size > 200
    for policy, orders in lists.items():
        assert orders.equals(lists["baseline"]), policy


def test_with_effects_policies_do_change_orders(cut: Callable) -> None:
    """The counterpart of the test above: the effects are not off by mistake."""
    scenario = cut("beauty_mall", date(2028, 12, 31))
    runs = [simulate(scenario, load_policy(name), members=1_000) for name in catalogue()]
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
