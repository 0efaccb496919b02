"""Books that an older version has written are brought up to date: in one transaction, by replaying their facts.

Whatever the layout of an account was, the facts say what happened. The replay must come to the very transfers that the
books have; if it does not, nothing is changed and the first difference is named.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, select, text, update

from ledger.desk import Desk
from ledger.errors import LedgerError
from ledger.events import EVENT, no_lines
from ledger.facts_events import Events
from ledger.journal import NONE
from ledger.journal import TRANSFER as TRANSFER_ROW
from ledger.store_facts import fact_integers, packed_rests
from ledger.store_replay import (
    Replay,
    chunks_of_members,
    facts_between,
    first_differences,
    members_between,
    replayed,
)
from ledger.store_rows import Changed, rows_of
from ledger.store_schema import BOOK, TRANSFER, create
from ledger.store_work import transfers_where
from ledger.stored import STATE_FORMAT
from policies.rules import NEVER_DAY, records

_OLD_TABLES = ("transfer", "fact", "member", "cause", "account", "unit", "book")
_OLD_VIEWS = ("tier_seats", "account_balance", "member_balance")
_OLD_INDEXES = ("ix_member_due_day", "ix_fact_member")
_MEMBERS_AT_A_TIME = 2_000

_FACT = MetaData()
_FACT_1 = Table(
    "fact_1",
    _FACT,
    *(
        Column(name, BigInteger)
        for name in (
            "number", "member", "kind", "day", "second", "order_number", "list_cents", "redeem_points", "plan",
            "first_sequence", "transfers",
        )
    ),
    Column("key", String),
)  # fmt: skip
_TRANSFER_1 = Table(
    "transfer_1",
    _FACT,
    *(
        Column("order_number" if name == "order" else name, BigInteger)
        for name in TRANSFER_ROW.names
        if name != "which"
    ),
)
_EVENT_OF_1 = {
    "kind": "kind", "member": "member", "day": "day", "second": "second", "order": "order_number",
    "list_cents": "list_cents", "redeem_points": "redeem_points", "which": "plan",
}  # fmt: skip


def rebuild_accounts(connection: Connection, desk: Desk) -> None:
    """Write every account anew from its facts: only the layout of accounts has changed.

    Raises LedgerError if the facts do not come to the stored transfers.
    """
    writer = rows_of(connection)
    for rows, after, through in chunks_of_members(connection):
        numbers = np.array([row.member for row in rows], np.int64)
        stored = transfers_where(connection, members_between(TRANSFER.c.member, after, through))
        facts = facts_between(connection, after, through)
        replay = _replay(desk, numbers, facts, stored)
        writer.update_members(_changed(replay, [row.version for row in rows]), [row.version for row in rows])
    connection.execute(update(BOOK).values(state_format=STATE_FORMAT))


def upgrade_from_1(connection: Connection, desk: Desk) -> None:
    """Move books of format 1 into the tables of today.

    Raises LedgerError if today's rules do not come to the transfers that were booked.
    """
    closed_day = connection.execute(text("SELECT closed_day FROM book")).scalar_one()
    for view in _OLD_VIEWS:
        connection.execute(text(f"DROP VIEW {view}"))
    for index in _OLD_INDEXES:
        connection.execute(text(f"DROP INDEX {index}"))
    for table in _OLD_TABLES:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_1"))
    create(connection, desk.policy, STATE_FORMAT, desk.shares.new_rows())
    connection.execute(update(BOOK).values(closed_day=closed_day))
    numbers = connection.execute(text("SELECT member FROM member_1 ORDER BY member")).scalars().all()
    for begin in range(0, len(numbers), _MEMBERS_AT_A_TIME):
        _move(connection, desk, np.array(numbers[begin : begin + _MEMBERS_AT_A_TIME], np.int64))
    for table in _OLD_TABLES:
        connection.execute(text(f"DROP TABLE {table}_1"))


def _move(connection: Connection, desk: Desk, numbers: np.ndarray) -> None:
    between = numbers[0].item(), numbers[-1].item()
    facts = select(_FACT_1).where(_FACT_1.c.member.between(*between)).order_by(_FACT_1.c.member, _FACT_1.c.number)
    moves = select(_TRANSFER_1).where(_TRANSFER_1.c.member.between(*between))
    moves = moves.order_by(_TRANSFER_1.c.member, _TRANSFER_1.c.sequence)
    batch = _events_of_1(connection.execute(facts).all())
    stored = np.array([(*row, NONE) for row in connection.execute(moves)], TRANSFER_ROW)
    replay = _replay(desk, numbers, batch, stored)
    writer = rows_of(connection)
    writer.insert_members(_changed(replay, replay.accounts.changes.tolist()))
    integers = fact_integers(batch.rows, replay.answers, np.zeros(len(batch.rows), np.int64))
    writer.insert_facts(integers, batch.keys, packed_rests(batch.rows, batch.lines))
    if len(replay.transfers):
        writer.insert_transfers(replay.transfers)


def _events_of_1(rows: Sequence) -> Events:
    events = records(len(rows), EVENT)
    for event, row in zip(events, rows, strict=True):
        event.other = NONE
        for field, column in _EVENT_OF_1.items():
            event[field] = getattr(row, column)
    return Events(events, no_lines(), [row.key for row in rows])


def _replay(desk: Desk, numbers: np.ndarray, facts: Events, stored: np.ndarray) -> Replay:
    """Replay the facts of members and make sure that they come to the stored transfers, TRANSFER (n,)."""
    # Nights after the last fact were booked at least until the day of the last transfer. If there were more of them
    # they moved nothing, and they are booked again when the account is next asked for.
    ends = np.searchsorted(stored["member"], numbers, side="right")
    begins = np.searchsorted(stored["member"], numbers, side="left")
    days = np.where(ends > begins, stored["day"][np.maximum(ends - 1, 0)] if len(stored) else 0, -NEVER_DAY)
    replay = replayed(desk, numbers, facts, days)
    same = replay.transfers.copy()
    if (stored["which"] == NONE).all():
        # Format 1 did not say which row, coupon or gift moved something.
        same["which"] = NONE
    found = {**first_differences(stored, same), **replay.refused}
    if found:
        raise LedgerError(
            f"These books were kept under other rules than this version's: {found[min(found)]} "
            f"Nothing was changed. Open them with the version that made them."
        )
    return replay


def _changed(replay: Replay, versions: list[int]) -> Changed:
    places = np.arange(len(versions))
    accounts = replay.accounts
    return accounts.numbers.tolist(), versions, accounts.due_days(places).tolist(), accounts.taken_out(places)
