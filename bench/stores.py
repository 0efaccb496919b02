"""How fast the store keeps books: ``python -m bench.stores``, or ``--quick`` for a smoke test.

Single orders (one transaction each, as a till posts them), a batch of orders as arrays, the same batch as facts, and
the closing of a day in bulk. Beside each stands the raw insertion of the very rows that it wrote: the same driver, the
same statements, as many transactions, the same run, and nothing decided. Rows are counted: whoever books less is not
faster.

PostgreSQL is measured at ``--postgresql URL``, a database of its own that is emptied; SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import text, true

from bench.engines import machine
from ledger.events import EVENT, Kind
from ledger.facts import Moment
from ledger.store import Ledger, Purchase
from ledger.store_engine import reading, writing
from ledger.store_facts import COLUMNS, INTEGERS
from ledger.store_rows import rows_of
from ledger.store_work import transfers_where
from policies import load_policy
from policies.days import day_of
from policies.rules import records

POLICY = "baseline"
START = day_of(date(2027, 1, 1))
ORDERS_EACH = 4
"""Orders of every member in a batch."""


@dataclass(frozen=True)
class Rows:
    """Rows of the books, or those that some work has added or changed."""

    members: tuple[list, ...]  # numbers, versions, due days, states
    integers: list[np.ndarray]  # of facts
    keys: list[str]
    rests: list[bytes | None]
    transfers: np.ndarray

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.members[0]) + len(self.keys) + len(self.transfers)

    def since(self, before: Rows) -> Rows:
        """What is here and was not, or was different, before."""
        old = dict(zip(before.members[0], before.members[1], strict=True))
        changed = [
            place
            for place, (each, version, *_) in enumerate(zip(*self.members, strict=True))
            if old.get(each) != version
        ]
        known = set(before.keys)
        new = [place for place, key in enumerate(self.keys) if key not in known]
        booked = ~np.isin(_numbers(self.transfers), _numbers(before.transfers))
        return Rows(
            tuple([column[place] for place in changed] for column in self.members),
            [column[new] for column in self.integers],
            [self.keys[place] for place in new],
            [self.rests[place] for place in new],
            self.transfers[booked],
        )

    def of(self, member: int, version: int) -> Rows:
        """The rows of one fact, written as if alone; the account as it is in the end."""
        place = self.members[0].index(member)
        number, after, due_day, state = (column[place] for column in self.members)
        versions = self.integers[INTEGERS.index("version")]
        mine = np.flatnonzero((self.integers[0] == member) & (versions == version))
        first, count = (int(self.integers[INTEGERS.index(each)][mine[0]]) for each in ("first_sequence", "transfers"))
        sequences = self.transfers["sequence"]
        rows = (self.transfers["member"] == member) & (sequences >= first) & (sequences < first + count)
        assert version <= after
        return Rows(
            ([number], [version], [due_day], [state]),
            [column[mine] for column in self.integers],
            [self.keys[each] for each in mine],
            [self.rests[each] for each in mine],
            self.transfers[rows],
        )


@dataclass(frozen=True)
class Speed:
    """One way of booking: medians of the seconds it took, and of the raw insertion of the same rows."""

    name: str
    events: int
    rows: int
    seconds: float
    raw_seconds: float

    def line(self) -> str:
        """A row of the table."""
        rate, raw_rate = self.events / self.seconds, self.events / self.raw_seconds
        return (
            f"{self.name:<38}{self.events:>9,}{self.rows:>10,}{self.seconds:>10.3f}{rate:>12,.0f}"
            f"{self.raw_seconds:>10.3f}{raw_rate:>12,.0f}{rate / raw_rate:>8.0%}"
        )


@dataclass(frozen=True)
class Job:
    """What is measured: how the books are prepared, what is done, and how raw rows are grouped into transactions."""

    name: str
    events: int
    prepare: Callable[[Ledger], None]
    work: Callable[[Ledger], None]
    parts: Callable[[Rows], list[Rows]]


def orders_of(members: int, each: int, day: int) -> np.recarray:
    """Orders of every member on consecutive days, EVENT (members * each,), as they come in: day by day."""
    events = records(members * each, EVENT)
    place = np.arange(members * each)
    events["kind"] = Kind.PURCHASE
    events["member"] = place % members
    events["day"] = day + place // members
    events["order"] = place
    events["other"] = -1
    events["list_cents"] = 5_000 + 137 * (place % 211)
    return events


def joins_of(members: int) -> np.recarray:
    """So many new members, EVENT (members,)."""
    events = records(members, EVENT)
    events["kind"] = Kind.JOIN
    events["member"] = np.arange(members)
    events["day"] = START
    events["order"] = events["other"] = -1
    return events


def jobs(members: int, singles: int) -> list[Job]:
    """Everything that is measured, for so many members in a batch and so many single orders."""

    def join(books: Ledger) -> None:
        books.post_batch(joins_of(members))

    def join_and_buy(books: Ledger) -> None:
        join(books)
        books.post_batch(orders_of(members, 1, START + 1))

    orders = orders_of(members, ORDERS_EACH, START + 1)
    alone = orders_of(singles, 1, START + 1)
    facts = _facts(orders)

    def one_by_one(books: Ledger) -> None:
        for fact in _facts(alone):
            books.post(fact)

    def apart(rows: Rows) -> list[Rows]:
        return [rows.of(member, 2) for member in rows.members[0]]

    def together(rows: Rows) -> list[Rows]:
        return [rows]

    return [
        Job("single orders, a transaction each", singles, join, one_by_one, apart),
        Job("new members, one batch", members, lambda books: None, join, together),
        Job("orders as arrays, one batch", len(orders), join, lambda books: books.post_batch(orders), together),
        Job("orders as facts, one batch", len(orders), join, lambda books: books.post_many(facts), together),
        Job(
            "a day closed, points activated", members, join_and_buy, lambda books: books.close_day(START + 30), together
        ),
    ]


def measured(job: Job, url: Callable[[], str], repeats: int) -> Speed:
    """Time a job and the raw insertion of what it wrote, each time in fresh books."""
    ours, raw, counts = [], [], set()
    for _ in range(repeats):
        with _fresh_books(url()) as books:
            job.prepare(books)
            before = _rows_in(books)
            ours.append(_seconds_of(partial(job.work, books)))
            written = _rows_in(books).since(before)
        counts.add(written.count)
        with _fresh_books(url()) as books:
            job.prepare(books)
            versions = dict(zip(before.members[0], before.members[1], strict=True))
            parts = job.parts(written)
            raw.append(_seconds_of(partial(_insert_all, books, parts, versions)))
    if len(counts) != 1:
        raise SystemExit(f"unequal work: {counts} rows")
    return Speed(job.name, job.events, counts.pop(), statistics.median(ours), statistics.median(raw))


def _facts(orders: np.recarray) -> list[Purchase]:
    return [
        Purchase(
            member=int(each.member), order=int(each.order), at=Moment(int(each.day)), list_cents=int(each.list_cents)
        )
        for each in orders
    ]


def _fresh_books(url: str) -> Ledger:
    books = Ledger.open(url, load_policy(POLICY))
    if books.engine.dialect.name == "postgresql":
        with writing(books.engine) as connection:
            connection.execute(text("TRUNCATE transfer, referral, fact, member"))
            connection.execute(text("UPDATE book SET closed_day = NULL"))
    return books


def _rows_in(books: Ledger) -> Rows:
    with reading(books.engine) as connection:
        query = text("SELECT member, version, due_day, state FROM member ORDER BY member")
        members = [(*row[:3], bytes(row[3])) for row in connection.execute(query)]
        query = text(f"SELECT {', '.join(COLUMNS)} FROM fact ORDER BY member, version")
        facts = [tuple(row) for row in connection.execute(query)]
        transfers = transfers_where(connection, true())
    columns = [list(column) for column in zip(*facts, strict=True)] or [[] for _ in COLUMNS]
    *integers, keys, rests = columns
    numbers = tuple(list(column) for column in zip(*members, strict=True)) or ([], [], [], [])
    return Rows(numbers, [np.array(column, np.int64) for column in integers], keys, rests, transfers)


def _insert_all(books: Ledger, parts: list[Rows], versions: dict[int, int]) -> None:
    for rows in parts:
        _insert(books, rows, versions)


def _insert(books: Ledger, rows: Rows, versions: dict[int, int]) -> None:
    """The raw insertion of prepared rows; ``versions`` are those of accounts that are there already."""
    known = [versions[each] for each in rows.members[0] if each in versions]
    with writing(books.engine) as connection:
        writer = rows_of(connection)
        if known:
            assert writer.update_members(rows.members, known) == len(rows.members[0])
        else:
            writer.insert_members(rows.members)
        if rows.keys:
            writer.insert_facts(rows.integers, rows.keys, rows.rests)
        if len(rows.transfers):
            writer.insert_transfers(rows.transfers)


def _numbers(transfers: np.ndarray) -> np.ndarray:
    """One number for each transfer."""
    return transfers["member"] * 2**20 + transfers["sequence"]


def _seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(database: str, url: Callable[[], str], members: int, singles: int, repeats: int) -> None:
    """Print the table of one database."""
    with _fresh_books(url()) as books:
        # The first event compiles.
        books.post_batch(joins_of(2))
        books.post_batch(orders_of(2, 2, START + 1))
        books.close_day(START + 30)
    heads = f"{'events':>9}{'rows':>10}{'seconds':>10}{'events/s':>12}{'raw s':>10}{'raw ev/s':>12}{'share':>8}"
    print(f"{database:<38}{heads}")
    for job in jobs(members, singles):
        print(measured(job, url, repeats).line(), flush=True)
    print()


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.stores", description=__doc__)
    parser.add_argument("--members", type=int, default=20_000, help="members of a batch")
    parser.add_argument("--singles", type=int, default=300, help="orders posted one by one")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median is shown")
    parser.add_argument("--postgresql", metavar="URL", help="measure there, too; the database is emptied")
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes; shows that it works")
    chosen = parser.parse_args(arguments)
    members, singles, repeats = (200, 10, 1) if chosen.quick else (chosen.members, chosen.singles, chosen.repeats)
    print(machine())
    print(f"{POLICY}, {ORDERS_EACH} orders a member in a batch, median of {repeats}; raw: the same rows, undecided\n")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        numbers = iter(range(10**6))
        measure("SQLite", lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}", members, singles, repeats)
    if chosen.postgresql:
        measure("PostgreSQL", lambda: chosen.postgresql, members, singles, repeats)


if __name__ == "__main__":
    main()
