"""A policy takes the place of another on a given day: points, tiers, plans and coupons of living members."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policies import Policy, load_policy
from tests.ledger.stories import booked, brief, expected, lived

Switch = Callable[..., Policy]

OLD = """
title = "Old"
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year + 1 year"
downgrade = "one_level"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 100
[points]
value = "0.01"
earn = [ { on = "purchase", per_unit = 1 } ]
[points.expiry]
mode = "lot"
life = "12 months"
[[plans]]
name = "plus"
price = "10.00"
period = "year"
[[plans]]
name = "extra"
price = "20.00"
period = "year"
[[coupons]]
code = "five"
off = "5.00"
[[coupons]]
code = "ten"
off = "10.00"
[gifts]
join = ["coupon:five", "coupon:ten"]
"""
NEW = """
title = "New"
[switch]
from = 2028-01-01
replaces = "old.toml"
old_lots = "{lots}"
tiers = "{tiers}"
notice = "{notice}"
[tiers]
metric = "{metric}"
window = "lifetime"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 300
[[tiers.level]]
name = "black"
enter = 900
[points]
value = "0.01"
[points.expiry]
mode = "lot"
life = "3 months"
[[plans]]
name = "extra"
price = "25.00"
period = "year"
[[coupons]]
code = "ten"
off = "10.00"
"""


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    """The policy of both files, with a way to treat what members hold."""

    def make(
        lots: str = "keep_dates", tiers: str = "until_validity", notice: str = "0 days", metric: str = "spend"
    ) -> Policy:
        (tmp_path / "old.toml").write_text(OLD, "utf-8")
        path = tmp_path / "new.toml"
        path.write_text(NEW.format(lots=lots, tiers=tiers, notice=notice, metric=metric), "utf-8")
        return load_policy(path)

    return make


@pytest.mark.parametrize(
    ("lots", "notice", "deaths"),
    # Earned on 1 March and on 1 November 2027: under the new rule they are dead on 1 June and on 1 February.
    [
        ("keep_dates", "0 days", ["2028-03-01 expire 70 of lot 0", "2028-11-01 expire 30 of lot 1"]),
        ("new_rule", "0 days", ["2028-01-01 expire 70 of lot 0", "2028-02-01 expire 30 of lot 1"]),
        # A full new period may be longer than what was left.
        ("full_new_period", "0 days", ["2028-04-01 expire 70 of lot 0", "2028-04-01 expire 30 of lot 1"]),
        ("new_rule", "45 days", ["2028-02-15 expire 70 of lot 0", "2028-02-15 expire 30 of lot 1"]),
        ("new_rule", "366 days", ["2028-03-01 expire 70 of lot 0", "2028-11-01 expire 30 of lot 1"]),
    ],
)
def test_three_treatments_of_old_points(switch: Switch, lots: str, notice: str, deaths: list[str]) -> None:
    story = "2027-01-01 join\n2027-03-01 buy 70.00\n2027-11-01 buy 30.00\n2029-12-31 night"
    assert brief(switch(lots, notice=notice), story, "expire") == deaths


@pytest.mark.parametrize(
    ("tiers", "metric", "spent", "moves"),
    [
        # Gold until its time ends, which is the end of the year after the one in which it was reached.
        ("until_validity", "spend", "100.00", ["2029-01-01 downgrade 1"]),
        # What was spent in 2027 no longer counts in 2028: the old policy's window has closed that night.
        ("at_once", "spend", "100.00", ["2028-01-01 downgrade 1"]),
        ("until_validity", "orders", "100.00", ["2029-01-01 downgrade 1"]),
    ],
)
def test_two_treatments_of_old_tiers(switch: Switch, tiers: str, metric: str, spent: str, moves: list[str]) -> None:
    story = f"2027-01-01 join\n2027-03-01 buy {spent}\n2030-12-31 night"
    assert brief(switch(tiers=tiers, metric=metric), story, "downgrade") == moves


def test_what_counted_is_forgotten_where_another_metric_counts(switch: Switch) -> None:
    story = "2027-01-01 join\n2027-12-31 buy 90.00\n2028-01-01 buy 1.00"
    assert lived(switch(metric="orders"), story).member.head.qualifying == 1


def test_plans_and_coupons_are_mapped_by_name(switch: Switch) -> None:
    """The second plan is the first one now; the coupon that is gone dies, and the other goes on."""
    story = "2027-01-01 join\n2027-06-01 start 2\n2028-01-03 buy 90.00 with ten\n2028-06-01 night"
    assert booked(switch(), story, "plan_start", "plan_lapse", "plan_fee", "coupon_expire", "coupon_use") == expected(
        """
        2027-06-01 plan_start 1: no_plan -> plan_2
        2027-06-01 plan_fee 2000: cash -> fees
        2028-01-01 plan_lapse 1: plan_2 -> no_plan
        2028-01-01 plan_start 1: no_plan -> plan_1
        2028-01-01 coupon_expire 1: coupons_held -> coupons_expired
        2028-01-03 coupon_use 1: coupons_held -> coupons_used
        2028-06-01 plan_fee 2500: cash -> fees
        """
    )


def test_a_plan_that_is_gone_lapses(switch: Switch) -> None:
    story = "2027-01-01 join\n2027-06-01 start plan\n2028-01-02 night"
    assert brief(switch(), story, "plan_start", "plan_lapse") == ["2027-06-01 plan_start 1", "2028-01-01 plan_lapse 1"]
