"""Capsules: one file that holds an answer with everything that it came from, and can prove itself.

The policies and the scenario are inside as text, so that a capsule stands alone; every part has its digest. Verifying
means: the digests are right, the question is asked again, and every number is the same. What cannot be hashed is
refused, when a capsule is written and when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policies import Policy, Problem
from policies.errors import ProblemError, Words, listed, says, shown
from policies.load import unreadable
from sim.figures.report import json_text
from sim.questions import Answer, answer_json, answered, asked_by, policies_in
from sim.run import Progress
from sim.runs.capsule_texts import QUESTION, Question, files_of, policy_of, scenario_of, scenario_toml
from sim.runs.crews import Crew
from sim.runs.versions import differing, versions_here
from sim.scenario import Scenario

FORMAT = "tierlab capsule 1"
"""What the first key of a capsule says."""

PARTS = ("question", "versions", "results")
"""Parts of a capsule; each has its own digest, and all have one together."""

_WHOLE = "whole"


class CapsuleError(ProblemError):
    """A capsule that cannot be written or asked, or is none. ``problems`` says why."""


class DamagedCapsule(CapsuleError):
    """A capsule whose parts are not what its digests say."""


@dataclass(frozen=True)
class Difference:
    """The first number that came out otherwise."""

    place: str  # such as policies[1].runs.behavioural.kpis.orders.value
    recorded: str
    found: str


@dataclass(frozen=True)
class Verdict:
    """What verifying a capsule has shown."""

    versions: tuple[Words, ...]  # what is not as it was when the capsule was made; empty if all is
    difference: Difference | None  # None: every number is the same

    @property
    def same(self) -> bool:
        """Whether every number came out the same."""
        return self.difference is None


@dataclass(frozen=True)
class Capsule:
    """A capsule that was read, with digests that are right."""

    file: str
    question: Question
    versions: dict[str, Any]
    results: dict[str, Any]


def write_capsule(
    path: Path | str, scenario: Scenario, answer: Answer, *, members: int | None, seed: int | None
) -> None:
    """Write an answer as a capsule; ``members`` and ``seed`` as they were given to whoever answered.

    Raises:
        CapsuleError: something in it cannot be hashed, or a text does not lead back to what was asked.
        OSError: the file cannot be written.
    """
    path = Path(path)
    policies = policies_in(answer)
    content: dict[str, Any] = {
        "format": FORMAT,
        "question": asked_by(answer)
        | {
            "scenario": {"name": scenario.name, "text": scenario_toml(scenario)},
            "policies": [{"name": policy.name, "files": files_of(policy)} for policy in policies],
            "members": members,
            "seed": seed,
        },
        "versions": versions_here(),
        "results": answer_json(answer),
    }
    content["hashes"] = _hashes(content, path.name)
    question = _question(content["question"], path.name)
    lost = [name for name, same in _leads_back(question, scenario, policies, path.name) if not same]
    if lost:
        rule = says(
            "cannot hold {names}: written as text and read again, it is something else",
            "无法收录 {names}：写成文本再读回后内容不同",
            names=listed(lost),
        )
        raise CapsuleError([Problem(path.name, "question", rule)])
    path.write_text(json_text(content), encoding="utf-8", newline="\n")


def read_capsule(path: Path | str) -> Capsule:
    """A capsule from its file.

    Raises:
        DamagedCapsule: a digest is not right, or it holds something that no digest covers.
        CapsuleError: it is no capsule, or asks nothing that this version can ask.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_bytes(), parse_constant=_refuse_constant, object_pairs_hook=_once)
    except OSError as error:
        raise CapsuleError([Problem(path.name, "", unreadable(error))]) from None
    except (ValueError, RecursionError):
        rule = says("is not a capsule: it cannot be read as JSON", "不是复核包：无法按 JSON 读取")
        raise CapsuleError([Problem(path.name, "", rule)]) from None
    expected = {"format", *PARTS, "hashes"}
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        rule = says(
            'is not a capsule of this kind: its format must be "{format}"',
            '不是此类复核包：format 必须是 "{format}"',
            format=FORMAT,
        )
        raise CapsuleError([Problem(path.name, "format", rule)])
    if set(content) != expected:
        rule = says(
            "has other parts than {parts}; what no digest covers is refused",
            "所含部分不是 {parts}；没有摘要覆盖的内容一律拒绝",
            parts=listed(sorted(expected)),
        )
        raise DamagedCapsule([Problem(path.name, "", rule, value=", ".join(sorted(set(content) ^ expected)))])
    _check_hashes(content, path.name)
    if not isinstance(content["results"], dict) or not isinstance(content["versions"], dict):
        raise DamagedCapsule([_malformed(path.name, "results")])
    return Capsule(path.name, _question(content["question"], path.name), content["versions"], content["results"])


def verify(
    capsule: Capsule,
    *,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Verdict:
    """Ask the question of a capsule again and compare every number.

    Raises:
        policies.errors.ProblemError: its texts are none that this version understands, or ask what cannot be asked.
        sim.runs.laws.BrokenLaw: a conservation law does not hold.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    answer = answered(capsule.question, crew=crew, progress=progress, cancelled=cancelled)
    found = json.loads(json_text(answer_json(answer)))
    return Verdict(_changed(capsule.versions), first_difference(capsule.results, found))


def first_difference(recorded: Any, found: Any, place: str = "") -> Difference | None:
    """The first place at which two contents of JSON differ, to the last digit and sign."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        keys = {**recorded, **found}
        pairs = [(f"{place}.{key}".lstrip("."), recorded.get(key, _ABSENT), found.get(key, _ABSENT)) for key in keys]
    elif isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        pairs = [(f"{place}[{index}]", *pair) for index, pair in enumerate(zip(recorded, found, strict=True))]
    else:
        before, now = _shown_json(recorded), _shown_json(found)
        return None if before == now else Difference(place, before, now)
    return next(filter(None, (first_difference(before, now, name) for name, before, now in pairs)), None)


_ABSENT = object()


def _shown_json(value: Any) -> str:
    """A value as JSON has it; a dash for one that is not there."""
    return "-" if value is _ABSENT else _canonical(value)


# --- digests ------------------------------------------------------------------------------------------------------


def _hashes(content: dict[str, Any], file: str) -> dict[str, str]:
    """SHA-256 (hex) of each part, and of the format and all parts together."""
    try:
        texts = {name: _canonical(content[name]) for name in PARTS}
    except (TypeError, ValueError, RecursionError):
        rule = says(
            "holds something that has no exact text: a value that is not a number, or is of no kind that JSON knows",
            "含有无法精确写成文本的内容：不是数字的数值，或 JSON 没有的类型",
        )
        raise CapsuleError([Problem(file, "", rule)]) from None
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    whole = _canonical([content["format"], hashes])
    return hashes | {_WHOLE: hashlib.sha256(whole.encode()).hexdigest()}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _check_hashes(content: dict[str, Any], file: str) -> None:
    recorded = content["hashes"]
    hashes = _hashes(content, file)
    if not isinstance(recorded, dict) or set(recorded) != set(hashes):
        raise DamagedCapsule([_malformed(file, "hashes")])
    rule = says(
        "is not what its digest says: the capsule is damaged or was changed", "与其摘要不符：复核包已损坏或被改动"
    )
    problems = [Problem(file, name, rule) for name, each in hashes.items() if recorded[name] != each]
    if problems:
        raise DamagedCapsule(problems)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON in which no key stands twice: of two values a digest covers one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _malformed(file: str, key: str) -> Problem:
    return Problem(file, key, says("is not as in a capsule", "不符合复核包的格式"))


# --- the question ---------------------------------------------------------------------------------------------------


def _question(content: Any, file: str) -> Question:
    try:
        return QUESTION.validate_python(content)
    except ValidationError as error:
        # The checker names the kind of the question first, and says nothing of the key if there is no such kind.
        places = dict.fromkeys(
            ".".join(map(str, ("question", *(each["loc"][1:] or ["ask"])))) for each in error.errors()
        )
        raise CapsuleError([_malformed(file, place) for place in places]) from None


def _leads_back(question: Question, scenario: Scenario, policies: list[Policy], file: str) -> list[tuple[str, bool]]:
    """For the scenario and each policy by name: whether its text leads back to what was compared."""
    try:
        again = [policy_of(each) for each in question.policies]
        found = [(policy.name, policy.digest == each.digest) for policy, each in zip(policies, again, strict=True)]
        return [(scenario.name, scenario_of(question.scenario).digest == scenario.digest), *found]
    except ProblemError as error:
        raise CapsuleError([Problem(file, "question", problem.words) for problem in error.problems]) from None


def _changed(recorded: dict[str, Any]) -> tuple[Words, ...]:
    """What is not as it was: versions, sources, the machine."""
    return tuple(
        says(
            "{name}: {then} then, {now} now",
            "{name}：当时 {then}，现在 {now}",
            name=name,
            then=shown(then),
            now=shown(now),
        )
        for name, then, now in differing(recorded, versions_here())
    )
