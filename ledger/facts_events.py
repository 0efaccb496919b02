"""Facts as the records that the kernels read, and the keys of events."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from ledger.errors import LedgerError
from ledger.events import ALL, COUPONS_AN_ORDER, EVENT, LINE, Kind, event, no_lines
from ledger.facts import SECONDS_A_DAY, Fact, checked_key, day_number, moment_of, whole
from ledger.facts_names import FactNames
from policies.rules import records

_MOMENT = ("day", "second")

KEY_FIELDS = {
    **dict.fromkeys(Kind, _MOMENT),
    Kind.JOIN: (),
    Kind.PURCHASE: ("order",),
    Kind.DELIVER: ("order",),
    Kind.TOP_UP: ("order",),
    Kind.TOP_UP_REFUND: ("order", *_MOMENT),
    Kind.REFERRAL: ("other",),
    Kind.ACTIVITY: ("which", *_MOMENT),
    Kind.REWARD: ("which", *_MOMENT),
    Kind.PARTNER_EARN: ("which", *_MOMENT),
    Kind.PARTNER_BURN: ("which", *_MOMENT),
    Kind.INVITE: ("which", *_MOMENT),
    Kind.SEND: ("other", *_MOMENT),
}
"""What makes an event of a kind one event, beside the member. Of a refund: its order, and its number or content."""

_LONG_CONTENT = 80


class Events(NamedTuple):
    """A batch as arrays."""

    rows: np.recarray  # EVENT (n,)
    lines: np.recarray  # LINE (m,), at least one
    keys: list[str]


_PLACES = {name: EVENT.fields[name][1] // np.int64().itemsize for name in EVENT.names}
"""Where fields stand among the integers of an event."""

_BLANKS = [np.array([event(kind, 0)], EVENT).view(np.int64).tolist() for kind in sorted(Kind)]
"""An event of each kind that says nothing else, as integers."""

_MEMBER, _DAY, _SECOND, _FIRST_LINE, _LINES, _COUPONS = (
    _PLACES[name] for name in ("member", "day", "second", "first_line", "lines", "coupons")
)


def events_of(facts: Sequence[Fact], zone: ZoneInfo, names: FactNames) -> Events:
    """Facts as events. Raises LedgerError for numbers that are not whole and names that the policy does not know."""
    numbers: list[int] = []
    lines: list[tuple[int, int, int]] = []
    for fact in facts:
        day, second = moment_of(fact.at, zone)
        row = _BLANKS[fact.kind].copy()
        row[_MEMBER], row[_DAY], row[_SECOND] = whole("member", fact.member), day, second
        if own_lines := fact.all_lines(names):
            row[_FIRST_LINE], row[_LINES] = len(lines), len(own_lines)
            lines += own_lines
        for name, value in fact.fields(names, day).items():
            row[_PLACES[name]] = value
        if row[_COUPONS] != 0:
            row[_COUPONS : _COUPONS + COUPONS_AN_ORDER] = row[_COUPONS]
        numbers += row
    events = records(len(facts), EVENT)
    try:
        events.view(np.int64)[:] = np.array(numbers, np.int64)
        all_lines = _recarray(lines or [(0, 0, 0)], LINE)
    except OverflowError:
        raise LedgerError(
            "A number does not fit 64 bits: a category, a channel, or the list price of all lines."
        ) from None
    given = [fact.key for fact in facts]
    derived = keys_of(events, all_lines) if None in given else given
    keys = [key if own is None else checked_key(own) for own, key in zip(given, derived, strict=True)]
    return Events(events, all_lines, keys)


def keys_of(events: np.recarray, lines: np.recarray) -> list[str]:
    """The keys of events, EVENT (n,), derived from what makes each a single fact."""
    keys = np.empty(len(events), object)
    for kind in np.unique(events["kind"]):
        here = np.flatnonzero(events["kind"] == kind)
        if kind == Kind.REFUND:
            keys[here] = [_refund_key(events[place], lines) for place in here]
            continue
        name = Kind(kind).name.lower()
        columns = [events[field][here].tolist() for field in ("member", *KEY_FIELDS[Kind(kind)])]
        keys[here] = [":".join((name, *map(str, parts))) for parts in zip(*columns, strict=True)]
    return keys.tolist()


def receipt_parts(key: str, count: int) -> list[str]:
    """Keys of what the other member receives of a transfer of points, lot by lot."""
    return [f"{key}/receive/{number}" for number in range(count)]


def _refund_key(event: np.record, lines: np.recarray) -> str:
    first, count = int(event.first_line), int(event.lines)
    if event.which:
        content = f"number {event.which}"
    elif count:
        content = "_".join(f"{line.category}-{line.list_cents}" for line in lines[first : first + count])
        if len(content) > _LONG_CONTENT:
            content = hashlib.sha256(content.encode()).hexdigest()
    else:
        content = "all" if event.cents == ALL else str(event.cents)
    return f"refund:{event.member}:{event.order}:{content}"


def _recarray(rows: list[tuple] | np.ndarray, dtype: np.dtype) -> np.recarray:
    found = records(len(rows), dtype)
    if len(rows):
        found[:] = np.array(rows, dtype)
    return found


def checked_events(events: np.ndarray, lines: np.ndarray) -> tuple[np.recarray, np.recarray]:
    """Events, EVENT (n,), and lines, LINE (m,), as the desk takes them.

    Raises LedgerError for what no shop can mean: another array, a line that is not there, a moment that no day has.
    """
    if events.dtype.descr != EVENT.descr or lines.dtype.descr != LINE.descr:
        raise LedgerError("Events and lines must be arrays of ledger.events.EVENT and LINE.")
    rows, own_lines = _recarray(events, EVENT), _recarray(lines if len(lines) else no_lines(), LINE)
    rows["first_line"][rows["lines"] == 0] = 0
    first, count = rows["first_line"], rows["lines"]
    if ((count < 0) | (first < 0) | (first + count > len(own_lines)))[count != 0].any():
        raise LedgerError("An event names lines that are not in the array of lines.")
    if not np.isin(rows["kind"], [int(each) for each in Kind if each != Kind.RECEIVE]).all():
        raise LedgerError("An event has a kind that cannot be posted: points are received from another member's SEND.")
    for day in (rows["day"].min(initial=0), rows["day"].max(initial=0)):
        day_number(int(day))
    if ((rows["second"] < 0) | (rows["second"] >= SECONDS_A_DAY)).any():
        raise LedgerError(f"An event has a second that no day has: they are 0 to {SECONDS_A_DAY - 1:,}.")
    return rows, own_lines
