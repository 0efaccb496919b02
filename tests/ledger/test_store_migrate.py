"""Books that an older version has written: brought up to date as a whole, or left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from ledger.errors import LedgerError
from ledger.facts import Moment
from ledger.status import Status
from ledger.store import Ledger, Purchase
from ledger.store_engine import engine_of
from policies import load_policy

HERE = Path(__file__).parent
FIRST_FORMAT = (HERE / "format_1.sql").read_text("utf-8")
POLICY = load_policy(HERE / "format_1.toml")


def old_books(url: str) -> None:
    """The books of format 1 at a URL; what they are written in is SQLite's SQL."""
    engine = engine_of(url)
    script = FIRST_FORMAT
    if engine.dialect.name == "postgresql":
        script = re.sub(r"X'([0-9a-f]*)'", r"'\\x\1'", script.replace("BLOB", "BYTEA"))
    with engine.begin() as connection:
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()


def rows(url: str, query: str) -> list[tuple]:
    engine = create_engine(engine_of(url).url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


OLD_TRANSFERS = "SELECT member, sequence, day, second, debit, credit, unit, cause, version, amount, lot, order_number"


def test_old_books_are_brought_up_to_date(url: str) -> None:
    old_books(url)
    before = rows(url, f"{OLD_TRANSFERS} FROM transfer ORDER BY member, sequence")
    keys = rows(url, "SELECT key FROM fact ORDER BY key")
    assert len(before) > 400
    with Ledger.open(url, POLICY) as books:
        assert books.verify() == []
        assert [law for law in books.laws() if not law.holds] == []
        assert rows(url, f"{OLD_TRANSFERS} FROM transfer ORDER BY member, sequence") == before
        assert rows(url, "SELECT key FROM fact ORDER BY key") == keys
        assert rows(url, "SELECT * FROM referral") == []
        (closed_day,) = rows(url, "SELECT closed_day FROM book")[0]
        late = books.post(Purchase(member=7, order=99, at=Moment(closed_day - 1), list_cents=100))
        assert (late.status, late.allowed) == (Status.EVENT_OUT_OF_ORDER, closed_day)
        assert not books.post(Purchase(member=7, order=99, at=Moment(closed_day), list_cents=100)).refused
        assert books.verify() == []
    # The second time there is nothing to do.
    with Ledger.open(url, POLICY) as books:
        assert books.verify() == []


def test_an_old_fact_again_gets_its_first_receipt(url: str) -> None:
    old_books(url)
    member, order, day, second, cents, points, transfers = rows(
        url,
        "SELECT member, order_number, day, second, list_cents, redeem_points, transfers FROM fact "
        "WHERE kind = 1 AND redeem_points > 0 ORDER BY number",
    )[0]
    with Ledger.open(url, POLICY) as books:
        again = Purchase(member=member, order=order, at=Moment(day, second), list_cents=cents, redeem_points=points)
        receipt = books.post(again)
    assert (receipt.status, receipt.repeated, len(receipt.transfers)) == (Status.OK, True, transfers)


def test_books_that_the_rules_do_not_explain_are_left_alone(url: str) -> None:
    old_books(url)
    engine = create_engine(engine_of(url).url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE transfer SET amount = amount + 1 WHERE member = 5 AND sequence = 7"))
    engine.dispose()
    before = rows(url, "SELECT * FROM member ORDER BY member")
    with pytest.raises(LedgerError, match=r"Member 5: transfer 7 is stored as .* Nothing was changed"):
        Ledger.open(url, POLICY)
    assert rows(url, "SELECT * FROM member ORDER BY member") == before
    assert rows(url, "SELECT format FROM book") == [(1,)]


def test_old_books_under_another_policy(url: str) -> None:
    old_books(url)
    with pytest.raises(LedgerError, match='are kept under the policy "format_1"'):
        Ledger.open(url, load_policy("baseline"))


def test_accounts_in_another_layout_are_built_anew(url: str) -> None:
    old_books(url)
    Ledger.open(url, POLICY).close()
    before = rows(url, "SELECT member, version, due_day, state FROM member ORDER BY member")
    engine = create_engine(engine_of(url).url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE book SET state_format = 'of yesterday'"))
        connection.execute(text("UPDATE member SET due_day = 0"))
    engine.dispose()
    with Ledger.open(url, POLICY) as books:
        assert books.verify() == []
    assert rows(url, "SELECT member, version, due_day, state FROM member ORDER BY member") == before


def test_newer_books_are_left_alone(url: str) -> None:
    with Ledger.open(url, POLICY) as books, books.engine.begin() as connection:
        connection.execute(text("UPDATE book SET format = 99"))
    with pytest.raises(LedgerError, match="were written by a newer version of this program, in format 99"):
        Ledger.open(url, POLICY)
