"""Receipts: what the store answers to a fact."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import overload

import numpy as np

from ledger.apply import quote
from ledger.events import Kind
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


class Receipts(Sequence[Receipt]):
    """The receipts of a batch; each is written out when it is looked at."""

    def __init__(self, keys: list[str], members: np.ndarray) -> None:
        self.keys = keys
        self.members = members
        self.statuses = np.zeros(len(keys), np.int64)
        """Status of each, int64 (n,)."""
        self.allowed: dict[int, int | None] = {}
        """After a refusal: see ``allowed_instead``."""
        self.known: dict[int, Receipt] = {}
        """Whole receipts: of facts that were known before, and of facts that concern two members."""
        self.same: dict[int, int] = {}
        """Facts that came twice in the batch, and the place of the first."""
        self.transfers = np.zeros(0, TRANSFER)
        """All that was posted, TRANSFER (t,)."""
        self.first_rows = np.zeros(len(keys), np.int64)
        self.rows = np.zeros(len(keys), np.int64)
        """Where the transfers of each begin, and how many they are, int64 (n,)."""

    @property
    def refused(self) -> int:
        """How many were refused."""
        return int(np.count_nonzero(self.statuses >= Status.ALREADY_A_MEMBER))

    def __len__(self) -> int:
        return len(self.keys)

    def __eq__(self, other: object) -> bool:
        """Receipts are those of another batch, or of a list, if each is."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None

    @overload
    def __getitem__(self, index: int) -> Receipt: ...

    @overload
    def __getitem__(self, index: slice) -> list[Receipt]: ...

    def __getitem__(self, index: int | slice) -> Receipt | list[Receipt]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        index = range(len(self))[index]
        if index in self.same:
            return replace(self[self.same[index]], repeated=True)
        if index in self.known:
            return self.known[index]
        first = self.first_rows[index]
        transfers = transfers_of(self.transfers[first : first + self.rows[index]])
        status = Status(int(self.statuses[index]))
        return Receipt(self.keys[index], int(self.members[index]), status, transfers, self.allowed.get(index))


def transfers_of(rows: np.ndarray) -> tuple[Transfer, ...]:
    """TRANSFER (n,) as plain tuples."""
    return tuple(Transfer._make(row) for row in rows.tolist())


def allowed_instead(rules: Rules, member: Member, event: np.record, status: Status) -> int | None:
    """The number that would have been allowed, for an account that stands at the event's day.

    Points for a refused redemption or transfer, minor units for an amount or for stored value, the first day for an
    event that comes too late (the first second if only that is wrong), the number of plans for an unknown one; None
    where no number would help.
    """
    head = member.head
    rule = rule_on(rules, event.day)
    if status in _REDEEM_REFUSALS and event.kind == Kind.PURCHASE:
        return int(quote(rule, member, event.list_cents))
    if status in (Status.REDEEM_EXCEEDS_ACTIVE_POINTS, Status.REDEEM_BLOCKED_BY_DEBT):
        return int(head.active_points) if head.debt_points == 0 else 0
    if status == Status.AMOUNT_TOO_LARGE and event.kind == Kind.PURCHASE:
        return int(largest_order_cents(rule, head.tier, head.plan))
    if status == Status.EVENT_OUT_OF_ORDER:
        return allowed_moment(Moment(int(head.day), int(head.second)), event)
    numbers = {
        Status.AMOUNT_NEGATIVE: 0,
        Status.PLAN_UNKNOWN: rule.plans,
        Status.STORED_VALUE_EXCEEDS_BALANCE: head.principal_cents + head.bonus_cents,
        Status.TRANSFER_BELOW_MINIMUM: rule.transfer_minimum_points,
        Status.ADJUST_EXCEEDS_POINTS: -(head.active_points + head.pending_points),
    }
    return int(numbers[status]) if status in numbers else None


def allowed_moment(books: Moment, event: np.record) -> int:
    """First day that can be posted; if the day is right, the first second of it."""
    return books.second if event.day == books.day else books.day
