"""What the ledger answers: done, needs more room, or a named refusal that posted nothing."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Answer to an event or to an advance. Everything from ALREADY_A_MEMBER on is a refusal."""

    OK = 0
    JOURNAL_FULL = 1  # empty the journal and call again; whole nights already booked stay booked
    MEMBER_FULL = 2  # nothing was posted; give the member more room and call again
    NIGHT_MISSING = 3  # nothing was posted; advance to the event's day first
    ALREADY_A_MEMBER = 10
    NOT_A_MEMBER = 11
    EVENT_OUT_OF_ORDER = 12
    AMOUNT_NEGATIVE = 13
    REDEEM_NOT_OFFERED = 14
    REDEEM_EXCEEDS_ACTIVE_POINTS = 15
    REDEEM_BELOW_MINIMUM = 16
    REDEEM_NOT_IN_STEPS = 17
    REDEEM_EXCEEDS_ORDER_CAP = 18
    PLAN_UNKNOWN = 19
    PLAN_ALREADY_HELD = 20
    PLAN_NOT_HELD = 21
    EVENT_UNKNOWN = 22
    AMOUNT_TOO_LARGE = 23
    IDEMPOTENCY_CONFLICT = 24  # only a store knows keys: the same key came with another content

    @property
    def refused(self) -> bool:
        return self >= Status.ALREADY_A_MEMBER
