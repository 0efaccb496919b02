"""The question of a capsule as text that stands alone, and the way back: a scenario, policies and all they replace."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from policies import Policy, Problem, policy_toml
from policies.document import Document
from policies.load import parsed, read_content
from policies.resolve import resolved
from sim.doubt.defaults import DRAWS_LEAST
from sim.effects import PRESETS
from sim.market.errors import checked
from sim.scenario import Scenario

_BARE = re.compile(r"[A-Za-z0-9_-]+")
"""Keys that TOML takes without quotes."""


class Strict(BaseModel):
    """What a capsule says, and not a key more."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Strict):
    """A file by its name."""

    name: str
    text: str


class PolicyTexts(Strict):
    """A policy as files."""

    name: str
    # The policy, then what it replaces, and so on; each under the name by which the one before calls it.
    files: Annotated[list[Text], Field(min_length=1, max_length=20)]


class Question(Strict):
    """What was asked, the baseline first; ``members`` and ``seed`` are null where nobody said any."""

    scenario: Text
    policies: Annotated[list[PolicyTexts], Field(min_length=2)]
    members: Annotated[int, Field(ge=1)] | None
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None


class CompareQuestion(Question):
    """See sim.compare."""

    ask: Literal["compare"]
    reference: bool


class DoubtQuestion(Question):
    """See sim.uncertainty."""

    ask: Literal["doubt"]
    draws: Annotated[int, Field(ge=DRAWS_LEAST)]
    fitted_on: Annotated[int, Field(ge=1)]


class BreakEvenQuestion(Question):
    """See sim.break_even."""

    ask: Literal["break-even"]
    policies: Annotated[list[PolicyTexts], Field(min_length=2, max_length=2)]
    effect: str
    kpi: str


class LiftQuestion(Question):
    """See sim.lift."""

    ask: Literal["lift"]
    policies: Annotated[list[PolicyTexts], Field(min_length=1, max_length=1)]
    effects: Literal[PRESETS] | None  # type: ignore[valid-type]


QUESTION: TypeAdapter[Question] = TypeAdapter(
    Annotated[CompareQuestion | DoubtQuestion | BreakEvenQuestion | LiftQuestion, Field(discriminator="ask")]
)
"""Reads a question of any kind."""


def files_of(policy: Policy) -> list[dict[str, str]]:
    """The text of a policy, of what it replaces, and so on."""
    files = [{"name": policy.name, "text": policy_toml(policy)}]
    document = policy.document.before
    while document is not None:
        files.append({"name": document.source, "text": policy_toml(replace(policy, document=document))})
        document = document.before
    return files


def policy_of(content: PolicyTexts) -> Policy:
    """The policy of its texts. Raises PolicyError if this version does not understand them."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for file in content.files:
        document, found = read_content(parsed(file.text.encode(), file.name), file.name)
        document.source = file.name
        documents.append(document)
        problems += found
    for document, before in pairwise(documents):
        document.before = before
    return resolved(documents[0], content.name, problems)


def scenario_toml(scenario: Scenario) -> str:
    """A scenario as a TOML file that means the same. Comments are not kept."""
    content = scenario.content.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    return "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in content.items())


def scenario_of(content: Text) -> Scenario:
    """The scenario of its text. Raises ScenarioError or PolicyError if this version does not understand it."""
    return Scenario(content.name, checked(parsed(content.text.encode(), content.name), content.name))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, (date, Decimal)):
        return str(value)
    # Text, numbers and truth are spelled alike in JSON and TOML.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _key(key: object) -> str:
    name = str(key)
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
