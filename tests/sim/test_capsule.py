"""A capsule stands alone, proves itself to the last digit, and refuses what no digest covers."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sim.capsule
import sim.runs.versions
from charts.console_capsule import verdict_text
from policies import Policy, catalogue, load_policy
from policies.errors import ProblemError, says
from sim.break_even import break_even
from sim.capsule import (
    CapsuleError,
    DamagedCapsule,
    Difference,
    Verdict,
    first_difference,
    read_capsule,
    verify,
    write_capsule,
)
from sim.compare import compare
from sim.figures.results import Comparison
from sim.lift import lift
from sim.market.listing import scenario_catalogue
from sim.questions import Answer, asked_by
from sim.runs.capsule_texts import PolicyTexts, Text, files_of, policy_of, scenario_of, scenario_toml
from sim.scenario import Scenario, load_scenario
from sim.uncertainty import uncertainty

ROOT = Path(__file__).resolve().parents[1]
POLICIES = [*catalogue(), *sorted((ROOT / "ledger" / "policies").glob("*.toml")), ROOT / "policies" / "replacing.toml"]
MEMBERS = 12
SEED = 3


@pytest.fixture(scope="module")
def scenario(cut: Callable) -> Scenario:
    return cut("beauty_mall", date(2027, 4, 30))


@pytest.fixture(scope="module")
def comparison(scenario: Scenario) -> Comparison:
    policies = [load_policy("soft_landing"), load_policy(ROOT / "ledger" / "policies" / "switch_keep.toml")]
    return compare(scenario, load_policy("baseline"), policies, members=MEMBERS, seed=SEED)


@pytest.fixture(scope="module")
def text(scenario: Scenario, comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A capsule as it was written."""
    path = tmp_path_factory.mktemp("capsule") / "question.json"
    write_capsule(path, scenario, comparison, members=MEMBERS, seed=SEED)
    return path.read_text("utf-8")


@pytest.fixture
def file(text: str, tmp_path: Path) -> Callable[[str], Path]:
    """``file(text)``: a capsule of that text, far from everything that it came from."""

    def make(content: str = text) -> Path:
        path = tmp_path / "mine.json"
        path.write_text(content, encoding="utf-8")
        return path

    return make


def _with_right_hashes(content: dict[str, Any]) -> str:
    """What somebody would write who knows how digests are made."""
    return json.dumps(content | {"hashes": sim.capsule._hashes(content, "")}, ensure_ascii=False)


def test_verify_makes_the_same_again(file: Callable) -> None:
    verdict = verify(read_capsule(file()))
    assert verdict.same
    assert verdict.versions == ()


def _doubted(scenario: Scenario) -> Answer:
    return uncertainty(
        scenario, load_policy("baseline"), [load_policy("soft_landing")], draws=10, fitted_on=900, members=5, seed=SEED
    )


def _searched(scenario: Scenario) -> Answer:
    return break_even(
        scenario, load_policy("baseline"), load_policy("soft_landing"), "h_dem", "orders", members=5, seed=SEED
    )


def _lifted(scenario: Scenario) -> Answer:
    return lift(scenario, load_policy("baseline"), effects="conservative", members=3, seed=SEED)


@pytest.mark.parametrize(
    ("answer", "asked", "setting", "another"),
    [
        (_doubted, {"ask": "doubt", "draws": 10, "fitted_on": 900}, "fitted_on", 400),
        (_searched, {"ask": "break-even", "effect": "h_dem", "kpi": "orders"}, "kpi", "margin"),
        (_lifted, {"ask": "lift", "effects": "conservative"}, "effects", "optimistic"),
    ],
)
def test_every_kind_of_question(
    tmp_path: Path,
    cut: Callable,
    answer: Callable[[Scenario], Answer],
    asked: dict[str, Any],
    setting: str,
    another: object,
) -> None:
    """Doubt, break-even and lift are recorded with their settings, and come out the same; other settings do not."""
    scenario = cut("beauty_mall", date(2027, 1, 31))
    found = answer(scenario)
    members = 3 if asked["ask"] == "lift" else 5
    path = tmp_path / "mine.json"
    write_capsule(path, scenario, found, members=members, seed=SEED)
    content = json.loads(path.read_text("utf-8"))
    assert asked_by(found).items() == asked.items() <= content["question"].items()
    assert verify(read_capsule(path)).same
    content["question"][setting] = another
    path.write_text(_with_right_hashes(content), "utf-8")
    assert not verify(read_capsule(path)).same


def test_a_comparison_without_a_reference(tmp_path: Path, scenario: Scenario) -> None:
    path = tmp_path / "mine.json"
    policies = [load_policy("soft_landing")]
    found = compare(scenario, load_policy("baseline"), policies, members=4, seed=SEED, reference=False)
    write_capsule(path, scenario, found, members=4, seed=SEED)
    assert read_capsule(path).question.reference is False
    assert verify(read_capsule(path)).same


def test_a_capsule_has_no_time_and_no_place(
    file: Callable, scenario: Scenario, comparison: Comparison, text: str
) -> None:
    path = file()
    write_capsule(path, scenario, comparison, members=MEMBERS, seed=SEED)
    assert path.read_text("utf-8") == text
    assert str(ROOT.parent) not in text


def test_verify_names_the_first_number_that_differs(file: Callable, text: str) -> None:
    """A result that was changed together with its digests is found by running again."""
    content = json.loads(text)
    recorded = content["results"]["policies"][1]["runs"]["mechanical"]["kpis"]["orders"]
    true, recorded["value"] = recorded["value"], recorded["value"] + 1
    verdict = verify(read_capsule(file(_with_right_hashes(content))))
    assert not verdict.same
    assert verdict.difference == Difference(
        "policies[1].runs.mechanical.kpis.orders.value", json.dumps(true + 1), json.dumps(true)
    )


def test_another_seed_is_another_result(file: Callable, text: str) -> None:
    content = json.loads(text)
    content["question"]["seed"] = SEED + 1
    assert verify(read_capsule(file(_with_right_hashes(content)))).difference == Difference("seed", "3", "4")


def test_other_versions_are_told(file: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is run all the same: perhaps the change has no part in the numbers."""
    monkeypatch.setattr(sim.capsule, "versions_here", lambda: sim.runs.versions.versions_here() | {"numpy": "1.0"})
    verdict = verify(read_capsule(file()))
    assert verdict.same
    assert [each.text("en").partition(":")[0] for each in verdict.versions] == ["numpy"]
    assert verdict.versions[0].text("zh").endswith('现在 "1.0"')


def test_the_verdict_in_words(file: Callable) -> None:
    capsule = read_capsule(file())
    same = verdict_text(capsule, Verdict((), None), "en").splitlines()
    assert same[0] == "mine.json: baseline, soft_landing, switch_keep on beauty_mall"
    assert re.fullmatch(r"The same: all \d,\d{3} values, to the last digit\.", same[1])
    other = Verdict((says("numpy: 1.0 then", "numpy：当时 1.0"),), Difference("seed", "3", "4"))
    assert verdict_text(capsule, other, "zh").splitlines() == [
        "mine.json：beauty_mall 上的 baseline、soft_landing、switch_keep",
        "与制作复核包时不同：",
        "  numpy：当时 1.0",
        "不同，首个差异在 seed：复核包中为 3，现在为 4。",
    ]


def test_versions_name_what_numbers_depend_on() -> None:
    found = sim.runs.versions.versions_here()
    assert {"tierlab", "sources", "kernels", "python", "numba", "numpy"} <= set(found)
    assert all(found.values())


# --- what is refused ----------------------------------------------------------------------------------------------


def _refused(path: Path) -> CapsuleError:
    with pytest.raises(CapsuleError) as error:
        read_capsule(path)
    for problem in error.value.problems:
        assert problem.text("en") != problem.text("zh")
    return error.value


def test_every_damaged_byte_is_found(file: Callable, text: str) -> None:
    """One character of the file is another one: it is refused, or it says the very same."""
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    content = json.loads(text)
    for _ in range(150):
        place = chance.randrange(len(text))
        damaged = text[:place] + chance.choice('0123456789abc"{}[],: -') + text[place + 1 :]
        try:
            capsule = read_capsule(file(damaged))
        except CapsuleError:
            continue
        assert capsule.results == content["results"], place
        assert capsule.question.model_dump() == content["question"], place


@pytest.mark.parametrize("part", ["question", "versions", "results"])
def test_a_changed_part_is_named(file: Callable, text: str, part: str) -> None:
    content = json.loads(text)
    content[part]["seed"] = -1
    error = _refused(file(json.dumps(content)))
    assert isinstance(error, DamagedCapsule)
    found = [(each.key, "摘要" in each.text("zh")) for each in error.problems]
    assert found == [(part, True), ("whole", True)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "cannot be read as JSON"),
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"format": NaN}', "cannot be read as JSON"),
        ('{"format": 1, "format": 2}', "cannot be read as JSON"),
        ('{"format": ' + "9" * 5_000 + "}", "cannot be read as JSON"),
        ("[]", "not a capsule of this kind"),
        ('{"format": "tierlab capsule 2"}', "not a capsule of this kind"),
        ('{"format": "tierlab capsule 1"}', "has other parts"),
    ],
)
def test_what_is_no_capsule(file: Callable, content: str, words: str) -> None:
    error = _refused(file(content))
    assert words in error.text("en")
    assert isinstance(error, DamagedCapsule) == (words == "has other parts")


def test_a_part_that_no_digest_covers(file: Callable, text: str) -> None:
    error = _refused(file(json.dumps(json.loads(text) | {"remark": "trust me"})))
    assert "what no digest covers is refused" in error.text("en")
    assert "remark" in error.text("en")


def test_two_values_of_one_key(file: Callable, text: str) -> None:
    _refused(file(text.replace('"results": {', '"results": {"seed": 1,', 1)))


def test_no_file(tmp_path: Path) -> None:
    assert "no such file" in _refused(tmp_path / "nothing.json").text("en")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"effects": {}}, "question.effects"),
        ({"members": 0}, "question.members"),
        ({"members": 12.0}, "question.members"),
        ({"seed": "3"}, "question.seed"),
        ({"policies": []}, "question.policies"),
        ({"scenario": {"name": "x"}}, "question.scenario.text"),
        ({"ask": "why"}, "question.ask"),
        ({"ask": None}, "question.ask"),
        ({"draws": 10}, "question.draws"),
        ({"reference": "yes"}, "question.reference"),
    ],
)
def test_a_question_that_is_none(file: Callable, text: str, change: dict[str, Any], place: str) -> None:
    content = json.loads(text)
    content["question"] |= change
    error = _refused(file(_with_right_hashes(content)))
    assert [each.key for each in error.problems] == [place]
    assert not isinstance(error, DamagedCapsule)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ({"ask": "doubt"}, ["draws", "fitted_on"]),
        ({"ask": "doubt", "draws": 9, "fitted_on": 100}, ["draws"]),
        ({"ask": "break-even", "effect": "c_mem"}, ["policies", "kpi"]),  # of three policies
        ({"ask": "lift", "effects": "brave"}, ["policies", "effects"]),
    ],
)
def test_questions_of_other_kinds_that_are_none(
    file: Callable, text: str, question: dict[str, Any], places: list[str]
) -> None:
    content = json.loads(text)
    del content["question"]["reference"]
    content["question"] |= question
    error = _refused(file(_with_right_hashes(content)))
    assert [each.key for each in error.problems] == [f"question.{place}" for place in places]


@pytest.mark.parametrize("part", ["versions", "results"])
def test_parts_of_another_kind(file: Callable, text: str, part: str) -> None:
    _refused(file(_with_right_hashes(json.loads(text) | {part: []})))


def test_hashes_of_other_names(file: Callable, text: str) -> None:
    content = json.loads(text)
    content["hashes"]["more"] = content["hashes"].pop("whole")
    assert _refused(file(json.dumps(content))).problems[0].key == "hashes"


def test_a_text_that_is_no_policy(file: Callable, text: str) -> None:
    content = json.loads(text)
    content["question"]["policies"][0]["files"][0]["text"] = "tiers = 7"
    capsule = read_capsule(file(_with_right_hashes(content)))
    with pytest.raises(ProblemError):
        verify(capsule)


def test_numbers_that_cannot_be_hashed_are_not_written(
    tmp_path: Path, scenario: Scenario, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bad in (float("nan"), object()):
        monkeypatch.setattr(sim.capsule, "answer_json", lambda _, bad=bad: {"value": bad})
        with pytest.raises(CapsuleError, match="no exact text"):
            write_capsule(tmp_path / "mine.json", scenario, comparison, members=MEMBERS, seed=SEED)
    assert not list(tmp_path.iterdir())


def test_a_policy_whose_text_is_something_else_is_not_written(
    tmp_path: Path, scenario: Scenario, comparison: Comparison
) -> None:
    """Here the rules of one policy under the text of another."""
    first, *others = comparison.policies
    changed = replace(first.policy, document=others[0].policy.document)
    with pytest.raises(CapsuleError, match="cannot hold baseline"):
        write_capsule(
            tmp_path / "mine.json",
            scenario,
            replace(comparison, policies=(replace(first, policy=changed), *others)),
            members=MEMBERS,
            seed=SEED,
        )
    assert not list(tmp_path.iterdir())


# --- texts and differences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", scenario_catalogue())
def test_a_scenario_as_text(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario_of(Text(name=name, text=scenario_toml(scenario))).digest == scenario.digest


@pytest.mark.parametrize("source", POLICIES, ids=lambda each: Path(each).stem)
def test_a_policy_as_texts(source: str | Path) -> None:
    """Also one that replaces another one, with all that it replaces."""
    policy: Policy = load_policy(source)
    again = policy_of(PolicyTexts(name=policy.name, files=[Text(**each) for each in files_of(policy)]))
    assert (again.name, again.digest) == (policy.name, policy.digest)


def test_the_policy_that_is_replaced_is_inside() -> None:
    assert [each["name"] for each in files_of(load_policy(ROOT / "ledger" / "policies" / "switch_keep.toml"))] == [
        "switch_keep",
        "old_rules.toml",
    ]


@pytest.mark.parametrize(
    ("recorded", "found", "difference"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, None),
        ({"a": [1, {"b": None}]}, {"a": [1, {}]}, ("a[1].b", "null", "-")),
        ({"a": 1}, {"a": 1.0}, ("a", "1", "1.0")),
        ({"a": 0.0}, {"a": -0.0}, ("a", "0.0", "-0.0")),
        ({"a": 0.1}, {"a": 0.1 + 2**-56}, ("a", "0.1", "0.10000000000000002")),
        ({"a": True}, {"a": 1}, ("a", "true", "1")),
        ({"a": [1, 2]}, {"a": [1]}, ("a", "[1,2]", "[1]")),
        ({"a": 1, "b": 2}, {"b": 3, "a": 1}, ("b", "2", "3")),
        ({}, {"new": "x"}, ("new", "-", '"x"')),
    ],
)
def test_first_difference(recorded: Any, found: Any, difference: tuple[str, str, str] | None) -> None:
    assert first_difference(recorded, found) == (Difference(*difference) if difference else None)
