"""The events of a run as a Parquet file: what happened, for somebody else's books to be told once more.

Written as a stream, member by member; read in order of time, as a shop tells its books.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ledger.events import COUPONS_AN_ORDER, EVENT, LINE, Kind
from ledger.facts_events import Events
from ledger.journal import NONE
from policies import Policy
from policies.rules import records
from sim.runs.journal_file import NAMES, journal_file, named, whole_file

_NUMBERED = ("order", "other")
_PLAIN = (
    "order", "list_cents", "redeem_points", "stored_cents", "channel", "which", "points", "cents", "chance", "other",
    "earned_day", "until_day", "promotional", "invited", "referred", "birth_month", "birth_day", "trial",
)  # fmt: skip
"""Fields of EVENT that are columns as they stand."""

SCHEMA = pa.schema(
    [
        ("member", pa.int64()),
        ("number", pa.int64()),  # of the member's events, from 0 without gaps
        ("date", pa.date32()),
        ("second", pa.int32()),  # of the business day
        ("kind", NAMES),
        *((name, pa.int64()) for name in _PLAIN),  # order and other are null where there is none
        ("coupons", pa.list_(pa.int64(), COUPONS_AN_ORDER)),
        ("lines", pa.list_(pa.struct([(name, pa.int64()) for name in LINE.names]))),
    ]
)
"""Columns of a file of events: the fields of ledger.events.EVENT, with the lines of each event beside it."""


class EventWriter:
    """Receives events part by part; see ``event_file``."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer
        self.events = 0

    def __call__(self, rows: np.ndarray, lines: np.ndarray) -> None:
        """Append all events of some members, EVENT (n,) member by member, and the lines that they name, LINE (m,)."""
        self.events += len(rows)
        self._writer.write_table(pa.table([_column(rows, lines, name) for name in SCHEMA.names], SCHEMA))


def _column(rows: np.ndarray, lines: np.ndarray, name: str) -> Any:
    match name:
        case "number":
            return pa.array(_numbered(rows["member"]))
        case "date":
            return pa.array(rows["day"].astype(np.int32)).cast(pa.date32())
        case "kind":
            return named(rows["kind"], {int(each): each.name.lower() for each in Kind})
        case "coupons":
            return pa.FixedSizeListArray.from_arrays(pa.array(rows["coupons"].ravel()), COUPONS_AN_ORDER)
        case "lines":
            own = lines[_places(rows["first_line"], rows["lines"])]
            ends = np.cumsum(rows["lines"], dtype=np.int32)
            goods = pa.StructArray.from_arrays([pa.array(own[each]) for each in LINE.names], LINE.names)
            return pa.ListArray.from_arrays(pa.array(np.concatenate([np.zeros(1, np.int32), ends])), goods)
    absent = rows[name] == NONE if name in _NUMBERED else None
    return pa.array(rows[name], mask=absent).cast(SCHEMA.field(name).type)


def _numbered(members: np.ndarray) -> np.ndarray:
    """How many rows of the same member stand before each row. A member's rows stand together, in whatever order."""
    places = np.arange(len(members))
    begins = np.concatenate([np.ones(min(1, len(members)), bool), members[1:] != members[:-1]])
    return places - np.maximum.accumulate(np.where(begins, places, 0))


def _places(first: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Places of the lines of all events, one event after the other."""
    return np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


@contextmanager
def event_file(path: Path) -> Iterator[EventWriter]:
    """A Parquet file that takes events: ``keep`` in ``simulate(..., keep_events=keep)``.

    The file appears under its name only when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    with whole_file(path, SCHEMA) as writer:
        yield EventWriter(writer)


@contextmanager
def files_of_run(policy: Policy, *, journal: str | None, events: str | None) -> Iterator[dict[str, Any]]:
    """Those arguments of ``simulate`` that write the files asked for by name.

    Raises:
        OSError: one of them cannot be written.
    """
    with ExitStack() as files:
        keep: dict[str, Any] = {}
        if journal:
            keep["keep_transfers"] = files.enter_context(journal_file(Path(journal), policy))
        if events:
            keep["keep_events"] = files.enter_context(event_file(Path(events)))
        yield keep


def read_events(path: Path | str, start: date | None = None, before: date | None = None) -> Events:
    """The events of a file from ``start`` to before ``before``, for ``Ledger.post_batch(*read_events(path))``.

    They come in order of time, for some concern two members: points are received after they were sent, and somebody
    is thanked for a friend who has bought. Within a second they come in the order of the file, who refers before who
    is referred, as goods that the friend brings back in that very second come too late for taking back the thanks.
    What is received is left out: books write it with what the other member sends. Each event has a key of its own,
    the member and the event's number, so that two returns of the same amount are two.
    """
    bounds = [("date", ">=", start)] if start else []
    bounds += [("date", "<", before)] if before else []
    table = pq.read_table(path, schema=SCHEMA, filters=bounds or None).combine_chunks()
    rows = records(len(table), EVENT)
    rows.member, rows.second = _numbers(table, "member"), _numbers(table, "second")
    rows.day = table["date"].cast(pa.int32()).to_numpy()
    kinds = table["kind"].combine_chunks()
    codes = np.array([Kind[name.upper()] for name in kinds.dictionary.to_pylist()], np.int64)
    rows.kind = codes[kinds.indices.to_numpy()]
    for name in _PLAIN:
        rows[name] = _numbers(table, name)
    rows.coupons = _flat(table["coupons"]).to_numpy().reshape(-1, COUPONS_AN_ORDER)
    rows.lines = table["lines"].combine_chunks().value_lengths().to_numpy()
    rows.first_line = np.where(rows.lines > 0, np.cumsum(rows.lines) - rows.lines, 0)
    goods = _flat(table["lines"])
    lines = records(max(1, len(goods)), LINE)
    for name in LINE.names:
        lines[name][: len(goods)] = goods.field(name).to_numpy()
    told = np.lexsort((rows.second, rows.day))
    told = told[rows.kind[told] != Kind.RECEIVE]
    keys = [f"{member}/{number}" for member, number in zip(rows.member, _numbers(table, "number"), strict=True)]
    return Events(rows[told], lines, [keys[place] for place in told.tolist()])


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    """A column of whole numbers; NONE where there is none."""
    return table[name].fill_null(NONE).to_numpy()


def _flat(column: pa.ChunkedArray) -> Any:
    """What lists hold, one list after the other."""
    return column.combine_chunks().flatten()
