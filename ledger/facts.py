"""Facts: what a shop tells the store, each with the key that makes it one fact and not two.

The key is derived from the business ("order 1001 of member 7"), not from the call, so a shop that
does not know whether its call arrived simply calls again.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from ledger.errors import LedgerError
from ledger.events import Kind, event
from ledger.journal import NONE
from policies.days import date_of, day_of

_SECONDS_A_DAY = 86_400
_LARGEST = 2**63 - 1
_LONGEST_KEY = 400
_FIRST_DAY, _LAST_DAY = day_of(date.min), day_of(date.max)


class Moment(NamedTuple):
    """A business day (days since 1970-01-01, in the program's time zone) and a second of it."""

    day: int
    second: int = 0

    def __str__(self) -> str:
        minutes, seconds = divmod(self.second, 60)
        return f"{date_of(self.day)} {minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened to a member.

    ``at`` with a time zone is moved to the program's own zone; without one it is taken as the program's
    local time. ``key`` replaces the derived key.
    """

    kind: ClassVar[Kind]

    member: int
    at: datetime | Moment
    key: str | None = field(default=None)


@dataclass(frozen=True, kw_only=True)
class Join(Fact):
    """Somebody becomes a member."""

    kind: ClassVar[Kind] = Kind.JOIN


@dataclass(frozen=True, kw_only=True)
class Purchase(Fact):
    """An order: goods at list price in minor units, and the points to pay with."""

    kind: ClassVar[Kind] = Kind.PURCHASE

    order: int
    list_cents: int
    redeem_points: int = 0


@dataclass(frozen=True, kw_only=True)
class PlanStart(Fact):
    """A member buys a paid plan; 1 is the policy's first."""

    kind: ClassVar[Kind] = Kind.PLAN_START

    plan: int = 1
    order: int = NONE


@dataclass(frozen=True, kw_only=True)
class PlanCancel(Fact):
    """The plan runs to the end of the time paid for, and no longer."""

    kind: ClassVar[Kind] = Kind.PLAN_CANCEL


@dataclass(frozen=True, kw_only=True)
class PlanRenew(Fact):
    """The member wants one more period when this one ends."""

    kind: ClassVar[Kind] = Kind.PLAN_RENEW


def moment_of(at: datetime | Moment, zone: ZoneInfo) -> Moment:
    """Business day and second of a time. Raises LedgerError for a second that no day has."""
    if isinstance(at, datetime):
        local = at.astimezone(zone) if at.tzinfo else at
        return Moment(day_of(local.date()), local.hour * 3600 + local.minute * 60 + local.second)
    if not isinstance(at, Moment):
        raise LedgerError(f"at must be a datetime or a Moment(day, second), not {at!r}.")
    day, second = day_number(at.day), _whole("second", at.second)
    if not 0 <= second < _SECONDS_A_DAY:
        raise LedgerError(f"Moment({day}, {second}) is not a moment: a day has seconds 0 to {_SECONDS_A_DAY - 1:,}.")
    return Moment(day, second)


def day_number(day: int | date) -> int:
    """A date, or days since 1970-01-01, as the latter. Raises LedgerError outside the years 1 to 9999."""
    number = day_of(day) if isinstance(day, date) else _whole("day", day)
    if not _FIRST_DAY <= number <= _LAST_DAY:
        raise LedgerError(f"Day {number} is in no year from 1 to 9999: days are counted from 1970-01-01.")
    return number


def event_of(fact: Fact, zone: ZoneInfo) -> np.record:
    """The fact as the record that the kernels read. Raises LedgerError for anything but whole numbers."""
    day, second = moment_of(fact.at, zone)
    names = ("member", "order", "list_cents", "redeem_points", "plan")
    amounts = {name: _whole(name, getattr(fact, name)) for name in names if hasattr(fact, name)}
    if fact.kind == Kind.PURCHASE and amounts["order"] < 0:
        raise LedgerError(f"order must be the shop's number of the order, zero or more, not {amounts['order']}.")
    return event(fact.kind, day, second=second, **amounts)


def key_of(fact: Fact, row: np.record) -> str:
    """The key of a fact: given, or derived from what makes it a single fact."""
    if fact.key is not None:
        if not isinstance(fact.key, str) or not 0 < len(fact.key) <= _LONGEST_KEY:
            raise LedgerError(f"key must be text of 1 to {_LONGEST_KEY} characters, not {fact.key!r}.")
        return fact.key
    kind = Kind(row.kind)
    if kind == Kind.JOIN:
        parts = (row.member,)
    elif kind == Kind.PURCHASE:
        parts = (row.member, row.order)
    else:
        parts = (row.member, row.day, row.second)
    return ":".join([kind.name.lower(), *map(str, parts)])


def _whole(name: str, value: object) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise LedgerError(f"{name} must be a whole number, not {value!r}.") from None
    if abs(number) > _LARGEST:
        raise LedgerError(f"{name} must fit 64 bits, and {number} does not.")
    return number
