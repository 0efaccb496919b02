"""What a person will do on a later day because of something that has happened: bring goods back, review, thank."""

from __future__ import annotations

import numpy as np

from policies.kernel import kernel
from policies.rules import NEVER_DAY

ERRAND = np.dtype(
    [
        ("day", "i8"),
        ("kind", "i8"),  # ledger.events.Kind
        ("order", "i8"),
        ("cents", "i8"),  # of a return
        ("which", "i8"),  # activity
        ("other", "i8"),  # who was referred
        ("margin_bp", "i8"),  # of what is returned
    ],
    align=True,
)
"""One errand, done in the morning of its day; ascending by (day, kind, other), then as they came."""

ERRANDS = 64
"""Errands of a person with the usual room."""


@kernel
def errand_day(person, errands):
    """Day of the next errand; NEVER_DAY if there is none."""
    return errands[0].day if person.errands > 0 else NEVER_DAY


@kernel
def new_errand(person, errands, day, kind, other):
    """Open an entry at its place; the caller fills in the rest. Needs a free entry."""
    place = person.errands
    while place > 0 and _comes_after(errands[place - 1], day, kind, other):
        errands[place] = errands[place - 1]
        place -= 1
    errand = errands[place]
    errand.day = day
    errand.kind = kind
    errand.other = other
    errand.order = 0
    errand.cents = 0
    errand.which = 0
    errand.margin_bp = 0
    person.errands += 1
    return errand


@kernel
def _comes_after(errand, day, kind, other):
    """Whether an errand stands behind another one in the order (day, kind, other)."""
    if errand.day != day:
        return errand.day > day
    return errand.kind > kind or (errand.kind == kind and errand.other > other)


@kernel
def drop_first(person, errands):
    """Take the first errand off the list."""
    person.errands -= 1
    for place in range(person.errands):
        errands[place] = errands[place + 1]
