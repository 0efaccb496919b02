"""All parameters by their dotted path, and the words of the rule sheet that are not parameters (yet, or any more)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policies.declare import Parameter, Section, Table
from policies.schema import Header, Version


def _collect(model: type[Table], prefix: str) -> tuple[dict[str, Parameter], dict[str, Section]]:
    """Parameters and sections that the fields of a model declare, by key of the file."""
    parameters: dict[str, Parameter] = {}
    sections: dict[str, Section] = {}
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Parameter):
                parameters[name] = replace(mark, path=prefix + name)
            if isinstance(mark, Section):
                key = mark.key or name
                own, inner = _collect(mark.model, f"{prefix}{key}.")
                sections[key] = replace(mark, key=key, attribute=name, parameters=own, sections=inner)
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


def parameter_of(path: tuple[str, ...]) -> Parameter:
    """The parameter of a path with row names, such as ``("tiers", "level", "silver", "enter")``."""
    section, keys = ROOT, list(path)
    while len(keys) > 1:
        section = section.sections[keys.pop(0)]
        if section.rows:
            keys.pop(0)
    return section.parameters[keys[0]]


def spelled(path: tuple[str, ...]) -> str:
    """How messages call a path: ``tiers.level.silver.enter``, ``points.earn[0].per_unit``."""
    section, text, is_index = ROOT, "", False
    for key in path:
        text += f"[{key}]" if is_index else f".{key}"
        inner = section.sections.get(key) if not is_index else None
        is_index = bool(inner and inner.rows and not inner.named)
        section = inner or section
    return text.removeprefix(".")


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
    "points.earn.rate": "per_unit",
    "points.earn.event": "on",
    "points.expiry.lifetime": "life",
    "points.expiry.months": "life",
    "points.cash.cap": "per_order",
    "points.cash.share": "share_of_order",
    "plans.fee": "price",
    "plans.duration": "period",
    "plans.renews": "auto_renew",
}
"""Keys that were spelled otherwise in drafts and older files: dotted path -> what to write there now."""

PLANNED = frozenset(
    {
        "join",
        "stored_value",
        "coupons",
        "gifts",
        "campaigns",
        "partners",
        "switch",
        "tiers.grace",
        "tiers.on_refund",
        "tiers.threshold_mode",
        "tiers.level.re_enter",
        "tiers.level.benefits",
        "tiers.level.upgrade_pack",
        "tiers.level.pack_when",
        "tiers.level.points_expire",
        "growth.activities",
        "growth.decay",
        "points.negative",
        "points.combine_multipliers",
        "points.cap",
        "points.caps",
        "points.rewards",
        "points.wheel",
        "points.earn.category",
        "points.earn.channel",
        "points.earn.points",
        "points.earn.limit",
        "points.earn.streak",
        "points.earn.referrer",
        "points.earn.referred",
        "points.earn.when",
        "points.expiry.inactivity",
        "points.expiry.reset_by",
        "points.expiry.on_leaving_exempt_tier",
        "points.cash.boost",
        "plans.trial",
        "plans.intro_price",
        "plans.grants_tier",
        "plans.monthly_benefits",
        "plans.refund",
    }
)
"""Keys of the rule sheet that this version does not read yet."""
