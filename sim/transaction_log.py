"""A log of real transactions, read from CSV: orders by member, on the business days of the program.

What a log may look like, and what is made of it, is in docs/replay.md.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv

from policies import Policy
from policies.currencies import Currency
from policies.errors import nearest
from policies.rules import records
from policies.values import LARGEST
from sim.log_amounts import minor_units, whole_number
from sim.log_times import Moments, moments_of

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

_GZIP_MAGIC = b"\x1f\x8b"
_SHOWN_CHARACTERS = 60


class LogError(ValueError):
    """A log that cannot be replayed; the message says where, why and what would be legal."""


@dataclass(frozen=True)
class Columns:
    """Names of a log's columns. ``amount`` is decimal money, ``amount_minor`` whole minor units: one is read."""

    member: str = "member"
    order: str = "order"
    timestamp: str = "timestamp"
    amount: str | None = None  # "amount" if neither is named
    amount_minor: str | None = None


@dataclass(frozen=True)
class TransactionLog:
    """Orders in the order in which the ledger wants them: by member, then in time, then by order id."""

    name: str  # of the file
    members: tuple[str, ...]  # ids: by number if all are whole numbers, else by text
    order_ids: tuple[str, ...]  # likewise
    orders: np.recarray  # ORDER (n,)


@dataclass(frozen=True)
class _Column:
    """A column: the number of each row's text among the different texts."""

    name: str
    numbers: np.ndarray  # int64 (rows,)
    texts: list[str]  # different ones, without blanks around them


def read_log(
    path: str | Path, policy: Policy, columns: Columns | None = None, log_time_zone: str | None = None
) -> TransactionLog:
    """Read a CSV file, gzipped or not.

    Timestamps without an offset are in ``log_time_zone``, the program's own zone if it is None.

    Raises:
        LogError: the file is not such a log.
        OSError: the file cannot be read.
    """
    path = Path(path)
    columns = columns or Columns()
    zone = _zone(log_time_zone or policy.time_zone)
    wanted = _wanted(path, columns)
    table = _table(path, wanted)
    member, order, timestamp, amount = (_column(table, name) for name in wanted)
    where = _Where(path)
    where.refuse_empty(member, "the member's id", "C-1042")
    where.refuse_empty(order, "the order's id", "100045")

    times = moments_of(timestamp.texts, zone, policy.time_zone)
    rule = "must be a date or a time, year first, in the years 1900 to 2199"
    where.refuse_bad(timestamp, times.readable, rule, "2027-03-31 18:05:00")
    cents = _cents(where, amount, columns, Currency(policy.currency))
    return _log(where, member, order, timestamp, times, cents[amount.numbers])


def _zone(name: str) -> str:
    known = available_timezones()
    if name in known:
        return name
    guess = nearest(name, known)
    hint = f" Did you mean {guess}?" if guess else ""
    raise LogError(f'"{name}" is not a time zone.{hint} Example: --log-time-zone Asia/Shanghai')


# --- the file ----------------------------------------------------------------------------------------------------


def _opened(path: Path) -> Any:
    """The file as text, unpacked if it is gzipped."""
    if _is_packed(path):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _is_packed(path: Path) -> bool:
    """Whether a file is gzipped, whatever its name."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP_MAGIC


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line on which it ends, fields) of every row that is not blank, the header first. Slow: for messages."""
    with _opened(path) as file:
        reader = csv.reader(file)
        for row in reader:
            if row:
                yield reader.line_num, row


def _wanted(path: Path, columns: Columns) -> tuple[str, str, str, str]:
    """Names of the columns to read, checked against the header."""
    try:
        header = next(_rows(path), (0, []))[1]
    except (UnicodeDecodeError, csv.Error, EOFError, zlib.error, gzip.BadGzipFile) as error:
        _unreadable(path, error)
    if not header:
        raise LogError(f"{path.name}: is empty. The first line must name the columns: member,order,timestamp,amount")
    for name in header:
        if header.count(name) > 1:
            raise LogError(f'{path.name}: line 1: two columns are called "{name}"; names must differ.')
    if columns.amount and columns.amount_minor:
        raise LogError("Give either --amount (decimal money) or --amount-minor (whole minor units), not both.")
    amount_option = "--amount-minor" if columns.amount_minor else "--amount"
    wanted = {
        "--member": columns.member,
        "--order": columns.order,
        "--timestamp": columns.timestamp,
        amount_option: columns.amount_minor or columns.amount or "amount",
    }
    for option, name in wanted.items():
        if name not in header:
            _missing(path, header, option, name)
    return tuple(wanted.values())


def _missing(path: Path, header: list[str], option: str, name: str) -> NoReturn:
    guess = nearest(name, header)
    hint = f' Did you mean {option} "{guess}"?' if guess else ""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        hint = " Columns must be separated by commas."
    if option == "--amount" and name == "amount":
        hint += " Name the column of decimal money with --amount, or of whole minor units with --amount-minor."
    else:
        hint += f" Name the right one with {option}."
    listed = ", ".join(f'"{each}"' for each in header)
    raise LogError(f'{path.name}: line 1: there is no column "{name}".{hint} The columns are {listed}.')


def _table(path: Path, wanted: tuple[str, ...]) -> pa.Table:
    """The wanted columns, each text once."""
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        with pa.input_stream(str(path), compression="gzip" if _is_packed(path) else None) as stream:
            table = arrow_csv.read_csv(
                stream,
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=sorted(set(wanted)),
                    column_types=dict.fromkeys(wanted, text),
                    strings_can_be_null=False,
                ),
            )
    except (pa.ArrowInvalid, OSError) as error:
        _unreadable(path, error)
    if not table.num_rows:
        raise LogError(f"{path.name}: has no rows below the names of its columns.")
    return table.unify_dictionaries()


def _unreadable(path: Path, error: Exception) -> NoReturn:
    """Say why a file is not a table: look for the first bad row by a slow, plain reading."""
    number = 1
    try:
        rows = _rows(path)
        columns = len(next(rows)[1])
        for number, row in rows:
            if len(row) != columns:
                fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
                raise LogError(
                    f"{path.name}: line {number}: has {fields}, but there are {columns} columns. "
                    'A value that holds a comma must stand in quotes: "Smith, J."'
                )
    except UnicodeDecodeError:
        raise LogError(f"{path.name}: is not UTF-8 text. Save it as UTF-8.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise LogError(f"{path.name}: the gzipped file is damaged or ends too early.") from None
    except csv.Error as problem:
        raise LogError(f"{path.name}: line {number + 1}: is not CSV ({problem}).") from None
    raise LogError(f"{path.name}: is not a CSV file ({error}).") from None


def _column(table: pa.Table, name: str) -> _Column:
    """A column with blanks around its texts taken away."""
    chunks = table.column(name).combine_chunks()
    if isinstance(chunks, pa.ChunkedArray):
        chunks = chunks.chunk(0)
    numbers = chunks.indices.to_numpy().astype(np.int64)
    stripped = compute.utf8_trim_whitespace(chunks.dictionary)
    if not stripped.equals(chunks.dictionary):
        again = stripped.dictionary_encode()  # " 7" and "7" are one text
        return _Column(name, again.indices.to_numpy()[numbers].astype(np.int64), again.dictionary.to_pylist())
    return _Column(name, numbers, stripped.to_pylist())


# --- messages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Where:
    """Says in which line of the file a mistake stands."""

    path: Path

    def refuse(self, row: int, column: str, value: str, rule: str, example: str) -> NoReturn:
        """Refuse a value; ``row`` counts from 0, without header and blank lines."""
        try:
            line = next(itertools.islice(_rows(self.path), row + 1, None))[0]
        except csv.Error:  # a value too long for the plain reader: as if there were no blank lines before it
            line = row + 2
        shown = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 3] + "..."
        spelled = f'"{shown}"' if shown.isprintable() else ascii(shown)
        raise LogError(f"{self.path.name}: line {line}, column {column}: {spelled} {rule}. Example: {example}")

    def refuse_bad(self, column: _Column, good: np.ndarray, rule: str, example: str) -> None:
        """Refuse the first row whose text is not good; bool (texts,)."""
        if not good.all():
            row = int(np.flatnonzero(~good[column.numbers])[0])
            self.refuse(row, column.name, column.texts[column.numbers[row]], rule, example)

    def refuse_empty(self, column: _Column, what: str, example: str) -> None:
        """Refuse an empty text."""
        good = np.array([bool(text) for text in column.texts])
        self.refuse_bad(column, good, f"is empty, but it must be {what}", example)


def _cents(where: _Where, amount: _Column, columns: Columns, currency: Currency) -> np.ndarray:
    """Minor units of every different amount, int64 (texts,)."""
    if columns.amount_minor:
        read: Callable[[str], int | str] = whole_number
        example = "1990"
    else:
        read = minor_units(currency)
        example = f"{1990 / currency.minor_per_major:.{currency.decimals}f}"
    values = [read(text) for text in amount.texts]
    for rule in dict.fromkeys(value for value in values if isinstance(value, str)):
        where.refuse_bad(amount, np.array([value != rule for value in values]), rule, example)
    return np.array(values, np.int64)


# --- orders ------------------------------------------------------------------------------------------------------


def _log(
    where: _Where, member: _Column, order: _Column, timestamp: _Column, times: Moments, cents: np.ndarray
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
    where: _Where, member: _Column, order: _Column, by_order: np.ndarray, starts: np.ndarray, totals: np.ndarray
) -> None:
    """Refuse an order of two members, and one whose rows do not sum to a price."""
    owners = member.numbers[by_order]
    same = owners == np.repeat(owners[starts], np.diff(np.r_[starts, owners.size]))
    if not same.all():
        row = int(by_order[~same].min())
        number = order.numbers[row]
        other = int(by_order[(order.numbers[by_order] == number) & (owners != member.numbers[row])].min())
        names = sorted((member.texts[member.numbers[row]], member.texts[member.numbers[other]]))
        rule = f'has rows of two members, "{names[0]}" and "{names[1]}"; an order belongs to one'
        where.refuse(row, order.name, order.texts[number], rule, "100045")
    for bad, rule in (
        (totals < 0, "is an order whose rows sum to less than zero; refunds cannot be replayed yet"),
        (totals > LARGEST, f"is an order of more than {LARGEST:,} minor units"),
    ):
        if bad.any():
            row = int(by_order[starts[bad]].min())
            where.refuse(row, order.name, order.texts[order.numbers[row]], rule, "leave such orders out")


def _ranked(texts: list[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Rank of each id and the ids in order: by number if all are whole numbers, else by text."""
    if all(text.isascii() and text.isdigit() for text in texts):
        in_order = sorted(range(len(texts)), key=lambda each: (int(texts[each]), texts[each]))
    else:
        in_order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts), np.int64)
    rank[in_order] = np.arange(len(texts))
    return rank, tuple(texts[each] for each in in_order)
