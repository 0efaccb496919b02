"""Many rows at once, in whatever way a database likes best; the rows of one fact go the same way.

SQLite takes tuples of one prepared statement. PostgreSQL takes its binary copy format, which for rows of integers is
an array with every number turned round.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain

import numpy as np
from sqlalchemy import BigInteger, Connection, Integer, SmallInteger, Table

from ledger.events import Kind
from ledger.journal import TRANSFER as TRANSFER_ROW
from ledger.store_facts import COLUMNS, INTEGERS
from ledger.store_schema import FACT, REFERRAL, TRANSFER

_ABSENT = b"\xff\xff\xff\xff"
_COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"
_WIDTHS = {SmallInteger: 2, Integer: 4, BigInteger: 8}

_JOINS = f"SELECT {', '.join(COLUMNS)} FROM fact WHERE version = 1 AND kind = {int(Kind.JOIN)} AND member"
"""Nobody has a fact before the one of joining."""

_REWARDED = "SELECT referred FROM referral WHERE referred"

Changed = tuple[list[int], list[int], list[int], list[bytes]]
"""Accounts to be written: members, new versions, due days, states."""


def rows_of(connection: Connection) -> SqliteRows | PostgresRows:
    """Reader and writer of many rows for the database at hand."""
    return PostgresRows(connection) if connection.dialect.name == "postgresql" else SqliteRows(connection)


class SqliteRows:
    """Lists go in as one JSON text, rows as tuples; all by the driver itself."""

    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.connection.driver_connection.cursor()

    def closed_day(self, *, closing: bool) -> int | None:
        """The day up to which the books are closed. The whole database is locked already."""
        return self._all("SELECT closed_day FROM book", ())[0][0]

    def members(self, numbers: Sequence[int]) -> list[tuple[int, int, bytes]]:
        """(member, version, state) of those that are there, locked; ascending."""
        # The whole database is locked already.
        wanted = "SELECT value FROM json_each(?)"
        query = f"SELECT member, version, state FROM member WHERE member IN ({wanted}) ORDER BY member"
        return self._all(query, (json.dumps(numbers),))

    def facts(self, keys: Sequence[str]) -> list[tuple]:
        """Facts of these keys, with all COLUMNS."""
        query = f"SELECT {', '.join(COLUMNS)} FROM fact WHERE key IN (SELECT value FROM json_each(?))"
        return self._all(query, (json.dumps(keys),))

    def joins(self, members: Sequence[int]) -> list[tuple]:
        """The facts with which members have joined, with all COLUMNS."""
        return self._all(f"{_JOINS} IN (SELECT value FROM json_each(?))", (json.dumps(members),))

    def rewarded(self, members: Sequence[int]) -> list[tuple[int]]:
        """Those of these members for whom somebody has been rewarded."""
        return self._all(f"{_REWARDED} IN (SELECT value FROM json_each(?))", (json.dumps(members),))

    def insert_members(self, changed: Changed) -> None:
        """Accounts of new members."""
        rows = list(zip(*changed, strict=True))
        self._many("INSERT INTO member (member, version, due_day, state) VALUES (?, ?, ?, ?)", rows)

    def update_members(self, changed: Changed, versions: Sequence[int]) -> int:
        """Write accounts that still have the versions given; returns how many those are."""
        members, new, due_days, states = changed
        rows = list(zip(new, due_days, states, members, versions, strict=True))
        statement = "UPDATE member SET version = ?, due_day = ?, state = ? WHERE member = ? AND version = ?"
        return self._many(statement, rows)

    def insert_facts(self, integers: Sequence[np.ndarray], keys: Sequence[str], rests: Sequence[bytes | None]) -> None:
        """Facts, column by column."""
        rows = list(zip(*(each.tolist() for each in integers), keys, rests, strict=True))
        self._many(f"INSERT INTO fact ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows)

    def insert_referrals(self, referred: np.ndarray, referrers: np.ndarray, versions: np.ndarray) -> None:
        """Members for whom others have been rewarded, by the facts of these versions; int64 (n,) each."""
        rows = list(zip(referred.tolist(), referrers.tolist(), versions.tolist(), strict=True))
        self._many(f"INSERT INTO referral ({', '.join(REFERRAL.c.keys())}) VALUES (?, ?, ?)", rows)

    def insert_transfers(self, rows: np.ndarray) -> None:
        """Transfers, TRANSFER (n,)."""
        names = [column.name for column in TRANSFER.c]
        statement = f"INSERT INTO transfer ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self._many(statement, rows.tolist())

    def _all(self, query: str, values: tuple) -> list[tuple]:
        return self._cursor.execute(query, values).fetchall()

    def _many(self, statement: str, rows: list[tuple]) -> int:
        return self._cursor.executemany(statement, rows).rowcount if rows else 0


class PostgresRows:
    """Lists go in as arrays, rows by binary copy; all by the driver itself."""

    def __init__(self, connection: Connection) -> None:
        self._cursor = connection.connection.driver_connection.cursor(binary=True)

    def closed_day(self, *, closing: bool) -> int | None:
        """The day up to which the books are closed; nobody closes another one meanwhile, or posts if ``closing``."""
        lock = "UPDATE" if closing else "SHARE"
        return self._cursor.execute(f"SELECT closed_day FROM book FOR {lock}").fetchone()[0]

    def members(self, numbers: Sequence[int]) -> list[tuple[int, int, bytes]]:
        """(member, version, state) of those that are there, locked one after the other; ascending."""
        query = "SELECT member, version, state FROM member WHERE member = ANY(%s::bigint[]) ORDER BY member FOR UPDATE"
        return self._cursor.execute(query, (list(numbers),)).fetchall()

    def facts(self, keys: Sequence[str]) -> list[tuple]:
        """Facts of these keys, with all COLUMNS."""
        query = f"SELECT {', '.join(COLUMNS)} FROM fact WHERE key = ANY(%s::text[])"
        return self._cursor.execute(query, (list(keys),)).fetchall()

    def joins(self, members: Sequence[int]) -> list[tuple]:
        """The facts with which members have joined, with all COLUMNS."""
        return self._cursor.execute(f"{_JOINS} = ANY(%s::bigint[])", (list(members),)).fetchall()

    def rewarded(self, members: Sequence[int]) -> list[tuple[int]]:
        """Those of these members for whom somebody has been rewarded."""
        return self._cursor.execute(f"{_REWARDED} = ANY(%s::bigint[])", (list(members),)).fetchall()

    def insert_members(self, changed: Changed) -> None:
        """Accounts of new members."""
        self._copy("member", "member, version, due_day, state", _member_rows(changed))

    def update_members(self, changed: Changed, versions: Sequence[int]) -> int:
        """Write accounts that still have the versions given; returns how many those are."""
        members, new, due_days, states = changed
        if len(members) == 1:
            statement = "UPDATE member SET version = %s, due_day = %s, state = %s WHERE member = %s AND version = %s"
            return self._cursor.execute(statement, (new[0], due_days[0], states[0], members[0], versions[0])).rowcount
        self._cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS changed_member "
            "(member bigint, version bigint, due_day bigint, old bigint, state bytea) ON COMMIT DELETE ROWS"
        )
        self._cursor.execute("DELETE FROM changed_member")
        rows = _rows([(8, each) for each in (members, new, due_days, versions)], [states])
        self._copy("changed_member", "member, version, due_day, old, state", rows)
        return self._cursor.execute(
            "UPDATE member SET version = changed.version, due_day = changed.due_day, state = changed.state "
            "FROM changed_member AS changed WHERE member.member = changed.member AND member.version = changed.old"
        ).rowcount

    def insert_facts(self, integers: Sequence[np.ndarray], keys: Sequence[str], rests: Sequence[bytes | None]) -> None:
        """Facts, column by column."""
        columns = list(zip(_widths(FACT, INTEGERS), integers, strict=True))
        self._copy("fact", ", ".join(COLUMNS), _rows(columns, [[key.encode() for key in keys], rests]))

    def insert_referrals(self, referred: np.ndarray, referrers: np.ndarray, versions: np.ndarray) -> None:
        """Members for whom others have been rewarded, by the facts of these versions; int64 (n,) each."""
        rows = _rows([(8, each) for each in (referred, referrers, versions)], [])
        self._copy("referral", ", ".join(REFERRAL.c.keys()), rows)

    def insert_transfers(self, rows: np.ndarray) -> None:
        """Transfers, TRANSFER (n,)."""
        names = [column.name for column in TRANSFER.c]
        columns = zip(_widths(TRANSFER, names), (rows[name] for name in TRANSFER_ROW.names), strict=True)
        self._copy("transfer", ", ".join(names), _rows(list(columns), []))

    def _copy(self, table: str, columns: str, rows: bytes) -> None:
        with self._cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_COPY_HEAD)
            copy.write(rows)
            copy.write(_COPY_END)


def _widths(table: Table, names: Sequence[str]) -> list[int]:
    """Bytes of integer columns."""
    return [_WIDTHS[type(table.c[name].type)] for name in names]


def _member_rows(changed: Changed) -> bytes:
    *integers, states = changed
    return _rows([(8, each) for each in integers], [states])


def _rows(integers: list[tuple[int, Sequence[int]]], texts: list[Sequence[bytes | None]]) -> bytes:
    """Rows in the binary copy format: columns of integers as (bytes, values), then columns of bytes."""
    layout = [("fields", ">i2")]
    for place, (width, _) in enumerate(integers):
        layout += [(f"width{place}", ">i4"), (f"value{place}", f">i{width}")]
    rows = np.empty(len(integers[0][1]), np.dtype(layout))
    rows["fields"] = len(integers) + len(texts)
    for place, (width, values) in enumerate(integers):
        rows[f"width{place}"] = width
        rows[f"value{place}"] = values
    fixed, size = rows.tobytes(), rows.dtype.itemsize
    if not texts:
        return fixed
    heads = (fixed[start : start + size] for start in range(0, len(fixed), size))
    parts = [heads]
    for column in texts:
        parts.append(_ABSENT if each is None else len(each).to_bytes(4, "big") for each in column)
        parts.append(each or b"" for each in column)
    return b"".join(chain.from_iterable(zip(*parts, strict=True)))
