"""The whole of a policy as a form: one part of the rules at a time, with fields for its keys and tables for its rows.

What stands in the tier table and among the main rates (`texts.forms`) is left out here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policies import Policy
from policies.amounts import Money
from policies.declare import Parameter, Section
from policies.document import Path
from policies.kinds_gifts import GiftList
from policies.parameters import ROOT, parameter_of, section_of
from policies.periods import Span
from policies.sheet import is_read
from policies.values import Choice, Count, Flag, Rate
from texts import t
from texts.forms import LEVEL_KEYS, Field, field_of, file_value
from texts.spelling import raw_value, shown_value, typed_rows, typed_value

_INNER = ("expiry", "cash", "wheel")
"""Tables of points that are parts of their own."""

_LEVELS: Path = ("tiers", "level")


@dataclass(frozen=True)
class Column:
    """One column of a table of rows."""

    key: str
    title: str
    help: str
    flag: bool = False
    options: tuple[str, ...] = ()
    """Words of a choice; empty for a column of text."""


@dataclass(frozen=True)
class RowTable:
    """A list of a policy as a table; cells are text, words of a choice, or true and false."""

    path: Path
    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    names: tuple[str, ...]
    """How the policy calls each row."""
    grows: bool
    """Whether rows can be added and removed here."""


def parts(language: str) -> dict[str, str]:
    """The parts of the rules: dotted path of a table to its title."""
    found: dict[str, str] = {}
    for key, section in ROOT.sections.items():
        found[key] = _title(section, language)
        if key == "points":
            found |= {f"points.{inner}": _title(section.sections[inner], language) for inner in _INNER}
    return found


def part_of(path: str) -> str:
    """The part to which a dotted path belongs."""
    first, _, rest = path.partition(".")
    inner = rest.partition(".")[0]
    return f"points.{inner}" if first == "points" and inner in _INNER else first


def is_main(path: str, elsewhere: set[str]) -> bool:
    """Whether a dotted path is one of those ``elsewhere`` or stands in the tier table."""
    keys = path.split(".")
    if keys[:2] == list(_LEVELS):
        return len(keys) <= 3 or keys[3] in (*LEVEL_KEYS, "name", "name_zh")
    return path in elsewhere


def tables_in(part: str) -> list[Path]:
    """The tables of a part that are no lists: its own, then those inside it."""
    path = tuple(part.split("."))
    section = section_of(path)
    if section.rows:
        return []
    inner = [
        (*path, key)
        for key, each in section.sections.items()
        if not each.rows and ".".join((*path, key)) not in parts("en")
    ]
    return [path, *inner]


def lists_in(part: str) -> list[Path]:
    """The lists of a part: itself, or those in its tables."""
    path = tuple(part.split("."))
    if section_of(path).rows:
        return [path]
    return [(*table, key) for table in tables_in(part) for key, each in section_of(table).sections.items() if each.rows]


def table_title(path: Path, language: str) -> str:
    """What a table or list is called."""
    return _title(section_of(path), language)


def first_values(policy: Policy, path: Path) -> dict[str, Any]:
    """What an optional table needs when it is added: the declared examples, but only names that the policy has."""
    found: dict[str, Any] = {}
    for key, parameter in section_of(path).parameters.items():
        if not parameter.required:
            continue
        if parameter.unit == "name of a tier":
            found[key] = policy.level_names[-1]
        elif isinstance(parameter.kind, GiftList):
            found[key] = ["points:100"]
        else:
            found[key] = tomllib.loads(f"value = {parameter.example}", parse_float=Decimal)["value"]
    return found


def is_optional(path: Path) -> bool:
    """Whether a table can be absent."""
    return section_of(path).optional


def has_table(policy: Policy, path: Path) -> bool:
    """Whether a table is there, and those around it: one that is not optional always is."""
    around = [path[:length] for length in range(1, len(path) + 1)]
    return all(not is_optional(each) or each in policy.document.tables for each in around)


# --- fields ------------------------------------------------------------------------------------------------------


def part_fields(policy: Policy, path: Path, language: str, elsewhere: set[str]) -> list[Field]:
    """A field for every key of one table that this policy reads and that is not shown ``elsewhere``."""
    index, section = policy.own_versions[0], section_of(path)
    keys = [
        key
        for key, parameter in section.parameters.items()
        if ".".join((*path, key)) not in elsewhere and is_read(policy, index, (*path, key), parameter.read_when)
    ]
    return [_any_field(policy, (*path, key), language) for key in keys]


def _any_field(policy: Policy, path: Path, language: str) -> Field:
    parameter, zh = parameter_of(path), language == "zh"
    kind, resolved = parameter.kind, policy.flats[policy.own_versions[0]].get(path)
    dotted = ".".join(path)
    if isinstance(kind, Flag):
        title = parameter.title_zh if zh else parameter.title
        return Field(dotted, title, parameter.meaning_zh if zh else parameter.meaning, "toggle", bool(resolved))
    has_control = isinstance(kind, Choice | Money) or (isinstance(kind, Count | Rate) and not kind.or_none)
    if has_control or (isinstance(kind, Span) and not kind.words):
        return field_of(policy, dotted, language)
    text = shown_value(raw_value(policy, path))
    return Field(dotted, *_words(parameter, language), "text", text)


def _words(parameter: Parameter, language: str) -> tuple[str, str]:
    """Title of a parameter, and what it means with its legal values: for what is typed."""
    if language == "zh":
        return parameter.title_zh, t("editor.typed", language, meaning=parameter.meaning_zh, range=parameter.range_zh)
    return parameter.title, t("editor.typed", language, meaning=parameter.meaning, range=parameter.range)


def field_changes(reference: Policy, fields: Sequence[Field], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What the shown values of fields change in a policy: dotted path -> value of a file, None to remove a key."""
    now = {field.path: field for field in fields}
    changes: dict[str, Any] = {}
    flat = reference.flats[reference.own_versions[0]]
    for path, value in shown.items():
        keys = tuple(path.split("."))
        said = _file_value(reference, now[path], value)
        before = _any_field(reference, keys, "en") if keys in flat else None
        if before is None or said != _file_value(reference, before, before.value):
            changes[path] = said
    return changes


def _file_value(policy: Policy, field: Field, shown: Any) -> Any:
    if field.widget == "text":
        return typed_value(policy, tuple(field.path.split(".")), shown)
    return shown if field.widget == "toggle" else file_value(policy, field.path, shown)


# --- tables of rows ----------------------------------------------------------------------------------------------


def row_table(policy: Policy, path: Path, language: str) -> RowTable:
    """A list as a table. That of the tiers has what the tier table leaves out, and the same rows."""
    section = section_of(path)
    is_levels = path == _LEVELS
    columns = [
        _column(parameter, language)
        for key, parameter in section.parameters.items()
        if not (is_levels and key in (*LEVEL_KEYS, "name_zh"))
    ]
    for key, inner in section.sections.items():
        help_text = t("editor.rows", language, keys=", ".join(inner.parameters))
        columns.append(Column(key, _title(inner, language), help_text))
    names = tuple(policy.document.rows.get(path, ()))
    rows = tuple(_cells(policy, (*path, name), columns, language) for name in names)
    return RowTable(path, _title(section, language), tuple(columns), rows, names, not is_levels)


def _column(parameter: Parameter, language: str) -> Column:
    title, help_text = _words(parameter, language)
    kind = parameter.kind
    options = tuple(_option_words(kind, language)) if isinstance(kind, Choice) else ()
    return Column(parameter.key, title, help_text, isinstance(kind, Flag), options)


def _option_words(kind: Choice, language: str) -> dict[str, str]:
    """Words of a choice -> spelling in the file."""
    return {(each.says_zh if language == "zh" else each.says): each.spelling for each in kind.options}


def _cells(policy: Policy, row: Path, columns: Sequence[Column], language: str) -> dict[str, Any]:
    """One row as it is shown; a key that it does not read is empty."""
    section, cells = section_of(row), {}
    for column in columns:
        here = (*row, column.key)
        if column.key in section.sections:
            cells[column.key] = shown_value(_inner_rows(policy, here))
            continue
        parameter = section.parameters[column.key]
        value = raw_value(policy, here)
        if not is_read(policy, policy.own_versions[0], here, parameter.read_when):
            value = None
        if column.flag:
            cells[column.key] = value
        elif column.options:
            words = {spelling: each for each, spelling in _option_words(parameter.kind, language).items()}
            cells[column.key] = words.get(value)
        else:
            cells[column.key] = shown_value(value)
    return cells


def _inner_rows(policy: Policy, path: Path) -> list[dict[str, Any]]:
    """Rows inside a row as the file spells them."""
    leaves = policy.document.leaves
    return [
        {
            key: raw_value(policy, (*path, row, key))
            for key in section_of(path).parameters
            if (*path, row, key) in leaves
        }
        for row in policy.document.rows.get(path, [])
    ]


def row_changes(start: Policy, table: RowTable, rows: Sequence[tuple[int, dict[str, Any]]], language: str) -> dict:
    """What an edited table changes in a policy: dotted path -> value of a file, None to remove.

    Args:
        start: the policy to be changed.
        table: the table as it was first shown, perhaps with changes already.
        rows: (index in the table, cells); an index beyond the table is a new row.
        language: of the words in the table.
    """
    section, dotted = section_of(table.path), ".".join(table.path)
    read = [(index, _typed_row(start, table, cells, language)) for index, cells in rows]
    read = [(index, row) for index, row in read if row]
    old = start.document.rows.get(table.path, [])
    if not section.named:
        if [index for index, _ in read] != list(range(len(old))):
            return {dotted: [_filled(row) for _, row in read]}
        named = [(str(index), row) for index, row in read]
    else:
        named = [(row.get(section.known_by) or "", row) for _, row in read]
        named = [(name, row) for name, row in named if name]
    now = {name for name, _ in named}
    changes: dict[str, Any] = {f"{dotted}.{name}": None for name in old if name not in now}
    for name, row in named:
        here = (*table.path, name)
        if name not in old:
            changes |= {f"{dotted}.{name}.{key}": value for key, value in _filled(row).items()}
            continue
        before = _typed_row(start, table, _cells(start, here, table.columns, language), language)
        changes |= {f"{dotted}.{name}.{key}": value for key, value in row.items() if value != before.get(key)}
    return changes


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in (None, [])}


def _typed_row(policy: Policy, table: RowTable, cells: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values of one row as a file spells them; empty if nothing is written in it."""
    section = section_of(table.path)
    found: dict[str, Any] = {}
    for column in table.columns:
        cell = cells.get(column.key)
        if column.key in section.sections:
            found[column.key] = typed_rows(str(cell or ""))
        elif column.flag:
            found[column.key] = None if cell is None else bool(cell)
        elif column.options:
            found[column.key] = _option_words(section.parameters[column.key].kind, language).get(cell)
        else:
            found[column.key] = typed_value(policy, (*table.path, "0", column.key), str(cell or ""))
    return found if _filled(found) else {}


def _title(section: Section, language: str) -> str:
    return section.title_zh if language == "zh" else section.title
