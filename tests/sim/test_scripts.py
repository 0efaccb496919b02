"""Deeds of hand-written members: what they become under a policy, and what both engines make of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ledger.accounts import Cause
from ledger.events import ALL, Kind
from policies import Policy, load_policy
from sim.engines.simpy_engine import tell
from sim.market.deed_tables import deed_kinds
from sim.run import Simulation, simulate
from sim.scenario import Scenario, load_scenario
from tests.kernel_rules import day

FRAME = """
title = "One"
currency = "CNY"
horizon = { from = 2027-01-01, through = 2027-12-31 }
"""
MEMBER = """
[[member]]
name = "one"
orders = [{orders}]
deeds = [{deeds}]
"""


@pytest.fixture
def acts(tmp_path: Path) -> Callable[..., Scenario]:
    """``acts(deeds, orders)``: a scenario in which one member does that, beside one who can be sent points."""

    def make(deeds: str, orders: str = "") -> Scenario:
        path = tmp_path / "shop.toml"
        other = '[[member]]\nname = "two"\norders = [ { on = 2027-03-01, amount = "1.00" } ]\n'
        path.write_text(FRAME + MEMBER.format(orders=orders, deeds=deeds) + other, "utf-8")
        return load_scenario(path)

    return make


def rows_of(scenario: Scenario, policy: str) -> np.recarray:
    """The first member's events after joining."""
    world = scenario.world(load_policy(policy))
    return world.script[1 : world.script_from[1]]


def both(scenario: Scenario, policy: Policy) -> Simulation:
    """A run of the compiled engine that the readable one has confirmed."""
    parts: list[np.ndarray] = []
    run = simulate(scenario, policy, keep_transfers=parts.append)
    story = tell(scenario.world(policy), policy.rules, scenario.members)
    assert np.array_equal(np.concatenate(parts), story.transfers)
    refused: dict[str, int] = {}
    for member in story.refused:
        for name, count in member.items():
            refused[name] = refused.get(name, 0) + count
    assert run.refused == refused
    assert [law for law in run.laws if not law.holds] == []
    return run


def test_every_kind_of_event_can_be_written() -> None:
    """The nine members of the lessons do all that a ledger knows."""
    scenario = load_scenario("lessons")
    done = {deed.do for member in scenario.content.member for deed in member.deeds}
    assert done == set(deed_kinds()) - {"plan_cancel"}, "plans are left by an order's plan = cancel there"
    kinds = set(scenario.world(load_policy("baseline")).script.kind.tolist())
    assert kinds == {int(each) for each in Kind}


@pytest.mark.parametrize(
    ("deed", "kind", "fields"),
    [
        ('do = "activity", activity = "share"', Kind.ACTIVITY, {"which": 2}),
        ('do = "reward", reward = "tote bag"', Kind.REWARD, {"which": 1}),
        ('do = "reward", reward = 7', Kind.REWARD, {"which": 2}),
        ('do = "spin", draw = 0.25', Kind.SPIN, {"chance": 250_000}),
        ('do = "plan_start", plan = "plus", trial = true', Kind.PLAN_START, {"which": 1, "trial": 1}),
        ('do = "plan_start", plan = "minus"', Kind.PLAN_START, {"which": 2, "trial": 0}),
        ('do = "plan_change", plan = 1', Kind.PLAN_CHANGE, {"which": 1}),
        ('do = "plan_cancel"', Kind.PLAN_CANCEL, {}),
        ('do = "invite", tier = "gold"', Kind.INVITE, {"which": 2}),
        ('do = "adjust", points = -5', Kind.ADJUST, {"points": -5}),
        ('do = "extend", days = 30', Kind.EXTEND, {"until_day": day("2027-03-31")}),
        ('do = "send", points = 5, to = "two", at_home = true', Kind.SEND, {"points": 5, "other": 1, "invited": 1}),
        (
            'do = "receive", points = 5, until = 2027-06-30',
            Kind.RECEIVE,
            {"points": 5, "earned_day": day("2027-03-01"), "until_day": day("2027-06-30")},
        ),
        ('do = "household"', Kind.HOUSEHOLD, {"other": -1}),
        ('do = "household", number = 5', Kind.HOUSEHOLD, {"other": 5}),
        ('do = "top_up", amount = "50.00"', Kind.TOP_UP, {"order": 0, "cents": 5_000}),
        ('do = "partner_earn", partner = "hotel", points = 9', Kind.PARTNER_EARN, {"which": 0, "points": 9}),
        ('do = "partner_burn", partner = 1, times = 2', Kind.PARTNER_BURN, {"which": 0, "points": 2}),
    ],
)
def test_a_deed_is_an_event(acts: Callable[..., Scenario], deed: str, kind: Kind, fields: dict[str, int]) -> None:
    """Names and numbers become those of the policy; what it does not have becomes a number that it refuses."""
    (row,) = rows_of(acts("{ on = 2027-03-01, " + deed + " }"), "giant_ecommerce")
    assert row.kind == kind
    assert {name: int(row[name]) for name in fields} == fields


def test_partners_are_asked_in_their_own_measure(acts: Callable[..., Scenario]) -> None:
    (row,) = rows_of(acts('{ on = 2027-03-01, do = "partner_burn", partner = "telephone", times = 3 }'), "coalition")
    assert (row.which, row.points) == (1, 1_500)


def test_an_order_has_lines_and_a_channel(acts: Callable[..., Scenario]) -> None:
    orders = (
        '{ on = 2027-03-01, amount = "9.00", category = "skincare", channel = "store" },'
        '{ on = 2027-03-02, channel = 99, lines = [ { amount = "1.00", category = 99 }, '
        '{ amount = "2.00", cost = "0.50" } ] },'
        '{ on = 2027-03-03, amount = "9.00" }'
    )
    returned = '{ on = 2027-03-04, do = "return", order = 2027-03-02, amount = "2.00", category = "skincare" }'
    scenario, policy = acts(returned, orders), load_policy("vertical_expert")
    rows, lines = rows_of(scenario, "vertical_expert"), scenario.world(policy).script_lines
    skincare = policy.category_names.index("skincare") + 1
    assert rows.channel.tolist() == [policy.channel_names.index("store") + 1, 0, 0, 0]
    assert rows.list_cents.tolist() == [900, 300, 900, 0]
    assert rows.lines.tolist() == [1, 2, 0, 1]
    told = [[tuple(line) for line in lines[row.first_line : row.first_line + row.lines].tolist()] for row in rows]
    assert told == [[(skincare, 900, 0)], [(0, 100, 0), (0, 200, 50)], [], [(skincare, 200, 0)]]
    assert (rows[3].order, rows[3].cents) == (1, 200)


def test_returns_and_deliveries_name_an_order_by_its_day(acts: Callable[..., Scenario]) -> None:
    """Orders are numbered in order of time, whatever their order in the file; deeds of a day come before its orders."""
    orders = '{ on = 2027-05-01, amount = "5.00" }, { on = 2027-04-01, amount = "4.00" }'
    deeds = (
        '{ on = 2027-05-01, do = "return", order = 2027-04-01 },{ on = 2027-05-03, do = "deliver", order = 2027-05-01 }'
    )
    rows = rows_of(acts(deeds, orders), "baseline")
    assert rows.kind.tolist() == [Kind.PURCHASE, Kind.REFUND, Kind.PURCHASE, Kind.DELIVER]
    assert rows.order.tolist() == [0, 0, 1, 1]
    assert rows[1].cents == ALL


def test_what_goes_back_is_taken_off(acts: Callable[..., Scenario]) -> None:
    """100 yuan, of which 30 come back: cash, margin and list price of returns."""
    orders = '{ on = 2027-03-01, amount = "100.00" }'
    scenario = acts('{ on = 2027-03-05, do = "return", order = 2027-03-01, amount = "30.00" }', orders)
    run = both(scenario, load_policy("baseline"))
    one = run.outcomes[0]
    assert (one["list_cents"], one["returned_cents"], one["cash_cents"]) == (10_000, 3_000, 7_000)
    assert (one["margin_cents"], one["issued_points"], one["outstanding_points"]) == (3_500, 100, 70)
    assert run.monthly["cash_cents"].sum() == 7_000 + 100, "the other member's single yuan"
    assert run.monthly["margin_cents"].sum() == 3_500 + 50


def test_stored_value_is_money_for_goods_and_bonus_is_none(acts: Callable[..., Scenario]) -> None:
    """500 yuan with 30 on top, spent in proportion: of 106 yuan, 100 were paid for."""
    orders = '{ on = 2027-03-01, amount = "106.00", stored = "all" }'
    run = both(
        acts('{ on = 2027-02-01, do = "top_up", amount = "500.00" }', orders), load_policy("stored_value_retail")
    )
    one = run.outcomes[0]
    assert (one["cash_cents"], one["bonus_cents"]) == (10_000, 600)


def test_points_pay_first_and_stored_value_the_rest(acts: Callable[..., Scenario]) -> None:
    orders = (
        '{ on = 2027-03-01, amount = "300.00" },{ on = 2027-03-02, amount = "106.00", redeem = "all", stored = "all" }'
    )
    run = both(
        acts('{ on = 2027-02-01, do = "top_up", amount = "500.00" }', orders), load_policy("stored_value_retail")
    )
    one = run.outcomes[0]
    assert one["points_paid_cents"] == 300
    assert one["cash_cents"] + one["bonus_cents"] == 30_000 + 10_300


def test_a_coupon_that_does_not_suit_stays_in_the_pocket(acts: Callable[..., Scenario]) -> None:
    """The coupon for joining wants 99 yuan: the small order goes without it, the large one with it."""
    small = '{ on = 2027-03-01, amount = "50.00", coupon = "held" }'
    orders = small + ', { on = 2027-03-02, amount = "150.00", coupon = "held" }'
    parts: list[np.ndarray] = []
    scenario, policy = acts("", orders), load_policy("startup_two_tier")
    simulate(scenario, policy, keep_transfers=parts.append)
    rows = np.concatenate(parts)
    used = rows[(rows["cause"] == Cause.COUPON_USE) & (rows["member"] == 0)]
    assert used["order"].tolist() == [1]
    assert both(scenario, policy).outcomes[0]["coupon_cents"] == 1_500


def test_a_plan_that_ends_early_is_served_no_longer(acts: Callable[..., Scenario]) -> None:
    """Plus costs 2.00 a month to serve; it is given up on 10 June, so January to June are served."""
    deeds = '{ on = 2027-01-15, do = "plan_start", plan = 1 }, { on = 2027-06-20, do = "plan_refund" }'
    run = both(acts(deeds), load_policy("giant_ecommerce"))
    assert run.outcomes[0]["service_cents"] == 6 * 200
    assert run.monthly["service_cents"].tolist() == [200] * 6 + [0] * 6
    assert 0 < run.outcomes[0]["fees_cents"] < 14_900, "part of the fee went back"


def test_a_trial_that_is_left_for_another_plan_is_served_no_longer(acts: Callable[..., Scenario]) -> None:
    """The trial from 1 to 15 January is one month; the plan taken on the 8th has its own from the 8th on."""
    deeds = (
        '{ on = 2027-01-01, do = "plan_start", plan = 1, trial = true },'
        '{ on = 2027-01-08, do = "plan_change", plan = 2 },'
        '{ on = 2027-02-20, do = "leave" }'
    )
    run = both(acts(deeds), load_policy("plus_monthly"))
    assert run.outcomes[0]["service_cents"] == 120 + 2 * 120


def test_who_leaves_is_gone(acts: Callable[..., Scenario]) -> None:
    """No tier, no points, no more deeds; what comes after is refused."""
    orders = '{ on = 2027-03-01, amount = "2000.00" }, { on = 2027-06-01, amount = "5.00" }'
    run = both(acts('{ on = 2027-05-01, do = "leave" }', orders), load_policy("baseline"))
    one = run.outcomes[0]
    assert (one["orders"], one["surviving"], one["upper_tier"], one["outstanding_points"]) == (1, 0, 0, 0)
    assert run.refused == {"account_closed": 1}
    assert run.tiers.sum(axis=1).tolist() == [0, 0, 2, 2, *[1] * 8]
    assert run.monthly["surviving"].tolist() == [0, 0, 2, 2, *[1] * 8]


def test_a_cut_run_leaves_out_what_comes_later(cut: Callable[..., Scenario]) -> None:
    scenario = cut("lessons", load_scenario("lessons").content.horizon.start.replace(month=3))
    assert scenario.world(load_policy("baseline")).script.day.max() < scenario.end_day
    assert both(scenario, load_policy("baseline")).outcomes["orders"].sum() > 10
