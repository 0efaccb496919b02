"""Values as people type them: the spelling of a policy file without its quotes and brackets.

Where a form has no control of its own for a kind of value, it is edited as this text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from policies import Policy
from policies.amounts import MONEY_METRICS, Threshold
from policies.declare import REQUIRED
from policies.document import Path, entry_at
from policies.kinds_days import Day
from policies.kinds_gifts import GiftList
from policies.kinds_names import NameList, ResetKind
from policies.parameters import parameter_of
from policies.periods import AnnualDates
from policies.values import Count, Flag, Rate

_LISTS = (GiftList, NameList, ResetKind, AnnualDates)


def raw_value(policy: Policy, path: Path) -> Any:
    """A value as the file spells it, or its default; None if it has neither. Of a dated one the first."""
    leaf = policy.document.leaves.get(path)
    if leaf:
        return entry_at(leaf, policy.dates[policy.own_versions[0]]).value
    default = parameter_of(path).default
    return None if default is REQUIRED else default


def shown_value(value: Any) -> str:
    """A value of a file as people type it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(_inline(each) if isinstance(each, dict) else shown_value(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} = {shown_value(each)}" for key, each in value.items())
    return value.isoformat() if isinstance(value, date) else str(value)


def typed_value(policy: Policy, path: Path, text: str) -> Any:
    """What a file says for a typed text; None if it is empty. What cannot be read stays text, to be refused."""
    text, kind = text.strip(), parameter_of(path).kind
    if not text or text == "none":
        return text or None
    if isinstance(kind, _LISTS):
        return _parts(text)
    if kind.is_map:
        pairs = [each.partition("=") for each in _parts(text)]
        return {name.strip(): _number(value.strip()) for name, _, value in pairs}
    if isinstance(kind, Day):
        return _day(text)
    if isinstance(kind, Flag):
        return {"true": True, "false": False}.get(text, text)
    counts_money = isinstance(kind, Threshold) and policy.versions[-1].tiers.metric in MONEY_METRICS
    if isinstance(kind, Count | Rate | Threshold) and not counts_money:
        return _number(text)
    return text


def typed_rows(text: str) -> Any:
    """Rows inside a row, typed as tables in braces; the text itself if it holds no such tables."""
    if not text.strip():
        return []
    try:
        return tomllib.loads(f"rows = [{text}]", parse_float=Decimal)["rows"]
    except tomllib.TOMLDecodeError:
        return text


def linkable(value: Any) -> Any:
    """A value that JSON cannot hold as one that it can, for a link."""
    return value.isoformat() if isinstance(value, date) else float(value)


def from_link(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as a link holds them, with dates as dates again."""
    return {key: _linked(tuple(key.split(".")), value) for key, value in changes.items()}


def _linked(path: Path, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _linked((*path, key), each) for key, each in value.items()}
    if isinstance(value, list):
        return [_linked((*path, "0"), each) if isinstance(each, dict) else each for each in value]
    try:
        is_day = isinstance(parameter_of(path).kind, Day)
    except (KeyError, IndexError):
        return value  # no such key: refused where it is used
    return _day(value) if is_day and isinstance(value, str) else value


def _parts(text: str) -> list[str]:
    for mark in "，、":
        text = text.replace(mark, ",")
    return [each.strip() for each in text.split(",") if each.strip()]


def _number(text: str) -> int | Decimal | str:
    try:
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)
    except (ValueError, InvalidOperation):
        return text


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _inline(row: dict[str, Any]) -> str:
    """A row as a file writes it in one line."""

    def quoted(value: Any) -> str:
        return f'"{value}"' if isinstance(value, str) else shown_value(value)

    return "{ " + ", ".join(f"{key} = {quoted(value)}" for key, value in row.items()) + " }"
