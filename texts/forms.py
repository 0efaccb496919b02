"""Parameters as form fields: what a field shows for a value, and what a policy file would say for a field.

A field holds a plain number (shares in percent, money in units of the currency) or a word; the file holds
TOML values. Ranges, titles and help come from the declaration of each parameter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from policies import Policy, Problem
from policies.amounts import MONEY_METRICS, Money, Threshold
from policies.choices import Period
from policies.document import Flat
from policies.errors import ProblemError
from policies.kinds_limits import PendingKind
from policies.parameters import PARAMETERS, parameter_of, section_of, spelled
from policies.periods import AnnualDates, Length, Span
from policies.rules import BASIS
from policies.sheet import is_read
from policies.values import Choice, Count, Rate
from texts import t
from texts.names import level_names
from texts.numbers import currency_name

LEVEL_KEYS = ("enter", "keep", "multiplier", "discount")
"""Columns of the tier table, in order."""

PLAN_KEYS = ("price", "discount", "cost_to_serve")
"""What a designer turns first in a paid plan."""

MODE_PATH = "points.expiry.mode"
"""The switch on which it depends which other fields there are."""

RATE_PATHS = (
    "points.earn.0.per_unit",
    "points.value",
    "points.pending",
    "points.expiry.mode",
    "points.expiry.life",
    "points.expiry.dates",
    "points.cash.minimum",
    "points.cash.step",
    "points.cash.share_of_order",
    "points.cash.per_order",
    "growth.per_unit_spent",
)
"""What a designer turns first, in the order of the form; what a policy lacks or does not read is left out."""


@dataclass(frozen=True)
class Field:
    """One field of the form, in the reader's language."""

    path: str
    title: str
    help: str
    widget: str  # "number", "slider", "select", "period", "toggle" or "text"
    value: Any  # None: no limit
    smallest: float = 0.0
    largest: float = 0.0
    step: float = 1.0
    decimals: int = 0
    options: tuple[tuple[str, str], ...] = ()  # spelling in the file -> words
    optional: bool = False  # the value may be "none"


def rate_fields(policy: Policy, language: str) -> list[Field]:
    """The fields of `RATE_PATHS` and of its plans that this policy reads, with its values."""
    fields = [field_of(policy, path, language) for path in RATE_PATHS if _is_read(policy, path)]
    plans = zip(policy.plan_names, policy.plan_names_zh if language == "zh" else policy.plan_names, strict=True)
    for name, shown in plans:
        for key in PLAN_KEYS:
            field = field_of(policy, f"plans.{name}.{key}", language)
            fields.append(replace(field, title=f"{field.title} · {shown}"))
    return fields


def with_expiry(policy: Policy, mode: str) -> dict[str, Any]:
    """The changes that give a policy that way of expiry; what it then lacks is taken from the declared examples."""
    changes: dict[str, Any] = {MODE_PATH: mode}
    for path, parameter in PARAMETERS.items():
        words = dict(parameter.read_when).get(MODE_PATH, ())
        keys = _keys(path)
        if mode in words and parameter.required and not _shown(policy).get(keys):
            changes[path] = tomllib.loads(f"value = {parameter.example}", parse_float=Decimal)["value"]
    return changes


def is_changed(policy: Policy, field: Field, shown: Any) -> bool:
    """True if the shown value means something else than the policy says."""
    if _shown(policy).get(_keys(field.path)) is None and not field.optional:
        return True
    now = field_of(policy, field.path, "en")
    return file_value(policy, field.path, shown) != file_value(policy, field.path, now.value)


def problem_path(problem: Problem, paths: Iterable[str]) -> str | None:
    """Which of these fields a problem is about, or else which table it stands in; None if none of them."""
    found = {path: spelled(_keys(path)) for path in paths}
    field = next((path for path, key in found.items() if problem.key in (path, key)), None)
    tables = [path for path, key in found.items() if problem.key.startswith((f"{key}.", f"{key}["))]
    return field or max(tables, key=len, default=None)


def reason_text(error: Exception, language: str) -> str:
    """Why something failed, as well as an error can say it."""
    if isinstance(error, ProblemError):
        return error.text(language)
    return str(error) or type(error).__name__


def problem_text(policy: Policy, problem: Problem, language: str) -> str:
    """A problem as a sentence: the field by its title, the rule that it breaks, and the way out."""
    keys = tuple(problem.key.replace("[", ".").replace("]", "").split("."))
    try:
        parameter = parameter_of(keys)
    except (KeyError, IndexError):
        return problem.text(language)
    title = parameter.title_zh if language == "zh" else parameter.title
    rows = section_of(keys[:-1])
    if keys[:2] == ("tiers", "level"):
        title += f" · {level_names(policy, language).get(keys[2], keys[2])}"
    elif rows.rows:
        title += f" · {keys[-2] if rows.named else int(keys[-2]) + 1}"
    return problem.text(language, title + (f" = {problem.value}" if problem.value else ""))


def level_fields(policy: Policy, language: str) -> dict[str, dict[str, Field]]:
    """Fields of the tier table: level's name in the file -> key -> field; empty if the policy names no tiers."""
    if not policy.document.rows.get(("tiers", "level")):
        return {}
    return {
        name: {key: field_of(policy, f"tiers.level.{name}.{key}", language) for key in LEVEL_KEYS}
        for name in policy.level_names
    }


def file_value(policy: Policy, path: str, shown: Any) -> Any:
    """What a policy file says for the shown value of a field: a number, a quoted amount, a word."""
    kind = _parameter(path).kind
    if isinstance(kind, Money):
        return "none" if shown is None else _decimal_text(shown)
    if isinstance(kind, Threshold):
        return _decimal_text(shown) if _counts_spend(policy) else int(shown)
    if isinstance(kind, Rate):
        return Decimal(_decimal_text(shown)) / (100 if kind.percent else 1)
    if isinstance(kind, Span | PendingKind):
        count, unit = shown
        return f"{int(count)} {unit}s"
    if isinstance(kind, AnnualDates):
        return [each.strip() for each in str(shown).replace("，", ",").split(",") if each.strip()]
    return int(shown) if isinstance(kind, Count) else shown


def field_of(policy: Policy, path: str, language: str) -> Field:
    """The control that suits the value of a path."""
    parameter = _parameter(path)
    kind, resolved = parameter.kind, _shown(policy)[_keys(path)]
    zh = language == "zh"
    field = {"path": path, "title": parameter.title_zh if zh else parameter.title}
    field["help"] = parameter.meaning_zh if zh else parameter.meaning
    unit = _unit(policy, path, language)
    if unit:
        field["title"] += t("editor.unit", language, unit=unit)
    if isinstance(kind, Choice):
        options = {each.resolved: (each.spelling, each.says_zh if zh else each.says) for each in reversed(kind.options)}
        return Field(
            widget="select",
            value=options[resolved][0],
            options=tuple(reversed(options.values())),
            **field,
        )
    if isinstance(kind, PendingKind):
        kind, resolved = kind.span, Length(resolved.days, Period.DAYS)
    if isinstance(kind, Span):
        day = resolved.unit == Period.DAYS
        largest = kind.largest_days if day else kind.largest_months
        options = (("day", t("editor.days", language)), ("month", t("editor.months", language)))
        options = tuple(each for each in options if each[0] in kind.units)
        value = (resolved.count, "day" if day else "month")
        return Field(widget="period", value=value, smallest=kind.smallest, largest=largest, options=options, **field)
    if isinstance(kind, AnnualDates):
        return Field(widget="text", value=", ".join(f"{month:02d}-{day:02d}" for month, day in resolved), **field)
    number = _number(policy, kind, resolved)
    return Field(widget="slider" if isinstance(kind, Rate) and kind.percent else "number", **field, **number)


def _number(policy: Policy, kind: Any, resolved: int | None) -> dict[str, Any]:
    """Value, range, step and decimals of a number field."""
    minor = policy.minor_per_major
    cents = len(str(minor)) - 1
    if isinstance(kind, Money):
        scale = minor * (BASIS if kind.fine else 1)
        decimals = cents + (4 if kind.fine else 0)
        value = None if resolved is None else resolved / scale
        least = 1 / scale if kind.positive else 0.0
        return {
            "value": value,
            "smallest": least,
            "largest": 1_000_000.0,
            "step": 1 / minor if kind.fine else 1.0,
            "decimals": min(decimals, 4),
            "optional": kind.or_none,
        }
    if isinstance(kind, Threshold):
        spend = _counts_spend(policy)
        return {"value": resolved / minor if spend else resolved, "largest": 10_000_000.0, "step": 100.0}
    if isinstance(kind, Rate):
        factor = 100 if kind.percent else 1
        return {
            "value": resolved / BASIS * factor,
            "smallest": float(kind.smallest) * factor,
            "largest": float(kind.largest) * factor,
            "step": 1.0 if kind.percent else 0.05,
            "decimals": 2,
        }
    return {"value": resolved, "smallest": kind.smallest, "largest": kind.largest, "step": 1}


def _unit(policy: Policy, path: str, language: str) -> str:
    kind = _parameter(path).kind
    if isinstance(kind, Money) or (isinstance(kind, Threshold) and _counts_spend(policy)):
        return currency_name(policy.currency, language)
    if isinstance(kind, Threshold):
        return t("editor.growth", language)
    if isinstance(kind, Rate) and kind.percent:
        return "%"
    return t("editor.points", language) if isinstance(kind, Count) and ".cash." in path else ""


def _is_read(policy: Policy, path: str) -> bool:
    """True if the policy has the value, its other settings let it count, and a field can show it."""
    keys, flat, parameter = _keys(path), _shown(policy), _parameter(path)
    if keys not in flat or (flat[keys] is None and not getattr(parameter.kind, "or_none", False)):
        return False
    if isinstance(parameter.kind, PendingKind) and flat[keys].until_delivered:
        return False
    return is_read(policy, policy.own_versions[0], keys, parameter.read_when)


def _shown(policy: Policy) -> Flat:
    """The values of the first version that is the policy's own."""
    return policy.flats[policy.own_versions[0]]


def _counts_spend(policy: Policy) -> bool:
    return policy.versions[-1].tiers.metric in MONEY_METRICS


def _keys(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _parameter(path: str) -> Any:
    return parameter_of(_keys(path))


def _decimal_text(shown: float) -> str:
    """A number without the noise of binary fractions: 0.1 + 0.2 is "0.3"."""
    text = f"{Decimal(repr(float(shown))):.6f}"
    return text.rstrip("0").rstrip(".")
