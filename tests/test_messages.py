"""Messages in two languages: each rule is a pair written in one place, and its Chinese half tells the whole story."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from policies import PolicyError, Problem, catalogue, edit, load_policy
from policies.currencies import DECIMALS
from policies.declare import Parameter
from policies.errors import ProblemError, Refusal, Words, either, listed, says
from policies.kinds_names import ACTIVITIES
from policies.load import unreadable
from policies.parameters import HEADER, PARAMETERS
from policies.values import Choice
from sim.effects import EFFECTS
from sim.market.file import examples
from sim.market.listing import scenario_catalogue
from sim.scenario import ScenarioError, load_scenario

ROOT = Path(__file__).resolve().parents[1]
BAD_POLICIES = sorted((ROOT / "tests" / "policies" / "bad").glob("*.toml"))
BAD_SCENARIOS = sorted((ROOT / "tests" / "sim" / "bad").glob("*.toml"))
SOURCES = sorted([*(ROOT / "policies").glob("*.py"), *(ROOT / "sim").rglob("*.py")])

TERMS = {"TOML", "UTF", "ISO", "IANA", "YYYY", "MM", "DD", "true", "false", "JSON", "Dask", "Tierlab", "distributed"}
"""Words that are the same in Chinese texts."""

KEYS = (
    {word for path in PARAMETERS for word in path.split(".")}
    | {*HEADER.parameters, *examples(), *catalogue(), *scenario_catalogue(), *DECIMALS, "value", "member", "plans"}
    | {option.spelling for each in PARAMETERS.values() if isinstance(each.kind, Choice) for option in each.kind.options}
    | {each.symbol for each in EFFECTS}
    | {"name", "alpha", "gamma", "scale", "every", "lifetime", "calendar_year", "membership_year", "rolling"}
    | {"months", "days", "none", "pro_rata", "full_within", "less_benefits_used", "any", *ACTIVITIES}
    | {"purchase", "first_order", "nth_order", "referral", "earn", "redeem", "activity"}
    | {"nothing", "points", "goods", "ticket", "coupon", "CODE", "format"}
)
"""Names in files: keys, choices, currencies, shipped policies and scenarios."""

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|「[^」]*」|\w+\.toml", re.ASCII)
WORD = re.compile(r"(?<![0-9A-Za-z_])[A-Za-z_][0-9A-Za-z_]+")
NUMBER = re.compile(r"\d+(?:[.,/-]?\d+)*")


def english_in(chinese: str, names: Iterable[str] = ()) -> list[str]:
    """English words in a Chinese text that are neither terms nor keys nor ``names`` nor quoted."""
    return [word for word in WORD.findall(QUOTED.sub("", chinese)) if word not in {*TERMS, *KEYS, *names}]


def numbers_in(text: str) -> list[str]:
    return sorted(NUMBER.findall(QUOTED.sub("", text)))


# --- what the sources say ----------------------------------------------------------------------------------------


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """(file and line, call) of every call of a function or method in the sources."""
    return [
        (f"{path.parent.name}/{path.name}:{node.lineno}", node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
    ]


def templates(call: ast.Call) -> list[str]:
    return [each.value for each in call.args if isinstance(each, ast.Constant)]


def fields(template: str) -> set[tuple]:
    """Placeholders of a template, with their formats."""
    return {(name, spec, how) for _, name, spec, how in string.Formatter().parse(template) if name}


def bare(template: str) -> str:
    return "".join(text for text, *_ in string.Formatter().parse(template))


PAIRS = calls("says")


def test_there_are_many_rules() -> None:
    assert len(PAIRS) > 100


@pytest.mark.parametrize(("place", "call"), PAIRS, ids=[place for place, _ in PAIRS])
def test_both_halves_of_a_rule_agree(place: str, call: ast.Call) -> None:
    """Two plain texts with the same placeholders, all of them filled; the second one in Chinese that can be drawn."""
    english, chinese = templates(call)
    assert fields(english) == fields(chinese)
    named = {each.arg for each in call.keywords}
    assert None in named or named == {name for name, *_ in fields(english)}
    assert not CHINESE.search(english)
    assert CHINESE.search(bare(chinese))
    assert english_in(bare(chinese)) == []
    assert chinese.encode("gb2312"), "the bundled font draws GB 2312"


@pytest.mark.parametrize("name", ["Refusal", "refuse", "_refuse", "problem", "Problem"])
def test_no_rule_speaks_one_language_only(name: str) -> None:
    """A rule is not a bare text: the argument that holds it is a name or a call that makes a pair."""
    place_of_rule = {"Refusal": 0, "refuse": 1, "_refuse": 1, "problem": 1, "Problem": 2}[name]
    found = [(place, call.args[place_of_rule]) for place, call in calls(name) if len(call.args) > place_of_rule]
    assert found
    assert [place for place, rule in found if isinstance(rule, (ast.Constant, ast.JoinedStr, ast.BinOp))] == []


# --- what a user reads -------------------------------------------------------------------------------------------


def problems_of(load: Callable, path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ProblemError) as caught:
        load(path)
    assert str(caught.value) == caught.value.text() == caught.value.text("en")
    assert caught.value.text("zh").count("\n") == len(caught.value.problems) - 1
    return caught.value.problems


BAD = [(load_policy, path) for path in BAD_POLICIES] + [(load_scenario, path) for path in BAD_SCENARIOS]


@pytest.mark.parametrize(("load", "path"), BAD, ids=[f"{path.parts[-3]}-{path.stem}" for _, path in BAD])
def test_every_bad_file_is_told_in_chinese(load: Callable, path: Path) -> None:
    names = re.findall(r'name = "(\w+)"', path.read_text("utf-8", "replace"))
    for problem in problems_of(load, path):
        assert isinstance(problem.words, Words), "a rule in one language only"
        text = problem.text("zh")
        for part in (problem.file, problem.key, problem.value, problem.guess):
            assert part in text
        rule = problem.words.zh
        assert CHINESE.search(rule)
        assert f"：{rule}。" in text
        assert english_in(rule, names) == []
        assert numbers_in(rule) == numbers_in(problem.words.en)
        if isinstance(problem.example, Words):
            assert english_in(problem.example.zh) == []


def test_a_whole_message() -> None:
    (problem,) = problems_of(load_policy, ROOT / "tests" / "policies" / "bad" / "bad_value_at_date.toml")
    assert problem.text("zh") == (
        'bad_value_at_date.toml：points.pending = "3 months"（自 2027-07-01 起）：'
        '必须是时长，写作 "N days"，或 "until_delivered"。'
        '例如：pending = "7 days"'
    )
    (problem,) = problems_of(load_policy, ROOT / "tests" / "policies" / "bad" / "misspelt_unit.toml")
    assert '。您是不是想写 "12 months"？例如：' in problem.text("zh")
    assert problem.text("zh", "有效期").startswith("有效期：必须是时长")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tiers.level.sliver.enter": 5}, "不是本方案的等级：basic、silver、gold、diamond。您是不是想写 silver？"),
        ({"points.cash": 5}, "是表；请写明其中的键"),
        ({"tiers.level.gold.name": "silver"}, "不能给等级改名"),
        ({"tiers.level.gold.enter": 1000}, "必须大于「银卡」的 1,000 成长值"),
        ({"plans.plus.price": "1.00"}, "不是本方案的付费会员：本方案没有"),
        ({"points.value": float("inf")}, "是金额，须写成带引号的小数（CNY）"),
    ],
)
def test_edits_are_refused_in_chinese(changes: dict, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        edit(load_policy("baseline"), changes)
    assert told in caught.value.text("zh")


def test_a_scenario_and_a_policy_in_different_money(tmp_path: Path) -> None:
    path = tmp_path / "euro.toml"
    path.write_text('title = "Euro"\nextends = "baseline"\ncurrency = "EUR"\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("beauty_mall").world(load_policy(path))
    assert caught.value.text("zh") == (
        'beauty_mall：currency：场景的货币是 CNY，而方案 euro 的货币是 EUR。例如：currency = "EUR"'
    )


def test_unknown_sources() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("softlanding")
    assert caught.value.text("zh").startswith("softlanding：既不是文件，也不是自带的方案；自带的方案：baseline、")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("cdnw")
    assert caught.value.text("zh").endswith("您是不是想写 cdnow？")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(2, "No such file or directory"), "无法读取（没有这个文件）"),
        (PermissionError(13, "Permission denied"), "无法读取（没有读取权限）"),
        (IsADirectoryError(21, "Is a directory"), "无法读取（这是一个文件夹）"),
        (OSError(5, "Input/output error"), "无法读取（系统错误 5）"),
        (ValueError("embedded null byte"), "无法读取（没有这个文件）"),
    ],
)
def test_files_that_cannot_be_read(error: OSError | ValueError, told: str) -> None:
    assert unreadable(error).zh == told
    assert unreadable(error).en.startswith("cannot be read (")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_line_speaks_it(language: str) -> None:
    bad = ROOT / "tests" / "policies" / "bad" / "many_at_once.toml"
    result = CliRunner().invoke(cli.tierlab, ["check", str(bad), "--language", language])
    assert result.exit_code == 2
    with pytest.raises(PolicyError) as caught:
        load_policy(bad)
    assert caught.value.text(language) in result.stderr
    result = CliRunner().invoke(cli.tierlab, ["show", "baselin", "--language", language])
    assert ("您是不是想写" in result.stderr) == (language == "zh")


# --- the words themselves ----------------------------------------------------------------------------------------


def test_words_go_into_words() -> None:
    inner = says("one {unit}", "一个{unit}", unit=Words("day", "天"))
    outer = says("at most {inner} of {count:,}", "{count:,} 中最多{inner}", inner=inner, count=1_000)
    assert (outer.text(), outer.text("zh")) == ("at most one day of 1,000", "1,000 中最多一个天")
    assert listed(["a", "b"]) == Words("a, b", "a、b")
    assert either(["a", inner]) == Words("a or one day", "a 或 一个天")


def test_values_with_braces_stay_as_they_are() -> None:
    assert says("{line} here", "此处 {line}", line="{ a = 1 }").zh == "此处 { a = 1 }"


def test_errors_can_be_pickled_with_both_languages() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("softlanding")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.text("zh") == caught.value.text("zh")
    refusal = pickle.loads(pickle.dumps(Refusal(Words("a", "甲"), "b")))
    assert (refusal.words.zh, refusal.guess) == ("甲", "b")


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda each: each.path)
def test_ranges_of_parameters(parameter: Parameter) -> None:
    assert not CHINESE.search(parameter.range)
    assert english_in(parameter.range_zh, WORD.findall(parameter.range) if "|" in parameter.range else ()) == []
