"""The journal: transfers in the order in which they were posted, double entry in one row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policies.kernel import kernel
from policies.rules import CAMPAIGNS_MOST, EARN_MOST, LEVELS_MOST, records

TRANSFER = np.dtype(
    [
        ("member", "i8"),
        ("sequence", "i8"),  # from 0, without gaps, for the member
        ("day", "i8"),
        ("second", "i8"),  # of the day; 0 at night
        ("debit", "i4"),  # Account
        ("credit", "i4"),  # Account
        ("unit", "i4"),  # Unit
        ("cause", "i4"),  # Cause
        ("version", "i8"),  # of the rules that decided
        ("amount", "i8"),  # always positive
        ("lot", "i8"),  # -1 if no lot is concerned
        ("order", "i8"),  # -1 if no order is concerned
        ("which", "i8"),  # row, campaign, coupon, reward, gift list or top-up by number; -1 if none
    ],
    align=True,
)
"""One transfer."""

NONE = -1
"""No lot, no order, nothing else."""


PART = np.dtype([("cause", "i8"), ("which", "i8"), ("points", "i8"), ("promotional", "i8")], align=True)
"""Points that an event wants to credit, before caps."""

PAPER_MOST = max(2 + CAMPAIGNS_MOST + EARN_MOST, 3 * LEVELS_MOST)
"""Parts of one event at most, or three notes for every tier when a policy is replaced."""

FILL = np.dtype(
    [
        ("used", "i8"),  # rows that are filled
        ("parts", "i8"),  # entries of `paper` that are filled
        ("paper", PART, (PAPER_MOST,)),  # to work on, blank between events
    ],
    align=True,
)
"""What belongs to a journal beside its rows."""


class Journal(NamedTuple):
    """A buffer of transfers; whoever calls the ledger empties it."""

    rows: np.recarray  # TRANSFER (capacity,)
    fill: np.record  # FILL


def new_journal(capacity: int) -> Journal:
    """An empty journal of that many rows."""
    return Journal(records(capacity, TRANSFER), records(1, FILL)[0])


def taken(journal: Journal) -> np.ndarray:
    """A copy of the transfers, TRANSFER (n,); the journal is empty afterwards."""
    rows = np.array(journal.rows[: journal.fill.used])
    journal.fill.used = 0
    return rows


ROWS_BESIDE_LOTS = 512
"""Rows that gifts, coupons, stored value and money of one event or night can need."""


def room_for(entries: int) -> int:
    """Rows that any one event or night of a member with so many lots, coupons and top-ups can need at most."""
    return 4 * entries + ROWS_BESIDE_LOTS


@kernel
def has_room(journal, entries):
    """True if one more event or night of a member with so many entries is sure to fit."""
    return journal.fill.used + 4 * entries + ROWS_BESIDE_LOTS <= journal.rows.size


@kernel
def post(journal, head, when, cause, unit, debit, credit, amount, lot, order, which):
    """Append one transfer; amounts of zero are left out. `when` is (day, second, version of the rules)."""
    if amount == 0:
        return
    row = journal.rows[journal.fill.used]
    row.member = head.member
    row.sequence = head.sequence
    row.day = when[0]
    row.second = when[1]
    row.version = when[2]
    row.cause = cause
    row.unit = unit
    row.debit = debit
    row.credit = credit
    row.amount = amount
    row.lot = lot
    row.order = order
    row.which = which
    journal.fill.used += 1
    head.sequence += 1


@kernel
def no_parts(journal):
    """Begin with a blank paper."""
    journal.fill.parts = 0


@kernel
def add_part(journal, cause, which, points, promotional):
    """Note points that an event wants to credit."""
    if points > 0:
        part = journal.fill.paper[journal.fill.parts]
        part.cause = cause
        part.which = which
        part.points = points
        part.promotional = promotional
        journal.fill.parts += 1
