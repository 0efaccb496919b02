"""Coupons: what they take off, from what, together with what, until when; and how they come and go."""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected, lived

COUPONS = """
[points]
value = "0.01"
earn = [ { on = "purchase", per_unit = 1 }, { on = "purchase", category = "skincare", per_unit = 1 } ]
[[tiers.level]]
name = "basic"
enter = 0
discount = 0.10
[[coupons]]
code = "five"
off = "5.00"
minimum_spend = "45.00"
valid = "14 days"
stacks = true
[[coupons]]
code = "tenth"
off_share = 0.10
cap = "6.00"
categories = ["skincare"]
stacks = true
[[coupons]]
code = "alone"
off = "900.00"
[gifts]
join = ["coupon:five", "coupon:tenth", "coupon:alone", "coupon:five"]
"""
ISSUED = ["2027-01-01 coupon_issue 1"] * 4


def test_after_the_discount_in_the_order_of_the_slots() -> None:
    """100.00 skincare and 30.00 else less 10 %: 90.00 and 27.00. A tenth of the 90.00 is 9.00, capped at 6.00."""
    story = "2027-01-01 join\n2027-01-02 buy skincare:100.00 any:30.00 with five,tenth"
    # five: 5.00 of 117.00, 3.84 from the skincare line. A tenth of 86.16 is capped: 6.00.
    assert brief(
        policy_of(COUPONS), story, "sale_cash", "sale_discount", "sale_coupon", "coupon_use", "earn"
    ) == expected(
        """
        2027-01-02 sale_cash 10600
        2027-01-02 sale_discount 1300
        2027-01-02 sale_coupon 1100
        2027-01-02 coupon_use 1
        2027-01-02 coupon_use 1
        2027-01-02 earn 106 of lot 0
        """
    )


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        ("buy 49.98 with five", "refused: coupon_below_minimum_spend"),  # 44.99 after the discount
        ("buy 49.99 with five", "sale_coupon 500"),
        ("buy 60.00 with tenth", "sale_coupon 0"),
        ("buy 60.00 with alone", "sale_coupon 5400"),  # never more than the order
        ("buy 60.00 with five,alone", "refused: coupons_do_not_stack"),
        ("buy 60.00 with five,five", "sale_coupon 1000"),
        ("buy 60.00 with five,five,five", "refused: coupon_not_held"),
    ],
)
def test_what_a_coupon_asks_for(order: str, answer: str) -> None:
    found = brief(policy_of(COUPONS), f"2027-01-01 join\n2027-01-02 {order}", "sale_coupon")
    assert found == ([] if answer.endswith(" 0") else [f"2027-01-02 {answer}"])


def test_a_coupon_dies_and_one_that_was_used_comes_back_until_then() -> None:
    story = """
        2027-01-01 join
        2027-01-02 buy 60.00 with five #1
        2027-01-03 buy 60.00 with five #2
        2027-01-04 return #1 60.00
        2027-01-15 night
        2027-01-16 return #2
        2027-01-16 buy 60.00 with five
        """
    causes = ("coupon_use", "coupon_return", "coupon_expire", "return_coupon")
    assert brief(policy_of(COUPONS), story, *causes) == expected(
        """
        2027-01-02 coupon_use 1
        2027-01-03 coupon_use 1
        2027-01-04 return_coupon 500
        2027-01-04 coupon_return 1
        2027-01-15 coupon_expire 1
        2027-01-16 return_coupon 500
        2027-01-16 refused: coupon_not_held
        """
    )


def test_a_return_in_part_keeps_the_share_of_the_coupon() -> None:
    """54.00 less 5.00: half of the goods give half of the money back, and the coupon stays used."""
    story = "2027-01-01 join\n2027-01-02 buy 60.00 with five #1\n2027-01-03 return #1 30.00\n2027-01-04 return #1 30.00"
    found = brief(policy_of(COUPONS), story, "return_cash", "return_coupon", "return_discount", "coupon_return")
    assert found == expected(
        """
        2027-01-03 return_cash 2450
        2027-01-03 return_discount 300
        2027-01-03 return_coupon 250
        2027-01-04 return_cash 2450
        2027-01-04 return_discount 300
        2027-01-04 return_coupon 250
        2027-01-04 coupon_return 1
        """
    )


def test_all_coupons_go_with_the_account() -> None:
    found = brief(policy_of(COUPONS), "2027-01-01 join\n2027-01-02 leave", "coupon_issue", "coupon_take_back")
    assert found == ISSUED + ["2027-01-02 coupon_take_back 1"] * 4
    assert lived(policy_of(COUPONS), "2027-01-01 join\n2027-01-02 leave").member.head.coupons == 0
