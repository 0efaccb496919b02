"""A policy as a TOML file that means the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from policies.declare import Section
from policies.document import Document, Entry, Leaf, Path
from policies.parameters import HEADER, ROOT
from policies.policy import Policy


def policy_toml(policy: Policy) -> str:
    """The policy and all it extends as one file; loading it gives the same digest. Comments are not kept."""
    document = policy.document
    lines = [
        f"{key} = {_leaf(document.header[key])}"
        for key in HEADER.parameters
        if key in document.header and key != "extends"
    ]
    lines.extend(_table(document, ROOT, ()))
    return "\n".join(lines) + "\n"


def _table(document: Document, section: Section, path: Path) -> Iterator[str]:
    """Lines of one table: its keys, its short lists, then the tables inside it."""
    for key in section.parameters:
        if (*path, key) in document.leaves:
            yield f"{key} = {_leaf(document.leaves[(*path, key)])}"
    for key, inner in section.sections.items():
        rows = document.rows.get((*path, key), [])
        if inner.rows and not inner.named and rows:
            tables = ("{ " + ", ".join(_table(document, inner, (*path, key, row))) + " }" for row in rows)
            yield f"{key} = [{', '.join(tables)}]"
        elif inner.rows and not inner.named and (*path, key) in document.rows:
            yield f"{key} = []"
    for key, inner in section.sections.items():
        here = (*path, key)
        if inner.rows and inner.named:
            for row in document.rows.get(here, []):
                yield from ("", f"[[{'.'.join(here)}]]", *_table(document, inner, (*here, row)))
        elif not inner.rows and here in document.tables:
            yield from ("", f"[{'.'.join(here)}]", *_table(document, inner, here))


def _leaf(leaf: Leaf) -> str:
    if leaf.entries[0].since is None:
        return _entry(leaf.entries[0])
    return "{ " + ", ".join(f"{entry.since} = {_entry(entry)}" for entry in leaf.entries) + " }"


def _entry(entry: Entry) -> str:
    if not entry.reference:
        return _value(entry.value)
    return f"{{ value = {_value(entry.value)}, reference = {_value(entry.reference)} }}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    # JSON and TOML quote text alike, but for one control character that names and texts never hold.
    return json.dumps(value, ensure_ascii=False)
