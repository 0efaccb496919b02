"""What an order earns: the arithmetic of one order, line by line."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from ledger.state import HELD_LINE, ORDER
from policies.arithmetic import proportion
from policies.earning import (
    growth_of,
    largest_order_cents,
    multiplier_bp,
    points_of_lines,
    qualifying_of,
    row_of_line,
    rule_on,
)
from policies.pricing import discount_bp, discounted_cents, parts_paid, points_kept
from policies.rules import records
from tests.kernel_rules import day, policy_of, rule_of

POINTS = '[points]\nvalue = "0.01"\nrounding = "{how} per order"\nearn = [ {{ on = "purchase", per_unit = {rate} }} ]\n'
TWO = """
[tiers]
metric = "{metric}"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 500
multiplier = 1.5
discount = 0.05
[points]
value = "0.01"
combine_multipliers = "{combine}"
multiplier_cap = {cap}
earn = [ {{ on = "purchase", per_unit = 0.7 }} ]
[[plans]]
name = "plus"
price = "99.00"
period = "1 year"
multiplier = 2
discount = 0.03
[[campaigns]]
name = "triple"
points_factor = 3
[[campaigns]]
name = "double food"
points_factor = 2
categories = ["food"]
"""


def two(metric: str = "growth", combine: str = "multiply", cap: str = '"none"') -> np.record:
    """A tier, a plan and two campaigns with multipliers."""
    return rule_of(TWO.format(metric=metric, combine=combine, cap=cap))


def order_of(*lines: tuple[int, int], **fields: int) -> tuple[np.record, np.recarray]:
    """An order of lines (category, list price), all of it there, at the lowest tier."""
    order, held = records(1, ORDER)[0], records(len(lines), HELD_LINE)
    for line, (category, cents) in zip(held, lines, strict=True):
        line.category = category
        line.list_cents = line.left_cents = cents
    order.lines = len(lines)
    order.due_cents = sum(cents for _, cents in lines)
    for name, value in fields.items():
        order[name] = value
    return order, held


@pytest.mark.parametrize(
    ("rate", "base_cents", "floor", "half_up", "ceil"),
    [
        ("1", 2_190, 21, 22, 22),
        ("1", 50, 0, 1, 1),
        ("1", 49, 0, 0, 1),
        ("1", 0, 0, 0, 0),
        ("0.1", 2_190, 2, 2, 3),
        ("1.1", 10_000, 110, 110, 110),  # a float would make 111 of it when rounding up
        ("0", 10_000, 0, 0, 0),
    ],
)
def test_points_are_rounded_once(rate: str, base_cents: int, floor: int, half_up: int, ceil: int) -> None:
    order, lines = order_of((0, base_cents))
    found = [
        points_of_lines(rule_of(POINTS.format(how=how, rate=rate)), order, lines, 0)
        for how in ("floor", "half_up", "ceil")
    ]
    assert found == [floor, half_up, ceil]


@pytest.mark.parametrize(
    ("combine", "cap", "tier", "plan", "campaigns", "category", "bp"),
    [
        ("multiply", '"none"', 0, 0, 0, 0, 10_000),
        ("multiply", '"none"', 1, 0, 0, 0, 15_000),
        ("multiply", '"none"', 1, 1, 0, 0, 30_000),
        ("multiply", '"none"', 1, 1, 1, 0, 90_000),
        ("multiply", '"none"', 1, 1, 3, 0, 90_000),  # the second campaign is for food only
        ("multiply", '"none"', 1, 1, 3, 1, 180_000),
        ("multiply", "5.0", 1, 1, 3, 1, 50_000),
        ("add", '"none"', 1, 1, 1, 0, 45_000),  # 1 + 0.5 + 1 + 2
        ("add", '"none"', 1, 1, 3, 1, 55_000),
        ("add", "2.0", 1, 1, 3, 1, 20_000),
    ],
)
def test_multipliers_together(
    combine: str, cap: str, tier: int, plan: int, campaigns: int, category: int, bp: int
) -> None:
    assert multiplier_bp(two(combine=combine, cap=cap), tier, plan, campaigns, 2, category) == bp


@pytest.mark.parametrize(("level", "plan", "bp"), [(0, 0, 0), (1, 0, 500), (0, 1, 300), (1, 1, 500)])
def test_the_better_discount_counts(level: int, plan: int, bp: int) -> None:
    assert discount_bp(two(), level, plan) == bp


ROWS = """
[points]
value = "0.01"
earn = [
  { on = "purchase", channel = "app", per_unit = 3 },
  { on = "purchase", per_unit = 1 },
  { on = "purchase", category = "food", per_unit = 2 },
  { on = "first_order", points = 5 },
  { on = "purchase", category = "food", channel = "app", per_unit = 4 },
]
"""


@pytest.mark.parametrize(
    ("category", "channel", "row"), [(0, 0, 1), (1, 0, 2), (0, 1, 0), (1, 1, 4), (2, 2, 1), (2, 1, 0), (1, 2, 2)]
)
def test_the_most_specific_row(category: int, channel: int, row: int) -> None:
    assert row_of_line(rule_of(ROWS), category, channel) == row


def test_nothing_earns_without_a_row() -> None:
    assert row_of_line(rule_of('[points]\nvalue = "0.01"\n'), 0, 0) == -1


@pytest.mark.parametrize(
    ("metric", "counted"),
    # 99.99, of which 20.00 by points and 30.00 by stored value, 5.00 of that bonus.
    [("spend", 9_999), ("net_spend", 7_499), ("growth", 99), ("orders", 1), ("points_earned", 42), ("active_days", 1)],
)
def test_what_an_order_counts_for(metric: str, counted: int) -> None:
    order, _ = order_of((0, 9_999), points_cents=2_000, stored_cents=3_000, principal_cents=2_500, counted=1)
    rule = two(metric)
    assert qualifying_of(rule, order, 9_999, 42, True) == counted
    if metric in ("orders", "active_days"):
        assert qualifying_of(rule, order, 0, 42, False) == 0


def test_growth_only_where_tiers_count_it() -> None:
    assert (growth_of(two(), 9_999), growth_of(two("spend"), 9_999)) == (99, 0)


def test_how_the_rest_of_an_order_was_paid_adds_up() -> None:
    rng = Random(5)
    for _ in range(300):
        due = rng.randrange(1, 10**9)
        points = rng.randrange(due + 1)
        stored = rng.randrange(due - points + 1)
        order, _ = order_of(
            (0, due),
            points_cents=points,
            points=rng.randrange(10**6),
            stored_cents=stored,
            principal_cents=rng.randrange(stored + 1),
        )
        whole = parts_paid(order, due)
        assert whole == (points, order.principal_cents, stored - order.principal_cents, due - points - stored)
        left = rng.randrange(due + 1)
        parts = parts_paid(order, left)
        assert sum(parts) == left
        assert all(0 <= part <= most for part, most in zip(parts[:3], whole[:3], strict=True))
        assert 0 <= points_kept(order, parts[0], left > 0) <= order.points
        assert points_kept(order, whole[0], True) == order.points


def test_shares_of_large_amounts_are_exact() -> None:
    rng = Random(6)
    for _ in range(2_000):
        amount, whole = rng.randrange(2**40), rng.randrange(1, 2**40)
        part = rng.randrange(whole + 1)
        assert proportion(amount, part, whole) == Fraction(amount * part, whole).__floor__()


def test_a_discount_takes_never_too_much() -> None:
    assert [discounted_cents(cents, 500) for cents in (0, 1, 19, 20, 9_999)] == [0, 1, 19, 19, 9_500]


def test_the_version_of_the_day() -> None:
    rules = policy_of(
        '[points]\nvalue = "0.01"\npending = { 2027-01-01 = "1 day", 2027-07-01 = "2 days", 2028-01-01 = "3 days" }\n'
    ).rules
    days = ("1900-01-01", "2027-06-30", "2027-07-01", "2027-12-31", "2028-01-01", "2100-01-01")
    assert [int(rule_on(rules, day(each)).version) for each in days] == [0, 0, 1, 1, 2, 2]


def test_the_largest_order_can_be_calculated() -> None:
    steep = rule_of(POINTS.format(how="half_up", rate="1234.5678"))
    most = int(largest_order_cents(steep, 0, 0))
    assert most < 10**12
    assert points_of_lines(steep, *order_of((0, most)), 0) == (most * 12_345_678 * 2 + 1_000_000) // 2_000_000
    flat = rule_of('[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n')
    assert largest_order_cents(flat, 0, 0) == 2**62 // 10**8
    assert largest_order_cents(rule_of('[points]\nvalue = "0.01"\n'), 0, 0) == 10**12
