"""The JSON Schema: legal by its own rules, and of one mind with the reader about every file that it can judge."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policies import catalogue
from policies.json_schema import policy_json_schema
from policies.parameters import HEADER, PARAMETERS

jsonschema = pytest.importorskip("jsonschema")

BAD = Path(__file__).parent / "bad"
SCHEMA = policy_json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SHAPES = [
    "bool_as_count",
    "bool_as_number",
    "choice_not_text",
    "float_money",
    "misspelt_choice",
    "misspelt_key_in_earn",
    "misspelt_key_in_level",
    "misspelt_key_in_table",
    "missing_title",
    "number_as_bool",
    "rate_negative",
    "table_as_value",
    "too_many_caps",
    "unknown_key",
]
"""Bad files whose mistake a schema can see."""


def _json(value: Any) -> Any:
    """TOML content as JSON would hold it."""
    return json.loads(json.dumps(value, default=date.isoformat))


def _problems(path: Path) -> list[str]:
    content = _json(tomllib.loads(path.read_text("utf-8")))
    return [each.message for each in VALIDATOR.iter_errors(content)]


def test_schema_is_legal_and_can_be_written() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_shipped_policy_is_legal(name: str) -> None:
    assert _problems(catalogue()[name]) == []


@pytest.mark.parametrize("name", SHAPES)
def test_schema_sees_the_mistake(name: str) -> None:
    assert _problems(BAD / f"{name}.toml")


def test_every_parameter_is_there_with_its_example() -> None:
    for path, parameter in PARAMETERS.items():
        if path in HEADER.parameters:
            found = SCHEMA["properties"][path]
        else:
            found = SCHEMA
            for key in path.split("."):
                found = found.get("items", found)["properties"][key]
        assert found["title"] == parameter.title
        (example,) = found["examples"]
        assert VALIDATOR.evolve(schema=found).is_valid(example), path


@pytest.mark.parametrize(
    "pending",
    [
        {"2027-01-01": "7 days", "2027-07-01": "0 days"},
        {"value": "7 days", "reference": "price list"},
        {"2027-01-01": {"value": "7 days", "reference": "price list"}},
    ],
)
def test_values_by_date_and_with_reference(pending: object) -> None:
    assert VALIDATOR.is_valid({"title": "Dated", "points": {"value": "0.01", "pending": pending}})
    assert VALIDATOR.is_valid({"title": pending}) == ("value" in pending), "a title has no dates"
