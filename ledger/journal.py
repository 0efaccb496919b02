"""The journal: transfers in the order in which they were posted, double entry in one row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policies.kernel import kernel
from policies.rules import records

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
    ],
    align=True,
)
"""One transfer."""

NONE = -1
"""No lot, no order."""


FILL = np.dtype([("used", "i8")], align=True)
"""How many rows are filled."""


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


def room_for(lots: int) -> int:
    """Rows that any one event or night of a member with so many lots can need at most."""
    return 2 * lots + 16


@kernel
def has_room(journal, lots):
    """True if one more event or night of a member with so many lots is sure to fit."""
    return journal.fill.used + 2 * lots + 16 <= journal.rows.size


@kernel
def post(journal, head, when, cause, unit, debit, credit, amount, lot, order):
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
    journal.fill.used += 1
    head.sequence += 1
