"""Returned orders: by the rules of the sale, in any number of steps the same, and nothing of them is left behind."""

from __future__ import annotations

import pytest

from policies import Policy
from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected, lived

ONE = '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n'
CASH = "[points.cash]\n"
POINT_CAUSES = ("earn", "redeem", "claw_back", "claw_back_debt", "debt_repaid")

OF_THE_SALE = """
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year"
downgrade = "to_earned"
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
earn = [ { on = "purchase", per_unit = { 2027-01-01 = 1, 2028-01-01 = 5 } } ]
[refunds]
within = "always"
"""


def test_a_return_goes_by_the_rules_and_the_tier_of_the_sale() -> None:
    """Gold in 2027: 10 % off and twice the points. It comes back when the member is basic and a unit earns five."""
    story = """
        2027-01-01 join
        2027-01-02 buy 100.00
        2027-01-03 buy 50.00 #7
        2029-01-02 return #7
        """
    assert brief(policy_of(OF_THE_SALE), story, "downgrade", "return_cash", "return_discount", "claw_back") == expected(
        """
        2029-01-01 downgrade 1
        2029-01-02 return_cash 4500
        2029-01-02 return_discount 500
        2029-01-02 claw_back 90 of lot 1
        """
    )


@pytest.mark.parametrize("parts", [["2.00"] * 10, ["20.00"], ["0.01", "19.98", "0.01"]])
def test_returns_are_path_independent(parts: list[str]) -> None:
    """21.90 at one point per ten earned 2; without 20.00 of it nothing is earned."""
    policy = policy_of(ONE.replace("per_unit = 1", "per_unit = 0.1"))
    story = "2027-01-01 join\n2027-01-01 buy 21.90 #1\n" + "\n".join(f"2027-01-02 return #1 {part}" for part in parts)
    head = lived(policy, story).member.head
    assert (head.issued_points, head.clawed_points, head.active_points, head.debt_points) == (2, 2, 0, 0)
    last = lived(policy, story + "\n2027-01-03 return #1").member.head
    assert (last.clawed_points, last.active_points, last.orders) == (2, 0, 0)


def test_when_the_points_of_a_return_go() -> None:
    """20.00 still earn the second point; the first 2.00 take one, 11.90 the other."""
    policy = policy_of(ONE.replace("per_unit = 1", "per_unit = 0.1"))
    story = """
        2027-01-01 join
        2027-01-01 buy 21.90 #1
        2027-01-02 return #1 1.90
        2027-01-03 return #1 0.01
        2027-01-04 return #1 9.99
        2027-01-05 return #1 0.01
        """
    assert brief(policy, story, "return_cash", "claw_back") == expected(
        """
        2027-01-02 return_cash 190
        2027-01-03 return_cash 1
        2027-01-03 claw_back 1 of lot 0
        2027-01-04 return_cash 999
        2027-01-05 return_cash 1
        2027-01-05 claw_back 1 of lot 0
        """
    )


LIVES = (
    ONE
    + CASH
    + '[points.expiry]\nmode = "lot"\nlife = "1 month"\n[refunds]\nwithin = "always"\nreturned_points = "%s"\n'
)


def test_spent_points_go_back_to_their_lots_with_their_dates() -> None:
    """A fresh lot would launder the expiry."""
    story = """
        2027-01-01 join
        2027-01-01 buy 30.00
        2027-01-10 buy 20.00
        2027-01-20 buy 1.00 use 40 #7
        2027-01-21 return #7
        2027-03-01 night
        """
    # Last use first: 10 of the second lot, then the 30 of the first, which was gone and comes back as it was.
    assert brief(policy_of(LIVES % "gone"), story, "redeem", "unredeem", "expire") == expected(
        """
        2027-01-20 redeem 30 of lot 0
        2027-01-20 redeem 10 of lot 1
        2027-01-21 unredeem 10 of lot 1
        2027-01-21 unredeem 30 of lot 0
        2027-02-01 expire 30 of lot 0
        2027-02-10 expire 20 of lot 1
        """
    )


@pytest.mark.parametrize(
    ("returned", "transfers"),
    [
        ("gone", "2027-02-05 unredeem_dead 30 of lot 0"),
        ("10 days", "2027-02-05 unredeem 30 of lot 0\n2027-02-15 expire 30 of lot 0"),
    ],
)
def test_spent_points_whose_lot_has_died(returned: str, transfers: str) -> None:
    story = """
        2027-01-01 join
        2027-01-01 buy 30.00
        2027-01-20 buy 0.30 use 30 #7
        2027-02-05 return #7
        2027-03-01 night
        """
    found = brief(policy_of(LIVES % returned), story, "unredeem", "unredeem_dead", "expire")
    assert found == transfers.splitlines()


NEGATIVE = """
[tiers]
metric = "points_earned"
debt_counts = {}
[[tiers.level]]
name = "basic"
enter = 0
[points]
value = "0.01"
negative = "{}"
earn = [ { on = "purchase", per_unit = 1 } ]
[points.cash]
"""
EARN_SPEND_EARN_RETURN = """
    2027-01-01 join
    2027-01-01 buy 50.00 #1
    2027-01-02 buy 0.50 use 50 #2
    2027-01-03 buy 21.00 #3
    2027-01-04 return #1
    """


def negative(how: str, debt_counts: str = "false") -> Policy:
    text = NEGATIVE.replace("{}", debt_counts, 1).replace("{}", how, 1)
    return policy_of(text if how == "debt" else text.replace(f"debt_counts = {debt_counts}\n", ""))


def test_earn_50_spend_50_earn_21_return_the_first_as_debt() -> None:
    """21 from the other lot, 29 are owed: they block redemption and absorb what comes next."""
    more = """
        2027-01-05 buy 0.10 use 1
        2027-01-06 buy 20.00
        2027-01-07 buy 30.00
        2027-01-08 buy 0.10 use 10
        """
    found = brief(negative("debt"), EARN_SPEND_EARN_RETURN + more.removeprefix("\n"), *POINT_CAUSES)
    assert found == expected(
        """
        2027-01-01 earn 50 of lot 0
        2027-01-02 redeem 50 of lot 0
        2027-01-03 earn 21 of lot 1
        2027-01-04 claw_back 21 of lot 1
        2027-01-04 claw_back_debt 29
        2027-01-05 refused: redeem_blocked_by_debt
        2027-01-06 debt_repaid 20
        2027-01-07 debt_repaid 9
        2027-01-07 earn 21 of lot 2
        2027-01-08 redeem 10 of lot 2
        """
    )


def test_earn_50_spend_50_earn_21_return_the_first_with_a_floor() -> None:
    found = brief(negative("floor"), EARN_SPEND_EARN_RETURN, *POINT_CAUSES, "withheld", "claw_back_waived")
    assert found[3:] == ["2027-01-04 claw_back 21 of lot 1", "2027-01-04 claw_back_waived 29"]


def test_earn_50_spend_50_earn_21_return_the_first_with_money_held_back() -> None:
    """29 points are worth 0.29, which is held back from the 50.00."""
    found = brief(negative("withhold_cash"), EARN_SPEND_EARN_RETURN, *POINT_CAUSES, "withheld", "return_cash")
    assert found[3:] == expected(
        """
        2027-01-04 return_cash 5000
        2027-01-04 claw_back 21 of lot 1
        2027-01-04 withheld 29
        """
    )


@pytest.mark.parametrize("how", ["debt", "floor", "withhold_cash"])
def test_the_books_add_up_whatever_becomes_of_points_that_are_gone(how: str) -> None:
    head = lived(negative(how), EARN_SPEND_EARN_RETURN).member.head
    held = head.pending_points + head.active_points
    assert head.issued_points == held + head.redeemed_points + head.clawed_points - head.debt_points == 71
    assert head.debt_points == (29 if how == "debt" else 0)


@pytest.mark.parametrize(("counts", "qualifying"), [("false", 50), ("true", 21)])
def test_whether_tiers_see_debt(counts: str, qualifying: int) -> None:
    """71 were earned; 21 were really taken, 29 are owed."""
    assert lived(negative("debt", counts), EARN_SPEND_EARN_RETURN).member.head.qualifying == qualifying


def test_a_return_takes_pending_lots_of_the_order_then_active_then_others() -> None:
    policy = policy_of(
        '[points]\nvalue = "0.01"\npending = "until_delivered"\n'
        'earn = [ { on = "purchase", per_unit = 1 }, { on = "nth_order", every = 2, points = 10 } ]\n' + CASH
    )
    story = """
        2027-01-01 join
        2027-01-01 buy 40.00 #1
        2027-01-01 deliver #1
        2027-01-02 buy 20.00 #2
        2027-01-03 return #2 5.00
        2027-01-03 deliver #2
        2027-01-04 buy 0.38 use 38
        2027-01-05 return #2
        """
    assert brief(policy, story, "activate", "redeem", "claw_back", "claw_back_debt") == expected(
        """
        2027-01-01 activate 40 of lot 0
        2027-01-03 claw_back 5 of lot 1
        2027-01-03 activate 15 of lot 1
        2027-01-03 activate 10 of lot 2
        2027-01-04 redeem 38 of lot 0
        2027-01-05 claw_back 15 of lot 1
        2027-01-05 claw_back 10 of lot 2
        """
    )


# ---- the rest of a return ----

WINDOWS = """
[tiers]
metric = "{metric}"
window = "{window}"
on_refund = "{on_refund}"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = {silver}
[[tiers.level]]
name = "gold"
enter = {gold}
"""


@pytest.mark.parametrize(
    ("on_refund", "falls"),
    [
        ("now", ["2027-03-03 downgrade 1"]),  # to what is left: nothing
        ("same_night_one_level", ["2027-03-04 downgrade 1"]),
        ("next_review", []),
    ],
)
def test_when_a_return_takes_the_threshold_away(on_refund: str, falls: list[str]) -> None:
    policy = policy_of(WINDOWS.format(metric="spend", window="lifetime", on_refund=on_refund, silver=100, gold=500))
    story = "2027-03-01 join\n2027-03-02 buy 600.00 #1\n2027-03-03 return #1 550.00\n2027-04-30 night"
    life = lived(policy, story)
    assert brief(policy, story, "downgrade") == falls
    assert life.member.head.tier == {"now": 0, "same_night_one_level": 1, "next_review": 2}[on_refund]
    assert life.member.head.qualifying == 5_000


@pytest.mark.parametrize(
    ("metric", "before", "after"), [("spend", 600_00, 10_00), ("net_spend", 600_00, 10_00), ("orders", 1, 1)]
)
def test_what_counts_shrinks_with_the_order(metric: str, before: int, after: int) -> None:
    policy = policy_of(WINDOWS.format(metric=metric, window="lifetime", on_refund="now", silver=2, gold=9_000))
    story = "2027-03-01 join\n2027-03-02 buy 600.00 #1"
    assert lived(policy, story).member.head.qualifying == before
    assert lived(policy, story + "\n2027-03-03 return #1 590.00").member.head.qualifying == after
    assert lived(policy, story + "\n2027-03-03 return #1").member.head.qualifying == 0


def test_amounts_that_no_longer_count_are_not_taken_twice() -> None:
    policy = policy_of(
        WINDOWS.format(metric="spend", window="calendar_year", on_refund="now", silver=100, gold=500)
        + '[refunds]\nwithin = "always"\n'
    )
    story = "2027-12-01 join\n2027-12-31 buy 90.00 #1\n2028-01-02 buy 50.00 #2\n2028-01-03 return #1"
    assert lived(policy, story).member.head.qualifying == 5_000


LINES = ONE.replace("per_unit = 1 }", 'per_unit = 1 }, { on = "purchase", category = "food", per_unit = 3 }')


def test_lines_come_back_by_category() -> None:
    """Of 40.00 food and 10.00 toys the food comes back, with its cost; more food than was bought does not."""
    story = """
        2027-01-01 join
        2027-01-01 buy food:30.00:12.00 any:10.00:4.00 food:10.00:4.00 #1
        2027-01-02 return #1 food:40.01
        2027-01-02 return #1 food:35.00
        2027-01-03 return #1 food:5.00 any:10.00
        2027-01-04 return #1
        """
    # 35.00: all of the first line, half of the third.
    assert brief(policy_of(LINES), story, "earn", "sale_cost", "return_cash", "return_cost", "claw_back") == expected(
        """
        2027-01-01 sale_cost 2000
        2027-01-01 earn 130 of lot 0
        2027-01-02 refused: refund_exceeds_order
        2027-01-02 return_cash 3500
        2027-01-02 return_cost 1400
        2027-01-02 claw_back 105 of lot 0
        2027-01-03 return_cash 1500
        2027-01-03 return_cost 600
        2027-01-03 claw_back 25 of lot 0
        2027-01-04 refused: order_already_refunded
        """
    )


@pytest.mark.parametrize(
    ("within", "day", "answer"),
    [
        ("5 days", "2027-01-06", []),
        ("5 days", "2027-01-07", ["2027-01-07 refused: order_unknown"]),
        ("none", "2027-01-01", ["2027-01-01 refused: refund_not_offered"]),
        ("always", "2037-01-01", []),
    ],
)
def test_how_long_an_order_can_be_returned(within: str, day: str, answer: list[str]) -> None:
    policy = policy_of(f'{ONE}[refunds]\nwithin = "{within}"\n')
    found = brief(policy, f"2027-01-01 join\n2027-01-01 buy 9.00 #1\n{day} return #1", "return_cash")
    assert found == (answer or [f"{day} return_cash 900"])
