"""What is wrong with a scenario file, in our own words: file, key, value, rule, a legal line and the nearest name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from policies import Problem
from policies.currencies import DECIMALS
from policies.errors import ProblemError, Refusal, Words, listed, nearest, says, shown
from sim.market.checks import problems_of_market
from sim.market.days import problems_of_scripts
from sim.market.deed_tables import deed_kinds
from sim.market.file import ScenarioFile, examples, examples_by_place
from sim.market.segment_tables import BASKET_MODELS, MARGIN_FORMS, PURCHASE_MODELS, Segment

_MODELS = (*PURCHASE_MODELS, *BASKET_MODELS)


class ScenarioError(ProblemError):
    """A scenario that cannot be used. ``problems`` holds all that is wrong with it."""


def checked(content: dict[str, Any], file: str) -> ScenarioFile:
    """The content of a file as a scenario.

    Raises:
        ScenarioError: with all that is wrong.
    """
    try:
        found = ScenarioFile.model_validate(content)
    except ValidationError as error:
        raise ScenarioError([_problem(file, each) for each in _without_echoes(error.errors())]) from None
    problems = [*problems_of_scripts(found, file), *problems_of_market(found, file)]
    if found.currency is not None and found.currency not in DECIMALS:
        guess = nearest(found.currency, DECIMALS)
        rule = says("is not a currency of ISO 4217", "不是 ISO 4217 中的货币")
        problems.append(Problem(file, "currency", rule, shown(found.currency), guess=guess))
    if problems:
        raise ScenarioError(problems)
    return found


def changed(segment: Segment, values: Mapping[str, float], name: str) -> Segment:
    """A segment with other parameters of its purchase or basket model.

    Raises:
        KeyError: it has no such parameter.
        ScenarioError: a value is not legal; the problem names the scenario ``name``.
    """
    tables = {key: getattr(segment, key).model_dump() for key in ("purchase", "basket")}
    for parameter, value in values.items():
        table = next((each for each in tables.values() if parameter in each), None)
        if table is None:
            raise KeyError(parameter)
        table[parameter] = value
    try:
        return Segment.model_validate({**segment.model_dump(), **tables})
    except ValidationError as error:
        raise ScenarioError([_problem(name, each, ("segments", segment.name)) for each in error.errors()]) from None


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


def _problem(file: str, error: Any, before: tuple[str, ...] = ()) -> Problem:
    """A message of the checker in our own words, with the key, the value, an example and a guess.

    ``before`` are keys above the table that was checked.
    """
    place = _place_in_file(error, before)
    last = place[-1] if place else ""
    known = examples()
    value = error["input"]
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Refusal):
        rule, guess = cause.words, cause.guess
    elif error["type"] == "union_tag_invalid":
        value = error["ctx"]["tag"]
        if last == "do":
            rule, guess = says("there is no deed of this kind", "没有这种行为"), nearest(value, deed_kinds())
        else:
            models = PURCHASE_MODELS if place[-2:-1] == ["purchase"] else BASKET_MODELS
            rule = says("must be one of: {known}", "可用的值：{known}", known=listed(f'"{each}"' for each in models))
            guess = nearest(str(value), models)
    else:
        rule = _rule(error["type"], error.get("ctx", {}))
        guess = nearest(last, known) if error["type"] == "extra_forbidden" else ""
    spelled = "" if isinstance(value, dict) else shown(Decimal(str(value)) if isinstance(value, float) else value)
    example = _example(guess, [*before, *(str(each) for each in error["loc"])], place)
    return Problem(file, ".".join(place), rule, spelled, example=example, guess=guess)


def _example(guess: str, told: list[str], place: list[str]) -> Words | str:
    """A legal line for what was meant, else for the key, else for the table in which it stands."""
    by_place, known = examples_by_place(), examples()
    for key in (guess, *place[-1:], *reversed(told), *reversed(place)):
        found = by_place.get(f"{place[0]}.{key}" if place else key) or known.get(key)
        if found:
            return found
    return ""


def _place_in_file(error: Any, before: tuple[str, ...]) -> list[str]:
    """Keys from the top of the file down. The checker also names the kind of a deed, a model or a margin there,
    and says "[key]" of a key itself: these are no keys."""
    place = [str(each) for each in (*before, *error["loc"]) if each != "[key]"]
    if error["type"].startswith("union_tag"):
        return [*place, "do" if place[2:3] == ["deeds"] else "model"]
    kinds = {"deeds": (4, deed_kinds()), "purchase": (3, _MODELS), "basket": (3, _MODELS), "margin": (3, MARGIN_FORMS)}
    at, names = kinds.get("".join(place[2:3]), (0, ()))
    return place[:at] + place[at + 1 :] if at and "".join(place[at : at + 1]) in names else place


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
        case ["too", "long"]:
            return says("has too many entries: at most {max_length}", "条目过多，最多 {max_length} 个", **numbers)
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
        case ["model" | "dict", *_]:
            return says("must be a table", "必须是表")
        case _:
            return says("is not a legal value here", "不是此处可用的值")
