"""Damage is found and named: the member, and the first transfer that is not what happened."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ledger.store import Ledger
from policies import load_policy
from tests.kernel_rules import day
from tests.ledger.test_store import facts_of


@pytest.fixture
def books():
    """Three members with a past, and the days closed after it."""
    policy = load_policy("baseline")
    with Ledger.open("sqlite://", policy) as books:
        for member in (1, 2, 3):
            books.post_many(facts_of(policy, member, seed=member))
        books.close_day(day("2032-01-01"))
        assert books.verify() == []
        yield books


def damage(books: Ledger, *statements: str) -> None:
    with books.engine.begin() as connection:
        for statement in ("PRAGMA foreign_keys = OFF", *statements):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE transfer SET amount = amount + 1 WHERE member = 2 AND sequence = 9", 9),
        ("UPDATE transfer SET credit = 5 WHERE member = 2 AND sequence = 3", 3),
        ("UPDATE transfer SET day = day + 1 WHERE member = 2 AND sequence >= 4", 4),
        ("DELETE FROM transfer WHERE member = 2 AND sequence = 6", 6),
        ("DELETE FROM transfer WHERE member = 2", 0),
    ],
)
def test_a_damaged_transfer(books: Ledger, statement: str, sequence: int) -> None:
    damage(books, statement)
    found = books.verify()
    assert [(each.member, each.sequence) for each in found] == [(2, sequence)]
    assert found[0].stored != found[0].replayed
    assert str(found[0]).startswith(f"Member 2: transfer {sequence} is stored as ")


def test_a_transfer_too_many(books: Ledger) -> None:
    last = len(books.transfers(2)) - 1
    columns = "day, second, debit, credit, unit, cause, version, amount, lot, order_number"
    damage(
        books,
        f"INSERT INTO transfer (member, sequence, {columns}) SELECT member, sequence + 1, {columns} FROM transfer "
        f"WHERE member = 2 AND sequence = {last}",
    )
    assert [(each.member, each.sequence, each.replayed) for each in books.verify()] == [(2, last + 1, None)]
    assert [law.name for law in books.laws() if not law.holds][-1] == (
        "transfers counted = transfers numbered by members"
    )


def test_points_from_nowhere_break_a_law(books: Ledger) -> None:
    damage(books, "UPDATE transfer SET amount = amount + 5 WHERE member = 2 AND cause = 4 AND lot = 0")
    assert "points issued by transfers = points issued in accounts" in [
        law.name for law in books.laws() if not law.holds
    ]


def test_a_damaged_account(books: Ledger) -> None:
    with books.engine.begin() as connection:
        state = bytearray(connection.execute(text("SELECT state FROM member WHERE member = 3")).scalar_one())
        state[8 * 5] ^= 1  # the lowest bit of the tier
        connection.execute(text("UPDATE member SET state = :state WHERE member = 3"), {"state": bytes(state)})
    assert [str(each) for each in books.verify()] == ["Member 3: the stored account differs from the replay in tier."]


@pytest.mark.parametrize("length", [0, 100, 216, 10_000])
def test_an_account_of_the_wrong_length(books: Ledger, length: int) -> None:
    damage(books, f"UPDATE member SET state = substr(state || zeroblob(10000), 1, {length}) WHERE member = 3")
    found = books.verify()
    assert [each.member for each in found] == [3]
    assert "The stored state of member 3 is damaged" in str(found[0])


def test_a_day_that_nobody_closed(books: Ledger) -> None:
    damage(books, "UPDATE book SET closed_day = NULL")
    assert {each.member for each in books.verify()} <= {1, 2, 3}
    assert books.verify()


def test_a_damaged_fact(books: Ledger) -> None:
    damage(books, "UPDATE fact SET redeem_points = 999999 WHERE member = 1 AND redeem_points = 0 AND kind = 1")
    found = books.verify()
    assert [each.member for each in found] == [1]
    assert "is refused in the replay: redeem_" in str(found[0])


def test_a_due_day_that_would_let_a_night_be_missed(books: Ledger) -> None:
    damage(books, "UPDATE member SET due_day = due_day + 1 WHERE member = 1")
    assert [str(each) for each in books.verify()] == [
        "Member 1: the stored account differs from the replay in lots, window entries or due day."
    ]
