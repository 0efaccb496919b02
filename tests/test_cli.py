"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import cli
from charts.terminal import text_table, width, wrapped
from commands.terminal import ProgressBar
from ledger.laws import Law
from policies import catalogue, load_policy
from sim.warmup import compile_once

ROOT = Path(cli.__file__).resolve().parent
FEW = ("--members", "200")

LOG = """member,order,timestamp,amount
anna,1,2027-01-05 09:30:00,120.00
anna,2,2027-02-06 18:00:00,80.50
ben,3,2027-02-07 12:00:00,40.00
ben,4,2027-05-01 12:00:00,40.00
"""


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Otherwise the first command after an edit would say that it compiles."""
    compile_once()


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paragraphs are folded at the terminal's width: the same here wherever the suite runs."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def ask() -> Callable[..., Result]:
    """``ask("compare", ...)``: the command in this process."""
    return lambda *arguments: CliRunner().invoke(cli.tierlab, [str(each) for each in arguments])


@pytest.fixture
def run_real() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``run_real("compare", ...)``: the command as a program of its own."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=600,
        )

    return run


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def answer(result: Result) -> dict:
    """The JSON on standard output of a command that went well."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# --- lists and sheets --------------------------------------------------------------------------------------------


def test_help_and_lists_do_not_load_the_simulation(run_real: Callable) -> None:
    code = "import sys, cli\ntry:\n cli.tierlab({})\nexcept SystemExit:\n pass\nsys.exit('numba' in sys.modules)"
    for arguments in (["--help"], ["policies"], ["show", "baseline"]):
        done = subprocess.run([sys.executable, "-c", code.format(arguments)], cwd=ROOT, capture_output=True)
        assert done.returncode == 0, arguments


def test_policies(ask: Callable) -> None:
    result = ask("policies")
    assert result.exit_code == 0
    names = [line.split()[0] for line in result.stdout.splitlines() if line]
    assert names[2 : 2 + len(catalogue())] == list(catalogue())
    assert {"beauty_mall", "cdnow", "lessons"} <= set(names)
    assert "Four tiers, soft landing" in result.stdout
    assert "四级会员 · 软着陆" in ask("policies", "--language", "zh").stdout
    assert "课堂上的九位会员" in ask("policies", "--language", "zh").stdout


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_show_and_check(ask: Callable, name: str) -> None:
    assert ask("check", name).stdout.startswith(f"ok: policy {name}, digest ")
    english, chinese = ask("show", name), ask("show", name, "--language", "zh")
    assert english.exit_code == chinese.exit_code == 0
    assert english.stdout != chinese.stdout
    assert len(english.stdout.splitlines()) > 3


def test_language_from_the_environment(ask: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLAB_LANGUAGE", "zh")
    assert ask("show", "soft_landing").stdout.startswith("四级会员 · 软着陆")


def test_check_tells_all_problems(ask: Callable, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "x"\nextends = "baseline"\n[points]\nvalue = 0.01\npendin = "7 days"\n', encoding="utf-8")
    result = ask("check", path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "mine.toml: points.value = 0.01" in result.stderr
    assert "pendin" in result.stderr
    assert "Did you mean pending?" in result.stderr


def test_check_of_a_scenario(ask: Callable) -> None:
    assert ask("check", ROOT / "scenarios" / "lessons.toml").stdout.startswith("ok: scenario lessons, digest ")
    assert ask("check", "beauty_mall").stdout.startswith("ok: scenario beauty_mall, digest ")


@pytest.mark.parametrize("key", ["segments", "member", "members", "response"])
def test_check_knows_a_scenario_that_is_not_finished(ask: Callable, tmp_path: Path, key: str) -> None:
    path = tmp_path / "people.toml"
    path.write_text(f'title = "x"\n{key} = 5\n', encoding="utf-8")
    result = ask("check", path)
    assert result.exit_code == 2
    assert "people.toml: horizon: is missing. " in result.stderr
    assert f"{path} is a scenario, not a policy." in ask("show", path).stderr


# --- compare and run ---------------------------------------------------------------------------------------------


def test_compare_prints_headline_table_and_laws(ask: Callable) -> None:
    result = ask("compare", "beauty_mall", "baseline", "soft_landing", "year_end_wipe_cap50", *FEW)
    assert result.exit_code == 0, result.stderr
    text = result.stdout
    # Folded at the terminal's width, whatever that is here.
    unfolded = " ".join(text.split())
    assert unfolded.startswith("301 members, Online beauty mall, 2027 to 2029, 36 months from 2027-01, seed 20270101.")
    assert text.count("Program cost per member") == 2 * 3  # both responses, and what each of them makes of it
    assert text.count("\n\nmembers react as assumed  ") == text.count("\n\nrules alone  ") == 2
    assert "Four tiers, soft landing (soft_landing) / Four tiers, twelve-month points (baseline)" in text
    assert "All 200 conservation laws hold" in text  # three policies and no program, under both responses
    assert result.stderr.startswith("Done in ")
    assert "Done in" not in text
    assert "全部 150 条守恒定律成立" in ask("compare", "lessons", "baseline", "soft_landing", "--language", "zh").stdout


def test_the_return_can_be_left_out(ask: Callable) -> None:
    question = ("compare", "lessons", "baseline", "soft_landing")
    assert "Against no program, per member" in ask(*question).stdout
    alone = ask(*question, "--no-reference").stdout
    assert "Against no program" not in alone and "All 100 conservation laws hold" in alone
    told = answer(ask(*question, "--no-reference", "--json", "-"))
    assert told["reference"] is None and "roi" not in told["pairs"]


def test_members_written_by_hand_are_told_as_themselves(ask: Callable) -> None:
    question = ("compare", "lessons", "baseline", "year_end_wipe_cap50")
    text = " ".join(ask(*question).stdout.split())
    assert "for these 9 members over 25 months" in text and "100,000" not in text
    assert "以上 9 名会员合计" in " ".join(ask(*question, "--language", "zh").stdout.split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_compare_fits_a_terminal(ask: Callable, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    question = ("compare", "beauty_mall", "baseline", "year_end_wipe_cap50", *FEW, "--language", language)
    wide = ask(*question).stdout
    assert max(width(line) for line in wide.splitlines()) <= 100
    # One paragraph each for the headline, the broken promise and the rules alone, between two names and the tables:
    # two responses, four of where it comes from and who gains, and the return; then the laws.
    assert len(wide.split("\n\n")) == 2 + 3 + 2 + 4 + 1 + 1
    monkeypatch.setenv("COLUMNS", "60")
    narrow = ask(*question).stdout
    paragraphs = narrow.split("\n\n")[:5]
    assert max(width(line) for each in paragraphs for line in each.splitlines()) <= 60
    bare = str.maketrans("", "", " \n")
    assert narrow.translate(bare) == wide.translate(bare)


def test_compare_json(ask: Callable) -> None:
    told = answer(ask("compare", "beauty_mall", "baseline", "soft_landing", *FEW, "--seed", 5, "--json", "-"))
    assert (told["scenario"], told["seed"], told["members"]) == ("beauty_mall", 5, 301)
    assert len(told["months"]) == 36
    assert [each["name"] for each in told["policies"]] == ["baseline", "soft_landing"]
    run = told["policies"][1]["runs"]["mechanical"]
    assert sum(months[-1] for months in run["tiers"].values()) == 301
    assert len(run["monthly"]["orders"]) == 36
    assert all(law["holds"] and law["left"] == law["right"] for law in run["laws"])
    rows = told["differences"]
    assert {(row["candidate"], row["response"]) for row in rows} == {
        ("soft_landing", "behavioural"),
        ("soft_landing", "mechanical"),
    }
    undefined = [row for row in rows if row["value"] is None]
    assert {row["verdict"] for row in undefined} <= {"none"}
    for row in (row for row in rows if row not in undefined):
        assert row["difference"] == pytest.approx(row["value"] - row["baseline"])
        assert row["low"] <= row["difference"] <= row["high"]


def test_compare_gives_the_same_bytes_however_the_work_is_split(ask: Callable, tmp_path: Path) -> None:
    outputs = []
    for number, split in enumerate(
        (["--threads", 1], ["--threads", 2, "--chunk", 7], ["--threads", 3, "--chunk", 199])
    ):
        path = tmp_path / f"{number}.json"
        assert ask("compare", "beauty_mall", "baseline", "soft_landing", *FEW, *split, "--json", path).exit_code == 0
        outputs.append(path.read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]
    assert b"\r" not in outputs[0]
    assert outputs[0].endswith(b"}\n")


def test_run(ask: Callable, tmp_path: Path) -> None:
    journal, out = tmp_path / "journal.parquet", tmp_path / "run.json"
    result = ask("run", "beauty_mall", "warehouse_club", *FEW, "--journal", journal, "--json", out)
    assert result.exit_code == 0, result.stderr
    told = json.loads(out.read_text("utf-8"))
    assert pq.read_metadata(journal).num_rows == told["transfers"] > 0
    assert (told["scenario"], told["members"], told["policy"]["name"]) == ("beauty_mall", 301, "warehouse_club")
    assert f"{told['events']:,} events" in result.stdout
    assert "Warehouse club (warehouse_club)" in result.stdout
    quiet = answer(ask("run", "beauty_mall", "warehouse_club", *FEW, "--response", "mechanical", "--json", "-"))
    assert quiet["kpis"]["orders"] != told["kpis"]["orders"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tiers_are_called_alike(ask: Callable, log: Path, language: str) -> None:
    sheet, run, replay = (
        ask(*question, "--language", language).stdout
        for question in (("show", "baseline"), ("run", "lessons", "baseline"), ("replay", "baseline", log))
    )
    baseline = load_policy("baseline")
    for name in baseline.level_names_zh if language == "zh" else baseline.level_names:
        assert name in sheet
        assert f"\n{name} " in run
        assert f"\n{name} " in replay


@pytest.mark.parametrize(
    "command", [("compare", "lessons", "baseline", "soft_landing"), ("run", "lessons", "baseline")]
)
def test_a_broken_law_ends_it(ask: Callable, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.compare
    import sim.run

    honest = sim.run.simulate

    def cheat(*arguments: object, **options: object) -> object:
        return replace(honest(*arguments, **options), laws=(Law("nothing is lost", 1_000, 999),))

    monkeypatch.setattr(sim.run, "simulate", cheat)
    monkeypatch.setattr(sim.compare, "simulate", cheat)
    result = ask(*command)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "nothing is lost: 1,000 against 999" in result.stderr


# --- replay ------------------------------------------------------------------------------------------------------


def test_replay(ask: Callable, log: Path, tmp_path: Path) -> None:
    out, members = tmp_path / "replay.json", tmp_path / "members.csv"
    result = ask("replay", "baseline", log, "--as-of", "2027-03-01", "--json", out, "--members-out", members)
    assert result.exit_code == 0, result.stderr
    assert "Orders after that day, left out: 1" in result.stdout
    assert "All 25 conservation laws hold" in result.stdout
    told = json.loads(out.read_text("utf-8"))
    laws = told.pop("laws")
    assert len(laws) == 25
    assert set(laws[0]) == {"name", "left", "right", "holds"}
    assert len(told.pop("policy_digest")) == 64
    assert told == {
        "policy": "baseline",
        "as_of": "2027-03-01",
        "members": 2,
        "orders": 3,
        "issued_points": 240,
        "redeemed_points": 0,
        "redemptions": 0,
        "expired_points": 0,
        "outstanding_points": 240,
        "members_by_tier": {"basic": 2, "silver": 0, "gold": 0, "diamond": 0},
        "by_month": {
            month: {
                "issued_points": issued,
                "redeemed_points": 0,
                "redemptions": 0,
                "expired_points": 0,
                "outstanding_points": left,
            }
            for month, issued, left in (("2027-01", 120, 120), ("2027-02", 120, 240), ("2027-03", 0, 240))
        },
    }
    assert members.read_text("utf-8").splitlines() == [
        "member,tier,issued_points,redeemed_points,expired_points,outstanding_points",
        "anna,basic,200,0,0,200",
        "ben,basic,40,0,0,40",
    ]


def test_replay_of_one_order(ask: Callable, log: Path) -> None:
    log.write_text("".join(LOG.splitlines(keepends=True)[:2]), encoding="utf-8")
    assert "\n1 order of 1 member; books closed on 2027-01-05" in ask("replay", "baseline", log).stdout
    assert "\n1 名会员的 1 笔订单；账目截至 2027-01-05" in ask("replay", "baseline", log, "--language", "zh").stdout


def test_replay_of_an_order_that_the_ledger_refuses(ask: Callable, tmp_path: Path) -> None:
    rules, log = tmp_path / "steep.toml", tmp_path / "log.csv"
    rules.write_text(
        'title = "Steep"\nextends = "baseline"\n[[points.earn]]\non = "purchase"\nper_unit = 1.2347\n'
        '[[tiers.level]]\nname = "diamond"\nmultiplier = 1.003\n',
        encoding="utf-8",
    )
    log.write_text(LOG + "ben,5,2027-06-01,20000.00\nben,6,2027-06-02,9000000000.00\n", encoding="utf-8")
    for language, told in (("en", 'order "6" of member "ben"'), ("zh", '会员 "ben" 于 2027-06-02 的订单 "6"：')):
        result = ask("replay", rules, log, "--language", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert isinstance(result.exception, SystemExit)
        assert told in result.stderr


def test_replay_with_points(ask: Callable, log: Path) -> None:
    told = answer(ask("replay", "baseline", log, "--redeem", "always", "--json", "-"))
    # Anna's second order takes 100 of her 120 points, one yuan, and earns on what is left: 79 points.
    assert (told["redemptions"], told["redeemed_points"], told["issued_points"]) == (1, 100, 120 + 79 + 40 + 40)
    assert told["by_month"]["2027-02"]["redemptions"] == 1


def test_replay_columns(ask: Callable, tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text("who,bill,when,fen\n7,1,2027-01-31 17:00:00,12000\n", encoding="utf-8")
    columns = ("--member", "who", "--order", "bill", "--timestamp", "when", "--amount-minor", "fen")
    told = answer(ask("replay", "baseline", path, *columns, "--log-time-zone", "UTC", "--json", "-"))
    assert told["by_month"] == {"2027-02": {**told["by_month"]["2027-02"], "issued_points": 120}}
    assert told["as_of"] == "2027-02-01"


def test_replay_broken_law(ask: Callable, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sim.replay

    honest = sim.replay.post_events

    def cheat(*arguments: object, **options: object) -> object:
        return replace(honest(*arguments, **options), laws=(Law("nothing is lost", 1_000, 999),))

    monkeypatch.setattr(sim.replay, "post_events", cheat)
    result = ask("replay", "baseline", log)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing is lost: 1,000 against 999" in result.stderr


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "beauty_mal", "baseline", "soft_landing"], "Did you mean beauty_mall?"),
        (["compare", "beauty_mall", "baselin", "soft_landing"], 'Did you mean "baseline"?'),
        (["compare", "beauty_mall", "baseline"], "Missing argument 'CANDIDATE...'"),
        (["compare", "beauty_mall", "baseline", "baseline"], "baseline"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--members", "0"], "'--members'"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--members", "many"], "'--members'"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--seed", "-1"], "'--seed'"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--threads", "0"], "'--threads'"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--chunk", "0"], "'--chunk'"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--json", "no/such/folder.json"], "no folder"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--json", "."], "is a directory"),
        (["run", "beauty_mall", "baseline", "--journal", "no/such/folder.parquet"], "no folder"),
        (["run", "lessons", "nobody"], "is neither a file nor one of the shipped policies"),
        (["replay", "baseline", "nowhere.csv"], "nowhere.csv: cannot be read (no such file)."),
        (["replay", "baseline", "LOG", "--as-of", "tomorrow"], "'--as-of'"),
        (["replay", "baseline", "LOG", "--as-of", "2026-12-31"], "no order is on or before 2026-12-31"),
        (["replay", "baseline", "LOG", "--redeem", "sometimes"], "'--redeem'"),
        (["replay", "baseline", "LOG", "--amount", "amount", "--amount-minor", "amount"], "not both"),
        (["replay", "baseline", "LOG", "--member", "membr"], 'Did you mean --member "member"?'),
        (["replay", "baseline", "LOG", "--log-time-zone", "Mars"], "is not a time zone"),
        (["replay", "baseline", "LOG", "--members-out", "no/such/folder.csv"], "no folder"),
        (["show", "soft_landin"], 'Did you mean "soft_landing"?'),
        (["check", "nothing.toml"], "is neither a file nor one of the shipped policies"),
        (["show", "baseline", "--language", "fr"], "'--language'"),
        (["compre"], "compre"),
        (["compare", "beauty_mall", "baseline", "soft_landing", "--json", ""], "--json: names no file."),
        (["run", "beauty_mall", "baseline", "--journal", "-"], "--journal: cannot be written to standard output"),
        (["replay", "baseline", "LOG", "--members-out", "-"], "--members-out: cannot be written to standard output"),
        (["replay", "baseline", "LOG", "--json", "LOG"], "log.csv is also "),
        (["replay", "baseline", "LOG", "--members-out", "x", "--json", "./x"], "--json: ./x is also --members-out;"),
        (["run", "beauty_mall", "baseline", "--journal", "x", "--json", "x"], "--json: x is also --journal;"),
        (["run", "lessons", "baseline", "--members", "5"], "the members of scenario lessons are written by hand, 9"),
        (["compare", "lessons", "baseline", "soft_landing", "--members", "9"], "are written by hand"),
        (["show", "lessons"], "lessons is a scenario, not a policy."),
        (["run", "beauty_mall", "lessons"], "lessons is a scenario, not a policy."),
    ],
)
def test_a_mistake_is_one_message(ask: Callable, log: Path, arguments: list[str], message: str) -> None:
    result = ask(*(log if each == "LOG" else each for each in arguments))
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_that_is_read_is_written_over(ask: Callable, log: Path, tmp_path: Path) -> None:
    policy, scenario = tmp_path / "mine.toml", tmp_path / "people.toml"
    policy.write_text('title = "x"\nextends = "baseline"\n', encoding="utf-8")
    scenario.write_bytes((ROOT / "scenarios" / "lessons.toml").read_bytes())
    link = tmp_path / "link.csv"
    os.link(log, link)
    before = {path: path.read_bytes() for path in (log, policy, scenario)}
    for command in (
        ["replay", "baseline", log, "--json", link],
        ["replay", policy, log, "--members-out", policy],
        ["run", scenario, policy, "--journal", scenario],
        ["compare", scenario, "baseline", policy, "--json", tmp_path / "." / "mine.toml"],
    ):
        result = ask(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert " is also " in result.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_a_result_may_be_called_like_a_shipped_policy(
    ask: Callable, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask("replay", "baseline", log, "--json", "baseline").exit_code == 0
    assert json.loads((tmp_path / "baseline").read_text("utf-8"))["orders"] == 4


def test_a_mistake_is_told_in_chinese(ask: Callable, log: Path) -> None:
    for arguments, told in (
        (["replay", "baseline", log, "--member", "membr"], '错误：log.csv：第 1 行：没有 "membr" 这一列'),
        (["replay", "baseline", log, "--json", log], "错误：--json："),
        (["replay", "baseline", "nowhere.csv"], "错误：nowhere.csv：无法读取（没有这个文件）。"),
        (["run", "lessons", "baseline", "--members", 5], "错误：--members：场景 lessons 的 9 名会员由人工编写"),
        (["run", "lessons", "baseline", "--json", "no/such/folder.json"], "错误：--json：没有可供写入的文件夹"),
        (["show", "lessons"], "错误：lessons 是场景，不是方案。"),
    ):
        # The language counts wherever it stands.
        for command in ([*arguments, "--language", "zh"], [arguments[0], "--language", "zh", *arguments[1:]]):
            result = ask(*command)
            assert result.exit_code == 2
            assert result.stderr.startswith(told)


def test_the_command_line_speaks_chinese(ask: Callable, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLAB_LANGUAGE", "zh")
    assert ask("replay", "baseline", log).stderr.startswith("用时 ")
    assert ask("policies").stdout.startswith("方案 ")
    assert "\n场景 " in ask("policies").stdout
    monkeypatch.setattr("sim.replay.replay", _interrupted)
    assert ask("replay", "baseline", log).stderr == "已中断。\n"


def test_currencies_are_not_mixed(ask: Callable, tmp_path: Path) -> None:
    path = tmp_path / "dollars.toml"
    path.write_text('title = "x"\nextends = "baseline"\ncurrency = "USD"\n', encoding="utf-8")
    for command in (["compare", "beauty_mall", "baseline", path], ["run", "beauty_mall", path]):
        result = ask(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "USD" in result.stderr and "CNY" in result.stderr


def test_an_error_of_ours_is_not_hidden(ask: Callable, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("sim.replay.replay", broken)
    result = ask("replay", "baseline", log)
    assert isinstance(result.exception, ValueError)


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_interrupt(ask: Callable, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.replay.replay", _interrupted)
    result = ask("replay", "baseline", log)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted.\n")


# --- real programs -----------------------------------------------------------------------------------------------


def test_real_replay_keeps_streams_apart(run_real: Callable, log: Path) -> None:
    done = run_real("replay", "baseline", log, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["orders"] == 4
    assert "orders" not in done.stderr


def test_real_mistake(run_real: Callable) -> None:
    done = run_real("compare", "beauty_mall", "baseline", "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: nothing: ")
    assert "Traceback" not in done.stderr


def test_real_chinese_on_a_terminal_that_cannot_show_it(run_real: Callable) -> None:
    done = run_real("show", "baseline", "--language", "zh", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("????")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
def test_real_interrupt_while_the_bar_is_drawn() -> None:
    compile_once()
    screen, terminal = os.openpty()
    command = [
        sys.executable,
        "-m",
        "cli",
        "compare",
        "beauty_mall",
        "baseline",
        "soft_landing",
        "--members",
        "2000000",
    ]
    # Where the suite runs in the background, an interrupt is ignored, and a child would inherit that.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, preexec_fn=heard) as process:
        os.close(terminal)
        shown = b""
        while b"1 %" not in shown:
            shown += os.read(screen, 4_096)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stdout.read() == b""
    shown += os.read(screen, 4_096)
    os.close(screen)
    assert shown.startswith(b"\r[")
    assert shown.rstrip().endswith(b"Interrupted.")


def test_real_version(run_real: Callable) -> None:
    assert run_real("--version").stdout.startswith("tierlab, version ")
    assert run_real("--help").stdout.startswith("Usage: tierlab ")


# --- tables ------------------------------------------------------------------------------------------------------


def test_table_lines_up_with_wide_characters() -> None:
    lines = text_table(("指标", "value"), [("活跃会员", "1"), ("orders", "1,234")]).splitlines()
    assert lines == ["指标      value", "--------  -----", "活跃会员      1", "orders    1,234"]
    assert {width(line) for line in lines} == {15}


def test_folding_breaks_at_blanks_and_between_chinese_characters() -> None:
    assert wrapped("one two three", 7) == "one two\nthree"
    assert wrapped("a verylongword b", 6) == "a\nverylongword\nb"
    assert wrapped("10\u00a0members stay", 10) == "10\u00a0members\nstay"
    # No line begins with a closing mark or ends with an opening one.
    assert wrapped("会员，积分「等级」。", 8) == "会员，积\n分「等\n级」。"
    assert wrapped("增加 25% 的会员", 9) == "增加 25%\n的会员"
    assert wrapped("", 10) == ""


class Terminal:
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal
        self.written = ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None:
        pass


def test_progress_only_on_a_terminal() -> None:
    for terminal in (True, False):
        stream = Terminal(terminal)
        with ProgressBar(stream) as bar:
            for share in (0.0, 0.5, 0.501, 1.0):
                bar(share)
        assert bool(stream.written) == terminal
    shown = Terminal(True)
    with ProgressBar(shown) as bar:
        bar(0.5)
    assert shown.written.startswith("\r[" + "#" * 15 + "." * 15 + "]  50 %")
    assert shown.written.split("\r")[-1] == ""


def test_docs_example_of_a_log_is_replayed(
    ask: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """The example in docs/replay.md: its log, its command, its printed answer, its members file, its Python."""
    parts = (ROOT / "docs" / "replay.md").read_text("utf-8").split("```")
    log_text, command, printed, members, code = (part.partition("\n")[2] for part in parts[1::2])
    path, out = tmp_path / "transactions.csv", tmp_path / "members.csv"
    path.write_text(log_text, encoding="utf-8")
    words = command.split()
    assert words[:4] == ["python", "workbench.py", "cli", "replay"]
    arguments = [{"transactions.csv": path, "members.csv": out}.get(word, word) for word in words[3:]]
    result = ask(*arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == printed
    assert out.read_text("utf-8") == members
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/replay.md", "exec"), {})
    assert capsys.readouterr().out == "{'basic': 1, 'silver': 1, 'gold': 0, 'diamond': 0}\n"
