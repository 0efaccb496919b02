"""Is what is stored what happened? The laws over all books, and a replay of every fact."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection, case, func, select

from ledger.accounts import Cause
from ledger.desk import Accounts, Desk
from ledger.errors import LedgerError
from ledger.events import Kind
from ledger.laws import NOT_POSITIVE, Law, laws_of_run, new_balances, new_totals
from ledger.receipts import Transfer
from ledger.state import HEAD
from ledger.store_referrals import differences_of_referrals
from ledger.store_replay import (
    Difference,
    chunks_of_members,
    facts_between,
    first_differences,
    members_between,
    replayed,
)
from ledger.store_schema import BOOK, FACT, TRANSFER
from ledger.store_shares import laws_of_shares
from ledger.store_work import transfers_where
from ledger.stored import WORD, unpacked
from policies.rules import NEVER_DAY

__all__ = ["Difference", "Transfer", "differences", "laws_of_books"]

_DAY = HEAD.fields["day"][1]


def laws_of_books(connection: Connection, desk: Desk) -> tuple[Law, ...]:
    """The conservation laws over everything stored. Raises LedgerError if an account is damaged."""
    totals = new_totals()
    for rows, _, _ in chunks_of_members(connection):
        numbers = np.array([row.member for row in rows], np.int64)
        desk.add_up(Accounts(numbers, [bytes(row.state) for row in rows]), totals)
    amounts, balances, transfers = _moved(connection)
    sold = select(func.coalesce(func.sum(FACT.c.list_cents), 0)).where(FACT.c.kind == int(Kind.PURCHASE))
    list_cents = int(connection.execute(sold).scalar_one())
    laws = laws_of_run(totals, amounts, balances, transfers, list_cents)
    return (*laws, *laws_of_shares(connection, desk.shares, desk.rules))


def _moved(connection: Connection) -> tuple[np.ndarray, np.ndarray, int]:
    """Sums of the transfers by cause and by account as ledger.laws wants them, and how many transfers there are."""
    amounts, balances, transfers = np.zeros(len(Cause), np.int64), new_balances(), 0
    wrong = func.sum(case((TRANSFER.c.amount <= 0, 1), else_=0))
    kinds = (TRANSFER.c.cause, TRANSFER.c.debit, TRANSFER.c.credit)
    for cause, debit, credit, count, not_positive, amount in connection.execute(
        select(*kinds, func.count(), wrong, func.sum(TRANSFER.c.amount)).group_by(*kinds)
    ):
        # A damaged transfer may name anything at all; what it moved is then missed elsewhere.
        if 0 <= cause < len(amounts):
            amounts[cause] += int(amount)
        for account, sign in ((debit, -1), (credit, 1)):
            if NOT_POSITIVE < account < len(balances):
                balances[account] += sign * int(amount)
        balances[NOT_POSITIVE] += int(not_positive)
        transfers += count
    return amounts, balances, transfers


def differences(connection: Connection, desk: Desk) -> list[Difference]:
    """Replay every member's facts from empty; the first difference of each member, by member, and of what they share.

    The desk must not count: it is told what was used up in the end.
    """
    closed_day = connection.execute(select(BOOK.c.closed_day)).scalar_one()
    found = [
        each for chunk in chunks_of_members(connection) for each in _of_chunk(connection, desk, closed_day, *chunk)
    ]
    members = {each.member for each in found}
    found += [each for each in differences_of_referrals(connection) if each.member not in members]
    found.sort(key=lambda each: each.member)
    for law in laws_of_shares(connection, desk.shares, desk.rules):
        if not law.holds:
            found.append(Difference(None, f"{law.name} does not hold: stored is {law.left}, not {law.right}."))
    return found


def _of_chunk(
    connection: Connection, desk: Desk, closed_day: int | None, rows: list, after: int | None, through: int | None
) -> Iterator[Difference]:
    facts = facts_between(connection, after, through)
    numbers = np.array([row.member for row in rows], np.int64)
    known = np.isin(facts.rows["member"], numbers)
    if not known.all():
        facts = facts._replace(rows=facts.rows[known])
    days = None
    if closed_day is not None:
        # A day that was closed after the last fact; a damaged account may name any day at all.
        days = np.minimum([_day_of(row.state) for row in rows], closed_day)
    replay = replayed(desk, numbers, facts, days)
    stored = transfers_where(connection, members_between(TRANSFER.c.member, after, through))
    found = first_differences(stored, replay.transfers)
    for place, row in enumerate(rows):
        if row.member in replay.refused:
            found[row.member] = replay.refused[row.member]
        elif (what := _in_account(replay.accounts, place, row)) and row.member not in found:
            found[row.member] = Difference(row.member, what)
    yield from (found[number] for number in sorted(found))


def _day_of(state: bytes) -> int:
    """The day at which a stored account stands; the end of time if the bytes are too few."""
    day = bytes(state[_DAY : _DAY + WORD])
    return int.from_bytes(day, "little", signed=True) if len(day) == WORD else NEVER_DAY


def _in_account(accounts: Accounts, place: int, row: object) -> str | None:
    """What is different about a stored account."""
    if accounts.state(place) == bytes(row.state) and accounts.due_days(np.array([place]))[0] == row.due_day:
        return None
    try:
        stored = unpacked(bytes(row.state), row.member).head
    except LedgerError as error:
        return str(error)
    head = unpacked(accounts.state(place), row.member).head
    fields = [name for name in HEAD.names if np.any(head[name] != stored[name])]
    return f"the stored account differs from the replay in {', '.join(fields) or 'its entries or its due day'}."
