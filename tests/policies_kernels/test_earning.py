"""What an order earns."""

from __future__ import annotations

import pytest

from policies.earning import (
    discount_bp,
    earning_base,
    growth_earned,
    largest_order_cents,
    points_earned,
    qualifying_amount,
    rule_on,
)
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
earn = [ {{ on = "purchase", per_unit = 0.7 }} ]
[[plans]]
name = "plus"
price = "99.00"
period = "1 year"
multiplier = 2
discount = 0.03
"""


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
    found = [
        points_earned(rule_of(POINTS.format(how=how, rate=rate)), 0, 0, base_cents)
        for how in ("floor", "half_up", "ceil")
    ]
    assert found == [floor, half_up, ceil]


@pytest.mark.parametrize(("level", "plan", "points"), [(0, 0, 70), (1, 0, 105), (0, 1, 140), (1, 1, 210)])
def test_tier_and_plan_multiply(level: int, plan: int, points: int) -> None:
    assert points_earned(rule_of(TWO.format(metric="growth")), level, plan, 10_000) == points


@pytest.mark.parametrize(("level", "plan", "bp"), [(0, 0, 0), (1, 0, 500), (0, 1, 300), (1, 1, 500)])
def test_the_better_discount_counts(level: int, plan: int, bp: int) -> None:
    assert discount_bp(rule_of(TWO.format(metric="growth")), level, plan) == bp


@pytest.mark.parametrize(
    ("earn_on", "base"),
    [("list", 10_000), ("after_discounts", 9_500), ("net_of_points", 9_000), ("net_of_points_and_bonus", 9_000)],
)
def test_what_earns(earn_on: str, base: int) -> None:
    rule = rule_of(f'[points]\nvalue = "0.01"\nearn_on = "{earn_on}"\n')
    assert earning_base(rule, 10_000, 9_500, 9_000) == base


def test_growth_only_where_tiers_count_it() -> None:
    growth, spend = rule_of(TWO.format(metric="growth")), rule_of(TWO.format(metric="spend"))
    assert (growth_earned(growth, 9_999), growth_earned(spend, 9_999)) == (99, 0)
    assert (qualifying_amount(growth, 9_999, 99), qualifying_amount(spend, 9_999, 0)) == (99, 9_999)


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
    assert points_earned(steep, 0, 0, most) == (most * 12_345_678 * 2 + 1_000_000) // 2_000_000
    assert largest_order_cents(rule_of(TWO.format(metric="spend")), 1, 1) == 10**12
