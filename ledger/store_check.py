"""Is what is stored what happened? The laws over all books, and a replay of every fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, func, select

from ledger.accounts import Account, Cause, Unit
from ledger.desk import Desk
from ledger.errors import LedgerError
from ledger.events import Kind
from ledger.journal import TRANSFER as TRANSFER_ROW
from ledger.laws import Law, add_totals, laws_of_run, new_totals
from ledger.receipts import Transfer, transfers_of
from ledger.state import HEAD, new_member
from ledger.status import Status
from ledger.store_schema import BOOK, FACT, MEMBER, TRANSFER
from ledger.store_work import read_facts, read_transfers
from ledger.stored import packed, unpacked
from policies.rules import LEVELS_MOST


@dataclass(frozen=True)
class Difference:
    """The first thing about a member that is stored and did not happen, or the other way round."""

    member: int
    what: str
    sequence: int | None = None
    """Number of the first transfer that differs, if transfers do."""
    stored: Transfer | None = None
    replayed: Transfer | None = None

    def __str__(self) -> str:
        return f"Member {self.member}: {self.what}"


def laws_of_books(connection: Connection) -> tuple[Law, ...]:
    """The conservation laws over everything stored."""
    totals = new_totals()
    for row in connection.execution_options(yield_per=1000).execute(select(MEMBER.c.member, MEMBER.c.state)):
        add_totals(unpacked(row.state, row.member), totals)
    amounts = np.zeros(len(Cause), np.int64)
    moved = select(TRANSFER.c.cause, func.sum(TRANSFER.c.amount)).group_by(TRANSFER.c.cause)
    for cause, amount in connection.execute(moved):
        amounts[cause] = int(amount)
    transfers = connection.execute(select(func.count()).select_from(TRANSFER)).scalar_one()
    sold = select(func.coalesce(func.sum(FACT.c.list_cents), 0)).where(FACT.c.kind == int(Kind.PURCHASE))
    list_cents = int(connection.execute(sold).scalar_one())
    return laws_of_run(totals, amounts, transfers, list_cents, _seats(connection))


def _seats(connection: Connection) -> np.ndarray:
    """Seats that moved into each tier less those that moved out, int64 (LEVELS_MOST,)."""
    seats = np.zeros(LEVELS_MOST, np.int64)
    for account, sign in ((TRANSFER.c.credit, 1), (TRANSFER.c.debit, -1)):
        moves = select(account, func.sum(TRANSFER.c.amount)).where(TRANSFER.c.unit == int(Unit.TIER)).group_by(account)
        for number, amount in connection.execute(moves):
            if number >= Account.TIER_FIRST:
                seats[number - Account.TIER_FIRST] += sign * int(amount)
    return seats


def differences(connection: Connection, desk: Desk) -> list[Difference]:
    """Replay every member's facts from empty; the first difference of each member, by member."""
    closed_day = connection.execute(select(BOOK.c.closed_day)).scalar_one()
    members = connection.execute(select(MEMBER.c.member, MEMBER.c.due_day, MEMBER.c.state).order_by(MEMBER.c.member))
    checks = (_first_difference(connection, desk, closed_day, *row) for row in members.all())
    return [each for each in checks if each]


def _first_difference(
    connection: Connection, desk: Desk, closed_day: int | None, number: int, due_day: int, state: bytes
) -> Difference | None:
    account = new_member(number)
    parts = [np.zeros(0, TRANSFER_ROW)]
    for event in read_facts(connection, number):
        status, account, transfers = desk.post(account, event)
        if status != Status.OK:
            kind = Kind(event.kind).name.lower()
            what = f"the stored {kind} of order {event.order} is refused in the replay: {status.name.lower()}."
            return Difference(number, what)
        parts.append(transfers)
    try:
        stored = unpacked(state, number)
    except LedgerError as error:
        return Difference(number, str(error))
    if closed_day is not None:
        # A day that was closed after the last fact; a damaged account may name any day at all.
        parts.append(desk.advance(account, min(stored.head.day, closed_day)))
    replayed = transfers_of(np.concatenate(parts))
    difference = _in_transfers(number, transfers_of(read_transfers(connection, number)), replayed)
    if difference or (packed(account) == state and due_day == account.head.due_day):
        return difference
    fields = [name for name in HEAD.names if account.head[name] != stored.head[name]]
    where = ", ".join(fields) if fields else "lots, window entries or due day"
    return Difference(number, f"the stored account differs from the replay in {where}.")


def _in_transfers(number: int, stored: tuple[Transfer, ...], replayed: tuple[Transfer, ...]) -> Difference | None:
    for sequence, (one, other) in enumerate(_side_by_side(stored, replayed)):
        if one != other:
            what = f"transfer {sequence} is stored as {one} and replayed as {other}."
            return Difference(number, what, sequence, one, other)
    return None


def _side_by_side(
    stored: tuple[Transfer, ...], replayed: tuple[Transfer, ...]
) -> Iterator[tuple[Transfer | None, Transfer | None]]:
    """Transfers by sequence; None where one side has none."""
    left, right = ({each.sequence: each for each in side} for side in (stored, replayed))
    for sequence in range(max([*left, *right], default=-1) + 1):
        yield left.get(sequence), right.get(sequence)
