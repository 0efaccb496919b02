"""A policy file as it stands: leaves under dotted paths, each knowing where it was written.

Reading a file settles its shape (which keys, which tables, which dates). What the values mean is settled later,
after the files it extends have been laid under it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policies.declare import Parameter, Section
from policies.errors import Problem, Words, listed, nearest, says, shown
from policies.parameters import HEADER, OBITUARIES, ROOT, section_of

Path = tuple[str, ...]
"""Keys from the top; a named row by its name, another by its index: ``("tiers", "level", "silver", "enter")``."""

Flat = dict[Path, Any]
"""Resolved values of one version by path."""

SWITCH: Path = ("switch",)
"""The table of a policy that replaces another one."""

_DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{8}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Entry:
    """A value, from when it rules (None: always) and where it comes from."""

    since: date | None
    value: Any
    reference: str = ""


@dataclass(frozen=True)
class Leaf:
    """One key: its entries by ascending date, the file that wrote it and how far up that file is."""

    entries: tuple[Entry, ...]
    file: str
    depth: int = 0
    """0 for the file itself, 1 for the one it extends, and so on."""


@dataclass
class Document:
    """All that a file says. ``rows`` holds the names of the rows of each list, in order."""

    file: str
    header: dict[str, Leaf] = field(default_factory=dict)
    leaves: dict[Path, Leaf] = field(default_factory=dict)
    tables: set[Path] = field(default_factory=set)
    rows: dict[Path, list[str]] = field(default_factory=dict)
    spoilt: set[Path] = field(default_factory=set)
    """Keys and lists that were meant to be there but could not be read: refused once, and not missed as well."""
    before: Document | None = None
    """What rules before the switch, if there is one."""
    source: str = ""
    """How the file above calls this one: a shipped name or a path."""

    @property
    def has_switch(self) -> bool:
        """Whether this policy replaces another one."""
        return SWITCH in self.tables

    def copy(self) -> Document:
        """A copy that can be changed without changing this one."""
        rows = {path: list(names) for path, names in self.rows.items()}
        return replace(
            self,
            header=dict(self.header),
            leaves=dict(self.leaves),
            tables=set(self.tables),
            rows=rows,
            spoilt=set(self.spoilt),
        )

    def remove(self, path: Path) -> None:
        """Forget a key, a table or a row and everything in it."""
        self.leaves = {each: leaf for each, leaf in self.leaves.items() if each[: len(path)] != path}
        self.tables = {each for each in self.tables if each[: len(path)] != path}
        self.rows = {each: names for each, names in self.rows.items() if each[: len(path)] != path}
        if path[:-1] in self.rows:
            self.rows[path[:-1]] = [name for name in self.rows[path[:-1]] if name != path[-1]]


class Reader:
    """Reads the shape of one parsed file and collects what is wrong with it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.document = Document(file)

    def read(self, content: dict[str, Any]) -> Document:
        """The document of a parsed file. Problems are in ``problems``."""
        header = {key: value for key, value in content.items() if key in HEADER.parameters}
        for key, value in header.items():
            leaf = self.leaf(key, value, HEADER.parameters[key])
            if leaf:
                self.document.header[key] = leaf
            else:
                self.document.spoilt.add((key,))
        self._table(ROOT, (), {key: value for key, value in content.items() if key not in header}, "")
        return self.document

    def refuse(self, key: str, rule: Words, value: Any = None, **rest: Any) -> None:
        """Note a problem of this file."""
        self.problems.append(Problem(self.file, key, rule, "" if value is None else shown(value), **rest))

    def _table(self, section: Section, path: Path, content: dict[str, Any], place: str) -> None:
        """One table. ``place`` is how messages call it, with a dot at the end."""
        self.document.tables.add(path)
        for key, value in content.items():
            if key in section.parameters:
                leaf = self.leaf(place + key, value, section.parameters[key])
                if leaf:
                    self.document.leaves[(*path, key)] = leaf
                else:
                    self.document.spoilt.add((*path, key))
            elif key in section.sections:
                self.section(section.sections[key], (*path, key), value, place + key)
            else:
                self.unknown(section, path, key, value, place)

    def section(self, section: Section, path: Path, value: Any, place: str) -> None:
        """A table, or a list of tables. ``place`` is how messages call it."""
        if not section.rows:
            if isinstance(value, dict):
                self._table(section, path, value, place + ".")
            else:
                self.document.spoilt.add(path)
                example = says("[{place}] on a line of its own", "单独一行写 [{place}]", place=place)
                self.refuse(place, says("must be a table", "必须是表"), value, example=example)
            return
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.document.spoilt.add(path)
            example = says("[[{place}]] on a line of its own", "单独一行写 [[{place}]]", place=place)
            self.refuse(place, says("must be a list of tables", "必须是表数组"), value, example=example)
            return
        self.document.rows[path] = []
        for index, row in enumerate(value):
            self._row(section, path, index, row, place)

    def _row(self, section: Section, path: Path, index: int, row: dict[str, Any], place: str) -> None:
        name, spelled = str(index), f"{place}[{index}]"
        if section.named:
            given = row.get(section.known_by)
            rule = None
            if given is None:
                rule = missing()
            elif not isinstance(given, str) or not given.strip():
                rule = says("must be a name in quotes", "必须是带引号的名称")
            elif given in self.document.rows[path]:
                rule = says("is used twice; names must differ", "重复使用；名称不能相同")
            if rule:
                self.document.spoilt.add(path)
                example = f"{section.known_by} = {section.parameters[section.known_by].example}"
                self.refuse(f"{spelled}.{section.known_by}", rule, given, example=example)
            else:
                name, spelled = given, f"{place}.{given}"
        if path not in self.document.spoilt:
            self.document.rows[path].append(name)
        self._table(section, (*path, name), row, spelled + ".")

    def unknown(self, section: Section, path: Path, key: str, value: Any, place: str) -> None:
        """Say what is wrong with a key: renamed, or unknown and perhaps misspelt."""
        generic = f"{section.path}.{key}".removeprefix(".")
        if generic in OBITUARIES:
            now = OBITUARIES[generic]
            self.document.spoilt.add((*path, now))
            rule = says("is now spelled {now}", "已改名，现在写作 {now}", now=now)
            self.refuse(place + key, rule, value, example=_example(section, now))
        else:
            known = [*section.parameters, *section.sections, *(HEADER.parameters if not path else ())]
            guess = nearest(key, known)
            self.document.spoilt.add((*path, guess))
            table = f"[{place[:-1]}]"
            table = Words(table, f"{table} ") if place else says("a policy file", "方案文件")
            rule = says(
                "is not a key of {table}: {known}",
                "没有这个键；{table}中可用的键：{known}",
                table=table,
                known=listed(known),
            )
            self.refuse(place + key, rule, value, guess=guess, example=_example(section, guess))

    def leaf(self, place: str, value: Any, parameter: Parameter) -> Leaf | None:
        """One key: a value, a value with a reference, or values by date. None if it has no usable shape."""
        if not isinstance(value, dict):
            return Leaf((Entry(None, value),), self.file)
        entry = self._referenced(place, value, parameter)
        if entry is None:
            return None
        if not isinstance(entry.value, dict) or (parameter.kind.is_map and not _has_dates(entry.value)):
            return Leaf((entry,), self.file)
        entries = self._dated(place, entry.value, entry.reference, parameter)
        return Leaf(entries, self.file) if entries else None

    def _referenced(self, place: str, value: Any, parameter: Parameter) -> Entry | None:
        """Take ``{ value = ..., reference = ... }`` apart; anything else is a value without a reference."""
        if not isinstance(value, dict) or not {"value", "reference"} & set(value):
            return Entry(None, value)
        surplus = sorted(set(value) - {"value", "reference"})
        reference = value.get("reference", "")
        example = f'{_key(place)} = {{ value = {parameter.example}, reference = "price list 2027" }}'
        if surplus or "value" not in value:
            rule = says(
                "must hold value and reference and nothing else", "只能含有 value 和 reference 两个键，且 value 不可缺"
            )
            self.refuse(place, rule, value, example=example)
            return None
        if not isinstance(reference, str) or not all(each.isprintable() or each in "\n\t" for each in reference):
            rule = says("must be text in quotes", "必须是带引号的文本")
            self.refuse(f"{place}.reference", rule, reference, example=example)
            return None
        return Entry(None, value["value"], reference)

    def _dated(self, place: str, value: dict[str, Any], reference: str, parameter: Parameter) -> tuple[Entry, ...]:
        example = f"{_key(place)} = {{ 2027-01-01 = {parameter.example}, 2027-07-01 = {parameter.example} }}"
        if not _has_dates(value):
            rule = says("must be one value", "必须是单个值")
            if parameter.dated:
                rule = says("must be one value, or values by date", "必须是单个值，或按日期列出的值")
            self.refuse(place, rule, value, example=f"{_key(place)} = {parameter.example}")
            return ()
        if not parameter.dated:
            rule = says("cannot change by date", "不能随日期变化")
            self.refuse(place, rule, value, example=f"{_key(place)} = {parameter.example}")
            return ()
        entries: list[Entry] = []
        for key, each in value.items():
            since = _iso_date(key)
            inner = self._referenced(place, each, parameter)
            if since is None:
                rule = says(
                    "has the date {key}, which is not a date of the form YYYY-MM-DD",
                    "其中的 {key} 不是真实日期；日期写作 YYYY-MM-DD",
                    key=key,
                )
                self.refuse(place, rule, example=example)
            elif entries and entries[-1].since is not None and since <= entries[-1].since:
                rule = says(
                    "has dates that do not ascend: {since} after {before}",
                    "日期必须从早到晚排列：{since} 写在了 {before} 之后",
                    since=since,
                    before=entries[-1].since,
                )
                self.refuse(place, rule, example=example)
            elif inner:
                entries.append(Entry(since, inner.value, inner.reference or reference))
        return tuple(entries)


def missing() -> Words:
    """Of a key that must be written and is not."""
    return says("is missing", "缺少此项")


def entry_at(leaf: Leaf, since: date) -> Entry:
    """The entry that rules on a date; the first one also rules before its own date."""
    ruling = leaf.entries[0]
    for entry in leaf.entries[1:]:
        if entry.since and entry.since <= since:
            ruling = entry
    return ruling


def _key(place: str) -> str:
    return place.rpartition(".")[2]


def _iso_date(key: str) -> date | None:
    try:
        return date.fromisoformat(key) if _ISO_DATE.fullmatch(key) else None
    except ValueError:
        return None


def _has_dates(value: dict[str, Any]) -> bool:
    return any(_DATE_LIKE.fullmatch(key) for key in value)


def _example(section: Section, key: str) -> str:
    """A legal line for a key of the section."""
    parameter = section.parameters.get(key) or (HEADER.parameters.get(key) if section is ROOT else None)
    return f"{key} = {parameter.example}" if parameter else ""


def merged(parent: Document, child: Document) -> Document:
    """The child laid over the parent.

    Tables merge key by key, and rows with the same name do too. Lists without names replace each other whole.
    A dated value replaces the parent's value with all its dates. Of the header only currency and time zone pass on.
    """
    result = Document(child.file)
    inherited = {key: parent.header[key] for key in ("currency", "time_zone") if key in parent.header}
    result.header = {**{key: _deeper(leaf) for key, leaf in inherited.items()}, **child.header}
    replaced = [path for path in child.rows if not section_of(path).named]
    kept = {
        path: _deeper(leaf)
        for path, leaf in parent.leaves.items()
        if not any(path[: len(each)] == each for each in replaced)
    }
    result.leaves = {**kept, **child.leaves}
    result.spoilt = parent.spoilt | child.spoilt
    result.before = parent.before or child.before
    result.tables = parent.tables | child.tables
    result.rows = {**parent.rows, **child.rows}
    for path in parent.rows.keys() & child.rows.keys():
        if section_of(path).named:
            result.rows[path] = merged_names(parent.rows[path], child.rows[path])
    return result


def _deeper(leaf: Leaf) -> Leaf:
    return replace(leaf, depth=leaf.depth + 1)


def merged_names(parent: list[str], child: list[str]) -> list[str]:
    """Names of the rows of both, in order.

    A child that names all rows of the parent sets the order. Otherwise the parent's order stands, and a new row
    goes right behind the row before it in the child's list; a new first row goes in front of the row after it.
    """
    if set(parent) <= set(child):
        return list(child)
    names = list(parent)
    for index, name in enumerate(child):
        if name in names:
            continue
        later = next((each for each in child[index + 1 :] if each in parent), None)
        if index:
            names.insert(names.index(child[index - 1]) + 1, name)
        elif later:
            names.insert(names.index(later), name)
        else:
            names.append(name)
    return names
