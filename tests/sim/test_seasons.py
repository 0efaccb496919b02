"""Seasons, events, shocks and campaigns day by day, against a calendar that is gone through by hand."""

from __future__ import annotations

import json
import math
import random
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from policies import Policy, load_policy
from policies.days import date_of, day_of
from sim.market.campaigns import campaign_days, campaign_pull
from sim.market.seasons import clock
from sim.scenario import Scenario, load_scenario

SHOP = """
title = "Corner shop"
horizon = {{ from = {start}, through = {through} }}
members = 20
[[segments]]
name = "all"
share = 1.0
purchase = {{ model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.5, beta = 150.0 }}
basket = {{ model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44 }}
margin = 0.5
"""


def shop(folder: Path, more: str, start: str = "2027-01-01", through: str = "2028-12-31") -> Scenario:
    path = folder / "shop.toml"
    path.write_text(SHOP.format(start=start, through=through) + more, "utf-8")
    return load_scenario(path)


# --- seasons -----------------------------------------------------------------------------------------------------


def lies_in(event: dict, day: date) -> bool:
    first, last = event.get("day") or event["from"], event.get("day") or event["through"]
    number = f"{day:%m-%d}"
    return first <= number <= last if first <= last else number >= first or number <= last


def orders_by_hand(season: dict, start: date, end: date) -> list[float]:
    """Factor of orders of each day: what the calendar gives, what events add, what their ends take from later days."""
    first = start - timedelta(days=800)
    days = [first + timedelta(days=each) for each in range((end - first).days)]
    month, weekday = season["month"], season["weekday"]
    factors = {day: month[day.month - 1] * 12 / sum(month) * weekday[day.weekday()] * 7 / sum(weekday) for day in days}
    missed = dict.fromkeys(days, 0.0)
    weights = [math.exp(-each / 14) for each in range(1, 43)]
    for event in season["events"]:
        added = 0.0
        for day in days:
            if lies_in(event, day):
                added += factors[day] * (event["factor"] - 1)
                factors[day] *= event["factor"]
                if not lies_in(event, day + timedelta(days=1)):
                    for each, weight in enumerate(weights, start=1):
                        later = day + timedelta(days=each)
                        missed[later] = missed.get(later, 0.0) + added * event["borrow"] * weight / sum(weights)
                    added = 0.0
    found = [max(factors[day] - missed[day], min(factors[day], 0.05)) for day in days]
    return found[(start - first).days :]


def as_toml(season: dict) -> str:
    events = ", ".join(
        "{ " + ", ".join(f"{key} = {json.dumps(each)}" for key, each in event.items()) + " }"
        for event in season["events"]
    )
    return f"[seasonality]\nmonth = {season['month']}\nweekday = {season['weekday']}\nevents = [ {events} ]\n"


def drawn_season(chance: random.Random) -> dict:
    def day_of_year() -> str:
        month = chance.randint(1, 12)
        return f"{month:02d}-{chance.randint(1, monthrange(2000, month)[1]):02d}"

    events = []
    for number in range(chance.randint(0, 4)):
        days = {"day": day_of_year()} if chance.random() < 0.5 else {"from": day_of_year(), "through": day_of_year()}
        factor, borrow = round(chance.uniform(0.2, 8), 2), round(chance.random(), 2)
        events.append({"name": f"event {number}", **days, "factor": factor, "borrow": borrow})
    month = [round(chance.uniform(0.2, 3), 2) for _ in range(12)]
    return {"month": month, "weekday": [round(chance.uniform(0.2, 3), 2) for _ in range(7)], "events": events}


def test_seasons_day_by_day(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(20):
        start = date(2027, 1, 1) + timedelta(days=chance.randrange(800))
        through = start + timedelta(days=chance.randrange(500))
        season = drawn_season(chance)
        told = shop(tmp_path, as_toml(season), str(start), str(through)).factors().orders
        by_hand = orders_by_hand(season, start, through + timedelta(days=1))
        np.testing.assert_allclose(told, by_hand, rtol=1e-9)


def test_an_even_year_stays_even(tmp_path: Path) -> None:
    """Only the shape of the lists counts; over four years of 365.25 days the sum stays close to the number of days."""
    even = shop(tmp_path, "")
    assert even.factors().orders.tolist() == [1.0] * 731
    flat = shop(tmp_path, f"[seasonality]\nmonth = {[2.5] * 12}\nweekday = {[0.3] * 7}\n")
    assert flat.factors().orders == pytest.approx(np.ones(731))
    world = flat.world(load_policy("baseline"))
    assert world.order_clock == pytest.approx(np.arange(732.0))


def test_what_an_event_borrows(tmp_path: Path) -> None:
    """Double 11 adds five days' worth and takes a third of it back, nothing else; without a loan it takes nothing."""
    event = '{{ name = "double 11", day = "11-11", factor = 6.0, borrow = {} }}'
    for borrow in (0.0, 0.33, 1.0):
        text = f"[seasonality]\nevents = [ {event.format(borrow)} ]\n"
        orders = shop(tmp_path, text, through="2027-12-31").factors().orders
        eleventh = day_of(date(2027, 11, 11)) - day_of(date(2027, 1, 1))
        assert orders[eleventh] == 6.0
        assert orders.sum() == pytest.approx(365 + 5 * (1 - borrow))
        assert (orders[:eleventh] == 1.0).all() and (orders[eleventh + 43 :] == 1.0).all()
        assert (np.diff(orders[eleventh + 1 : eleventh + 43]) >= 0).all()
        late = shop(tmp_path, text, "2027-11-12", "2027-12-31").factors().orders
        assert late == pytest.approx(orders[eleventh + 1 :]), "the run begins after the day, and still pays for it"
    lost = shop(tmp_path, text, "2027-11-11", "2027-11-15").factors().orders
    assert lost.sum() < 10, "what is borrowed from days behind the end is lost"


def test_a_day_keeps_a_twentieth(tmp_path: Path) -> None:
    may = '{ name = "rush", from = "05-01", through = "05-31", factor = 10.0, borrow = 1.0 }'
    text = f"[seasonality]\nevents = [ {may} ]\n"
    orders = shop(tmp_path, text).factors().orders
    assert orders.min() == 0.05
    assert (np.diff(clock(orders)) > 0).all()


def test_shocks(tmp_path: Path) -> None:
    """Factors multiply where shocks overlap, and nothing happens on other days, nor outside the run."""
    shocks = """
[[shocks]]
name = "long before"
from = 2020-01-01
through = 2021-12-31
orders = 0.1
[[shocks]]
name = "early"
from = 2026-12-01
through = 2027-01-03
orders = 0.5
leaving = 2.0
[[shocks]]
name = "late"
from = 2027-01-03
through = 2099-01-01
orders = 0.8
baskets = 0.9
"""
    factors = shop(tmp_path, shocks, through="2027-01-05").factors()
    assert factors.orders.tolist() == [0.5, 0.5, 0.4, 0.8, 0.8]
    assert factors.baskets.tolist() == [1, 1, 0.9, 0.9, 0.9]
    assert factors.leaving.tolist() == [2, 2, 2, 1, 1]
    world = shop(tmp_path, shocks, through="2027-01-05").world(load_policy("baseline"))
    assert world.order_clock == pytest.approx([0, 0.5, 1.0, 1.4, 2.2, 3.0])
    assert world.leaving_clock.tolist() == [0, 2, 4, 6, 7, 8]
    assert world.basket_factor.tolist() == factors.baskets.tolist()


def test_the_worse_markets_differ_from_the_main_one_by_their_shocks_alone() -> None:
    main = load_scenario("beauty_mall").content
    for name in ("recession", "competitor_entry"):
        other = load_scenario(name).content
        assert other.shocks
        same = {"shocks": (), "title": main.title, "title_zh": main.title_zh}
        assert other.model_copy(update=same) == main


# --- campaigns ---------------------------------------------------------------------------------------------------

CAMPAIGNS = """
title = "Campaigns"
extends = "baseline"
[[campaigns]]
name = "member day"
on = "day 8 of month"
from = 2027-01-01
through = 2027-05-31
points_factor = 2.0
[[campaigns]]
name = "thursday"
on = "thursday"
from = 2027-09-01
through = 2027-10-31
points_factor = 2.0
[[campaigns]]
name = "summer"
from = 2027-07-01
through = 2027-07-14
points = 10
[[campaigns]]
name = "all year"
from = 2027-01-01
through = 2027-12-31
points = 1
[[campaigns]]
name = "birthday"
on = "birthday month"
points = 5
"""


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    path = tmp_path_factory.mktemp("policy") / "campaigns.toml"
    path.write_text(CAMPAIGNS, "utf-8")
    return load_policy(path)


def runs(day: date) -> bool:
    """Whether one of the campaigns that are events runs."""
    summer = date(2027, 7, 1) <= day <= date(2027, 7, 14)
    thursday = day.weekday() == 3 and date(2027, 9, 1) <= day <= date(2027, 10, 31)
    return summer or thursday or (day.day == 8 and date(2027, 1, 1) <= day <= date(2027, 5, 31))


def test_days_of_campaigns(campaigns: Policy) -> None:
    """A campaign that runs all year is no event, and a birthday is everybody's own."""
    days = np.arange(day_of(date(2026, 12, 1)), day_of(date(2028, 2, 1)))
    assert campaign_days(campaigns.rules, days).tolist() == [runs(date_of(int(day))) for day in days]


def test_pull_of_campaigns(campaigns: Policy) -> None:
    first, end = date(2027, 1, 1), date(2028, 1, 1)
    days = [date(2026, 10, 1) + timedelta(days=each) for each in range(457 + 60)]
    pull = {day: 0.25 * runs(day) for day in days}
    weights = [math.exp(-each / 14) for each in range(1, 57)]
    length = 0
    for day in days:
        length = length + 1 if runs(day) else 0
        if length and not runs(day + timedelta(days=1)):
            for each, weight in enumerate(weights, start=1):
                later = day + timedelta(days=each)
                pull[later] = pull.get(later, 0.0) - 0.4 * 0.25 * length * weight / sum(weights)
    told = campaign_pull(campaigns.rules, day_of(first), day_of(end), 0.25, 0.4)
    assert told == pytest.approx([pull[day] for day in days if first <= day < end])
    assert told.max() > 0.15 and told.min() < -0.05


def test_a_campaign_that_is_used_up_pulls_no_more(campaigns: Policy) -> None:
    """From the day after, for everybody; what it has added by then is missed afterwards, and no more than that."""
    first, end = day_of(date(2027, 6, 1)), day_of(date(2027, 12, 1))
    rules = campaigns.rules.copy()
    number = campaigns.campaign_names.index("summer")
    rules.campaign_closed_day[:, number] = day_of(date(2027, 7, 3))
    told = campaign_pull(rules, first, end, 0.25, 0.4)
    usual = campaign_pull(campaigns.rules, first, end, 0.25, 0.4)
    third = day_of(date(2027, 7, 3)) - first
    assert told[: third + 1] == pytest.approx(usual[: third + 1]), "what is to come is felt by nobody"
    assert told[third] > 0.24 and told[third + 1] < 0 < usual[third + 1]
    assert campaign_days(rules, np.arange(first, end)).sum() == 3 + 9
    assert usual.sum() - told.sum() == pytest.approx(0.25 * 11 * 0.6)


def test_campaigns_add_what_is_not_missed_later(campaigns: Policy) -> None:
    """Over a time that holds every campaign and what follows it: days x size x (1 - share missed)."""
    first, end = day_of(date(2026, 12, 1)), day_of(date(2028, 6, 1))
    count = campaign_days(campaigns.rules, np.arange(first, end)).sum()
    assert count == 5 + 14 + 9
    for lacking in (0.0, 0.33, 1.0):
        told = campaign_pull(campaigns.rules, first, end, 0.25, lacking)
        assert told.sum() == pytest.approx(0.25 * count * (1 - lacking))


def test_campaigns_reach_the_world(campaigns: Policy) -> None:
    scenario = load_scenario("beauty_mall")
    world = scenario.world(campaigns)
    sizes = scenario.effects("behavioural")
    args = (campaigns.rules, scenario.first_day, scenario.end_day)
    assert world.campaign_pull == pytest.approx(campaign_pull(*args, sizes["b_day"], sizes["phi_fb"]))
    assert not scenario.world(campaigns, "mechanical").campaign_pull.any()
    assert not scenario.world(load_policy("baseline")).campaign_pull.any()
    assert (world.span.birthdays, scenario.world(load_policy("baseline")).span.birthdays) == (1, 0)
