"""Orders in time: intervals that are regular, seasons and shocks, each against what the calendar and theory expect."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ledger.accounts import Cause
from policies import load_policy
from policies.rules import records
from sim.members.people import PERSON
from sim.members.timing import clock_at, time_by
from sim.members.traits import draw_person
from sim.run import simulate
from sim.scenario import Scenario, load_scenario

NO_PROGRAM = load_policy("no_program")
LEAST_P = 1e-4

SHOP = """
title = "A shop whose customers stay"
horizon = {{ from = 2027-01-01, through = {through} }}
members = 400
seed = 20270101
[[segments]]
name = "all"
share = 1.0
purchase = {{ {purchase} }}
basket = {{ model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44 }}
margin = 0.5
"""
STEADY = 'model = "pareto_nbd", r = 50.0, alpha = 25.0, s = 1.0, beta = 1e6'
"""Two orders a week, and nobody leaves."""


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Scenario]:
    """``shop(more)``: the scenario with further lines."""

    def make(more: str = "", *, purchase: str = STEADY, through: str = "2027-12-31") -> Scenario:
        path = tmp_path / "shop.toml"
        path.write_text(SHOP.format(through=through, purchase=purchase) + more, "utf-8")
        return load_scenario(path)

    return make


def orders_of(rows: np.ndarray) -> np.ndarray:
    """Transfers of money for goods: one an order where there is no program."""
    return rows[rows["cause"] == Cause.SALE_CASH]


# --- regular intervals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 4, 9])
def test_intervals_are_as_regular_as_asked_for(shop: Callable, journal: Callable, k: int) -> None:
    """Erlang-k: the same mean, a coefficient of variation of 1 / sqrt(k), and the whole distribution."""
    scenario, members, first = shop(purchase=f"{STEADY}, regularity = {k}"), 100, 40
    sold = orders_of(journal(scenario, NO_PROGRAM, response="mechanical", members=members))
    world, person = scenario.world(NO_PROGRAM).ground(), records(1, PERSON)[0]
    gaps = np.zeros((members, first))
    for member in range(members):
        draw_person(world, person, member)
        mine = sold[sold["member"] == member]
        times = mine["day"] - scenario.first_day + mine["second"] / 86_400
        assert times.size >= first, "a fixed number of intervals each, so that long ones are not left out"
        # In units of the member's own mean interval.
        gaps[member] = np.diff(times[:first], prepend=0.0) * person.rate
    assert abs(gaps.mean() - 1) < 4 / math.sqrt(k * gaps.size)
    assert gaps.std() == pytest.approx(1 / math.sqrt(k), rel=0.07)
    assert stats.kstest(gaps.ravel() * k, stats.gamma(k).cdf).pvalue > LEAST_P
    assert abs(np.corrcoef(gaps[:, 0], gaps[:, 1])[0, 1]) < 4 / math.sqrt(members), "intervals are drawn apart"


@pytest.mark.parametrize("pull", [-0.5, 0.5])
def test_regular_buyers_react_like_others(shop: Callable, pull: float) -> None:
    """exp(pull) times as many orders, at any regularity."""
    for k in (1, 5):
        scenario = shop(purchase=f"{STEADY}, regularity = {k}")
        orders = {}
        for size in (0.0, pull):
            options = {"response": "mechanical", "effects": {"b_mem": size}}
            orders[size] = simulate(scenario, load_policy("baseline"), members=300, **options).outcomes["orders"]
        ratio = orders[pull].mean() / orders[0.0].mean()
        assert ratio == pytest.approx(math.exp(pull), rel=4 * 1.5 / math.sqrt(orders[0.0].sum()) + 0.005)


# --- seasons and shocks ------------------------------------------------------------------------------------------

SEASON = """
[seasonality]
month   = [0.5, 0.7, 1.0, 1.0, 1.2, 1.4, 0.9, 0.8, 1.0, 1.1, 1.6, 1.8]
weekday = [0.8, 0.8, 0.9, 0.9, 1.2, 1.4, 1.0]
events  = [ { name = "double 11", day = "11-11", factor = 6.0, borrow = 0.33 } ]
"""
SLUMP = """
[[shocks]]
name = "slump"
from = 2027-03-10
through = 2027-05-31
orders = 0.6
"""


@pytest.mark.parametrize(("more", "k"), [("", 1), (SEASON, 3), (SEASON + SLUMP, 1)])
def test_orders_follow_the_calendar(shop: Callable, journal: Callable, more: str, k: int) -> None:
    """By month, by weekday and day by day: as many as the index says."""
    scenario = shop(more, purchase=f"{STEADY}, regularity = {k}")
    sold = orders_of(journal(scenario, NO_PROGRAM, response="mechanical", members=200))
    seen = np.bincount(sold["day"] - scenario.first_day, minlength=365)
    index = scenario.factors().orders
    assert seen.size == index.size == 365
    expected = index / index.sum() * seen.sum()
    days = np.arange(365)
    months = np.array([int(scenario.world(NO_PROGRAM).month_of_day[day]) for day in days])
    for groups in (months, days % 7, days):
        by_group = [np.bincount(groups, weights) for weights in (seen, expected)]
        # Regular intervals make counts less random than chi squared allows for, never more.
        assert stats.chisquare(*by_group).pvalue > LEAST_P


def test_the_calendar_does_not_change_how_much_is_bought(shop: Callable) -> None:
    """An index of mean one over a year: as many orders as in an even year, but for the luck of their days."""
    even, seasonal = (simulate(shop(more), NO_PROGRAM, members=400).outcomes["orders"].sum() for more in ("", SEASON))
    expected = shop(SEASON).factors().orders.sum() / 365
    assert seasonal / even == pytest.approx(expected, rel=4 * math.sqrt(2 / even))


def test_bad_times_for_baskets(shop: Callable) -> None:
    """A fifth off every basket from the first day on, and nothing else."""
    shock = '[[shocks]]\nname = "thrift"\nfrom = 2027-01-01\nthrough = 2027-12-31\nbaskets = 0.8\n'
    usual, thrifty = (simulate(shop(more), NO_PROGRAM, members=100).outcomes for more in ("", shock))
    assert (usual["orders"] == thrifty["orders"]).all()
    assert (abs(thrifty["list_cents"] - 0.8 * usual["list_cents"]) <= usual["orders"]).all(), "but for rounding"


def test_bad_times_for_staying(shop: Callable) -> None:
    """Where leaving goes at three times its pace for half a year, the survivors are those of a year more."""
    leaving = 'model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.2, beta = 60.0'
    shock = '[[shocks]]\nname = "rival"\nfrom = 2027-01-01\nthrough = 2027-07-01\nleaving = 3.0\n'
    members = 8_000
    for more, weeks in (("", 365 / 7), (shock, (365 + 2 * 182) / 7)):
        alive = simulate(shop(more, purchase=leaving), NO_PROGRAM, members=members).outcomes["surviving"].mean()
        expected = (60.0 / (60.0 + weeks)) ** 1.2
        assert abs(alive - expected) < 4 * math.sqrt(expected * (1 - expected) / members)


# --- the clock itself --------------------------------------------------------------------------------------------


def test_a_clock_and_its_way_back() -> None:
    """Whatever the clock shows, asking when it will show it gives the time; behind its last day it goes on evenly."""
    seed = np.random.SeedSequence().entropy
    print(f"seed {seed}")
    chance = np.random.default_rng(seed)
    for _ in range(20):
        days = int(chance.integers(1, 400))
        clock = np.concatenate([[0.0], np.cumsum(chance.uniform(0.01, 8.0, days))])
        assert [clock_at(clock, days, float(day)) for day in range(days + 1)] == pytest.approx(clock)
        assert clock_at(clock, days, days + 2.5) == pytest.approx(clock[-1] + 2.5)
        for time in chance.uniform(0, days + 50, 50):
            since = float(chance.uniform(0, min(time, days)))
            assert time_by(clock, days, since, clock_at(clock, days, time)) == pytest.approx(time)
