"""Campaigns: when they run, for whom, how they go together with other multipliers; rounding and what earns."""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected

EARNING = """
[tiers]
metric = "spend"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 1000
multiplier = 1.5
[points]
value = "0.01"
combine_multipliers = "{combine}"
multiplier_cap = {cap}
rounding = "{rounding}"
earn = [
  {{ on = "purchase", per_unit = 1 }},
  {{ on = "purchase", category = "skincare", per_unit = 2 }},
  {{ on = "purchase", channel = "app", per_unit = 3 }},
  {{ on = "purchase", category = "skincare", channel = "app", per_unit = 4 }},
]
[[plans]]
name = "plus"
price = "10.00"
period = "year"
multiplier = 2.0
{campaigns}
"""
MEMBER_DAY = '[[campaigns]]\nname = "member day"\non = "day 8 of month"\npoints_factor = 2.0\npoints = 5\n'


def earning(campaigns: str = "", combine: str = "multiply", cap: str = '"none"', rounding: str = "floor per order"):
    """Four rates, a tier with 1.5, a plan with 2.0, and campaigns."""
    return policy_of(EARNING.format(combine=combine, cap=cap, rounding=rounding, campaigns=campaigns))


@pytest.mark.parametrize(
    ("order", "points"),
    [
        ("buy 10.00", 10),
        ("buy skincare:10.00", 20),
        ("buy 10.00 in app", 30),
        ("buy skincare:10.00 in app", 40),
        ("buy skincare:10.00 any:10.00 in app", 70),
    ],
)
def test_the_most_specific_row_earns(order: str, points: int) -> None:
    assert brief(earning(), f"2027-01-01 join\n2027-01-02 {order}", "earn") == [f"2027-01-02 earn {points} of lot 0"]


@pytest.mark.parametrize(
    ("combine", "cap", "campaign"),
    # 10.00 at gold with plus: 3.0 or 2.5 without the campaign, 6.0 or 3.5 with it.
    [("multiply", '"none"', 30), ("add", '"none"', 10), ("multiply", "4.0", 10), ("multiply", "2.0", 0)],
)
def test_how_multipliers_go_together(combine: str, cap: str, campaign: int) -> None:
    """What the campaign adds is a transfer of its own, with its fixed points."""
    base = {"multiply": 30, "add": 25}[combine] if cap != "2.0" else 20
    story = "2027-01-01 join\n2027-01-01 start plus\n2027-01-02 buy 1000.00\n2027-01-08 buy 10.00"
    assert brief(earning(MEMBER_DAY, combine, cap), story, "earn", "earn_campaign")[1:] == [
        f"2027-01-08 earn {base} of lot 1",
        f"2027-01-08 earn_campaign {campaign + 5} of lot 2",
    ]


@pytest.mark.parametrize(
    ("keys", "days"),
    [
        ("", ["2027-05-31", "2027-06-01", "2027-06-05", "2027-06-18", "2027-06-19"]),
        ("from = 2027-06-01\nthrough = 2027-06-18", ["2027-06-01", "2027-06-05", "2027-06-18"]),
        ('on = "saturday"', ["2027-06-05", "2027-06-19"]),
        ('on = "birthday month"', ["2027-06-01", "2027-06-05", "2027-06-18", "2027-06-19"]),
        ('on = "day 31 of month"', ["2027-05-31"]),
    ],
)
def test_when_a_campaign_runs(keys: str, days: list[str]) -> None:
    policy = earning(f'[[campaigns]]\nname = "618"\npoints_factor = 2.0\n{keys}\n')
    story = "2027-05-01 join born 06-30\n" + "\n".join(
        f"{day} buy 10.00" for day in ("2027-05-31", "2027-06-01", "2027-06-05", "2027-06-18", "2027-06-19")
    )
    assert [line.split()[0] for line in brief(policy, story, "earn_campaign")] == days


@pytest.mark.parametrize(
    ("keys", "added"),
    # 10.00 skincare and 10.00 else in the app: 40 and 30 points.
    [
        ('tiers = ["gold"]', []),
        ('tiers = ["basic"]', [70]),
        ('channels = ["app"]', [70]),
        ('channels = ["store"]', []),
        ('categories = ["skincare"]', [40]),
        ('categories = ["toys"]', []),
    ],
)
def test_for_whom_and_what_a_campaign_counts(keys: str, added: list[int]) -> None:
    policy = earning(f'[[campaigns]]\nname = "618"\npoints_factor = 2.0\n{keys}\n')
    found = brief(policy, "2027-01-01 join\n2027-01-02 buy skincare:10.00 any:10.00 in app", "earn_campaign")
    assert [int(line.split()[2]) for line in found] == added


def test_a_campaign_ends_when_its_budget_is_used_up() -> None:
    """Whoever keeps all books notes when; here on 10 September, at 40,000 seconds."""
    policy = earning(MEMBER_DAY.replace("day 8", "day 10") + 'budget = "100.00"\n')
    story = "2027-08-01 join\n2027-08-10 buy 10.00\n2027-09-10 buy 10.00\n2027-10-10 buy 10.00"
    assert brief(policy, story, "earn_campaign") == [
        "2027-08-10 earn_campaign 15 of lot 1",
        "2027-09-10 earn_campaign 15 of lot 3",
    ]


@pytest.mark.parametrize(
    ("rounding", "points"),
    # 0.60 + 0.60 at one point, 0.30 skincare at two: 0.6 + 0.6 + 0.6.
    [
        ("floor per order", 1),
        ("half_up per order", 2),
        ("ceil per order", 2),
        ("floor per rule", 1),  # 1.2 and 0.6
        ("half_up per rule", 2),
        ("ceil per rule", 3),
        ("floor per line", 0),
        ("half_up per line", 3),
        ("ceil per line", 3),
        ("block 0.50", 1),  # 1.00 of 1.20 counts, nothing of 0.30
    ],
)
def test_what_is_rounded_once(rounding: str, points: int) -> None:
    found = brief(earning(rounding=rounding), "2027-01-01 join\n2027-01-02 buy any:0.60 skincare:0.30 any:0.60", "earn")
    assert found == ([f"2027-01-02 earn {points} of lot 0"] if points else [])


BASE = """
[[tiers.level]]
name = "basic"
enter = 0
discount = 0.10
[points]
value = "0.01"
earn_on = "{}"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
[points.cash]
boost = {{ orders_from = "88.00", factor = 2.0 }}
[stored_value]
offers = [ {{ pay = "10.00", bonus = "20.00" }} ]
spend = "bonus_first"
"""


@pytest.mark.parametrize(
    ("earn_on", "points"),
    # 100.00 less 10 %; 500 points count double and are 10.00; 15.00 of bonus.
    [("list", 100), ("after_discounts", 90), ("net_of_points", 80), ("net_of_points_and_bonus", 65)],
)
def test_what_part_of_an_order_earns(earn_on: str, points: int) -> None:
    story = (
        "2027-01-01 join\n2027-01-01 grant 500\n2027-01-01 top up 10.00 #1\n2027-01-02 buy 100.00 use 500 stored 15.00"
    )
    causes = ("sale_cash", "sale_discount", "sale_points", "sale_bonus", "earn")
    assert brief(policy_of(BASE.format(earn_on)), story, *causes) == expected(
        f"""
        2027-01-02 sale_cash 6500
        2027-01-02 sale_discount 1000
        2027-01-02 sale_points 1000
        2027-01-02 sale_bonus 1500
        2027-01-02 earn {points} of lot 1
        """
    )
