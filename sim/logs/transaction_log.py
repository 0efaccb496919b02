"""A log of real transactions, read from CSV: orders by member, on the business days of the program.

What a log may look like, and what is made of it, is in docs/replay.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

import numpy as np

from policies import Policy, Problem
from policies.currencies import Currency
from policies.errors import Words, nearest, says, shown
from policies.rules import records
from policies.values import LARGEST
from sim.logs.log_amounts import minor_units, whole_number
from sim.logs.log_file import Column, Columns, LogError, Where, read_columns
from sim.logs.log_times import Moments, moments_of

ORDER = np.dtype(
    [
        ("member", "i8"),  # index in TransactionLog.members
        ("day", "i8"),  # business day of the program
        ("second", "i8"),  # since the day's local midnight
        ("order", "i8"),  # index in TransactionLog.orders
        ("list_cents", "i8"),
    ],
    align=True,
)
"""One order of a log."""


@dataclass(frozen=True)
class TransactionLog:
    """Orders in the order in which the ledger wants them: by member, then in time, then by order id."""

    name: str  # of the file
    members: tuple[str, ...]  # ids: by number if all are whole numbers, else by text
    order_ids: tuple[str, ...]  # likewise
    orders: np.recarray  # ORDER (n,)


def read_log(
    path: str | Path, policy: Policy, columns: Columns | None = None, log_time_zone: str | None = None
) -> TransactionLog:
    """Read a CSV file, gzipped or not.

    Timestamps without an offset are in ``log_time_zone``, the program's own zone if it is None.

    Raises:
        LogError: the file is not such a log or cannot be read.
    """
    path = Path(path)
    columns = columns or Columns()
    zone = _zone(log_time_zone or policy.time_zone)
    member, order, timestamp, amount = read_columns(path, columns)
    where = Where(path)
    where.refuse_empty(member, says("the member's id", "会员编号"), "C-1042")
    where.refuse_empty(order, says("the order's id", "订单编号"), "100045")

    times = moments_of(timestamp.texts, zone, policy.time_zone)
    rule = says(
        "must be a date or a time, year first, in the years 1900 to 2199",
        "必须是 1900 至 2199 年的日期或时间，年份在前",
    )
    where.refuse_bad(timestamp, times.readable, rule, "2027-03-31 18:05:00")
    cents = _cents(where, amount, columns, Currency(policy.currency))
    return _log(where, member, order, timestamp, times, cents[amount.numbers])


def _zone(name: str) -> str:
    known = available_timezones()
    if name in known:
        return name
    rule = says("is not a time zone", "不是时区")
    option = "--log-time-zone"
    problem = Problem("", option, rule, shown(name), guess=nearest(name, known), example=f"{option} Asia/Shanghai")
    raise LogError([problem])


def _cents(where: Where, amount: Column, columns: Columns, currency: Currency) -> np.ndarray:
    """Minor units of every different amount, int64 (texts,)."""
    if columns.amount_minor:
        read: Callable[[str], int | Words] = whole_number
        example = "1990"
    else:
        read = minor_units(currency)
        example = f"{1990 / currency.minor_per_major:.{currency.decimals}f}"
    values = [read(text) for text in amount.texts]
    for rule in dict.fromkeys(value for value in values if isinstance(value, Words)):
        where.refuse_bad(amount, np.array([value != rule for value in values]), rule, example)
    return np.array(values, np.int64)


# --- orders ------------------------------------------------------------------------------------------------------


def _log(
    where: Where, member: Column, order: Column, timestamp: Column, times: Moments, cents: np.ndarray
) -> TransactionLog:
    """Rows to orders: amounts summed, the earliest time taken."""
    rank = times.rank[timestamp.numbers]
    # Rows of an order side by side, the earliest first; among equals the file's own order.
    by_order = np.lexsort((rank, order.numbers))
    numbers = order.numbers[by_order]
    starts = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]])
    first = by_order[starts]
    totals = np.add.reduceat(cents[by_order], starts)
    _check_orders(where, member, order, by_order, starts, totals)

    member_rank, members = _ranked(member.texts)
    order_rank, order_ids = _ranked(order.texts)
    orders = records(first.size, ORDER)
    orders.member = member_rank[member.numbers[first]]
    orders.order = order_rank[order.numbers[first]]
    orders.day = times.day[timestamp.numbers[first]]
    orders.second = times.second[timestamp.numbers[first]]
    orders.list_cents = totals
    in_time = np.lexsort((orders.order, rank[first], orders.member))
    return TransactionLog(where.path.name, members, order_ids, orders[in_time].view(np.recarray))


def _check_orders(
    where: Where, member: Column, order: Column, by_order: np.ndarray, starts: np.ndarray, totals: np.ndarray
) -> None:
    """Refuse an order of two members, and one whose rows do not sum to a price."""
    owners = member.numbers[by_order]
    same = owners == np.repeat(owners[starts], np.diff(np.r_[starts, owners.size]))
    if not same.all():
        row = int(by_order[~same].min())
        number = order.numbers[row]
        other = int(by_order[(order.numbers[by_order] == number) & (owners != member.numbers[row])].min())
        names = sorted((member.texts[member.numbers[row]], member.texts[member.numbers[other]]))
        rule = says(
            'has rows of two members, "{first}" and "{second}"; an order belongs to one',
            '含有两名会员 "{first}" 和 "{second}" 的行；一笔订单只属于一名会员',
            first=names[0],
            second=names[1],
        )
        where.refuse(row, order.name, order.texts[number], rule)
    for bad, rule in (
        (
            totals < 0,
            says(
                "is an order whose rows sum to less than zero; refunds cannot be replayed yet, so leave it out",
                "这笔订单各行之和小于零；暂不支持回放退款，请删去该订单",
            ),
        ),
        (
            totals > LARGEST,
            says(
                "is an order of more than {most:,} minor units; leave it out",
                "这笔订单超过 {most:,} 个最小货币单位；请删去该订单",
                most=LARGEST,
            ),
        ),
    ):
        if bad.any():
            row = int(by_order[starts[bad]].min())
            where.refuse(row, order.name, order.texts[order.numbers[row]], rule)


def _ranked(texts: list[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Rank of each id and the ids in order: by number if all are whole numbers, else by text."""
    if all(text.isascii() and text.isdigit() for text in texts):
        in_order = sorted(range(len(texts)), key=lambda each: (int(texts[each]), texts[each]))
    else:
        in_order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts), np.int64)
    rank[in_order] = np.arange(len(texts))
    return rank, tuple(texts[each] for each in in_order)
