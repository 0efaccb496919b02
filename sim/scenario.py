"""Scenarios: found by name or path, checked, and turned into the arrays that the kernels read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from policies import Policy, PolicyError, Problem
from policies.currencies import DECIMALS
from policies.days import day_of
from policies.errors import ProblemError, Refusal, Words, listed, nearest, says, shown
from policies.load import parsed, unreadable
from policies.rules import BASIS, records
from sim.effects import EFFECTS, RESPONSE, preset
from sim.listing import scenario_catalogue
from sim.scenario_days import problems_of_scripts
from sim.scenario_deeds import deed_kinds
from sim.scenario_file import ScenarioFile, examples
from sim.script import no_script, script_of
from sim.world import SEGMENT, SPAN, World, months_of


class ScenarioError(ProblemError):
    """A scenario that cannot be used. ``problems`` holds all that is wrong with it."""


@dataclass(frozen=True)
class Scenario:
    """A population and its market."""

    name: str
    content: ScenarioFile

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def title_zh(self) -> str:
        return self.content.title_zh or self.content.title

    @property
    def currency(self) -> str | None:
        """Currency of the amounts; None if they count in that of any policy."""
        return self.content.currency

    @property
    def scripted(self) -> bool:
        """True if every member is written by hand."""
        return bool(self.content.member)

    @property
    def members(self) -> int:
        return len(self.content.member) if self.scripted else int(self.content.members or 0)

    @property
    def member_names(self) -> tuple[str, ...]:
        """Names of hand-written members; empty for a population."""
        return tuple(each.name for each in self.content.member)

    @property
    def seed(self) -> int:
        return self.content.seed

    @property
    def first_day(self) -> int:
        return day_of(self.content.horizon.start)

    @property
    def end_day(self) -> int:
        """First day after the run."""
        return day_of(self.content.horizon.through) + 1

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Calendar months of the run: "2027-01"."""
        return months_of(self.first_day, self.end_day)[0]

    @property
    def digest(self) -> str:
        """Digest of the content (sha256, hex), whatever the file's name and layout."""
        text = json.dumps(self.content.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def effects(self, response: str) -> dict[str, float]:
        """Effect sizes of a response: "behavioural" as the scenario says, "mechanical" with all effects off."""
        if response == "mechanical":
            return preset("null")
        return preset(self.content.response.preset) | self.content.response.sizes()

    def world(self, policy: Policy, response: str = "behavioural", *, seed: int | None = None) -> World:
        """The scenario as arrays, for one policy.

        Raises:
            ScenarioError: the policy counts in another currency.
        """
        if self.currency not in (None, policy.currency):
            rule = says(
                "the scenario is in {ours}, but policy {policy} is in {theirs}",
                "场景的货币是 {ours}，而方案 {policy} 的货币是 {theirs}",
                ours=self.currency,
                policy=policy.name,
                theirs=policy.currency,
            )
            raise ScenarioError([Problem(self.name, "currency", rule, example=f'currency = "{policy.currency}"')])
        span = records(1, SPAN)[0]
        span.seed = self.seed if seed is None else seed
        span.first_day, span.end_day = self.first_day, self.end_day
        span.program = int(policy.has_program)
        span.deliveries = int(policy.rules.until_delivered.any())
        span.script_margin_bp = round(self.content.margin * BASIS)
        effects = records(1, RESPONSE)[0]
        sizes = self.effects(response)
        for each in EFFECTS:
            effects[each.symbol] = sizes[each.symbol]
        _, month_of_day, month_end_day = months_of(self.first_day, self.end_day)
        script = script_of(self.content, policy) if self.scripted else no_script()
        return World(span, self._segments(policy.minor_per_major), effects, month_of_day, month_end_day, *script)

    def _segments(self, minor_per_major: int) -> np.recarray:
        rows = records(max(1, len(self.content.segments)), SEGMENT)
        through = 0.0
        for row, each in zip(rows, self.content.segments, strict=False):
            through += each.share
            row.share_through = through
            row.r, row.alpha = each.purchase.r, each.purchase.alpha
            row.s, row.beta = each.purchase.s, each.purchase.beta
            row.p, row.q, row.gamma = each.basket.p, each.basket.q, each.basket.gamma
            row.cents = each.basket.scale * minor_per_major
            row.margin_bp = round(each.margin * BASIS)
        return rows


def load_scenario(source: str | Path) -> Scenario:
    """A scenario by its shipped name or by path.

    Raises:
        ScenarioError: there is no such scenario, or the file is wrong; the message says how to mend it.
    """
    shipped = scenario_catalogue()
    path = shipped.get(str(source)) or Path(source)
    if not path.is_file():
        guess = nearest(str(source), shipped)
        rule = says(
            "there is no such scenario; shipped are {known}", "没有这个场景；自带的场景：{known}", known=listed(shipped)
        )
        raise ScenarioError([Problem(str(source), "", rule, guess=guess)])
    try:
        content = parsed(path.read_bytes(), path.name)
    except PolicyError as error:
        # The reader of TOML is shared with policies; its example is one of theirs.
        raise ScenarioError([replace(each, example=examples()["members"]) for each in error.problems]) from None
    except OSError as error:
        raise ScenarioError([Problem(path.name, "", unreadable(error))]) from None
    return Scenario(path.stem, _checked(content, path.name))


def _checked(content: dict[str, Any], file: str) -> ScenarioFile:
    try:
        checked = ScenarioFile.model_validate(content)
    except ValidationError as error:
        raise ScenarioError([_problem(file, each) for each in _without_echoes(error.errors())]) from None
    problems = problems_of_scripts(checked, file)
    if checked.currency is not None and checked.currency not in DECIMALS:
        guess = nearest(checked.currency, DECIMALS)
        rule = says("is not a currency of ISO 4217", "不是 ISO 4217 中的货币")
        problems.append(Problem(file, "currency", rule, shown(checked.currency), guess=guess))
    if problems:
        raise ScenarioError(problems)
    return checked


def _without_echoes(errors: list[Any]) -> list[Any]:
    """The checker also calls a list too short whose only entry is wrong: that says nothing new."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short" or not any(_lies_in(place, error["loc"]) for place in places)
    ]


def _lies_in(place: tuple, outer: tuple) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _problem(file: str, error: Any) -> Problem:
    """A message of the checker in our own words, with the key, the value, an example and a guess."""
    place = _place_in_file(error)
    last = place[-1] if place else ""
    known = examples()
    value = error["input"]
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Refusal):
        rule, guess = cause.words, cause.guess
    elif error["type"] == "union_tag_invalid":
        rule = says("there is no deed of this kind", "没有这种行为")
        value, guess = error["ctx"]["tag"], nearest(error["ctx"]["tag"], deed_kinds())
    else:
        rule = _rule(error["type"], error.get("ctx", {}))
        guess = nearest(last, known) if error["type"] == "extra_forbidden" else ""
    spelled = "" if isinstance(value, dict) else shown(Decimal(str(value)) if isinstance(value, float) else value)
    # A key without an example of its own has that of the table in which it stands.
    example = next((known[each] for each in (guess, *reversed(place)) if each in known), "")
    return Problem(file, ".".join(place), rule, spelled, example=example, guess=guess)


def _place_in_file(error: Any) -> list[str]:
    """Keys from the top of the file down; the checker also names the kind of a deed there, which is no key."""
    place = [str(each) for each in error["loc"]]
    if error["type"].startswith("union_tag"):
        return [*place, "do"]
    return place[:4] + place[5:] if place[2:3] == ["deeds"] else place


def _rule(kind: str, context: dict[str, Any]) -> Words:
    """The rule behind the checker's kind of error; the numbers and words in it are in ``context``."""
    numbers = {
        name: f"{int(each):,}" if each == int(each) else f"{each:g}"
        for name, each in context.items()
        if isinstance(each, (int, float, Decimal))
    }
    match kind.split("_"):
        case ["missing"] | ["union", "tag", "not", "found"]:
            return says("is missing", "缺少此项")
        case ["extra", *_]:
            return says("is not a key of a scenario file here", "场景文件的此处没有这个键")
        case ["too", "short"] | ["string", "too", "short"]:
            return says("must not be empty", "不能为空")
        case ["string", "too", "long"]:
            return says("is too long: at most {max_length} characters", "过长，最多 {max_length} 个字符", **numbers)
        case ["string", "pattern", *_]:
            return says("must be three capital letters of ISO 4217", "必须是 ISO 4217 的三个大写字母")
        case ["string", *_]:
            return says("must be text in quotes", "必须是带引号的文本")
        case ["literal", *_]:
            expected = context["expected"]
            legal = Words(expected, expected.replace(" or ", " 或 ").replace(", ", "、"))
            return says("must be {legal}", "必须是 {legal}", legal=legal)
        case ["greater", "than"]:
            return says("must be greater than {gt}", "必须大于 {gt}", **numbers)
        case ["greater", *_]:
            return says("must be greater than or equal to {ge}", "必须大于或等于 {ge}", **numbers)
        case ["less", "than"]:
            return says("must be less than {lt}", "必须小于 {lt}", **numbers)
        case ["less", *_]:
            return says("must be less than or equal to {le}", "必须小于或等于 {le}", **numbers)
        case ["finite", *_]:
            return says("must be a finite number", "必须是有限的数")
        case ["decimal", "max", *_]:
            return says("has more than {decimal_places} decimals", "小数位数超过 {decimal_places} 位", **numbers)
        case ["bool", *_]:
            return says("must be true or false", "必须是 true 或 false")
        case ["int", *_]:
            return says("must be an integer", "必须是整数")
        case ["float" | "decimal", *_]:
            return says("must be a number", "必须是数字")
        case ["date" | "datetime", *_]:
            return says("must be a date such as 2027-01-01", "必须是日期，写作 2027-01-01")
        case ["tuple", *_]:
            return says("must be a list of tables", "必须是表数组")
        case ["model", *_]:
            return says("must be a table", "必须是表")
        case _:
            return says("is not a legal value here", "不是此处可用的值")
