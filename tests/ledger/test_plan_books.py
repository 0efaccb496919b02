"""Paid plans: the fee, the anchor day, the lapse."""

from __future__ import annotations

import pytest

from policies import load_policy
from tests.kernel_rules import policy_of
from tests.ledger.stories import PLANS, SALES, booked, brief, expected

PLAN = '[[plans]]\nname = "plus"\nprice = {price}\nperiod = {period}\nauto_renew = {renews}\ndiscount = 0.10\n'


def plan(period: str = '"1 month"', renews: str = "true", price: str = '"10.00"'):
    """One plan."""
    return policy_of(PLAN.format(period=period, renews=renews, price=price))


EXAMPLES = {
    "renewals stay on the last day of the month": (
        plan(),
        """
        2024-01-31 join
        2024-01-31 start plan
        2024-05-31 night
        """,
        """
        2024-01-31 plan_start 1: no_plan -> plan_1
        2024-01-31 plan_fee 1000: cash -> fees
        2024-02-29 plan_fee 1000: cash -> fees
        2024-03-31 plan_fee 1000: cash -> fees
        2024-04-30 plan_fee 1000: cash -> fees
        2024-05-31 plan_fee 1000: cash -> fees
        """,
    ),
    "a cancelled plan runs to the end of what was paid": (
        plan(),
        """
        2024-01-31 join
        2024-01-31 start plan
        2024-02-10 cancel
        2024-12-31 night
        """,
        """
        2024-01-31 plan_start 1: no_plan -> plan_1
        2024-01-31 plan_fee 1000: cash -> fees
        2024-02-29 plan_lapse 1: plan_1 -> no_plan
        """,
    ),
    "who does not ask is not renewed where renewal is not automatic": (
        plan(renews="false"),
        """
        2024-01-31 join
        2024-01-31 start plan
        2024-02-10 renew
        2024-12-31 night
        """,
        """
        2024-01-31 plan_start 1: no_plan -> plan_1
        2024-01-31 plan_fee 1000: cash -> fees
        2024-02-29 plan_fee 1000: cash -> fees
        2024-03-31 plan_lapse 1: plan_1 -> no_plan
        """,
    ),
    "a new start has a new anchor": (
        plan(renews="false"),
        """
        2024-01-31 join
        2024-01-31 start plan
        2024-03-15 start plan
        2024-12-31 night
        """,
        """
        2024-01-31 plan_start 1: no_plan -> plan_1
        2024-01-31 plan_fee 1000: cash -> fees
        2024-02-29 plan_lapse 1: plan_1 -> no_plan
        2024-03-15 plan_start 1: no_plan -> plan_1
        2024-03-15 plan_fee 1000: cash -> fees
        2024-04-15 plan_lapse 1: plan_1 -> no_plan
        """,
    ),
    "a period that gets shorter goes on from what was paid": (
        plan(
            period='{ 2024-01-01 = "1 year", 2024-06-01 = "1 month" }',
            price='{ 2024-01-01 = "99.00", 2024-06-01 = "9.00" }',
        ),
        """
        2024-01-31 join
        2024-01-31 start plan
        2025-03-31 night
        """,
        """
        2024-01-31 plan_start 1: no_plan -> plan_1
        2024-01-31 plan_fee 9900: cash -> fees
        2025-01-31 plan_fee 900: cash -> fees
        2025-02-28 plan_fee 900: cash -> fees
        2025-03-31 plan_fee 900: cash -> fees
        """,
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    policy, story, transfers = EXAMPLES[name]
    assert booked(policy, story, *PLANS) == expected(transfers)


def test_a_lapsed_member_does_not_keep_the_price() -> None:
    story = """
        2027-01-01 join
        2027-01-10 start plan
        2027-01-11 cancel
        2028-01-09 buy 100.00
        2028-01-10 buy 100.00
        """
    assert booked(load_policy("warehouse_club"), story, *SALES, *PLANS) == expected(
        """
        2027-01-10 plan_start 1: no_plan -> plan_1
        2027-01-10 plan_fee 26000: cash -> fees
        2028-01-09 sale_cash 9400: cash -> sales
        2028-01-09 sale_discount 600: discounts -> sales
        2028-01-10 plan_lapse 1: plan_1 -> no_plan
        2028-01-10 sale_cash 10000: cash -> sales
        """
    )


TWO = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 9000
[points]
value = "0.01"
[[plans]]
name = "plus"
price = "31.00"
period = "1 month"
trial = "14 days"
intro_price = "9.00"
refund = "{refund}"
discount = 0.10
monthly_benefits = ["coupon:ship", "points:5"]
[[plans]]
name = "life"
price = "300.00"
period = "lifetime"
grants_tier = "gold"
[[coupons]]
code = "ship"
off = "2.00"
"""
MOVED = (*PLANS, "plan_credit", "plan_return", "upgrade", "downgrade")


def two(refund: str = "none"):
    """A monthly plan with a trial, and one for life that brings a tier."""
    return policy_of(TWO.format(refund=refund))


def test_a_trial_once_and_an_introductory_price_once() -> None:
    story = """
        2027-01-01 join
        2027-01-31 try plus
        2027-03-14 cancel
        2027-04-01 try plus
        2027-04-01 start plus
        """
    # The trial ends on 14 February, which is the anchor. The period of 14 March is paid when the member cancels.
    assert brief(two(), story, *MOVED) == expected(
        """
        2027-01-31 plan_start 1
        2027-02-14 plan_fee 900
        2027-03-14 plan_fee 3100
        2027-04-01 refused: plan_already_held
        2027-04-01 refused: plan_already_held
        """
    )
    later = "2027-01-01 join\n2027-01-31 try plus\n2027-02-01 cancel\n2027-04-01 try plus\n2027-04-01 start plus\n"
    assert brief(two(), later, *MOVED)[1:] == expected(
        """
        2027-02-14 plan_lapse 1
        2027-04-01 refused: plan_trial_used
        2027-04-01 plan_start 1
        2027-04-01 plan_fee 900
        """
    )


def test_a_change_in_mid_term_credits_unused_days() -> None:
    """9.00 for 31 days, 21 of them unused: 6.09. The other plan is for life, and nothing of it is ever unused."""
    story = (
        "2027-01-01 join\n2027-01-01 start plus\n2027-01-11 change life\n2027-01-12 change plus\n2027-01-12 change plus"
    )
    assert brief(two(), story, *MOVED) == expected(
        """
        2027-01-01 plan_start 1
        2027-01-01 plan_fee 900
        2027-01-11 plan_lapse 1
        2027-01-11 plan_start 1
        2027-01-11 plan_fee 30000
        2027-01-11 plan_credit 609
        2027-01-11 upgrade 1
        2027-01-12 plan_lapse 1
        2027-01-12 plan_start 1
        2027-01-12 plan_fee 3100
        2027-01-12 downgrade 1
        2027-01-12 refused: plan_same
        """
    )


@pytest.mark.parametrize(
    ("refund", "day", "back"),
    [
        ("none", "2027-02-03", "refused: plan_refund_not_offered"),
        ("pro_rata", "2027-02-03", "plan_return 2878"),  # 26 of 28 days of 31.00
        ("full_within:7 days", "2027-02-07", "plan_return 3100"),
        ("full_within:7 days", "2027-02-08", "refused: plan_refund_period_over"),
        ("less_benefits_used", "2027-02-03", "plan_return 2200"),  # 9.00 off the price; the coupon was January's
    ],
)
def test_what_comes_back_of_a_fee(refund: str, day: str, back: str) -> None:
    story = f"""
        2027-01-01 join
        2027-01-01 start plus
        2027-02-02 buy 90.00 with ship
        {day} give up
        """
    found = brief(two(refund), story, "plan_return")
    assert found == [f"{day} {back}"]


def test_a_trial_can_be_given_up_and_the_seat_goes_with_the_plan() -> None:
    story = "2027-01-01 join\n2027-01-01 try plus\n2027-01-05 give up\n2027-01-06 start life\n2027-01-07 leave"
    assert brief(two(), story, *MOVED, "leave") == expected(
        """
        2027-01-01 plan_start 1
        2027-01-05 plan_lapse 1
        2027-01-06 plan_start 1
        2027-01-06 plan_fee 30000
        2027-01-06 upgrade 1
        2027-01-07 plan_lapse 1
        2027-01-07 downgrade 1
        2027-01-07 leave 1
        """
    )


def test_monthly_benefits_are_anchored_too() -> None:
    story = "2027-01-01 join\n2027-01-31 start plus\n2027-04-30 night"
    assert brief(two(), story, "coupon_issue", "earn_gift") == [
        line
        for number, day in enumerate(("2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"))
        for line in (f"{day} coupon_issue 1", f"{day} earn_gift 5 of lot {number}")
    ]
