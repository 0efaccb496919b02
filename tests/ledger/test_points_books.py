"""Points: earned, pending, active, spent first-to-die first, expired."""

from __future__ import annotations

import pytest

from ledger.lots import usable_points
from policies import load_policy
from tests.kernel_rules import day, policy_of
from tests.ledger.stories import POINTS, SALES, booked, expected, lived

LOTS = """
[points]
value = "0.01"
pending = "{pending}"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
[points.expiry]
mode = "lot"
life = {life}
round = "{round}"
[points.cash]
"""


def lots(life: str = '"12 months"', pending: str = "0 days", round_to: str = "none"):
    """One point for one unit of money; any number of points pays."""
    return policy_of(LOTS.format(life=life, pending=pending, round=round_to))


EXAMPLES = {
    "points wait, live and die": (
        lots(pending="7 days"),
        """
        2027-01-31 join
        2027-01-31 buy 100.00
        2027-02-06 buy 50.00 use 1
        2027-02-07 buy 50.00 use 1
        2028-02-29 night
        """,
        """
        2027-01-31 earn 100 of lot 0: points_issued -> points_pending
        2027-02-06 refused: redeem_exceeds_active_points
        2027-02-07 activate 100 of lot 0: points_pending -> points_active
        2027-02-07 redeem 1 of lot 0: points_active -> points_redeemed
        2027-02-07 earn 49 of lot 1: points_issued -> points_pending
        2027-02-14 activate 49 of lot 1: points_pending -> points_active
        2028-01-31 expire 99 of lot 0: points_active -> points_expired
        2028-02-07 expire 49 of lot 1: points_active -> points_expired
        """,
    ),
    "the lot that dies first is spent first, whichever came first": (
        lots(life='{ 2027-01-01 = "12 months", 2027-03-01 = "2 months" }'),
        """
        2027-02-01 join
        2027-02-01 buy 100.00
        2027-03-01 buy 30.00
        2027-03-02 buy 1.00 use 70
        """,
        """
        2027-02-01 earn 100 of lot 0: points_issued -> points_active
        2027-03-01 earn 30 of lot 1: points_issued -> points_active
        2027-03-02 redeem 30 of lot 1: points_active -> points_redeemed
        2027-03-02 redeem 40 of lot 0: points_active -> points_redeemed
        """,
    ),
    "lots that die together are spent in the order of earning": (
        lots(round_to="year_end"),
        """
        2027-02-01 join
        2027-02-01 buy 10.00
        2027-02-02 buy 20.00
        2027-02-02 buy 30.00
        2027-02-03 buy 0.99 use 35
        """,
        """
        2027-02-01 earn 10 of lot 0: points_issued -> points_active
        2027-02-02 earn 20 of lot 1: points_issued -> points_active
        2027-02-02 earn 30 of lot 2: points_issued -> points_active
        2027-02-03 redeem 10 of lot 0: points_active -> points_redeemed
        2027-02-03 redeem 20 of lot 1: points_active -> points_redeemed
        2027-02-03 redeem 5 of lot 2: points_active -> points_redeemed
        """,
    ),
    "points can die before they were ever usable": (
        lots(life='"1 month"', pending="40 days", round_to="month_end"),
        """
        2027-01-31 join
        2027-01-31 buy 100.00
        2027-03-01 buy 100.00
        2027-05-01 night
        """,
        """
        2027-01-31 earn 100 of lot 0: points_issued -> points_pending
        2027-03-01 expire 100 of lot 0: points_pending -> points_expired
        2027-03-01 earn 100 of lot 1: points_issued -> points_pending
        2027-04-10 activate 100 of lot 1: points_pending -> points_active
        2027-05-01 expire 100 of lot 1: points_active -> points_expired
        """,
    ),
    "pending points are passed over when points are spent": (
        lots(life='{ 2027-01-01 = "12 months", 2027-03-01 = "2 months" }', pending="7 days"),
        """
        2027-02-01 join
        2027-02-01 buy 100.00
        2027-03-01 buy 30.00
        2027-03-02 buy 1.00 use 50
        """,
        """
        2027-02-01 earn 100 of lot 0: points_issued -> points_pending
        2027-02-08 activate 100 of lot 0: points_pending -> points_active
        2027-03-01 earn 30 of lot 1: points_issued -> points_pending
        2027-03-02 redeem 50 of lot 0: points_active -> points_redeemed
        """,
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    policy, story, transfers = EXAMPLES[name]
    assert booked(policy, story, *POINTS) == expected(transfers)


def test_a_balance_is_a_matter_of_dates_not_of_nights() -> None:
    life = lived(lots(pending="7 days"), "2027-01-01 join\n2027-01-01 buy 100.00\n2027-06-01 buy 30.00")
    balances = {date: usable_points(life.member, day(date)) for date in ("2027-06-07", "2027-06-08", "2028-01-01")}
    assert balances == {"2027-06-07": 100, "2027-06-08": 130, "2028-01-01": 30}
    assert usable_points(life.member, day("2028-06-01")) == 0


def test_an_order_adds_up() -> None:
    policy = policy_of(
        """
        [tiers]
        metric = "spend"
        [[tiers.level]]
        name = "basic"
        enter = 0
        discount = 0.05
        [points]
        value = "0.01"
        earn = [ { on = "purchase", per_unit = 1 } ]
        [points.cash]
        """
    )
    story = "2027-01-01 join\n2027-01-01 buy 199.90\n2027-01-02 buy 99.99 use 150\n2027-01-02 buy 0.00"
    assert booked(policy, story, *SALES) == expected(
        """
        2027-01-01 sale_cash 18991: cash -> sales
        2027-01-01 sale_discount 999: discounts -> sales
        2027-01-02 sale_cash 9350: cash -> sales
        2027-01-02 sale_discount 499: discounts -> sales
        2027-01-02 sale_points 150: points_tender -> sales
        """
    )


def test_founding_story() -> None:
    """Someone saves all year; the year-end wipe with its cap leaves hardly anything of it, softer rules all."""
    story = "\n".join(
        [
            "2027-02-10 join",
            "2027-02-10 buy 3000.00",
            "2027-05-12 buy 3000.00",
            "2027-09-03 buy 3000.00",
            "2027-12-20 buy 3000.00 use {use}",
            "2028-01-15 night",
        ]
    )
    wiped = lived(load_policy("year_end_wipe_cap50"), story.format(use=5_000)).member.head
    soft = lived(load_policy("soft_landing"), story.format(use=11_100)).member.head
    assert (wiped.issued_points, wiped.redeemed_points) == (15_495, 5_000)
    assert (wiped.expired_points, wiped.active_points) == (10_495, 0)
    assert (soft.issued_points, soft.redeemed_points) == (15_403, 11_100)
    assert (soft.expired_points, soft.active_points) == (0, 4_303)
    # The same wish at the cap: 50.00 in points for an order of 3,000.00, and not one more.
    assert booked(load_policy("year_end_wipe_cap50"), story.format(use=5_100), "redeem") == [
        "2027-12-20 refused: redeem_exceeds_order_cap"
    ]
