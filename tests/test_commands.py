"""Commands about doubt, effects and capsules: what they promise in their help, what they refuse and when."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
import commands.frame
from sim.break_even import BREAK_EVEN_MEMBERS
from sim.doubt.defaults import DRAW_MEMBERS, LIFT_MEMBERS
from sim.effects import EFFECTS, PRESETS
from sim.market.limits import MEMBERS_MOST

SHORT = """
title = "A fortnight"
horizon = { from = 2027-01-01, through = 2027-01-14 }
members = 30
[[segments]]
name = "all"
share = 1.0
purchase = { model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.5, beta = 150.0 }
basket = { model = "lognormal", mean = 200.0, between = 0.3, within = 0.3 }
margin = 0.5
"""

DOUBT = ["doubt", "SHORT", "baseline", "soft_landing", "--draws", "10", "--members", "4"]
BREAK_EVEN = ["break-even", "SHORT", "no_program", "baseline", "c_mem", "--kpi", "orders", "--members", "4"]
LIFT = ["lift", "SHORT", "baseline", "--members", "2"]
COMPARE = ["compare", "SHORT", "baseline", "soft_landing", "--members", "4"]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """``ask(["doubt", ...])``: the command in this process, in a folder with the scenario SHORT."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("short.toml").write_text(SHORT, "utf-8")
    return lambda words, *more: CliRunner().invoke(
        cli.tierlab, ["short.toml" if each == "SHORT" else each for each in (*words, *more)]
    )


@pytest.fixture
def not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling is a failure: what is asked must be refused before."""
    monkeypatch.setattr("sim.warmup.compile_once", lambda: pytest.fail("compiled for a question that is refused"))


# --- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "members"), [("doubt", DRAW_MEMBERS), ("break-even", BREAK_EVEN_MEMBERS), ("lift", LIFT_MEMBERS)]
)
def test_help_says_how_many_members_there_are(ask: Callable, command: str, members: int) -> None:
    text = re.sub(r"\s+", " ", ask([command, "--help"]).stdout)
    assert "How many members there are on the first day. [default: " + f"({members:,}" in text
    assert "Threads to work with. [default: (all cores)" in text
    for option in ("--processes", "--cluster", "--capsule", "--json"):
        assert option in text


def test_help_names_every_command(ask: Callable) -> None:
    text = ask(["--help"]).stdout
    for name in cli.tierlab.commands:
        assert f"\n  {name} " in text
        assert "Usage:" in ask([name, "--help"]).stdout
    assert {"doubt", "break-even", "lift", "effects", "verify"} <= set(cli.tierlab.commands)


def test_help_of_run_and_compare(ask: Callable) -> None:
    for command in ("run", "compare"):
        text = re.sub(r"\s+", " ", ask([command, "--help"]).stdout)
        assert "on the first day. [default: (the scenario's own)" in text
        assert "--chunk" in text
    assert "candidate shall do better" in re.sub(r"\s+", " ", ask(["break-even", "--help"]).stdout)
    assert "|".join(PRESETS) in ask(["lift", "--help"]).stdout


def test_as_many_members_as_a_scenario_may_have(ask: Callable) -> None:
    """One limit: what a file may say, the option may."""
    assert ask(["run", "SHORT", "baseline", "--members", str(MEMBERS_MOST + 1)]).exit_code == 2
    for members, status in ((MEMBERS_MOST, 0), (MEMBERS_MOST + 1, 2)):
        Path("short.toml").write_text(SHORT.replace("members = 30", f"members = {members}"), "utf-8")
        assert ask(["check", "SHORT"]).exit_code == status
    later = ask(["run", "beauty_mall", "baseline", "--members", str(MEMBERS_MOST)])
    assert later.exit_code == 2
    assert "with those who come later there would be 150," in later.stderr


# --- effects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_effects(ask: Callable, language: str) -> None:
    lines = ask(["effects", "--language", language]).stdout.splitlines()
    assert [line.split()[0] for line in lines[2 : 2 + len(EFFECTS)]] == [each.symbol for each in EFFECTS]
    told = lines[2].split()
    assert told[:3] == ["c_mem", "A", "−0.36"]
    assert ("Lower churn" in lines[2]) == (language == "en")
    assert "docs/behaviour.md" in "".join(lines[-3:])
    if language == "zh":
        assert not re.search(r"log rate|weeks|share|probability", "\n".join(lines))


def test_effects_as_json(ask: Callable) -> None:
    found = json.loads(ask(["effects", "--json", "-"]).stdout)["effects"]
    assert [each["symbol"] for each in found] == [each.symbol for each in EFFECTS]
    assert {"meaning", "unit", "grade", "source", "low", "high", *PRESETS} <= set(found[0])


# --- refused before anything is compiled ----------------------------------------------------------------------------


@pytest.mark.usefixtures("not_compiled")
@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        (
            ["break-even", "SHORT", "baseline", "no_program", "c_men"],
            "c_mem, b_mem",
            "没有名为 'c_men' 的效应；现有 c_mem",
        ),
        ([*BREAK_EVEN[:5], "--kpi", "upper_tier"], "better; there are ", "且有好坏方向的指标；现有 "),
        ([*DOUBT, "--kpi", "profits"], "there is no key figure 'profits'; there are ", "没有名为 'profits' 的指标"),
        (["lift", "lessons", "baseline"], "the lift is about members who are drawn", "提升测量需要随机抽取的会员"),
        (["doubt", "lessons", "baseline", "no_program"], "doubt is about members", "不确定性分析需要"),
        (["compare", "SHORT", "baseline", "baseline"], "is given twice", "出现了两次"),
        ([*LIFT, "--cluster", "nonsense"], "is not the address of a scheduler", "不是调度器的地址"),
        ([*LIFT, "--cluster", ""], "is not the address of a scheduler", "不是调度器的地址"),
        (
            [*LIFT, "--threads", "2", "--processes", "2"],
            "cannot be used together with threads",
            "不能与 threads 同时使用",
        ),
    ],
)
def test_a_mistake_is_told_at_once(ask: Callable, words: list[str], en: str, zh: str) -> None:
    for language, told in (("en", en), ("zh", zh)):
        result = ask(words, "--language", language)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert told in result.stderr
        assert "Traceback" not in result.stderr


def test_no_memory(ask: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("sim.run.simulate", full)
    for language, words in (("en", "not enough memory: ask for fewer members"), ("zh", "内存不足：请减少会员数")):
        result = ask(["run", "SHORT", "baseline", "--language", language])
        assert result.exit_code == 2
        assert words in result.stderr
        assert "--sums" in result.stderr


# --- sums alone -----------------------------------------------------------------------------------------------------


def test_sums_alone(ask: Callable) -> None:
    """The same figures without intervals, and no table that needs members' own rows."""
    whole, sums = (
        json.loads(ask(["run", "SHORT", "baseline", "--json", "-", *more]).stdout) for more in ([], ["--sums"])
    )
    assert sums["members"] == 30
    for key, each in whole["kpis"].items():
        assert sums["kpis"][key]["value"] == pytest.approx(each["value"])
        assert (sums["kpis"][key]["low"], sums["kpis"][key]["high"]) == (None, None)
    assert sums["laws"] == whole["laws"]
    assert set(sums["tables"]) < set(whole["tables"])
    text = ask(["run", "SHORT", "baseline", "--sums", "--chunk", "7"]).stdout
    assert "30\xa0members" in text


# --- crews and capsules ---------------------------------------------------------------------------------------------


def test_a_crew_that_says_how_long_it_took(ask: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock starts when everything is compiled, at the first shard."""
    compiled: list[str] = []
    monkeypatch.setattr("sim.warmup.compile_once", lambda: compiled.append("once"))
    result = ask(DOUBT, "--threads", "1", "--seed", "5")
    assert result.exit_code == 0
    assert re.search(r"Done in \d+\.\d s\.", result.stderr)
    assert compiled == ["once"]


@pytest.mark.parametrize("words", [COMPARE, DOUBT, BREAK_EVEN, LIFT], ids=lambda words: words[0])
def test_capsules(ask: Callable, words: list[str]) -> None:
    """What a command has written is verified: 0; with another number: 1, whether its digests are right or not."""
    assert ask(words, "--capsule", "mine.json").exit_code == 0
    same = ask(["verify", "mine.json"])
    assert same.exit_code == 0
    assert "The same: all " in same.stdout
    content = json.loads(Path("mine.json").read_text("utf-8"))
    assert content["question"]["ask"] == words[0]
    content["results"]["members"] += 1
    Path("damaged.json").write_text(json.dumps(content), "utf-8")
    damaged = ask(["verify", "damaged.json"])
    assert (damaged.exit_code, damaged.stdout) == (1, "")
    assert "is not what its digest says" in damaged.stderr


def test_a_capsule_that_comes_out_otherwise(ask: Callable) -> None:
    from sim.capsule import _hashes

    ask(COMPARE, "--capsule", "mine.json")
    content = json.loads(Path("mine.json").read_text("utf-8"))
    content["results"]["members"] += 1
    Path("mine.json").write_text(json.dumps(content | {"hashes": _hashes(content, "")}), "utf-8")
    result = ask(["verify", "mine.json"])
    assert result.exit_code == 1
    assert "Different, first at members: 5 in the capsule, 4 now." in result.stdout


@pytest.mark.usefixtures("not_compiled")
@pytest.mark.parametrize("file", ["nothing.json", ".", "short.toml"])
def test_what_cannot_be_verified(ask: Callable, file: str) -> None:
    """There is no such file, it is a folder, it is no capsule: the question cannot be asked."""
    for language in ("en", "zh"):
        result = ask(["verify", file, "--language", language])
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_a_capsule_whose_texts_are_not_understood(ask: Callable) -> None:
    """Its digests are right, so it is not damaged: this version cannot ask it."""
    from sim.capsule import _hashes

    ask(COMPARE, "--capsule", "mine.json")
    content = json.loads(Path("mine.json").read_text("utf-8"))
    content["question"]["policies"][0]["files"][0]["text"] = "tiers = 7"
    Path("mine.json").write_text(json.dumps(content | {"hashes": _hashes(content, "")}), "utf-8")
    assert ask(["verify", "mine.json"]).exit_code == 2


def test_a_broken_law_of_a_series_ends_it(ask: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.laws import Law

    monkeypatch.setattr("sim.run.laws_of_run", lambda *_: (Law("points", 1, 2),))
    result = ask(LIFT)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "points: 1 against 2" in result.stderr
    assert commands.frame.say("broken") in result.stderr
