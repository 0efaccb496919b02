"""Events: what a shop tells the ledger. A record each, so that millions fit in one array."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from ledger.journal import NONE
from policies.rules import records


class Kind(IntEnum):
    """What happened."""

    JOIN = 0
    PURCHASE = 1
    PLAN_START = 2
    PLAN_CANCEL = 3  # the plan runs to the end of its paid period and is not renewed
    PLAN_RENEW = 4  # the member asks for one more period


EVENT = np.dtype(
    [
        ("kind", "i8"),
        ("member", "i8"),
        ("day", "i8"),  # business day in the program's time zone
        ("second", "i8"),  # of that day, for order and reports
        ("order", "i8"),  # the shop's number of the order, -1 if none
        ("list_cents", "i8"),  # goods at list price
        ("redeem_points", "i8"),  # points the member wants to pay with
        ("plan", "i8"),  # 1 is the policy's first plan
    ],
    align=True,
)
"""One event."""


def event(
    kind: Kind,
    day: int,
    *,
    member: int = 0,
    second: int = 0,
    order: int = NONE,
    list_cents: int = 0,
    redeem_points: int = 0,
    plan: int = 0,
) -> np.record:
    """One event record."""
    row = records(1, EVENT)
    row[0] = (kind, member, day, second, order, list_cents, redeem_points, plan)
    return row[0]
