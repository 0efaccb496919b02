"""A JSON Schema of policy files, made from the declarations: for editors that complete and check while one types.

It knows shapes, words and ranges. What values mean together only ``load_policy`` can say.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

from policies.amounts import Money, Threshold
from policies.declare import REQUIRED, Parameter, Section
from policies.parameters import HEADER, PARAMETERS, ROOT
from policies.values import Choice, Count, Flag, Kind, Rate, Text

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MONEY = "^[0-9]{1,15}(\\.[0-9]{1,12})?$"
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}

Json = dict[str, Any]


def policy_json_schema() -> Json:
    """The schema of a policy file (draft 2020-12), as a dict that ``json.dump`` can write."""
    header = {key: _parameter(parameter) for key, parameter in HEADER.parameters.items()}
    tables = _table(ROOT)
    return {
        "$schema": _DRAFT,
        "title": "Policy of a membership program",
        "type": "object",
        "properties": {**header, **tables["properties"]},
        "required": [key for key, parameter in HEADER.parameters.items() if parameter.required],
        "additionalProperties": False,
        "$defs": {path: kind_schema(each.kind, each) for path, each in PARAMETERS.items()},
    }


def _table(section: Section) -> Json:
    """One table. What is required may come from the file it extends, so only the name of a row is."""
    properties = {key: _parameter(parameter) for key, parameter in section.parameters.items()}
    properties |= {key: _section(inner) for key, inner in section.sections.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _section(section: Section) -> Json:
    table = _table(section)
    if not section.rows:
        return {"title": section.title, **table}
    if section.named:
        table["required"] = [section.known_by]
    rows = {"title": section.title, "type": "array", "items": table}
    return {**rows, "maxItems": section.most} if section.most else rows


def _parameter(parameter: Parameter) -> Json:
    """A key: its value, values by date, or either of them with a reference."""
    value: Json = {"$ref": f"#/$defs/{parameter.path}"}
    shapes = [value]
    if parameter.dated:
        entry = {"anyOf": [value, _referenced(value)]}
        by_date = {"type": "object", "patternProperties": {_DATE: entry}, "minProperties": 1}
        shapes.append({**by_date, "additionalProperties": False})
    shapes.append(_referenced({"anyOf": list(shapes)}))
    about = {"title": parameter.title, "description": f"{parameter.meaning} Unit: {parameter.unit}."}
    if parameter.default is not REQUIRED and parameter.default is not None:
        about["default"] = _plain(parameter.default)
    return {**about, "examples": [example_value(parameter)], "anyOf": shapes}


def _referenced(value: Json) -> Json:
    """A value and where it comes from."""
    return {
        "type": "object",
        "properties": {"value": value, "reference": {"type": "string"}},
        "required": ["value"],
        "additionalProperties": False,
    }


def kind_schema(kind: Kind, parameter: Parameter) -> Json:
    """Legal values of a kind, as far as a schema can say it."""
    match kind:
        case Flag():
            legal: Json = {"type": "boolean"}
        case Choice():
            legal = {"enum": [option.spelling for option in kind.options]}
        case Count():
            legal = {"type": "integer", "minimum": kind.smallest, "maximum": kind.largest}
        case Rate():
            legal = {"type": "number", "minimum": float(kind.smallest), "maximum": float(kind.largest)}
        case Money():
            legal = {"type": "string", "pattern": _MONEY}
        case Threshold():
            legal = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _MONEY}]}
        case Text():
            legal = {"type": "string", "minLength": 1, "maxLength": kind.longest}
        case _:
            legal = _like(example_value(parameter))
    return {"anyOf": [legal, {"const": "none"}]} if getattr(kind, "or_none", False) else legal


def example_value(parameter: Parameter) -> Any:
    """The example of a parameter as JSON would hold it."""
    return _plain(tomllib.loads(f"example = {parameter.example}")["example"])


def _like(example: Any) -> Json:
    """The type of an example, and of what it holds."""
    found = {"type": _TYPES[type(example)]}
    if isinstance(example, str) and _is_date(example):
        return {**found, "format": "date"}
    if isinstance(example, list) and example:
        return {**found, "items": _like(example[0])}
    if isinstance(example, dict):
        return {**found, "additionalProperties": _like(next(iter(example.values())))}
    return found


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _plain(value: Any) -> Any:
    """A TOML value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
