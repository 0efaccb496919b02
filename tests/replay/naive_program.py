"""The slow, obvious twin: a membership program in plain Python with dates and fractions.

It shares no code with ``policies`` or ``ledger`` and keeps no books: it walks through one member's
orders, and its rules are written down again from the policy texts in the tests.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor

NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Level:
    enter: int  # minor units of spending
    keep: int
    multiplier: Fraction = Fraction(1)
    discount: Fraction = Fraction(0)


@dataclass(frozen=True)
class Burn:
    minimum: int
    step: int
    share: Fraction
    cap_cents: int


@dataclass(frozen=True)
class Program:
    """A program in which a point is worth a cent and a whole unit of money earns one point."""

    levels: tuple[Level, ...]
    pending: timedelta
    first_dead_date: Callable[[date], date]
    counts_until: Callable[[date], date]  # first date on which an order's spending no longer counts
    review_after: Callable[[date, bool], date]  # next review of a level reached (True) or reviewed (False) on a date
    falls_to: Callable[[int, int], int]  # (level, level earned) -> level after a missed review
    rounding: Callable[[Fraction], int] = floor
    burn: Burn | None = None


@dataclass
class Account:
    level: int = 0
    review: date = NEVER
    lots: list[list] = field(default_factory=list)  # [dead, earned, active, points]
    spent: list[tuple[date, int]] = field(default_factory=list)
    orders: int = 0
    issued: Counter = field(default_factory=Counter)  # by month, like the others
    redeemed: Counter = field(default_factory=Counter)
    redemptions: Counter = field(default_factory=Counter)
    expired: Counter = field(default_factory=Counter)

    @property
    def outstanding(self) -> int:
        return sum(points for *_, points in self.lots)


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def live(program: Program, orders: Iterable[tuple[date, int]], as_of: date) -> Account:
    """One member: orders as (date, list price in cents) in time order."""
    account = Account()
    for day, price in orders:
        _nights(program, account, day)
        _order(program, account, day, price)
    _nights(program, account, as_of)
    return account


def _nights(program: Program, account: Account, today: date) -> None:
    for lot in account.lots:
        dead, *_, points = lot
        if dead <= today:
            account.expired[_month(dead)] += points
            lot[3] = 0
    account.lots = [lot for lot in account.lots if lot[3]]
    while account.review <= today:
        day = account.review
        counted = _counted(program, account, day - timedelta(days=1))
        if counted < program.levels[account.level].keep:
            account.level = program.falls_to(account.level, _level_earned(program, counted))
        account.review = program.review_after(day, False) if account.level else NEVER


def _order(program: Program, account: Account, day: date, price: int) -> None:
    level = program.levels[account.level]
    price -= floor(price * level.discount)
    used = _burnt(program.burn, account, day, price) if program.burn else 0
    if used:
        account.redeemed[_month(day)] += used
        account.redemptions[_month(day)] += 1
    earned = program.rounding(Fraction(price - used, 100) * level.multiplier)
    account.issued[_month(day)] += earned
    account.lots.append([program.first_dead_date(day), day, day + program.pending, earned])
    account.orders += 1
    account.spent.append((program.counts_until(day), price))
    reached = _level_earned(program, _counted(program, account, day))
    if reached > account.level:
        account.level = reached
        account.review = program.review_after(day, True)


def _burnt(burn: Burn, account: Account, day: date, price: int) -> int:
    """Points used: as many as allowed, from the lots that die first."""
    usable = sorted((lot for lot in account.lots if lot[2] <= day), key=lambda lot: lot[:2])
    most = min(sum(lot[3] for lot in usable), floor(price * burn.share), burn.cap_cents)
    wanted = left = most // burn.step * burn.step
    if wanted < burn.minimum:
        return 0
    for lot in usable:
        part = min(left, lot[3])
        lot[3] -= part
        left -= part
    return wanted


def _counted(program: Program, account: Account, day: date) -> int:
    return sum(cents for until, cents in account.spent if day < until)


def _level_earned(program: Program, counted: int) -> int:
    return max(rank for rank, level in enumerate(program.levels) if counted >= level.enter)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
