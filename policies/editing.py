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
from policies.parameters import HEADER, ROOT, spelled
from policies.policy import Policy
from policies.resolve import resolved

_EDITED = " (edited)"
_EDITED_ZH = "（已修改）"


def edit(policy: Policy, changes: Mapping[str, Any], name: str | None = None, title: str | None = None) -> Policy:
    """A new policy with ``changes``; the old one stays as it is.

    Args:
        policy: where to start from.
        changes: dotted path -> value as a TOML file would hold it (a Python float counts as the decimal it
            prints as). Tiers and plans go by name: ``tiers.level.silver.enter``; the earning rule needs no
            index: ``points.earn.per_unit``. None removes an optional key, a table, a tier or a plan. A new tier
            needs its name too: ``tiers.level.platinum.name``.
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
    headings = {key: value for key, value in changes.items() if key in HEADER.parameters}
    if title:
        headings = {"title": title, "title_zh": None} | headings
    elif "title" not in headings:
        headings["title"] = policy.title.removesuffix(_EDITED) + _EDITED
        headings.setdefault("title_zh", policy.title_zh.removesuffix(_EDITED_ZH) + _EDITED_ZH)
    for key, value in headings.items():
        _set_header(work, reader, key, value)
    new_rows = [
        key.removesuffix(".name") for key, value in changes.items() if key.endswith(".name") and value is not None
    ]
    for key, value in changes.items():
        if key not in headings:
            _change(work, reader, key, _plain(value), new_rows)
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


def _row(
    work: Document, reader: Reader, section: Section, path: Path, waiting: list[str], new_rows: list[str]
) -> str | None:
    """Which row the rest of a path means, taken off ``waiting``; None if there is no such row."""
    rows = work.rows.setdefault(path, [])
    if not section.named:
        if waiting[0].isdigit():
            waiting.pop(0)
        if not rows:
            rows.append("0")
            work.tables |= {path[:-1], (*path, "0")}
            work.leaves[(*path, "0", "on")] = Leaf((Entry(None, "purchase"),), work.file)
        return rows[0]
    row = waiting.pop(0) if waiting else ""
    if row not in rows and f"{spelled(path)}.{row}" in new_rows:
        rows.append(row)
        work.tables |= {path[:-1], (*path, row)}
    if row in rows:
        return row
    guess = nearest(row, rows)
    rule = says(
        "is not a {kind} of this policy: {rows}",
        "不是本方案的{kind}：{rows}",
        kind=Words(section.title.lower(), section.title_zh),
        rows=listed(rows) if rows else says("it has none", "本方案没有"),
    )
    example = f"{spelled(path)}.{rows[0]}.name" if rows else ""
    reader.refuse(f"{spelled(path)}.{row}", rule, guess=guess, example=example)
    return None


def _set(work: Document, reader: Reader, path: Path, value: Any, parameter: Parameter) -> None:
    if value is None:
        work.leaves.pop(path, None)
        return
    if path[-1] == "name" and value != path[-2]:
        rule = says(
            "cannot rename a tier or a plan: remove the old one and add one under the new name",
            "不能给等级或付费计划改名：请删去旧的，再以新名称添加",
        )
        reader.refuse(spelled(path), rule, value, example=f'name = "{path[-2]}"')
        return
    leaf = reader.leaf(spelled(path), value, parameter)
    if leaf:
        work.leaves[path] = leaf
        work.tables |= {path[:length] for length in range(1, len(path))}
