"""Events as rows of facts, and back: the fields that people ask for are columns, the others are packed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ledger.events import EVENT, LINE
from ledger.facts_events import Events
from ledger.store_run import ANSWER
from ledger.store_schema import FACT
from ledger.stored import WORD, as_words
from policies.rules import records

_WORDS = EVENT.itemsize // WORD
_LINE_WORDS = LINE.itemsize // WORD
_AT = {name: EVENT.fields[name][1] // WORD for name in EVENT.names}
_COLUMN_OF = {"order": "order_number"}

EVENT_COLUMNS = [name for name in EVENT.names if _COLUMN_OF.get(name, name) in FACT.c and name not in ("member",)]
"""Fields of EVENT that are columns of a fact, in the order of the fields."""

COLUMNS = [column.name for column in FACT.c]
"""Columns of a fact in the order in which rows are written: integers first, then key and the packed rest."""

INTEGERS = COLUMNS[:-2]

_FIELD_OF = {_COLUMN_OF.get(name, name): name for name in EVENT_COLUMNS}
_REST = sorted(set(range(_WORDS)) - {_AT[name] for name in (*EVENT_COLUMNS, "member", "first_line", "lines")})
"""Places of the other integers of an event. What comes after them are lines."""


def fact_integers(events: np.recarray, answers: np.recarray, versions: np.ndarray) -> list[np.ndarray]:
    """The integer columns of facts, INTEGERS, for accepted events EVENT (n,) with their ANSWER (n,).

    ``versions`` is that of each event's account before the batch.
    """
    assert answers.dtype.names == ANSWER.names
    given = {
        "member": events["member"],
        "version": versions + answers["change"],
        "first_sequence": answers["sequence"],
        "transfers": answers["rows"],
    }
    return [given[name] if name in given else events[_FIELD_OF[name]] for name in INTEGERS]


def packed_rests(events: np.recarray, lines: np.recarray) -> list[bytes | None]:
    """What no column says, of each event; None if there is nothing."""
    rest = np.ascontiguousarray(_as_words(events)[:, _REST]).astype("<i8", copy=False)
    some = np.flatnonzero(rest.any(axis=1) | (events["lines"] > 0))
    found: list[bytes | None] = [None] * len(events)
    if some.size:
        rests, width = rest.tobytes(), len(_REST) * WORD
        all_lines = _as_words(lines).astype("<i8", copy=False).tobytes()
        size = _LINE_WORDS * WORD
        first, count = events["first_line"][some].tolist(), events["lines"][some].tolist()
        for place, begin, number in zip(some.tolist(), first, count, strict=True):
            found[place] = (
                rests[place * width : (place + 1) * width] + all_lines[begin * size : (begin + number) * size]
            )
    return found


def contents(events: np.recarray, lines: np.recarray) -> list[tuple]:
    """What makes two events the same fact: everything but where its lines stand, and what the store itself adds."""
    words = _as_words(events).copy()
    words[:, _AT["first_line"]] = 0
    words[:, _AT["invited"]] *= words[:, _AT["kind"]] == 0
    all_lines = _as_words(lines)
    first, count = events["first_line"].tolist(), events["lines"].tolist()
    return [
        (row.tobytes(), all_lines[begin : begin + number].tobytes())
        for row, begin, number in zip(words, first, count, strict=True)
    ]


def events_of_rows(rows: Sequence) -> Events:
    """Facts as events again: rows of the table with all COLUMNS."""
    events = records(len(rows), EVENT)
    words = _as_words(events)
    parts = []
    begin = 0
    if rows:
        columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
        events["member"] = columns["member"]
        for column, field in _FIELD_OF.items():
            events[field] = columns[column]
        for place, more in enumerate(columns["more"]):
            if more is None:
                continue
            found = as_words(bytes(more))
            words[place, _REST] = found[: len(_REST)]
            own = found[len(_REST) :].reshape(-1, _LINE_WORDS)
            words[place, _AT["first_line"]], words[place, _AT["lines"]] = begin, len(own)
            parts.append(own)
            begin += len(own)
    lines = records(max(begin, 1), LINE)
    if begin:
        _as_words(lines)[:] = np.concatenate(parts)
    return Events(events, lines, list(columns["key"]) if rows else [])


def _as_words(rows: np.ndarray) -> np.ndarray:
    """Records of integers, int64 (n, fields), in the same memory."""
    return np.asarray(rows).view(np.int64).reshape(len(rows), rows.dtype.itemsize // WORD)
