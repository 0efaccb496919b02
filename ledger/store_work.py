"""One transaction's work: accounts are read once, changed in memory, and written together at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, bindparam, insert, select, update

from ledger import journal
from ledger.desk import Desk
from ledger.errors import LedgerError
from ledger.events import EVENT
from ledger.facts import Fact, Moment, event_of, key_of
from ledger.receipts import Receipt, allowed_instead, allowed_moment, transfers_of
from ledger.state import Member, new_member
from ledger.status import Status
from ledger.store_schema import BOOK, FACT, MEMBER, TRANSFER
from ledger.stored import copied, packed, unpacked
from policies.rules import records

_AT_A_TIME = 500
"""Keys or members in one query."""

_FACT_COLUMNS = [FACT.c["order_number" if name == "order" else name] for name in EVENT.names]
_TRANSFER_COLUMNS = [TRANSFER.c["order_number" if name == "order" else name] for name in journal.TRANSFER.names]


@dataclass
class _Held:
    """An account in work."""

    account: Member
    version: int  # 0: not in the database yet
    changes: int = 0


class Work:
    """The accounts that one transaction touches. The connection must hold the lock for writing."""

    def __init__(self, connection: Connection, desk: Desk, zone: ZoneInfo) -> None:
        self._connection = connection
        self._desk = desk
        self._zone = zone
        self._held: dict[int, _Held] = {}
        self._known: dict[str, tuple[tuple[int, ...], Receipt]] = {}
        self._facts: list[dict[str, object]] = []
        self._transfers: list[np.ndarray] = []
        # Nobody can close a day while facts of that day are in work.
        self._closed_day = connection.execute(select(BOOK.c.closed_day).with_for_update(read=True)).scalar_one()

    def post(self, facts: list[Fact]) -> list[Receipt]:
        """Book facts in the order given; a receipt each."""
        rows = [event_of(fact, self._zone) for fact in facts]
        keys = [key_of(fact, row) for fact, row in zip(facts, rows, strict=True)]
        # First the locks: whoever waited for one must see what the other has booked meanwhile.
        self._read_accounts(int(row.member) for row in rows)
        self._read_known(keys)
        return [self._post(key, row) for key, row in zip(keys, rows, strict=True)]

    def close(self, day: int) -> int:
        """Bring every account that is due to the morning of a day. Returns their number."""
        due = select(MEMBER.c.member).where(MEMBER.c.due_day <= day).order_by(MEMBER.c.member)
        numbers = self._connection.execute(due).scalars().all()
        self._read_accounts(numbers)
        for number in numbers:
            held = self._held[number]
            self._transfers.append(self._desk.advance(held.account, day))
            held.changes += 1
        if self._closed_day is None or day > self._closed_day:
            self._closed_day = day
            self._connection.execute(update(BOOK).values(closed_day=day))
        return len(numbers)

    def save(self) -> None:
        """Write everything that changed."""
        changed = [held for held in self._held.values() if held.changes]
        new = [held for held in changed if not held.version]
        old = [held for held in changed if held.version]
        if new:
            self._connection.execute(insert(MEMBER), [_member_row(held) for held in new])
        if old:
            self._update(old)
        if self._facts:
            self._connection.execute(insert(FACT), self._facts)
        if transfers := [row for part in self._transfers for row in part.tolist()]:
            names = [column.name for column in _TRANSFER_COLUMNS]
            self._connection.execute(insert(TRANSFER), [dict(zip(names, row, strict=True)) for row in transfers])

    def _update(self, held: list[_Held]) -> None:
        """Save accounts, unless somebody changed one since it was read: a lock that was not kept must not go unseen."""
        rows = [{"b_member": each.account.head.member.item(), "b_version": each.version} for each in held]
        rows = [row | _member_row(each) for row, each in zip(rows, held, strict=True)]
        same = (MEMBER.c.member == bindparam("b_member")) & (MEMBER.c.version == bindparam("b_version"))
        if self._connection.execute(update(MEMBER).where(same), rows).rowcount != len(held):
            raise LedgerError("Another program changed an account while it was in work. Nothing was booked: try again.")

    def _post(self, key: str, row: np.record) -> Receipt:
        number = int(row.member)
        if key in self._known:
            content, receipt = self._known[key]
            if content == row.item():
                return receipt
            return Receipt(key, number, Status.IDEMPOTENCY_CONFLICT)
        if self._closed_day is not None and row.day < self._closed_day:
            closed = allowed_moment(Moment(self._closed_day), row)
            return Receipt(key, number, Status.EVENT_OUT_OF_ORDER, allowed=closed)
        held = self._held.get(number) or _Held(new_member(number), 0)
        first_sequence = int(held.account.head.sequence)
        status, account, transfers = self._desk.post(copied(held.account), row)
        if status.refused:
            return Receipt(key, number, status, allowed=allowed_instead(self._desk.rules, account, row, status))
        held.account = account
        held.changes += 1
        self._held[number] = held
        self._transfers.append(transfers)
        names = [column.name for column in _FACT_COLUMNS]
        self._facts.append(
            dict(zip(names, row.item(), strict=True))
            | {"key": key, "first_sequence": first_sequence, "transfers": len(transfers)}
        )
        receipt = Receipt(key, number, Status.OK, transfers_of(transfers))
        self._known[key] = row.item(), Receipt(key, number, Status.OK, receipt.transfers, repeated=True)
        return receipt

    def _read_known(self, keys: list[str]) -> None:
        """The facts of these keys that are in the books already, with their receipts."""
        for some in _batches(dict.fromkeys(keys)):
            for fact in self._connection.execute(select(FACT).where(FACT.c.key.in_(some))).all():
                content = tuple(fact._mapping[column] for column in _FACT_COLUMNS)
                last = fact.first_sequence + fact.transfers
                transfers = transfers_of(read_transfers(self._connection, fact.member, fact.first_sequence, last))
                self._known[fact.key] = content, Receipt(fact.key, fact.member, Status.OK, transfers, repeated=True)

    def _read_accounts(self, numbers: Iterable[int]) -> None:
        """Take accounts into work and lock them."""
        for some in _batches(dict.fromkeys(each for each in numbers if each not in self._held)):
            # Where rows can be locked one by one they are; SQLite has locked the whole database already.
            query = select(MEMBER).where(MEMBER.c.member.in_(some)).order_by(MEMBER.c.member).with_for_update()
            for row in self._connection.execute(query).all():
                self._held[row.member] = _Held(unpacked(row.state, row.member), row.version)


def read_account(connection: Connection, member: int) -> Member:
    """The stored account of a member. Raises LedgerError if there is none."""
    state = connection.execute(select(MEMBER.c.state).where(MEMBER.c.member == member)).scalar()
    if state is None:
        raise LedgerError(f"There is no member {member} in these books.")
    return unpacked(state, member)


def read_transfers(connection: Connection, member: int, first: int = 0, until: int | None = None) -> np.ndarray:
    """Transfers of a member from sequence ``first`` to before ``until``, TRANSFER (n,), in order."""
    mine = (TRANSFER.c.member == member) & (TRANSFER.c.sequence >= first)
    if until is not None:
        mine &= TRANSFER.c.sequence < until
    rows = connection.execute(select(*_TRANSFER_COLUMNS).where(mine).order_by(TRANSFER.c.sequence)).all()
    return np.array([tuple(row) for row in rows], journal.TRANSFER)


def read_facts(connection: Connection, member: int) -> Iterator[np.record]:
    """The accepted facts of a member as events, in the order of posting."""
    mine = select(*_FACT_COLUMNS).where(FACT.c.member == member).order_by(FACT.c.number)
    for row in connection.execute(mine).all():
        event = records(1, EVENT)
        event[0] = tuple(row)
        yield event[0]


def _member_row(held: _Held) -> dict[str, object]:
    head = held.account.head
    return {
        "member": int(head.member),
        "version": held.version + held.changes,
        "due_day": int(head.due_day),
        "state": packed(held.account),
    }


def _batches(items: Iterable) -> Iterator[list]:
    waiting = iter(items)
    while some := list(islice(waiting, _AT_A_TIME)):
        yield some
