"""Receipts: what the store answers to a fact."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, field

import numpy as np

from ledger.apply import quote
from ledger.facts import Moment
from ledger.journal import TRANSFER
from ledger.state import Member
from ledger.status import Status
from policies.earning import largest_order_cents, rule_on
from policies.rules import Rules

Transfer = namedtuple("Transfer", TRANSFER.names)
"""One transfer as a plain tuple; the fields are those of ledger.journal.TRANSFER."""

_REDEEM_REFUSALS = {
    Status.REDEEM_NOT_OFFERED,
    Status.REDEEM_EXCEEDS_ACTIVE_POINTS,
    Status.REDEEM_BELOW_MINIMUM,
    Status.REDEEM_NOT_IN_STEPS,
    Status.REDEEM_EXCEEDS_ORDER_CAP,
}


@dataclass(frozen=True)
class Receipt:
    """The answer to one fact. The same fact again gets an equal receipt."""

    key: str
    """The fact's idempotency key."""
    member: int
    status: Status
    """OK, or the name of the refusal."""
    transfers: tuple[Transfer, ...] = ()
    """All that was posted: the nights that were due, then the event itself."""
    allowed: int | None = None
    """After a refusal: the number that would have been allowed, where there is one (see ``allowed_instead``)."""
    repeated: bool = field(default=False, compare=False)
    """True if the fact was known and nothing has changed."""

    @property
    def refused(self) -> bool:
        return self.status.refused

    def __str__(self) -> str:
        if not self.refused:
            return f"{self.key}: {len(self.transfers)} transfers"
        instead = "" if self.allowed is None else f" (allowed: {self.allowed})"
        return f"{self.key}: refused, {self.status.name.lower()}{instead}"


def transfers_of(rows: np.ndarray) -> tuple[Transfer, ...]:
    """TRANSFER (n,) as plain tuples."""
    return tuple(Transfer._make(row) for row in rows.tolist())


def allowed_instead(rules: Rules, member: Member, event: np.record, status: Status) -> int | None:
    """The number that would have been allowed, for an account that stands at the event's day.

    Points for a refused redemption, minor units for an amount, the first day for an event that comes too late (the
    first second if only that is wrong), the number of plans for an unknown one; None where no number would help.
    """
    head = member.head
    rule = rule_on(rules, event.day)
    if status in _REDEEM_REFUSALS:
        return int(quote(rule, member, event.list_cents))
    if status == Status.AMOUNT_NEGATIVE:
        return 0
    if status == Status.AMOUNT_TOO_LARGE:
        return int(largest_order_cents(rule, head.tier, head.plan))
    if status == Status.EVENT_OUT_OF_ORDER:
        return allowed_moment(Moment(int(head.day), int(head.second)), event)
    if status == Status.PLAN_UNKNOWN:
        return int(rule.plans)
    return None


def allowed_moment(books: Moment, event: np.record) -> int:
    """First day that can be posted; if the day is right, the first second of it."""
    return books.second if event.day == books.day else books.day
