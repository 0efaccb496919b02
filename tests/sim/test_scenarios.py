"""Scenario files: one tiny bad file per mistake, and what a good one means as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ledger.events import ALL, Kind
from policies import catalogue, load_policy
from policies.days import day_of
from policies.rules import records
from sim.market.listing import scenario_catalogue
from sim.members.people import PERSON
from sim.members.traits import draw_person
from sim.scenario import Scenario, ScenarioError, load_scenario

BAD = sorted((Path(__file__).parent / "bad").glob("*.toml"))
MARK = b"# expect: "
GOOD = """
title = "Corner shop"
horizon = { from = 2027-01-15, through = 2027-03-10 }
members = 20
[[segments]]
name = "often"
share = 0.25
purchase = { model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.5, beta = 150.0 }
basket = { model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44, scale = 2.5 }
margin = 0.333
[[segments]]
name = "seldom"
share = 0.75
purchase = { model = "pareto_nbd", r = 0.8, alpha = 8.0, s = 1.2, beta = 80.0 }
basket = { model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44 }
margin = 0.5
[response]
preset = "central"
beta_gg = 0.2
"""

_SHARED = (
    ("channels", "channel_names", {"app", "store"}),
    ("categories", "category_names", {"skincare"}),
    ("activities", "activity_names", {"answer", "check_in", "course", "event", "review", "share", "survey"}),
)


@pytest.fixture
def scenario_of(tmp_path: Path) -> Callable[[str], Scenario]:
    def make(text: str, name: str = "shop") -> Scenario:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, "utf-8")
        return load_scenario(path)

    return make


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_told_what_is_wrong(path: Path) -> None:
    """The message names file, key and rule; and one mistake is told once."""
    marked = [line for line in path.read_bytes().splitlines() if line.startswith(MARK)]
    expected = [line.removeprefix(MARK).decode() for line in marked]
    assert expected, f"{path.name} needs a first line `# expect: part of the message`"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    for part in expected:
        assert part in str(caught.value)
    assert all(str(problem).startswith(f"{path.name}: ") for problem in caught.value.problems)
    assert len(caught.value.problems) == (2 if path.stem == "empty" else 1), str(caught.value)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ScenarioError, match=r"(?s)no such scenario; shipped are .*beauty_mall.*Did you mean cdnow\?"):
        load_scenario("cdnw")


@pytest.mark.parametrize("name", sorted(scenario_catalogue()))
def test_shipped_scenarios_fit_shipped_policies(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title and scenario.title_zh != scenario.title
    for policy in map(load_policy, catalogue()):
        world = scenario.world(policy)
        days = scenario.end_day - scenario.first_day
        assert world.order_clock.shape == world.leaving_clock.shape == (days + 1,)
        assert world.basket_factor.shape == world.campaign_pull.shape == world.month_of_day.shape == (days,)
        assert (np.diff(world.order_clock) > 0).all() and (np.diff(world.leaving_clock) > 0).all()
        assert world.month_end_day[-1] == scenario.end_day
        assert len(scenario.months) == world.month_end_day.size
        for each in (
            world.order_clock,
            world.campaign_pull,
            *(world.segments[key] for key in world.segments.dtype.names),
        ):
            assert np.isfinite(each).all()


def test_shipped_scenarios_use_names_of_shipped_policies() -> None:
    """One thing has one spelling, so that what a policy says of a name reaches the members who have it."""
    segments = [each for name in scenario_catalogue() for each in load_scenario(name).content.segments]
    policies = [load_policy(name) for name in catalogue()]
    for kind, names, shared in _SHARED:
        written = {name for each in segments for name in getattr(each, kind) or ()}
        known = {name for policy in policies for name in getattr(policy, names)}
        assert shared <= written & known


def test_what_a_file_means(scenario_of: Callable[[str], Scenario]) -> None:
    scenario = scenario_of(GOOD)
    assert (scenario.members, scenario.seed, scenario.currency, scenario.scripted) == (20, 1, None, False)
    assert (scenario.title_zh, scenario.member_names) == ("Corner shop", ())
    assert (scenario.first_day, scenario.end_day) == (day_of(date(2027, 1, 15)), day_of(date(2027, 3, 11)))
    assert scenario.months == ("2027-01", "2027-02", "2027-03")
    world = scenario.world(load_policy("baseline"), seed=77)
    assert (world.span.seed, world.span.program) == (77, 1)
    assert scenario.world(load_policy("warehouse_club")).span.program == 0, "nothing for members without a plan"
    assert world.segments.share_through.tolist() == [0.25, 1.0]
    assert world.segments.cents.tolist() == [250.0, 100.0]
    assert world.segments.margin_bp.tolist() == [3_330, 5_000]
    assert np.bincount(world.month_of_day).tolist() == [17, 28, 10]
    first = scenario.first_day
    assert (world.month_end_day - first).tolist() == [17, 45, 55]
    assert world.response.beta_gg == 0.2
    assert scenario.world(load_policy("baseline"), "mechanical").response.beta_gg == 0.0


def test_digest_is_of_the_content(scenario_of: Callable[..., Scenario]) -> None:
    first = scenario_of(GOOD)
    rewritten = scenario_of("# a remark\n" + GOOD.replace("0.25\n", "0.250\n"), "other_name")
    assert first.digest == rewritten.digest
    assert first.digest != scenario_of(GOOD.replace("members = 20", "members = 21")).digest
    assert first.digest != scenario_of(GOOD.replace("beta_gg = 0.2", "beta_gg = 0.21")).digest


FULL = GOOD.replace(
    "margin = 0.5\n",
    """margin = { skincare = 0.5, other = 0.25 }
channels = { app = 0.6, store = 0.4 }
categories = { skincare = 0.5, other = 0.5 }
refund_rate = 0.06
partial_refunds = 0.4
activities = { check_in = "1.5 per week", review = "0.2 per order" }
birthday = "unknown"
[acquisition]
growth = 0.01
channels = [ { name = "ads", per_month = 30, cost_per_join = "18.00", mix = { often = 0.5, seldom = 0.5 } } ]
[seasonality]
month = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1]
weekday = [1, 1, 1, 1, 1, 2, 2]
events = [ { name = "valentine", from = "02-10", through = "02-14", factor = 2.0, borrow = 0.3 } ]
[[shocks]]
name = "flood"
from = 2027-02-01
through = 2027-02-03
orders = 0.5
baskets = 0.9
leaving = 1.5
[economics]
discount_rate = 0.08
messaging_cost_per_member_month = "0.05"
fixed_cost_per_month = "2000.00"
""",
).replace("beta_gg = 0.2", 'off = ["beta_mom"]\nbeta_gg = 0.2')


def test_digest_is_of_all_the_content(scenario_of: Callable[..., Scenario]) -> None:
    """Every number, name and date of the file counts; spelling, and the order of keys, does not."""
    first = scenario_of(FULL)
    rewritten = FULL.replace("{ app = 0.6, store = 0.4 }", "{ store = 0.40, app = 0.60 }")
    rewritten = rewritten.replace('"1.5 per week"', '"1.50 per week"').replace('"18.00"', '"18"')
    assert rewritten != FULL
    assert scenario_of(rewritten).digest == first.digest
    assert_same(scenario_of(rewritten), first)
    changes = {
        "skincare = 0.5, other = 0.25": "skincare = 0.5, other = 0.26",
        "app = 0.6, store = 0.4": "app = 0.4, store = 0.6",
        "skincare = 0.5, other = 0.5": "skincare = 0.6, other = 0.4",
        "refund_rate = 0.06": "refund_rate = 0.07",
        "partial_refunds = 0.4": "partial_refunds = 0.5",
        "1.5 per week": "1.5 per month",
        'birthday = "unknown"': 'birthday = "uniform"',
        "growth = 0.01": "growth = 0.02",
        "per_month = 30": "per_month = 31",
        "18.00": "18.01",
        "often = 0.5, seldom = 0.5": "often = 0.4, seldom = 0.6",
        "1, 2, 1]": "1, 3, 1]",
        "1, 2, 2]": "1, 2, 3]",
        '"02-14"': '"02-15"',
        "factor = 2.0": "factor = 2.1",
        "borrow = 0.3": "borrow = 0.31",
        "2027-02-03": "2027-02-04",
        "orders = 0.5": "orders = 0.6",
        "baskets = 0.9": "baskets = 0.8",
        "leaving = 1.5": "leaving = 1.6",
        "discount_rate = 0.08": "discount_rate = 0.09",
        '"0.05"': '"0.06"',
        "2000.00": "2001.00",
        "beta_mom": "beta_tp",
    }
    digests = {first.digest}
    for old, new in changes.items():
        assert FULL.count(old) == 1, old
        digests.add(scenario_of(FULL.replace(old, new)).digest)
    assert len(digests) == len(changes) + 1


def assert_same(one: Scenario, other: Scenario) -> None:
    for ours, theirs in zip(one.world(load_policy("baseline")), other.world(load_policy("baseline")), strict=True):
        assert np.asarray(ours).tobytes() == np.asarray(theirs).tobytes()


SCRIPT = """
title = "One"
horizon = { from = 2027-01-01, through = 2027-12-31 }
[[member]]
name = "late"
orders = [
  { on = 2027-06-01, amount = "9.90", plan = "join" },
  { every = "1 month", from = 2027-01-31, through = 2027-05-31, amount = "20.00", redeem = "all" },
  { every = "2 days", from = 2027-12-28, through = 2027-12-31, amount = "0.05" },
]
"""


def test_series_of_orders(scenario_of: Callable[[str], Scenario]) -> None:
    """Months are counted from the first date, so a month's end stays one; events come in order of time."""
    world = scenario_of(SCRIPT).world(load_policy("warehouse_club"))
    dates = [str(np.datetime64(int(row.day), "D")) for row in world.script]
    ends = ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert dates == ["2027-01-31", *ends, "2027-06-01", "2027-06-01", "2027-12-28", "2027-12-30"]
    kinds = [Kind.JOIN, *[Kind.PURCHASE] * 5, Kind.PLAN_START, *[Kind.PURCHASE] * 3]
    assert world.script.kind.tolist() == kinds
    orders = world.script[world.script.kind == Kind.PURCHASE]
    assert orders.list_cents.tolist() == [2_000] * 5 + [990, 5, 5]
    assert orders.redeem_points.tolist() == [ALL] * 5 + [0, 0, 0]
    assert orders.order.tolist() == list(range(8))
    assert world.script_from.tolist() == [0, 10]


def test_all_problems_of_a_script_at_once(scenario_of: Callable[[str], Scenario]) -> None:
    bad = SCRIPT.replace("2027-06-01", "2028-06-01").replace('"0.05"', '"0.055"').replace("1 month", "1 moon")
    with pytest.raises(ScenarioError) as caught:
        scenario_of(bad)
    assert [problem.key for problem in caught.value.problems] == [
        "member.late.orders.0",
        "member.late.orders.1.every",
        "member.late.orders.2.amount",
    ]


def test_a_birthday_reaches_the_world(scenario_of: Callable[..., Scenario]) -> None:
    """Month and day of who has one; a member without one has none."""
    script = """
title = "Two"
horizon = { from = 2027-01-01, through = 2027-12-31 }
[[member]]
name = "leap"
birthday = 1996-02-29
joins = 2027-02-01
orders = [ { on = 2027-02-10, amount = "30.00" } ]
[[member]]
name = "secret"
referred = true
orders = [ { on = 2027-02-11, amount = "30.00" } ]
"""
    world = scenario_of(script).world(load_policy("baseline"))
    joins = world.script[world.script.kind == Kind.JOIN]
    assert list(zip(joins.birth_month, joins.birth_day, joins.referred, joins.invited, strict=True)) == [
        (2, 29, 0, 1),
        (0, 0, 1, 1),
    ]
    assert [str(np.datetime64(int(row.day), "D")) for row in joins] == ["2027-02-01", "2027-02-11"]


def test_birthdays_of_a_population_are_spread_over_four_years() -> None:
    ground = load_scenario("beauty_mall").world(load_policy("baseline")).ground()
    person = records(1, PERSON)[0]
    drawn: Counter = Counter()
    for member in range(20_000):
        draw_person(ground, person, member)
        drawn[int(person.birth_month), int(person.birth_day)] += 1
    by_month = Counter(month for month, _ in drawn.elements())
    assert sorted(by_month) == list(range(1, 13))
    assert all(1_300 < count < 2_000 for count in by_month.values())
    assert 2 <= drawn[2, 29] <= 35
    assert all(day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31) for month, day in drawn)
