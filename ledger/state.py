"""The state of one member, as arrays that compiled and interpreted code share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policies.rules import NEVER_DAY, records

HEAD = np.dtype(
    [
        ("member", "i8"),  # opaque identity
        ("joined_day", "i8"),  # NEVER_DAY before joining
        ("day", "i8"),  # the books are complete up to the morning of this day
        ("second", "i8"),  # second of the last event on that day
        ("due_day", "i8"),  # next day with something to book at night
        ("tier", "i8"),
        ("tier_since_day", "i8"),
        ("review_day", "i8"),  # first day on which the tier must be reviewed
        ("plan", "i8"),  # 0: none
        ("plan_anchor_day", "i8"),  # renewals count from here and never drift
        ("plan_periods", "i8"),  # periods paid since the anchor
        ("plan_months", "i8"),  # months paid since the anchor
        ("plan_until_day", "i8"),  # first day no longer paid for
        ("plan_renews", "i8"),  # 1: will be renewed at plan_until_day
        ("qualifying", "i8"),  # amount that counts for tiers now
        ("windows", "i8"),  # entries used in `window`
        ("lots", "i8"),  # entries used in `lots`
        ("next_lot", "i8"),  # sequence number of the next lot
        ("next_active_day", "i8"),  # earliest activation among pending lots
        ("sequence", "i8"),  # transfers posted so far
        ("orders", "i8"),
        ("growth", "i8"),
        ("pending_points", "i8"),
        ("active_points", "i8"),
        ("issued_points", "i8"),
        ("redeemed_points", "i8"),
        ("expired_points", "i8"),
    ],
    align=True,
)
"""The scalars of a member."""

LOT = np.dtype(
    [
        ("lot", "i8"),  # sequence number, unique for the member
        ("points", "i8"),  # left
        ("earned_day", "i8"),
        ("active_day", "i8"),  # first day of use
        ("dead_day", "i8"),  # first day no longer usable
        ("order", "i8"),  # the order that made it
        ("pending", "i8"),  # 1 until it is activated
    ],
    align=True,
)
"""Points that were earned together and die together."""

WINDOW = np.dtype([("until_day", "i8"), ("amount", "i8")], align=True)
"""A qualifying amount and the first day on which it no longer counts."""

FIRST_LOTS = 32
FIRST_WINDOWS = 64


class Member(NamedTuple):
    """A member's account. Everything is changed in place."""

    head: np.record  # HEAD
    lots: np.recarray  # LOT (capacity,), the first head.lots in order (dead_day, earned_day, lot)
    window: np.recarray  # WINDOW (capacity,), the first head.windows ascending by until_day


def new_member(member: int = 0, *, lots: int = FIRST_LOTS, windows: int = FIRST_WINDOWS) -> Member:
    """An account that has not joined yet, with room for so many lots and window entries."""
    account = Member(records(1, HEAD)[0], records(lots, LOT), records(windows, WINDOW))
    head = account.head
    head.member = member
    head.joined_day = NEVER_DAY
    head.day = -NEVER_DAY
    head.due_day = NEVER_DAY
    head.review_day = NEVER_DAY
    head.plan_until_day = NEVER_DAY
    head.next_active_day = NEVER_DAY
    return account


def grown(member: Member) -> Member:
    """The same account with twice the room."""
    lots = records(2 * member.lots.size, LOT)
    lots[: member.lots.size] = member.lots
    window = records(2 * member.window.size, WINDOW)
    window[: member.window.size] = member.window
    return Member(member.head, lots, window)
