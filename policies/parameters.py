"""All parameters by their dotted path, and the words of the rule sheet that are not parameters any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from policies.declare import Parameter, Section, Table
from policies.schema import Header, Version
from policies.values import Setting


def _collect(model: type[Table], prefix: str) -> tuple[dict[str, Parameter], dict[str, Section]]:
    """Parameters and sections that the fields of a model declare, by key of the file."""
    parameters: dict[str, Parameter] = {}
    sections: dict[str, Section] = {}
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Parameter):
                key = mark.key or name
                parameters[key] = replace(mark, key=key, attribute=name, path=prefix + key)
            if isinstance(mark, Section):
                key = mark.key or name
                own, inner = _collect(mark.model, f"{prefix}{key}.")
                sections[key] = replace(
                    mark, key=key, attribute=name, path=prefix + key, parameters=own, sections=inner
                )
    return parameters, sections


HEADER = Section("About", "概要", Header, parameters=_collect(Header, "")[0])
"""What stands above the tables."""

ROOT = Section("Policy", "方案", Version, sections=_collect(Version, "")[1])
"""The tables."""


def _walk(section: Section) -> Iterator[Parameter]:
    yield from section.parameters.values()
    for inner in section.sections.values():
        yield from _walk(inner)


PARAMETERS: dict[str, Parameter] = {each.path: each for each in (*_walk(HEADER), *_walk(ROOT))}
"""Every parameter by dotted path without row names, such as ``tiers.level.enter``, in the order of the rule sheet."""


def section_of(path: tuple[str, ...]) -> Section:
    """The section of the path of a table, a list or a row, such as ``("tiers", "level", "silver")``."""
    section, is_row = ROOT, False
    for key in path:
        if is_row:
            is_row = False
            continue
        section = section.sections[key]
        is_row = section.rows
    return section


def parameter_of(path: tuple[str, ...]) -> Parameter:
    """The parameter of a path with row names, such as ``("tiers", "level", "silver", "enter")``."""
    return section_of(path[:-1]).parameters[path[-1]]


def spelled(path: tuple[str, ...]) -> str:
    """How messages call a path: ``tiers.level.silver.enter``, ``points.earn[0].per_unit``."""
    section, text, row_of = ROOT, "", None
    for key in path:
        if row_of:
            text += f".{key}" if row_of.named else f"[{key}]"
            row_of = None
            continue
        text += f".{key}"
        section = section.sections.get(key, section)
        row_of = section if section.key == key and section.rows else None
    return text.removeprefix(".")


def default_value(parameter: Parameter, setting: Setting) -> Any:
    """The resolved value of an absent key that is not required and takes its default from no sister."""
    return None if parameter.default is None else parameter.kind.read(parameter.default, setting)


def switch_of(parameter: Parameter, switch: str) -> Parameter:
    """The parameter that a ``read_when`` of another one names: a sister key, or a dotted path."""
    return PARAMETERS[switch if "." in switch else f"{parameter.path.rpartition('.')[0]}.{switch}"]


def switch_paths(path: tuple[str, ...], switch: str, rows: dict[tuple[str, ...], list[str]]) -> list[tuple[str, ...]]:
    """The paths of a switch as the parameter at ``path`` sees it: of a key in a list of tables, one for each row."""
    if "." not in switch:
        return [(*path[:-1], switch)]
    section, found = ROOT, [()]
    *tables, last = switch.split(".")
    for key in tables:
        section = section.sections[key]
        found = [(*each, key) for each in found]
        if section.rows:
            found = [(*each, row) for each in found for row in rows.get(each, [])]
    return [(*each, last) for each in found]


def capital(name: str) -> str:
    """A name of a file for an English reader: ``"vip_gold"`` is ``"Vip gold"``."""
    return name[:1].upper() + name[1:].replace("_", " ")


OBITUARIES: dict[str, str] = {
    "name": "title",
    "base": "extends",
    "based_on": "extends",
    "timezone": "time_zone",
    "tier": "[[tiers.level]]",
    "levels": "[[tiers.level]]",
    "plan": "[[plans]]",
    "expiry": "[points.expiry]",
    "tiers.levels": "[[tiers.level]]",
    "tiers.valid": "validity",
    "tiers.level.threshold": "enter",
    "tiers.level.keep_threshold": "keep",
    "tiers.level.factor": "multiplier",
    "growth.per_unit": "per_unit_spent",
    "growth.rate": "per_unit_spent",
    "points.point_value": "value",
    "points.base": "earn_on",
    "points.frozen": "pending",
    "points.cap": "multiplier_cap",
    "points.earn.rate": "per_unit",
    "points.earn.event": "on",
    "points.expiry.lifetime": "life",
    "points.expiry.months": "life",
    "points.expiry.inactive_after": "inactivity",
    "points.cash.cap": "per_order",
    "points.cash.share": "share_of_order",
    "plans.fee": "price",
    "plans.duration": "period",
    "plans.renews": "auto_renew",
    "coupons.name": "code",
    "coupons.minimum": "minimum_spend",
    "campaigns.factor": "points_factor",
    "campaigns.until": "through",
}
"""Keys that were spelled otherwise in drafts and older files: dotted path -> what to write there now."""
