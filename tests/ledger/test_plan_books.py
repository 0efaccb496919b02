"""Paid plans: the fee, the anchor day, the lapse."""

from __future__ import annotations

import pytest

from policies import load_policy
from tests.kernel_rules import policy_of
from tests.ledger.stories import PLANS, SALES, booked, expected

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
