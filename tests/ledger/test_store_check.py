"""Damage is found and named: the member, and the first transfer that is not what happened."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import text

from ledger.accounts import Account, Cause
from ledger.errors import LedgerError
from ledger.facts import Moment
from ledger.journal import TRANSFER
from ledger.laws import add_transfer, laws_of_run, new_balances, new_totals
from ledger.state import HEAD
from ledger.store import Join, Ledger, Purchase
from ledger.store_replay import MEMBERS_AT_A_TIME
from policies import load_policy
from policies.rules import records
from tests.kernel_rules import day

START = day("2027-01-01")


@pytest.fixture
def books(url: str) -> Iterator[Ledger]:
    """Three members with a past, and the days closed after it."""
    with Ledger.open(url, load_policy("baseline")) as books:
        for member in (1, 2, 3):
            orders = [
                Purchase(
                    member=member,
                    order=number,
                    at=Moment(START + 20 * number, member),
                    list_cents=30_000 * member,
                    redeem_points=100 * (number % 3 == 2),
                )
                for number in range(12)
            ]
            receipts = books.post_many([Join(member=member, at=Moment(START)), *orders])
            assert not any(each.refused for each in receipts)
        books.close_day(day("2032-01-01"))
        assert books.verify() == []
        yield books


def damage(books: Ledger, statement: str) -> None:
    with books.engine.begin() as connection:
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
    columns = "day, second, debit, credit, unit, cause, version, amount, lot, order_number, which"
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
    assert "points issued by transfers = in accounts" in [law.name for law in books.laws() if not law.holds]


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ("cause = 3000", "list price of orders = "),
        ("credit = 3000", "list price of orders - list price of returns = sales"),
        ("credit = -1", "list price of orders - list price of returns = sales"),
    ],
)
def test_a_transfer_that_names_what_there_is_not(books: Ledger, change: str, law: str) -> None:
    damage(books, f"UPDATE transfer SET {change} WHERE member = 2 AND cause = 1")
    assert [each for each in books.laws() if not each.holds and each.name.startswith(law)]


def test_a_transfer_of_less_than_nothing_breaks_a_law() -> None:
    balances = new_balances()
    rows = records(3, TRANSFER)
    rows["debit"], rows["credit"], rows["amount"] = Account.CASH, Account.SALES, (5, 0, -5)
    for row in rows:
        add_transfer(balances, row)
    laws = laws_of_run(new_totals(), np.zeros(len(Cause), np.int64), balances, 0, 0)
    assert [(law.name, law.left) for law in laws if not law.holds] == [
        ("transfers of nothing or of less than nothing = none", 2)
    ]


def test_a_damaged_account(books: Ledger) -> None:
    with books.engine.begin() as connection:
        state = bytearray(connection.execute(text("SELECT state FROM member WHERE member = 3")).scalar_one())
        state[HEAD.fields["tier"][1]] ^= 1  # the lowest bit
        connection.execute(text("UPDATE member SET state = :state WHERE member = 3"), {"state": bytes(state)})
    assert [str(each) for each in books.verify()] == ["Member 3: the stored account differs from the replay in tier."]


@pytest.mark.parametrize("length", [0, 100, 216, 10_000])
def test_an_account_of_the_wrong_length(books: Ledger, length: int) -> None:
    with books.engine.begin() as connection:
        state = connection.execute(text("SELECT state FROM member WHERE member = 3")).scalar_one()
        wrong = (bytes(state) + bytes(length))[:length]
        connection.execute(text("UPDATE member SET state = :state WHERE member = 3"), {"state": wrong})
    found = books.verify()
    assert [each.member for each in found] == [3]
    assert "The stored state of member 3 is damaged" in str(found[0])
    with pytest.raises(LedgerError, match="The stored state of member 3 is damaged"):
        books.post(Purchase(member=3, order=99, at=Moment(day("2032-01-01")), list_cents=1))


def test_transfers_of_nobody(books: Ledger) -> None:
    columns = "sequence, day, second, debit, credit, unit, cause, version, amount, lot, order_number, which"
    damage(books, f"INSERT INTO transfer (member, {columns}) SELECT 9, {columns} FROM transfer WHERE member = 2")
    assert [(each.member, each.sequence, each.replayed) for each in books.verify()] == [(9, 0, None)]


@pytest.mark.slow
def test_more_members_than_are_checked_at_a_time(url: str) -> None:
    count = 2 * MEMBERS_AT_A_TIME
    with Ledger.open(url, load_policy("baseline")) as books:
        books.post_many([Join(member=number, at=Moment(START)) for number in range(count)])
        assert books.verify() == []
        damage(books, f"UPDATE transfer SET amount = 2 WHERE member IN (0, {MEMBERS_AT_A_TIME}, {count - 1})")
        assert [each.member for each in books.verify()] == [0, MEMBERS_AT_A_TIME, count - 1]


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
        "Member 1: the stored account differs from the replay in its entries or its due day."
    ]
