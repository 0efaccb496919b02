"""Scenarios: found by name or path, checked, and turned into the arrays that the kernels read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from policies import Policy, PolicyError, Problem
from policies.calendar import add_months
from policies.currencies import DECIMALS
from policies.days import date_of, day_of
from policies.errors import ProblemError, Refusal, Words, listed, nearest, says, shown
from policies.load import parsed, unreadable
from policies.rules import BASIS, records
from sim.effects import EFFECTS, RESPONSE, preset
from sim.listing import scenario_catalogue
from sim.scenario_file import Order, ScenarioFile, examples
from sim.world import LINE, PLAN_CANCEL, PLAN_JOIN, SEGMENT, SPAN, World, empty_script, months_of

_NOON = 12 * 3600
_PERIOD_DIGITS = 6


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
        span.script_margin_bp = round(self.content.margin * BASIS)
        effects = records(1, RESPONSE)[0]
        sizes = self.effects(response)
        for each in EFFECTS:
            effects[each.symbol] = sizes[each.symbol]
        _, month_of_day, month_end_day = months_of(self.first_day, self.end_day)
        lines, line_from = self._script(policy) if self.scripted else empty_script()
        return World(
            span, self._segments(policy.minor_per_major), effects, month_of_day, month_end_day, lines, line_from
        )

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

    def _script(self, policy: Policy) -> tuple[np.recarray, np.ndarray]:
        rows: list[tuple[int, ...]] = []
        offsets = [0]
        for member in self.content.member:
            own = [line for order in member.orders for line in _lines(order, policy.minor_per_major)]
            rows += sorted(own, key=lambda line: line[:2])
            offsets.append(len(rows))
        lines = records(len(rows), LINE)
        for line, row in zip(lines, rows, strict=True):
            line.day, line.second, line.list_cents, line.redeem, line.plan = row
        return lines, np.array(offsets, np.int64)


def _lines(order: Order, minor_per_major: int) -> list[tuple[int, ...]]:
    """(day, second, list price, redeem, plan) of one order or of a series of orders."""
    cents = int(order.amount * minor_per_major)
    redeem = int(order.redeem == "all")
    plan = {"join": PLAN_JOIN, "cancel": PLAN_CANCEL, None: 0}[order.plan]
    return [(day, _NOON, cents, redeem, plan) for day in _days(order)]


def _days(order: Order) -> list[int]:
    if order.on is not None:
        return [day_of(order.on)]
    start, through = day_of(order.start or date.min), day_of(order.through or date.min)
    count, unit = _period(order.every or "")
    days, number = [], 0
    while (day := int(add_months(start, number * count)) if unit == "month" else start + number * count) <= through:
        days.append(day)
        number += 1
    return days


def _period(text: str) -> tuple[int, str]:
    """("7 days") -> (7, "day"). ``Refusal`` if it is not like that."""
    number, _, unit = text.partition(" ")
    unit = unit.removesuffix("s")
    if not number.isdecimal() or len(number) > _PERIOD_DIGITS or int(number) < 1 or unit not in ("day", "month"):
        raise Refusal(
            says(
                '{text!r} is not a period like "7 days" or "1 month"',
                '{text!r} 不是周期；周期写作 "7 days" 或 "1 month"',
                text=text,
            )
        )
    return int(number), unit


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
    problems = list(_script_problems(checked, file))
    if checked.currency is not None and checked.currency not in DECIMALS:
        guess = nearest(checked.currency, DECIMALS)
        rule = says("is not a currency of ISO 4217", "不是 ISO 4217 中的货币")
        problems.append(Problem(file, "currency", rule, shown(checked.currency), guess=guess))
    if problems:
        raise ScenarioError(problems)
    return checked


def _script_problems(content: ScenarioFile, file: str) -> list[Problem]:
    """What is wrong with the orders of hand-written members beyond their shape."""
    problems = []
    decimals = DECIMALS.get(content.currency or "", 2)
    first, last = day_of(content.horizon.start), day_of(content.horizon.through)
    for member in content.member:
        for number, order in enumerate(member.orders):
            key = f"member.{member.name}.orders.{number}"
            if order.amount != round(order.amount, decimals):
                rule = says("has more than {decimals} decimals", "小数位数超过 {decimals} 位", decimals=decimals)
                problems.append(Problem(file, f"{key}.amount", rule, shown(order.amount), example='amount = "9.90"'))
            try:
                days = _days(order)
            except Refusal as refusal:
                problems.append(Problem(file, f"{key}.every", refusal.words, example='every = "7 days"'))
                continue
            outside = [date_of(day).isoformat() for day in days if not first <= day <= last]
            if outside:
                rule = says("is outside the horizon", "超出模拟的时间范围")
                problems.append(Problem(file, key, rule, outside[0], example=examples()["orders"]))
            if not days:
                rule = says("has no day, so it is outside the horizon", "没有任何日期落在模拟的时间范围内")
                problems.append(Problem(file, key, rule, example=examples()["orders"]))
    return problems


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
    place = [str(each) for each in error["loc"]]
    last = place[-1] if place else ""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Refusal):
        rule, guess = cause.words, cause.guess
    else:
        rule = _rule(error["type"], error.get("ctx", {}))
        guess = nearest(last, examples()) if error["type"] == "extra_forbidden" else ""
    value = error["input"]
    spelled = "" if isinstance(value, dict) else shown(Decimal(str(value)) if isinstance(value, float) else value)
    return Problem(file, ".".join(place), rule, spelled, example=examples().get(guess or last, ""), guess=guess)


def _rule(kind: str, context: dict[str, Any]) -> Words:
    """The rule behind the checker's kind of error; the numbers and words in it are in ``context``."""
    numbers = {
        name: f"{int(each):,}" if each == int(each) else f"{each:g}"
        for name, each in context.items()
        if isinstance(each, (int, float, Decimal))
    }
    match kind.split("_"):
        case ["missing"]:
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
