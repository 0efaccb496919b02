"""Points between members, life that is extended or given back, corrections."""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected

SHARED = """
[points]
value = "0.01"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
[points.expiry]
mode = "lot"
life = "2 months"
extension = "30 days"
reinstatement = "40 days"
[sharing]
transfer = {transfer}
{more}
"""
FULL = 'minimum = 10\nlimit = "2 per month"\nhouseholds = true'
GIVER = "2027-01-01 join\n2027-01-01 grant 50\n2027-01-15 grant 50\n"


def shared(transfer: str = "true", more: str = FULL):
    """Lots live two months."""
    return policy_of(SHARED.format(transfer=transfer, more=more))


def test_points_leave_with_their_dates_and_arrive_with_them() -> None:
    assert brief(shared(), GIVER + "2027-01-20 send 60 to 3", "send") == [
        "2027-01-20 send 50 of lot 0",
        "2027-01-20 send 10 of lot 1",
    ]
    story = "2027-01-01 join\n2027-01-20 receive 50 until 2027-03-01\n2027-04-30 night"
    assert brief(shared(), story, "receive", "expire") == [
        "2027-01-20 receive 50 of lot 0",
        "2027-03-01 expire 50 of lot 0",
    ]


@pytest.mark.parametrize(
    ("deeds", "answers"),
    [
        (["send 9 to 3"], ["refused: transfer_below_minimum"]),
        (["send 101 to 3"], ["refused: redeem_exceeds_active_points"]),
        (["send 10 to 0"], ["refused: transfer_to_oneself"]),
        (["send 10 to 3"] * 3, ["send 10 of lot 0", "send 10 of lot 0", "refused: limit_reached"]),
        (["send 1 to 3 at home"], ["refused: household_not_offered"]),
        (["household 5", *["send 1 to 3 at home"] * 3], ["send 1 of lot 0"] * 3),
        (["household 5", "household -1", "send 1 to 3 at home"], ["refused: household_not_offered"]),
    ],
)
def test_what_sharing_allows(deeds: list[str], answers: list[str]) -> None:
    story = GIVER + "\n".join(f"2027-01-20 {deed}" for deed in deeds)
    assert brief(shared(), story, "send") == [f"2027-01-20 {answer}" for answer in answers]


def test_sharing_that_is_not_offered() -> None:
    story = GIVER + "2027-01-20 send 10 to 3\n2027-01-20 household 5"
    assert brief(shared("false", ""), story, "send") == [
        "2027-01-20 refused: transfer_not_offered",
        "2027-01-20 refused: household_not_offered",
    ]


def test_debt_takes_its_part_of_what_arrives() -> None:
    story = """
        2027-01-01 join
        2027-01-01 buy 50.00 #1
        2027-01-01 household 5
        2027-01-02 send 50 to 3 at home
        2027-01-03 return #1
        2027-01-04 receive 60 until 2027-03-01
        """
    assert brief(shared(), story, "send", "claw_back_debt", "debt_repaid", "receive") == expected(
        """
        2027-01-02 send 50 of lot 0
        2027-01-03 claw_back_debt 50
        2027-01-04 debt_repaid 50
        2027-01-04 receive 10 of lot 1
        """
    )


def test_points_are_extended() -> None:
    """Lot 0 would die on 1 March, lot 1 on the 15th."""
    story = GIVER + "2027-02-20 extend 2027-03-23\n2027-02-20 extend 2027-03-10\n2027-04-01 night"
    assert brief(shared(), story, "extend", "expire") == expected(
        """
        2027-02-20 refused: extension_not_offered
        2027-02-20 extend 50 of lot 0
        2027-03-10 expire 50 of lot 0
        2027-03-15 expire 50 of lot 1
        """
    )


@pytest.mark.parametrize(
    ("day", "points", "answer"),
    [
        ("2027-04-09", 100, "reinstate 100 of lot 2"),  # the first 50 died on 1 March, 39 days ago
        ("2027-04-09", 101, "refused: reinstatement_exceeds_expired_points"),
        ("2027-04-10", 51, "refused: reinstatement_exceeds_expired_points"),
        ("2027-04-10", 50, "reinstate 50 of lot 2"),
    ],
)
def test_dead_points_are_given_back_for_a_while(day: str, points: int, answer: str) -> None:
    assert brief(shared(), f"{GIVER}{day} reinstate {points}", "reinstate") == [f"{day} {answer}"]


def test_corrections_up_and_down() -> None:
    story = GIVER + "2027-01-20 adjust 5\n2027-01-21 adjust -60\n2027-01-21 adjust -46"
    assert brief(shared(), story, "grant", "adjust_up", "adjust_down") == expected(
        """
        2027-01-01 grant 50 of lot 0
        2027-01-15 grant 50 of lot 1
        2027-01-20 adjust_up 5 of lot 2
        2027-01-21 adjust_down 50 of lot 0
        2027-01-21 adjust_down 10 of lot 1
        2027-01-21 refused: adjust_exceeds_points
        """
    )
