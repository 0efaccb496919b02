"""Ways through the books that few members go: goods dearer than any, free orders, debts, grace and a new policy."""

from __future__ import annotations

from pathlib import Path

from policies import load_policy
from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected, lived

POINTS = """
[points]
value = "0.01"
earn = [ { on = "purchase", per_unit = 1.0 } ]
[points.cash]
"""
GRACE = """
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year"
downgrade = "one_level"
grace = "60 days"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 100
[refunds]
within = "always"
"""
OLD = """
title = "Old"
[tiers]
metric = "spend"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 100
[[plans]]
name = "plus"
price = "12.00"
period = "year"
monthly_benefits = ["coupon:five"]
refund = "pro_rata"
[stored_value]
offers = [ { pay = "50.00", bonus = "5.00", grants_tier = "gold" } ]
[[coupons]]
code = "five"
off = "5.00"
"""
NEW = OLD.replace('title = "Old"', 'title = "New"\n[switch]\nfrom = 2028-01-01\nreplaces = "old.toml"')
NEW = NEW.replace(
    '[[tiers.level]]\nname = "gold"', '[[tiers.level]]\nname = "silver"\nenter = 60\n[[tiers.level]]\nname = "gold"'
)
NEW = NEW.replace("[[plans]]", '[[plans]]\nname = "extra"\nprice = "99.00"\nperiod = "year"\n[[plans]]', 1)


def test_goods_cannot_cost_more_than_any_order() -> None:
    story = """
    2027-01-01 join
    2027-01-02 buy any:1.00:90000000000000.00
    2027-01-03 buy any:1.00:0.40
    """
    assert brief(policy_of(""), story, "sale_cash", "sale_cost") == expected(
        """
        2027-01-02 refused: amount_too_large
        2027-01-03 sale_cash 100
        2027-01-03 sale_cost 40
        """
    )


def test_an_order_that_came_to_nothing_is_returned_as_nothing() -> None:
    """It was free by a coupon: it was no order before, and is none after; the coupon comes back."""
    policy = policy_of('[gifts]\njoin = ["coupon:free"]\n[[coupons]]\ncode = "free"\noff_share = 1.0')
    life = lived(
        policy,
        """
        2027-01-01 join
        2027-01-02 buy 30.00 with free #1
        2027-01-03 return #1
        """,
    )
    assert [each[3] for each in life.transfers] == [
        "join", "coupon_issue", "sale_coupon", "coupon_use", "return_coupon", "coupon_return"
    ]  # fmt: skip
    assert (life.member.head.orders, life.member.head.coupons) == (0, 1)


def test_points_that_come_back_pay_what_is_owed() -> None:
    """100 points are used and then clawed back as debt; when their order is returned they settle it."""
    story = """
    2027-01-01 join
    2027-01-02 buy 100.00 #1
    2027-01-03 buy 1.00 use 100 #2
    2027-01-04 return #1
    2027-01-05 return #2
    """
    assert brief(
        policy_of(POINTS), story, "earn", "claw_back", "claw_back_debt", "unredeem", "debt_repaid"
    ) == expected(
        """
        2027-01-02 earn 100 of lot 0
        2027-01-04 claw_back_debt 100
        2027-01-05 unredeem 100 of lot 0
        2027-01-05 debt_repaid 100 of lot 0
        """
    )


def test_what_is_returned_within_grace_is_missing_again() -> None:
    """Gold wants 100 a year. In the grace of 2028 exactly that is bought; half of it comes back, and gold is lost."""
    story = """
    2026-12-31 join
    2026-12-31 buy 100.00 #1
    2028-01-10 buy 100.00 #2
    2028-01-20 {then}
    2028-06-01 night
    """
    kept = brief(policy_of(GRACE), story.format(then="night"), "downgrade")
    lost = brief(policy_of(GRACE), story.format(then="return #2 50.00"), "downgrade")
    assert (kept, lost) == ([], ["2028-03-01 downgrade 1"])


def test_a_new_policy_numbers_tiers_plans_and_gifts_anew(tmp_path: Path) -> None:
    """Gold and plus have other numbers since January: the top-up still takes its tier back, the plan its coupon."""
    (tmp_path / "old.toml").write_text(OLD, "utf-8")
    (tmp_path / "new.toml").write_text(NEW, "utf-8")
    story = """
    2027-12-10 join
    2027-12-10 start 1
    2027-12-11 top up 50.00 #1
    2028-01-05 return top up #1
    2028-01-06 give up
    """
    policy = load_policy(tmp_path / "new.toml")
    causes = ("upgrade", "downgrade", "plan_start", "plan_lapse", "coupon_issue", "coupon_take_back")
    assert brief(policy, story, *causes) == expected(
        """
        2027-12-10 plan_start 1
        2027-12-10 coupon_issue 1
        2027-12-11 upgrade 1
        2028-01-01 plan_lapse 1
        2028-01-01 plan_start 1
        2028-01-01 upgrade 1
        2028-01-05 downgrade 1
        2028-01-06 coupon_take_back 1
        2028-01-06 plan_lapse 1
        """
    )
