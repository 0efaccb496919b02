"""A policy with some values changed, checked like a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from numbers import Integral
from typing import Any

from policies.declare import Parameter, Section
from policies.document import Document, Entry, Leaf, Path, Reader
from policies.errors import Words, listed, nearest, says
from policies.parameters import HEADER, ROOT, section_of, spelled
from policies.policy import Policy
from policies.resolve import resolved

_EDITED = " (edited)"
_EDITED_ZH = "（已修改）"
EARN: Path = ("points", "earn")
"""A first row that is added here earns on purchases unless it says otherwise."""


def edit(policy: Policy, changes: Mapping[str, Any], name: str | None = None, title: str | None = None) -> Policy:
    """A new policy with ``changes``; the old one stays as it is.

    Args:
        policy: where to start from.
        changes: dotted path -> value as a TOML file would hold it (a Python float counts as the decimal it
            prints as). Tiers and other rows with names go by them: ``tiers.level.silver.enter``; other rows by
            their index: ``points.earn.1.points``; without one the first is meant: ``points.earn.per_unit``. None
            removes an optional key, a table or a row. A new tier needs its name too: ``tiers.level.platinum.name``.
            A list of rows without names, or a table, can be given whole. A policy that gets a ``switch`` replaces
            the one it is made from.
        name: of the new policy; the old name with ``_edited`` if absent.
        title: of the new policy; the old title with "(edited)" if absent, unless ``changes`` holds one.

    Raises:
        PolicyError: with everything that is wrong.
    """
    new_name = name or policy.name.removesuffix("_edited") + "_edited"
    reader = Reader(new_name)
    work = policy.document.copy()
    work.file = new_name
    # The edit is one file further down, so a setting that it makes unread is dropped and not refused.
    work.leaves = {path: replace(leaf, depth=leaf.depth + 1) for path, leaf in work.leaves.items()}
    work.header.pop("extends", None)
    if not work.has_switch:
        work.before = replace(policy.document, source=policy.name)
    headings = {key: value for key, value in changes.items() if key in HEADER.parameters}
    if title:
        headings = {"title": title, "title_zh": None} | headings
    elif "title" not in headings:
        headings["title"] = policy.title.removesuffix(_EDITED) + _EDITED
        headings.setdefault("title_zh", policy.title_zh.removesuffix(_EDITED_ZH) + _EDITED_ZH)
    for key, value in headings.items():
        _set_header(work, reader, key, value)
    new_rows = [
        key.rpartition(".")[0]
        for key, value in changes.items()
        if key.rpartition(".")[2] in ("name", "code") and value is not None
    ]
    for key, value in changes.items():
        if key not in headings:
            _change(work, reader, key, _plain(value), new_rows)
    if not work.has_switch:
        work.before = None
    return resolved(work, new_name, reader.problems)


def _set_header(work: Document, reader: Reader, key: str, value: Any) -> None:
    if value is None or key == "extends":
        work.header.pop(key, None)
        return
    leaf = reader.leaf(key, _plain(value), HEADER.parameters[key])
    if leaf:
        work.header[key] = leaf


def _plain(value: Any) -> Any:
    """A Python value as the TOML reader would give it."""
    if isinstance(value, bool | str | Decimal) or value is None:
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, float):
        return Decimal(repr(float(value)))
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _change(work: Document, reader: Reader, key: str, value: Any, new_rows: list[str]) -> None:
    """Set or remove one path; refuse one that does not exist."""
    section, path, waiting = ROOT, (), key.split(".")
    while waiting:
        word = waiting.pop(0)
        here = (*path, word)
        place = f"{spelled(path)}." if path else ""
        if word in section.parameters and not waiting:
            _set(work, reader, here, value, section.parameters[word])
            return
        if word not in section.sections:
            reader.unknown(section, path, ".".join((word, *waiting)), value, place)
            return
        section, path = section.sections[word], here
        if not waiting and _set_whole(work, reader, section, path, value):
            return
        if section.rows and (waiting or section.named):
            row = _row(work, reader, section, path, waiting, new_rows)
            if row is None:
                return
            path = (*path, row)
        if not waiting and value is None:
            work.remove(path)
            return
    rule = says("is a table; name the key inside it", "是表；请写明其中的键")
    reader.refuse(spelled(path), rule, value, example=f"{key}.{next(iter(section.parameters))}")


def _set_whole(work: Document, reader: Reader, section: Section, path: Path, value: Any) -> bool:
    """Replace a table, or a list of rows without names; False if ``value`` is neither."""
    if not isinstance(value, dict if not section.rows else list) or (section.named and section.rows):
        return False
    work.remove(path)
    work.tables |= {path[:length] for length in range(1, len(path))}
    own, reader.document = reader.document, work
    reader.section(section, path, value, spelled(path))
    reader.document = own
    return True


def _row(
    work: Document, reader: Reader, section: Section, path: Path, waiting: list[str], new_rows: list[str]
) -> str | None:
    """Which row the rest of a path means, taken off ``waiting``; None if there is no such row."""
    rows = work.rows.setdefault(path, [])
    if not section.named:
        row = waiting.pop(0) if waiting[0].isdigit() else "0"
        if row not in rows and (not rows or row == str(len(rows))):
            rows.append(row)
            work.tables |= {path[:length] for length in range(1, len(path))} | {(*path, row)}
            if path == EARN and len(rows) == 1:
                work.leaves[(*path, row, "on")] = Leaf((Entry(None, "purchase"),), work.file)
        return row if row in rows else _no_row(reader, section, path, row, rows)
    row = waiting.pop(0) if waiting else ""
    if row not in rows and f"{spelled(path)}.{row}" in new_rows:
        rows.append(row)
        work.tables |= {path[:length] for length in range(1, len(path))} | {(*path, row)}
    return row if row in rows else _no_row(reader, section, path, row, rows)


def _no_row(reader: Reader, section: Section, path: Path, row: str, rows: list[str]) -> None:
    """Refuse a row that does not exist."""
    if not section.named:
        rule = says("is not a row of this list: it has {count}", "列表中没有这一项；共 {count} 项", count=len(rows))
        reader.refuse(spelled((*path, row)), rule, example=spelled((*path, rows[0], next(iter(section.parameters)))))
        return
    rule = says(
        "is not a {kind} of this policy: {rows}",
        "不是本方案的{kind}：{rows}",
        kind=Words(section.title.lower(), section.title_zh),
        rows=listed(rows) if rows else says("it has none", "本方案没有"),
    )
    example = spelled((*path, rows[0], section.known_by)) if rows else ""
    reader.refuse(f"{spelled(path)}.{row}", rule, guess=nearest(row, rows), example=example)


def _set(work: Document, reader: Reader, path: Path, value: Any, parameter: Parameter) -> None:
    if value is None:
        work.leaves.pop(path, None)
        return
    section = section_of(path[:-1])
    if section.rows and section.named and path[-1] == section.known_by and value != path[-2]:
        rule = says(
            "cannot rename a {kind}: remove the old one and add one under the new name",
            "不能给{kind}改名：请删去旧的，再以新名称添加",
            kind=Words(section.title.lower(), section.title_zh),
        )
        reader.refuse(spelled(path), rule, value, example=f'{path[-1]} = "{path[-2]}"')
        return
    leaf = reader.leaf(spelled(path), value, parameter)
    if leaf:
        work.leaves[path] = leaf
        work.tables |= {path[:length] for length in range(1, len(path))}
