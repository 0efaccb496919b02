"""Tiers: reached at once, reviewed at the end of validity, counted over windows."""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import TIERS, booked, expected

TEXT = """
[tiers]
metric = "spend"
window = "{window}"
validity = "{validity}"
downgrade = "{downgrade}"
{{levels}}
"""


def tiers(window: str, validity: str, downgrade: str = "to_earned"):
    """Four tiers at 0, 100 (keep 80), 500 (keep 400) and 2000 of money spent."""
    return policy_of(TEXT.format(window=window, validity=validity, downgrade=downgrade))


EXAMPLES = {
    "to the cent": (
        tiers("calendar_year", "rest of year + 1 year"),
        """
        2027-01-01 join
        2027-03-01 buy 99.99
        2027-03-01 buy 0.01
        2027-03-02 buy 400.00
        """,
        """
        2027-03-01 upgrade 1: tier_0 -> tier_1
        2027-03-02 upgrade 1: tier_1 -> tier_2
        """,
    ),
    "several levels in one order": (
        tiers("calendar_year", "rest of year + 1 year"),
        "2027-01-01 join\n2027-03-01 buy 2000.00",
        "2027-03-01 upgrade 1: tier_0 -> tier_3",
    ),
    "a year and the next, then down to what the last year earned": (
        tiers("calendar_year", "rest of year + 1 year"),
        """
        2027-01-01 join
        2027-03-01 buy 2000.00
        2028-12-31 buy 150.00
        2030-02-01 night
        """,
        """
        2027-03-01 upgrade 1: tier_0 -> tier_3
        2029-01-01 downgrade 1: tier_3 -> tier_1
        2030-01-01 downgrade 1: tier_1 -> tier_0
        """,
    ),
    "one level at a time": (
        tiers("calendar_year", "rest of year + 1 year", "one_level"),
        "2027-01-01 join\n2027-03-01 buy 2000.00\n2032-02-01 night",
        """
        2027-03-01 upgrade 1: tier_0 -> tier_3
        2029-01-01 downgrade 1: tier_3 -> tier_2
        2030-01-01 downgrade 1: tier_2 -> tier_1
        2031-01-01 downgrade 1: tier_1 -> tier_0
        """,
    ),
    "kept for less than it was reached with": (
        tiers("calendar_year", "rest of year + 1 year"),
        """
        2027-01-01 join
        2027-03-01 buy 500.00
        2028-06-01 buy 400.00
        2029-06-01 buy 399.99
        2030-02-01 night
        """,
        """
        2027-03-01 upgrade 1: tier_0 -> tier_2
        2030-01-01 downgrade 1: tier_2 -> tier_1
        """,
    ),
    "the rest of the year only, again and again": (
        tiers("calendar_year", "rest of year"),
        """
        2027-01-01 join
        2027-03-01 buy 500.00
        2028-03-01 buy 400.00
        2029-03-01 buy 100.00
        2031-01-01 night
        """,
        """
        2027-03-01 upgrade 1: tier_0 -> tier_2
        2030-01-01 downgrade 1: tier_2 -> tier_1
        2031-01-01 downgrade 1: tier_1 -> tier_0
        """,
    ),
    "the last valid day counts": (
        tiers("rolling 2 months", "until review"),
        """
        2027-01-01 join
        2027-01-31 buy 100.00
        2027-05-31 night
        """,
        # At the review of 31 March the window is that of 30 March: the order of 31 January is still in it.
        """
        2027-01-31 upgrade 1: tier_0 -> tier_1
        2027-05-31 downgrade 1: tier_1 -> tier_0
        """,
    ),
    "a rolling window forgets to the day": (
        tiers("rolling 1 month", "12 months"),
        """
        2027-01-01 join
        2027-01-15 buy 60.00
        2027-02-15 buy 60.00
        2027-03-14 buy 40.00
        """,
        # On 15 February the order of 15 January is gone; on 14 March that of 15 February is not.
        "2027-03-14 upgrade 1: tier_0 -> tier_1",
    ),
    "for months": (
        tiers("calendar_year", "3 months"),
        """
        2027-01-01 join
        2027-10-31 buy 100.00
        2028-06-01 night
        """,
        # Reviewed on 31 January with an empty window: what counted was last year.
        """
        2027-10-31 upgrade 1: tier_0 -> tier_1
        2028-01-31 downgrade 1: tier_1 -> tier_0
        """,
    ),
    "for life": (
        tiers("lifetime", "rest of year"),
        "2027-01-01 join\n2027-03-01 buy 100.00\n2040-01-01 night",
        "2027-03-01 upgrade 1: tier_0 -> tier_1",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str) -> None:
    policy, story, transfers = EXAMPLES[name]
    assert booked(policy, story, *TIERS) == expected(transfers)


def test_the_order_that_reaches_a_tier_is_still_at_the_old_one() -> None:
    policy = policy_of(
        """
        [tiers]
        metric = "growth"
        [[tiers.level]]
        name = "basic"
        enter = 0
        [[tiers.level]]
        name = "gold"
        enter = 100
        multiplier = 2
        discount = 0.10
        [points]
        value = "0.01"
        earn = [ { on = "purchase", per_unit = 1 } ]
        """
    )
    story = "2027-01-01 join\n2027-01-02 buy 100.00\n2027-01-02 buy 100.00"
    assert booked(policy, story, "sale_cash", "sale_discount", "earn", "grow", "upgrade") == expected(
        """
        2027-01-02 sale_cash 10000: cash -> sales
        2027-01-02 earn 100 of lot 0: points_issued -> points_active
        2027-01-02 grow 100: growth_issued -> growth_held
        2027-01-02 upgrade 1: tier_0 -> tier_1
        2027-01-02 sale_cash 9000: cash -> sales
        2027-01-02 sale_discount 1000: discounts -> sales
        2027-01-02 earn 180 of lot 1: points_issued -> points_active
        2027-01-02 grow 90: growth_issued -> growth_held
        """
    )


def test_a_shorter_window_in_a_later_version_forgets_its_own_amounts() -> None:
    policy = policy_of(
        """
        [tiers]
        metric = "spend"
        window = { 2027-01-01 = "lifetime", 2027-06-01 = "rolling 1 month" }
        {levels}
        """
    )
    story = """
        2027-01-01 join
        2027-02-01 buy 10.00
        2027-07-01 buy 89.99
        2027-12-01 buy 50.00
        2027-12-02 buy 40.00
        """
    # 10.00 for life, and 90.00 of the last month; the 89.99 of July are long gone.
    assert booked(policy, story, *TIERS) == ["2027-12-02 upgrade 1: tier_0 -> tier_1"]
