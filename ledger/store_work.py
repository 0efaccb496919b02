"""One transaction's work: accounts are read once, changed in memory, and written together at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from ledger.desk import Accounts, Desk
from ledger.errors import LedgerError
from ledger.events import Kind
from ledger.facts_events import Events, receipt_parts
from ledger.journal import TRANSFER as TRANSFER_ROW
from ledger.receipts import Receipt, Receipts, transfers_of
from ledger.state import Member
from ledger.status import Status
from ledger.store_facts import COLUMNS, contents, events_of_rows, fact_integers, packed_rests
from ledger.store_giving import lots_sent
from ledger.store_posting import Posting
from ledger.store_rows import Changed, rows_of
from ledger.store_schema import ALLOTMENT, BOOK, MEMBER, TRANSFER
from ledger.stored import unpacked

MEMBERS_AT_A_TIME = 20_000
"""Accounts in memory while a day is closed."""

TRANSFERS_AT_A_TIME = 50_000
"""Transfers in one part of the journal."""

_TRANSFER_COLUMNS = [TRANSFER.c["order_number" if name == "order" else name] for name in TRANSFER_ROW.names]
_SEQUENCE, _COUNT, _MEMBER = (COLUMNS.index(name) for name in ("first_sequence", "transfers", "member"))


class Work:
    """What one transaction books. The connection must be one that writes."""

    def __init__(self, connection: Connection, desk: Desk, *, closing: bool = False) -> None:
        self._connection = connection
        self._desk = desk
        self._rows = rows_of(connection)
        # Nobody can close a day while facts of that day are in work.
        self._closed_day = self._rows.closed_day(closing=closing)
        self._versions = np.zeros(0, np.int64)

    def post(self, batch: Events) -> Receipts:
        """Book events in the order given and write everything that has changed."""
        posting = Posting(batch, self._closed_day, self._desk)
        # First the locks: whoever waited for one must see what the other has booked meanwhile.
        accounts = self._read_accounts(posting.members(), len(batch.rows))
        self._read_allotments()
        self._read_known(posting)
        posting.referrals.read(self._rows)
        posting.go(accounts)
        self._save(accounts)
        for events, lines, keys, answers in posting.accepted:
            versions = self._versions[accounts.place(events["member"])]
            self._rows.insert_facts(fact_integers(events, answers, versions), keys, packed_rests(events, lines))
            if (referrals := np.flatnonzero(events["kind"] == Kind.REFERRAL)).size:
                after = versions[referrals] + answers["change"][referrals]
                self._rows.insert_referrals(events["other"][referrals], events["member"][referrals], after)
        if len(posting.receipts.transfers):
            self._rows.insert_transfers(posting.receipts.transfers)
        return posting.receipts

    def close(self, day: int) -> int:
        """Bring every account that is due to the morning of a day. Returns their number."""
        last, count = None, 0
        while True:
            due = select(MEMBER.c.member).where(MEMBER.c.due_day <= day).order_by(MEMBER.c.member)
            after = due if last is None else due.where(MEMBER.c.member > last)
            numbers = self._connection.execute(after.limit(MEMBERS_AT_A_TIME)).scalars().all()
            if not numbers:
                break
            accounts = self._read_accounts(np.array(numbers, np.int64))
            transfers = self._desk.close(accounts, day)
            self._save(accounts)
            if len(transfers):
                self._rows.insert_transfers(transfers)
            last = numbers[-1]
            count += len(numbers)
        if self._closed_day is None or day > self._closed_day:
            self._closed_day = day
            self._connection.execute(update(BOOK).values(closed_day=day))
        return count

    def _read_accounts(self, numbers: np.ndarray, events: int = 0) -> Accounts:
        """Take accounts into work for so many events and lock them; members ascending."""
        found = {row[0]: row for row in self._rows.members(numbers.tolist())}
        rows = [found.get(number, (number, 0, None)) for number in numbers.tolist()]
        self._versions = np.array([version for _, version, _ in rows], np.int64)
        return Accounts(numbers, [state for *_, state in rows], events)

    def _read_allotments(self) -> None:
        """What all members share, and lock it: nobody else can use it up meanwhile."""
        read_allotments(self._connection, self._desk, lock=True)

    def _read_known(self, posting: Posting) -> None:
        """The facts of these keys that are in the books already."""
        rows = self._rows.facts(posting.batch.keys)
        if not rows:
            return
        known = events_of_rows(rows)
        for row, key, content in zip(rows, known.keys, contents(known.rows, known.lines), strict=True):
            posting.known[key] = content, self._first_receipt(row, key)

    def _first_receipt(self, row: Sequence, key: str) -> Receipt:
        member, first, count = row[_MEMBER], row[_SEQUENCE], row[_COUNT]
        parts = [read_transfers(self._connection, member, first, first + count)]
        for own in self._rows.facts(receipt_parts(key, len(lots_sent(parts[0])))):
            parts.append(read_transfers(self._connection, own[_MEMBER], own[_SEQUENCE], own[_SEQUENCE] + own[_COUNT]))
        transfers = tuple(each for part in parts for each in transfers_of(part))
        return Receipt(key, member, Status.OK, transfers, repeated=True)

    def _save(self, accounts: Accounts) -> None:
        """Write the accounts that have changed, unless somebody changed one since it was read."""
        changed = accounts.changes > 0
        new, old = np.flatnonzero(changed & ~accounts.known), np.flatnonzero(changed & accounts.known)
        if new.size:
            self._rows.insert_members(self._changed(accounts, new))
        if (
            old.size
            and self._rows.update_members(self._changed(accounts, old), self._versions[old].tolist()) != old.size
        ):
            # A lock that was not kept must not go unseen.
            raise LedgerError("Another program changed an account while it was in work. Nothing was booked: try again.")
        self._save_allotments()

    def _changed(self, accounts: Accounts, places: np.ndarray) -> Changed:
        versions = self._versions[places] + accounts.changes[places]
        due_days = accounts.due_days(places)
        return accounts.numbers[places].tolist(), versions.tolist(), due_days.tolist(), accounts.taken_out(places)

    def _save_allotments(self) -> None:
        shares = self._desk.shares
        if rows := shares.changed():
            same = (ALLOTMENT.c.kind == bindparam("b_kind")) & (ALLOTMENT.c.name == bindparam("b_name"))
            self._connection.execute(update(ALLOTMENT).where(same), rows)


def read_allotments(connection: Connection, desk: Desk, *, lock: bool = False) -> None:
    """Tell a desk what was used of budgets and stocks, and since when nothing is left of them."""
    if not desk.shares.names:
        return
    query = select(ALLOTMENT).order_by(ALLOTMENT.c.kind, ALLOTMENT.c.name)
    rows = connection.execute(query.with_for_update() if lock else query)
    desk.shares.read({(row.kind, row.name): row for row in rows})
    desk.shares.note(desk.rules)


def read_account(connection: Connection, member: int) -> Member:
    """The stored account of a member. Raises LedgerError if there is none."""
    state = connection.execute(select(MEMBER.c.state).where(MEMBER.c.member == member)).scalar()
    if state is None:
        raise LedgerError(f"There is no member {member} in these books.")
    return unpacked(bytes(state), member)


def read_transfers(connection: Connection, member: int, first: int = 0, until: int | None = None) -> np.ndarray:
    """Transfers of a member from sequence ``first`` to before ``until``, TRANSFER (n,), in order."""
    mine = (TRANSFER.c.member == member) & (TRANSFER.c.sequence >= first)
    if until is not None:
        mine &= TRANSFER.c.sequence < until
    return transfers_where(connection, mine)


def transfers_where(connection: Connection, condition: ColumnElement[bool]) -> np.ndarray:
    """Transfers, TRANSFER (n,), by member and sequence."""
    query = select(*_TRANSFER_COLUMNS).where(condition).order_by(TRANSFER.c.member, TRANSFER.c.sequence)
    return np.array([tuple(row) for row in connection.execute(query)], TRANSFER_ROW)


def all_transfers(connection: Connection) -> Iterator[np.ndarray]:
    """All transfers, TRANSFER (n,) part by part, by member and sequence."""
    query = select(*_TRANSFER_COLUMNS).order_by(TRANSFER.c.member, TRANSFER.c.sequence)
    result = connection.execution_options(yield_per=TRANSFERS_AT_A_TIME).execute(query)
    for rows in result.partitions():
        yield np.array([tuple(row) for row in rows], TRANSFER_ROW)
