"""Stored value: principal and bonus apart, top-up by top-up, and the same split back."""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected, lived

STORED = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 9000
[stored_value]
offers = [ {{ pay = "100.00", bonus = "10.00" }}, {{ pay = "500.00", bonus = "100.00", grants_tier = "gold" }} ]
spend = "{spend}"
bonus_expiry = "{expiry}"
refund_bonus = "{refund}"
[points]
value = "0.01"
earn_on = "{earn_on}"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
"""


def stored(
    spend: str = "principal_first",
    expiry: str = "none",
    refund: str = "take_back_unspent",
    earn_on: str = "net_of_points_and_bonus",
):
    """Two offers: 10.00 on 100.00, and 100.00 and gold on 500.00."""
    return policy_of(STORED.format(spend=spend, expiry=expiry, refund=refund, earn_on=earn_on))


HELD = (
    "principal_in",
    "bonus_in",
    "principal_spend",
    "bonus_spend",
    "principal_return",
    "bonus_return",
    "bonus_expire",
)
REFUND = ("bonus_take_back", "bonus_charged", "principal_out", "top_up_return")


def test_the_largest_offer_that_is_reached() -> None:
    story = "2027-01-01 join\n2027-01-02 top up 99.99 #1\n2027-01-03 top up 499.99 #2\n2027-01-04 top up 500.00 #3"
    assert brief(stored(), story, "top_up", "principal_in", "bonus_in", "upgrade") == expected(
        """
        2027-01-02 top_up 9999
        2027-01-02 principal_in 9999
        2027-01-03 top_up 49999
        2027-01-03 principal_in 49999
        2027-01-03 bonus_in 1000
        2027-01-04 top_up 50000
        2027-01-04 principal_in 50000
        2027-01-04 bonus_in 10000
        2027-01-04 upgrade 1
        """
    )


@pytest.mark.parametrize(
    ("spend", "paid"),
    [
        ("principal_first", ["principal_spend 10000", "bonus_spend 200"]),
        ("bonus_first", ["principal_spend 9200", "bonus_spend 1000"]),
        ("pro_rata", ["principal_spend 9273", "bonus_spend 927"]),  # 1,000 of 11,000 are bonus
    ],
)
def test_which_part_pays_first_and_the_same_split_goes_back(spend: str, paid: list[str]) -> None:
    """An order of 200.00, 102.00 of it from 100.00 and a bonus of 10.00. The bonus earns no points."""
    story = "2027-01-01 join\n2027-01-02 top up 100.00 #1\n2027-01-03 buy 200.00 stored 102.00 #2\n2027-01-04 return #2"
    policy = stored(spend)
    found = brief(policy, story, *HELD[2:], "sale_cash", "sale_principal", "sale_bonus", "earn", "return_cash")
    principal, bonus = (int(each.split()[1]) for each in paid)
    assert found == [
        "2027-01-03 sale_cash 9800",
        f"2027-01-03 sale_principal {principal}",
        f"2027-01-03 sale_bonus {bonus}",
        *(f"2027-01-03 {each}" for each in paid),
        f"2027-01-03 earn {(20_000 - bonus) // 100} of lot 0",
        "2027-01-04 return_cash 9800",
        f"2027-01-04 bonus_return {bonus}",
        f"2027-01-04 principal_return {principal}",
    ]
    head = lived(policy, story).member.head
    assert (head.principal_cents, head.bonus_cents, head.active_points) == (10_000, 1_000, 0)


@pytest.mark.parametrize(
    ("refund", "first", "later"),
    [
        (
            "take_back_unspent",
            ["bonus_take_back 700", "principal_out 2500", "top_up_return 2500"],
            ["2027-01-07 bonus_take_back 300", "2027-01-07 principal_return 7500"],
        ),
        (
            "charge_spent",
            ["bonus_take_back 700", "bonus_charged 300", "principal_out 2500", "top_up_return 2200"],
            ["2027-01-07 bonus_return 300", "2027-01-07 principal_return 7500", "2027-01-08 bonus_take_back 300"],
        ),
    ],
)
def test_a_top_up_that_is_refunded(refund: str, first: list[str], later: list[str]) -> None:
    """104.00 are paid by 100.00 and a bonus of 4.00; a quarter of the order brings 25.00 and 1.00 back."""
    story = """
        2027-01-01 join
        2027-01-02 top up 100.00 #1
        2027-01-03 buy 104.00 stored 104.00 #2
        2027-01-04 return #2 26.00
        2027-01-05 return top up #1
        2027-01-06 return top up #1
        2027-01-07 return #2
        2027-01-08 return top up #1
        2027-01-09 return top up #9
        """
    # The rest of the order fills the top-up again. Its bonus stays only where it was charged for, and what was
    # charged once is not charged again.
    assert brief(stored(refund=refund), story, *REFUND, "principal_return", "bonus_return") == [
        "2027-01-04 bonus_return 100",
        "2027-01-04 principal_return 2500",
        *(f"2027-01-05 {each}" for each in first),
        "2027-01-06 refused: top_up_already_refunded",
        *later,
        "2027-01-08 principal_out 7500",
        "2027-01-08 top_up_return 7500",
        "2027-01-09 refused: top_up_unknown",
    ]


def test_a_bonus_dies_and_does_not_come_back() -> None:
    story = """
        2027-01-01 join
        2027-01-31 top up 100.00 #1
        2027-02-01 buy 5.00 stored 5.00 #2
        2027-03-01 return #2
        """
    assert brief(stored("bonus_first", expiry="1 month"), story, *HELD) == expected(
        """
        2027-01-31 principal_in 10000
        2027-01-31 bonus_in 1000
        2027-02-01 bonus_spend 500
        2027-02-28 bonus_expire 500
        2027-03-01 bonus_expire 500
        """
    )


def test_who_leaves_gets_the_principal_back() -> None:
    story = "2027-01-01 join\n2027-01-02 top up 100.00 #1\n2027-01-03 buy 30.00 stored 30.00\n2027-01-04 leave"
    assert brief(stored(), story, *REFUND, "cancel", "leave") == expected(
        """
        2027-01-04 bonus_take_back 1000
        2027-01-04 principal_out 7000
        2027-01-04 top_up_return 7000
        2027-01-04 cancel 30 of lot 0
        2027-01-04 leave 1
        """
    )
