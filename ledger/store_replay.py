"""Accounts and transfers as they come out of the facts alone, from empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, select, true

from ledger.desk import Accounts, Desk
from ledger.events import Kind
from ledger.facts_events import Events
from ledger.receipts import Transfer, transfers_of
from ledger.state import Member
from ledger.status import Status
from ledger.store_facts import COLUMNS, events_of_rows
from ledger.store_run import ANSWER
from ledger.store_schema import FACT, MEMBER

MEMBERS_AT_A_TIME = 2_000

_FACT_COLUMNS = [FACT.c[name] for name in COLUMNS]


@dataclass(frozen=True)
class Difference:
    """The first thing about a member that is stored and did not happen, or the other way round."""

    member: int | None
    """None: it concerns what all members share."""
    what: str
    sequence: int | None = None
    """Number of the first transfer that differs, if transfers do."""
    stored: Transfer | None = None
    replayed: Transfer | None = None

    def __str__(self) -> str:
        return self.what if self.member is None else f"Member {self.member}: {self.what}"


@dataclass(frozen=True)
class Replay:
    """What the facts of some members come to."""

    accounts: Accounts
    transfers: np.ndarray
    """TRANSFER (n,) by member and sequence."""
    answers: np.recarray
    """ANSWER of each fact."""
    refused: dict[int, Difference]
    """Members with a fact that the rules refuse now, and the first of those."""


def replayed(desk: Desk, numbers: np.ndarray, facts: Events, days: np.ndarray | None) -> Replay:
    """Replay the facts of members, ascending, and bring their books to the morning of a day each."""
    accounts = Accounts(numbers, [None] * len(numbers))
    refused: dict[int, Difference] = {}

    def note(index: int, status: Status, member: Member) -> None:
        event = facts.rows[index]
        number = int(event.member)
        kind = Kind(event.kind).name.lower()
        what = f"the stored {kind} of order {event.order} is refused in the replay: {status.name.lower()}."
        refused.setdefault(number, Difference(number, what))

    posted = desk.post(accounts, facts.rows, facts.lines, np.arange(len(facts.rows)), note)
    parts = [posted.transfers]
    if days is not None:
        parts.append(desk.close(accounts, days))
    transfers = np.concatenate(parts)
    in_order = np.lexsort((transfers["sequence"], transfers["member"]))
    assert posted.answers.dtype.names == ANSWER.names
    return Replay(accounts, transfers[in_order], posted.answers, refused)


def first_differences(stored: np.ndarray, replayed_rows: np.ndarray) -> dict[int, Difference]:
    """The first difference of each member between two journals, both TRANSFER (n,) by member and sequence."""
    if len(stored) == len(replayed_rows) and (stored == replayed_rows).all():
        return {}
    found = {}
    for number in np.unique(np.concatenate([stored["member"], replayed_rows["member"]])).tolist():
        mine = [transfers_of(rows[rows["member"] == number]) for rows in (stored, replayed_rows)]
        if difference := _in_transfers(number, *mine):
            found[number] = difference
    return found


def chunks_of_members(connection: Connection) -> Iterator[tuple[list, int | None, int | None]]:
    """Rows of the table of members, and the members that the chunk lies between: after the first, to the second.

    Together the chunks cover every number there is, whether or not a member has it.
    """
    last = None
    while True:
        query = select(MEMBER).order_by(MEMBER.c.member)
        after = query if last is None else query.where(MEMBER.c.member > last)
        rows = connection.execute(after.limit(MEMBERS_AT_A_TIME)).all()
        full = len(rows) == MEMBERS_AT_A_TIME
        yield rows, last, rows[-1].member if full else None
        if not full:
            return
        last = rows[-1].member


def facts_between(connection: Connection, after: int | None, through: int | None) -> Events:
    """The facts of members, by member and then in the order of posting."""
    query = select(*_FACT_COLUMNS).where(members_between(FACT.c.member, after, through))
    query = query.order_by(FACT.c.member, FACT.c.version)
    return events_of_rows([tuple(row) for row in connection.execute(query)])


def members_between(member: Column, after: int | None, through: int | None) -> ColumnElement[bool]:
    """The condition that a column of members lies above the first and not above the second; None: no bound."""
    condition = true()
    if after is not None:
        condition &= member > after
    if through is not None:
        condition &= member <= through
    return condition


def _in_transfers(number: int, stored: tuple[Transfer, ...], replayed_rows: tuple[Transfer, ...]) -> Difference | None:
    left, right = ({each.sequence: each for each in side} for side in (stored, replayed_rows))
    for sequence in range(max([*left, *right], default=-1) + 1):
        one, other = left.get(sequence), right.get(sequence)
        if one != other:
            what = f"transfer {sequence} is stored as {one} and replayed as {other}."
            return Difference(number, what, sequence, one, other)
    return None
