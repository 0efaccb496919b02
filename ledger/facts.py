"""Facts: what a shop tells the store, each with the key that makes it one fact and not two.

The key is derived from the business ("order 1001 of member 7"), not from the call, so a shop that
does not know whether its call arrived simply calls again.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from ledger.errors import LedgerError
from ledger.events import ALL, COUPONS_AN_ORDER, Kind
from ledger.facts_names import FactNames
from policies.days import date_of, day_of
from policies.errors import says

SECONDS_A_DAY = 86_400
_LARGEST = 2**63 - 1
_LONGEST_KEY = 400
_FIRST_DAY, _LAST_DAY = day_of(date.min), day_of(date.max)

Fields = dict[str, object]
"""Fields of ledger.events.EVENT."""


class Moment(NamedTuple):
    """A business day (days since 1970-01-01, in the program's time zone) and a second of it."""

    day: int
    second: int = 0

    def __str__(self) -> str:
        minutes, seconds = divmod(self.second, 60)
        return f"{date_of(self.day)} {minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an order or of a refund: what it is, its list price and what it cost the shop (minor units).

    A category that the policy does not name is no category in particular.
    """

    list_cents: int
    category: str | None = None
    cost_cents: int = 0


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

    def fields(self, names: FactNames, day: int) -> Fields:
        """What the event says beyond member and moment; names are those of the rules of the day."""
        return {}

    def all_lines(self, names: FactNames) -> Sequence[tuple[int, int, int]]:
        """Lines as numbers, in the order of ledger.events.LINE."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Join(Fact):
    """Somebody becomes a member: invited or not, referred by another member or not.

    ``referred_by`` is the member who can later be rewarded by a Referral, and nobody else can. ``birthday`` is a date
    or (month, day); the year is not kept.
    """

    kind: ClassVar[Kind] = Kind.JOIN

    invited: bool = False
    referred_by: int | None = None
    birthday: date | tuple[int, int] | None = None

    def fields(self, names: FactNames, day: int) -> Fields:
        """Who brought the member, and the birthday."""
        month, day_of_month = _birthday(self.birthday)
        found: Fields = {"invited": int(self.invited), "birth_month": month, "birth_day": day_of_month}
        if self.referred_by is not None:
            found |= {"referred": 1, "other": whole("referred_by", self.referred_by)}
        return found


@dataclass(frozen=True, kw_only=True)
class Purchase(Fact):
    """An order: goods at list price in minor units, and what they are paid with beside money.

    ``list_cents`` can be left out where ``lines`` are given; ``coupons`` are codes of the policy, the channel is one
    of its channels, and any other channel is none in particular.
    """

    kind: ClassVar[Kind] = Kind.PURCHASE

    order: int
    list_cents: int | None = None
    lines: Sequence[Line] = ()
    redeem_points: int = 0
    stored_cents: int = 0
    coupons: Sequence[str] = ()
    channel: str | None = None

    def fields(self, names: FactNames, day: int) -> Fields:
        """The order's price and what it is paid with."""
        if isinstance(self.coupons, str) or len(self.coupons) > COUPONS_AN_ORDER:
            raise LedgerError(f"coupons must be a list of at most {COUPONS_AN_ORDER} codes, not {self.coupons!r}.")
        found: Fields = {
            "order": _number_of("order", self.order),
            "list_cents": self._list_cents(),
            "redeem_points": whole("redeem_points", self.redeem_points),
            "stored_cents": whole("stored_cents", self.stored_cents),
            "channel": names.channel(self.channel),
        }
        if self.coupons:
            codes = [names.coupon(each) for each in self.coupons]
            found["coupons"] = (*codes, *[0] * (COUPONS_AN_ORDER - len(codes)))
        return found

    def all_lines(self, names: FactNames) -> Sequence[tuple[int, int, int]]:
        """The order's lines."""
        return _lines(self.lines, names)

    def _list_cents(self) -> int:
        if self.list_cents is not None:
            return whole("list_cents", self.list_cents)
        if not self.lines:
            raise LedgerError("An order needs lines or list_cents.")
        return sum(whole("list_cents", line.list_cents) for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Refund(Fact):
    """Goods of an order come back: some lines, so many minor units of list price, or all that is left.

    Two returns of one order with the same content are one fact, unless each has its ``number``: the shop's own number
    of the return, from 1.
    """

    kind: ClassVar[Kind] = Kind.REFUND

    order: int
    cents: int | None = None
    lines: Sequence[Line] = ()
    number: int | None = None

    def fields(self, names: FactNames, day: int) -> Fields:
        """The order and what comes back of it."""
        if self.cents is not None:
            cents = whole("cents", self.cents)
        else:
            cents = sum(whole("list_cents", line.list_cents) for line in self.lines) if self.lines else ALL
        number = 0 if self.number is None else whole("number", self.number)
        if self.number is not None and number < 1:
            raise LedgerError(f"number must be the shop's number of the return, one or more, not {number}.")
        return {"order": _number_of("order", self.order), "cents": cents, "which": number}

    def all_lines(self, names: FactNames) -> Sequence[tuple[int, int, int]]:
        """The lines that come back."""
        return _lines(self.lines, names)


@dataclass(frozen=True, kw_only=True)
class Delivery(Fact):
    """An order has arrived: points that waited for it can be used."""

    kind: ClassVar[Kind] = Kind.DELIVER

    order: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """The order."""
        return {"order": _number_of("order", self.order)}


def moment_of(at: datetime | Moment, zone: ZoneInfo) -> Moment:
    """Business day and second of a time. Raises LedgerError for a second that no day has."""
    if isinstance(at, datetime):
        local = at.astimezone(zone) if at.tzinfo else at
        return Moment(day_of(local.date()), local.hour * 3600 + local.minute * 60 + local.second)
    if not isinstance(at, Moment):
        raise LedgerError(f"at must be a datetime or a Moment(day, second), not {at!r}.")
    day, second = at
    if type(day) is int and type(second) is int and _FIRST_DAY <= day <= _LAST_DAY and 0 <= second < SECONDS_A_DAY:
        return at
    day, second = day_number(day), whole("second", second)
    if not 0 <= second < SECONDS_A_DAY:
        raise LedgerError(f"Moment({day}, {second}) is not a moment: a day has seconds 0 to {SECONDS_A_DAY - 1:,}.")
    return Moment(day, second)


def day_number(day: int | date) -> int:
    """A date, or days since 1970-01-01, as the latter. Raises LedgerError outside the years 1 to 9999."""
    number = day_of(day) if isinstance(day, date) else whole("day", day)
    if not _FIRST_DAY <= number <= _LAST_DAY:
        raise LedgerError(f"Day {number} is in no year from 1 to 9999: days are counted from 1970-01-01.")
    return number


def checked_key(key: object) -> str:
    """A key that was given. Raises LedgerError if it cannot be one."""
    if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY:
        raise LedgerError(f"key must be text of 1 to {_LONGEST_KEY} characters, not {key!r}.")
    return key


def whole(name: str, value: object) -> int:
    """A whole number of 64 bits. Raises LedgerError for anything else."""
    if type(value) is int and -_LARGEST <= value <= _LARGEST:
        return value
    try:
        number = operator.index(value)
    except TypeError:
        raise LedgerError(f"{name} must be a whole number, not {value!r}.") from None
    if abs(number) > _LARGEST:
        raise LedgerError(f"{name} must fit 64 bits, and {number} does not.")
    return number


def _number_of(name: str, value: object) -> int:
    number = whole(name, value)
    if number < 0:
        raise LedgerError(f"{name} must be the shop's number of the order, zero or more, not {number}.")
    return number


def _lines(lines: Sequence[Line], names: FactNames) -> Sequence[tuple[int, int, int]]:
    return lines and [
        (names.category(line.category), whole("list_cents", line.list_cents), whole("cost_cents", line.cost_cents))
        for line in lines
    ]


def _birthday(birthday: date | tuple[int, int] | None) -> tuple[int, int]:
    if birthday is None:
        return 0, 0
    try:
        month, day = (birthday.month, birthday.day) if isinstance(birthday, date) else birthday
        # 2000 had a 29 February.
        date(2000, operator.index(month), operator.index(day))
    except (TypeError, ValueError, OverflowError):
        raise LedgerError(
            says(
                "birthday must be a date of the calendar, or (month, day) such as (2, 29), not {birthday}.",
                "birthday（生日）须是日历上有的日期，或（月, 日），如 (2, 29)；不能是 {birthday}。",
                birthday=repr(birthday),
            )
        ) from None
    return month, day
