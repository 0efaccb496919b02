"""Tiers: reached at once, reviewed at the end of validity, counted over windows."""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import TIERS, booked, brief, expected

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


EXACTLY = """
[tiers]
metric = "spend"
window = "{window}"
validity = "until review"
downgrade = "to_earned"
upgrade = "{upgrade}"
{{levels}}
"""


@pytest.mark.parametrize(
    ("upgrade", "window", "risen"),
    [
        ("immediately", "calendar_year", "2027-03-10"),
        ("daily", "calendar_year", "2027-03-11"),
        ("month_end", "calendar_year", "2027-04-01"),
        ("window_end", "calendar_year", "2028-01-01"),
        # The end of the first amount's window, with the window as of the day before.
        ("window_end", "rolling 30 days", "2027-03-31"),
    ],
)
def test_when_a_rise_is_looked_at(upgrade: str, window: str, risen: str) -> None:
    policy = policy_of(EXACTLY.format(upgrade=upgrade, window=window))
    story = "2027-01-01 join\n2027-03-01 buy 60.00\n2027-03-10 buy 40.00\n2028-01-02 night"
    assert brief(policy, story, "upgrade") == [f"{risen} upgrade 1"]


def test_a_membership_year_ends_on_the_anniversary_of_joining() -> None:
    """Joined on 29 February: the year ends on 28 February, or on the 29th where there is one."""
    policy = policy_of(EXACTLY.format(upgrade="immediately", window="membership_year"))
    story = """
        2024-02-29 join
        2025-02-27 buy 60.00
        2025-02-28 buy 60.00
        2026-02-27 buy 40.00
        2028-12-31 night
        """
    # 60.00 of the first year are gone on the anniversary; the review is at the end of the next membership year.
    assert brief(policy, story, *TIERS) == ["2026-02-27 upgrade 1", "2027-02-28 downgrade 1"]


def test_a_rolling_window_of_days_forgets_to_the_day() -> None:
    policy = policy_of(EXACTLY.format(upgrade="immediately", window="rolling 10 days"))
    story = """
        2027-01-01 join
        2027-01-01 buy 50.00
        2027-01-11 buy 50.00
        2027-01-20 buy 50.00
        2027-02-28 night
        """
    # On the 11th the amount of the 1st is gone; on the 20th that of the 11th still counts, the last day. The review
    # ten days later looks at the day before: 50.00 do not keep silver.
    assert brief(policy, story, *TIERS) == ["2027-01-20 upgrade 1", "2027-01-30 downgrade 1"]


GRACE = """
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year"
downgrade = "to_earned"
grace = "30 days"
{levels}
"""


@pytest.mark.parametrize(
    ("amount", "fallen"),
    # Silver is kept with 80.00; 50.00 were spent in 2028, so 30.00 are missing.
    [("29.99", ["2029-01-31 downgrade 1"]), ("30.00", [])],
)
def test_grace_makes_up_what_is_missing(amount: str, fallen: list[str]) -> None:
    story = f"""
        2027-01-01 join
        2027-02-01 buy 100.00
        2028-02-01 buy 50.00
        2029-01-10 buy {amount}
        2029-02-28 night
        """
    assert brief(policy_of(GRACE), story, "downgrade") == fallen


def test_who_has_held_a_tier_comes_back_more_easily() -> None:
    policy = policy_of(
        """
        [tiers]
        metric = "orders"
        window = "calendar_year"
        validity = "rest of year"
        downgrade = "one_level"
        [[tiers.level]]
        name = "basic"
        enter = 0
        [[tiers.level]]
        name = "gold"
        enter = 3
        re_enter = 2
        """
    )
    three, two = "2027-02-01 buy 1.00\n" * 3, "2029-02-01 buy 1.00\n" * 2
    assert brief(policy, f"2027-01-01 join\n{three}{two}", *TIERS) == [
        "2027-02-01 upgrade 1",
        "2029-01-01 downgrade 1",
        "2029-02-01 upgrade 1",
    ]


def test_a_tier_by_invitation_is_reached_by_no_amount() -> None:
    policy = policy_of('[join]\ninvite_tiers = ["diamond"]\n[tiers]\nmetric = "spend"\n{levels}')
    story = "2027-01-01 join\n2027-01-02 buy 9000.00\n2027-01-03 invite gold\n2027-01-04 invite diamond"
    assert booked(policy, story, *TIERS) == expected(
        """
        2027-01-02 upgrade 1: tier_0 -> tier_2
        2027-01-03 refused: tier_not_by_invitation
        2027-01-04 upgrade 1: tier_2 -> tier_3
        """
    )


def test_active_days_count_once_a_day() -> None:
    policy = policy_of('[tiers]\nmetric = "active_days"\n{levels}'.replace("{levels}", DAYS))
    story = """
        2027-01-01 join
        2027-01-01 buy 1.00
        2027-01-01 do review
        2027-01-02 do review
        2027-01-02 buy 1.00
        2027-01-03 buy 1.00
        """
    assert brief(policy, story, "upgrade") == ["2027-01-03 upgrade 1"]


DAYS = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 3
"""

GROWING = """
[tiers]
metric = "growth"
window = "lifetime"
{levels}
[growth]
per_unit_spent = 1
activities = {{ review = 10, referral = 50 }}
decay = "{decay}"
[points]
value = "0.01"
earn = [ {{ on = "referral", referrer = 1, referred = 0 }} ]
"""


@pytest.mark.parametrize(
    ("decay", "decays"),
    # 89 + 10 + 50 = 149; a tenth each month, rounded down: 14 of 149, 13 of 135.
    [
        ("10 % per month", ["2027-02-01 decay 14", "2027-03-01 decay 13"]),
        ("50 % per year", ["2028-01-01 decay 74"]),
        ("none", []),
    ],
)
def test_growth_comes_from_spending_and_activities_and_decays(decay: str, decays: list[str]) -> None:
    until = "2028-01-02" if "year" in decay else "2027-03-02"
    story = f"2027-01-01 join\n2027-01-02 buy 89.90\n2027-01-03 do review\n2027-01-04 refer\n{until} night"
    assert brief(policy_of(GROWING.replace("{levels}", DAYS).format(decay=decay)), story, "grow", "decay") == [
        "2027-01-02 grow 89",
        "2027-01-03 grow 10",
        "2027-01-04 grow 50",
        *decays,
    ]


def test_what_a_tier_costs() -> None:
    """By order and by return at once, by month on the first of each."""
    policy = policy_of(
        """
        [[tiers.level]]
        name = "basic"
        enter = 0
        benefits = [
          { name = "wrapping", cost_per_order = "0.40" },
          { name = "service", cost_per_month = "3.00", cost_per_refund = "9.00", cost_per_order = "0.20" },
        ]
        """
    )
    story = "2027-01-31 join\n2027-02-02 buy 10.00 #1\n2027-02-03 return #1 1.00\n2027-03-01 night"
    assert brief(policy, story, "benefit_order", "benefit_refund", "benefit_month") == [
        "2027-02-01 benefit_month 300",
        "2027-02-02 benefit_order 60",
        "2027-02-03 benefit_refund 900",
        "2027-03-01 benefit_month 300",
    ]
