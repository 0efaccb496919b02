"""The file of a log: opening it, its columns, and saying in which line of it a mistake stands."""

from __future__ import annotations

import csv
import gzip
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyarrow import csv as arrow_csv

from policies.errors import Problem, ProblemError, Words, listed, nearest, says
from policies.load import unreadable

_GZIP_MAGIC = b"\x1f\x8b"
_SHOWN_CHARACTERS = 60
_BLOCK_BYTES = 1 << 20
_SENTINEL = "end"
_EXAMPLE_HEADER = "member,order,timestamp,amount"
_BROKEN = (UnicodeDecodeError, csv.Error, EOFError, zlib.error, gzip.BadGzipFile)
"""What reading a file as text raises if it is no such text."""


class LogError(ProblemError):
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
class Column:
    """A column: the number of each row's text among the different texts."""

    name: str
    numbers: np.ndarray  # int64 (rows,)
    texts: list[str]  # different ones, without blanks around them


@dataclass(frozen=True)
class Where:
    """Says in which line of the file a mistake stands."""

    path: Path

    def refuse(self, row: int, column: str, value: str, rule: Words, example: str = "") -> NoReturn:
        """Refuse a value; ``row`` counts from 0, without header and blank lines."""
        try:
            line = next(itertools.islice(_rows(self.path), row + 1, None))[0]
        except csv.Error:  # a value too long for the plain reader: as if there were no blank lines before it
            line = row + 2
        short = value if len(value) <= _SHOWN_CHARACTERS else value[: _SHOWN_CHARACTERS - 3] + "..."
        whole = says(
            "line {line}, column {column}: {spelled} {rule}",
            "第 {line} 行，{column} 列：{spelled} {rule}",
            line=line,
            column=column,
            spelled=f'"{short}"' if short.isprintable() else ascii(short),
            rule=rule,
        )
        raise LogError([Problem(self.path.name, "", whole, example=example)])

    def refuse_bad(self, column: Column, good: np.ndarray, rule: Words, example: str) -> None:
        """Refuse the first row whose text is not good; bool (texts,)."""
        if not good.all():
            row = int(np.flatnonzero(~good[column.numbers])[0])
            self.refuse(row, column.name, column.texts[column.numbers[row]], rule, example)

    def refuse_empty(self, column: Column, what: Words, example: str) -> None:
        """Refuse an empty text; ``what`` it must be."""
        good = np.array([bool(text) for text in column.texts])
        self.refuse_bad(column, good, says("is empty, but it must be {what}", "为空；须写明{what}", what=what), example)


def read_columns(path: Path, columns: Columns) -> tuple[Column, ...]:
    """Member, order, timestamp and amount of every row.

    Raises:
        LogError: the file is not such a table or cannot be read at all.
    """
    try:
        wanted = _wanted(path, columns)
        table = _table(path, wanted)
    except OSError as error:
        _refuse_file(path, unreadable(error))
    return tuple(_column(table, name) for name in wanted)


def _refuse_file(path: Path, rule: Words, *, line: int = 0, guess: str = "", example: str = "") -> NoReturn:
    """Refuse the file as a whole, or one of its lines, counted from 1."""
    if line:
        rule = says("line {line}: {rule}", "第 {line} 行：{rule}", line=line, rule=rule)
    raise LogError([Problem(path.name, "", rule, guess=guess, example=example)]) from None


# --- opening -----------------------------------------------------------------------------------------------------


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


# --- columns -----------------------------------------------------------------------------------------------------


def _wanted(path: Path, columns: Columns) -> tuple[str, str, str, str]:
    """Names of the columns to read, checked against the header."""
    try:
        header = next(_rows(path), (0, []))[1]
    except _BROKEN as error:
        _unreadable(path, error)
    if not header:
        rule = says("is empty; the first line must name the columns", "是空文件；第一行须写明列名")
        _refuse_file(path, rule, example=_EXAMPLE_HEADER)
    for name in header:
        if header.count(name) > 1:
            rule = says(
                'two columns are called "{name}"; names must differ', '有两列都叫 "{name}"；列名不能重复', name=name
            )
            _refuse_file(path, rule, line=1)
    if columns.amount and columns.amount_minor:
        rule = says(
            "is for decimal money and {minor} for whole minor units; give one of them, not both",
            "用于小数金额，{minor} 用于最小货币单位的整数；二者只能给出一个",
            minor="--amount-minor",
        )
        raise LogError([Problem("", "--amount", rule)])
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
    """Refuse a header without a column that is wanted."""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        rule = says("the columns must be separated by commas", "各列须以逗号分隔")
        _refuse_file(path, rule, line=1, example=_EXAMPLE_HEADER)
    guess = nearest(name, header)
    if option == "--amount" and name == "amount":
        way_out = says(
            "name the column of decimal money with {option}, or of whole minor units with {other}",
            "请用 {option} 指明小数金额所在的列，或用 {other} 指明最小货币单位整数所在的列",
            option=option,
            other="--amount-minor",
        )
    else:
        way_out = says("name the right one with {option}", "请用 {option} 指明正确的列", option=option)
    rule = says(
        'there is no column "{name}", only {known}; {way_out}',
        '没有 "{name}" 这一列，只有 {known}；{way_out}',
        name=name,
        known=listed(f'"{each}"' for each in header),
        way_out=way_out,
    )
    _refuse_file(path, rule, line=1, guess=f'{option} "{guess}"' if guess else "")


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
        _refuse_open_quote(path)
    except (pa.ArrowInvalid, *_BROKEN, OSError) as error:
        _unreadable(path, error)
    if not table.num_rows:
        _refuse_file(path, says("has no rows below the names of its columns", "列名之下没有任何数据行"))
    return table.unify_dictionaries()


def _refuse_open_quote(path: Path) -> None:
    """Refuse a quotation mark that is never closed: its value would swallow the rest of the file in silence."""
    with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
        if not any(b'"' in block for block in iter(lambda: file.read(_BLOCK_BYTES), b"")):
            return
    start = end = 0
    last: list[str] = []
    with _opened(path) as text:
        # A last line of our own stands alone unless an open quotation mark makes it a part of the value before it.
        reader = csv.reader(itertools.chain(text, ["\n", _SENTINEL]))
        for row in reader:
            start, end, last = end + 1, reader.line_num, row
    if last != [_SENTINEL]:
        rule = says("a quotation mark opens here that is never closed", "此处开始的引号没有闭合")
        _refuse_file(path, rule, line=start, example='"Smith, J."')


def _unreadable(path: Path, error: Exception) -> NoReturn:
    """Say why a file is not a table: look for the first bad row by a slow, plain reading."""
    number = 1
    try:
        rows = _rows(path)
        columns = len(next(rows)[1])
        for number, row in rows:
            if len(row) != columns:
                rule = says(
                    "the number of values is {found}, but of columns {columns}; "
                    "a value that holds a comma must stand in quotes",
                    "有 {found} 个值，而列数是 {columns}；含逗号的值须加引号",
                    found=len(row),
                    columns=columns,
                )
                _refuse_file(path, rule, line=number, example='"Smith, J."')
    except UnicodeDecodeError:
        _refuse_file(path, says("is not UTF-8 text; save it as UTF-8", "不是 UTF-8 文本；请另存为 UTF-8"))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        _refuse_file(path, says("the gzipped file is damaged or ends too early", "压缩文件已损坏或不完整"))
    except csv.Error as problem:
        _refuse_file(path, _not_csv(problem), line=number + 1)
    _refuse_file(path, _not_csv(error))


def _not_csv(error: Exception) -> Words:
    """Of a file that the reader of tables, which speaks English only, gave up on."""
    reason = Words(str(error), "无法按逗号分隔的表格读取")
    return says("is not CSV ({reason})", "不是可用的表格文件（{reason}）", reason=reason)


def _column(table: pa.Table, name: str) -> Column:
    """A column with blanks around its texts taken away."""
    chunks = table.column(name).combine_chunks()
    if isinstance(chunks, pa.ChunkedArray):
        chunks = chunks.chunk(0)
    numbers = chunks.indices.to_numpy().astype(np.int64)
    stripped = compute.utf8_trim_whitespace(chunks.dictionary)
    if not stripped.equals(chunks.dictionary):
        again = stripped.dictionary_encode()  # " 7" and "7" are one text
        return Column(name, again.indices.to_numpy()[numbers].astype(np.int64), again.dictionary.to_pylist())
    return Column(name, numbers, stripped.to_pylist())
