"""Documentation that runs: examples are executed, links lead somewhere, generated tables are up to date.

In every page, blocks marked ``python`` run one after the other in one namespace; a block marked ``text`` right after
one is what it prints. Lines ``$ tierlab ...`` of blocks marked ``console``, and lines ``python workbench.py cli ...``
of unmarked ones, run through the command line; lines below the former, and a block marked ``text`` after the latter,
must be part of what it prints. A ``toml`` block followed by "Saved as `name`" and a ``csv`` block after "`name`:" are
files. Write the table of effects anew with

    TIERLAB_REGENERATE=1 pytest tests/test_docs.py
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from policies import catalogue
from sim.effects import EFFECTS, PRESETS
from sim.market.listing import scenario_catalogue
from sim.scenario import load_scenario

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SAVED = re.compile(r"^```toml\n(.*?)^```\n+Saved as `([\w.]+)`", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"`([\w.]+\.csv)`:\n+```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LAUNCHER = "python workbench.py cli "


def _blocks(page: Path, language: str) -> list[str]:
    return [body for marked, body in BLOCK.findall(page.read_text("utf-8")) if marked == language]


def _having(language: str) -> list[Path]:
    return [page for page in PAGES if _blocks(page, language)]


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the files that the pages name."""
    monkeypatch.chdir(tmp_path)
    for page in PAGES:
        text = page.read_text("utf-8")
        for name, body in [*SHOWN.findall(text), *(found[::-1] for found in SAVED.findall(text))]:
            (tmp_path / name).write_text(body, "utf-8")
    return tmp_path


def _run(line: str) -> Result:
    result = CliRunner().invoke(cli.tierlab, shlex.split(line))
    assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"
    return result


@pytest.mark.parametrize("page", _having("python"), ids=_name)
def test_python_blocks_run(page: Path, desk: Path) -> None:
    namespace: dict[str, object] = {}
    printed = ""
    for language, body in BLOCK.findall(page.read_text("utf-8")):
        if language == "python":
            with redirect_stdout(StringIO()) as output:
                exec(compile(body, _name(page), "exec"), namespace)
            printed = output.getvalue()
        elif language == "text" and printed:
            assert printed.strip() == body.strip(), f"{_name(page)} shows another output"
        else:
            printed = ""


@pytest.mark.parametrize("page", _having("console"), ids=_name)
def test_console_blocks_run(page: Path, desk: Path) -> None:
    for body in _blocks(page, "console"):
        output = ""
        for line in body.splitlines():
            if line.startswith("$ tierlab "):
                output = " ".join(_run(line.removeprefix("$ tierlab ")).output.split())
            elif line.strip() not in ("", "..."):
                assert " ".join(line.split()) in output, f"{_name(page)}: {line!r} is not in the answer"


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if LAUNCHER in "".join(_blocks(page, ""))], ids=_name)
def test_commands_run(page: Path, desk: Path) -> None:
    """As they stand there, with the number of members that the page says."""
    text = page.read_text("utf-8")
    output = ""
    for language, body in BLOCK.findall(text):
        if language == "":
            lines = [line.removeprefix(LAUNCHER) for line in body.splitlines() if line.startswith(LAUNCHER)]
            output = "\n".join(_run(line).output for line in lines)
        elif language == "text" and output:
            missing = [line for line in body.splitlines() if line.rstrip() not in output]
            assert missing == []
    for name, body in SHOWN.findall(text):
        assert (desk / name).read_text("utf-8-sig").splitlines() == body.splitlines(), f"{name} after the commands"


def test_commands_that_the_readme_mentions_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    mentioned = set(re.findall(r"`\.\.\. cli (\w[\w-]*)|workbench\.py cli (\w[\w-]*)", text))
    names = {each for pair in mentioned for each in pair if each}
    assert {"compare", "policies", "show", "check", "replay"} <= names
    assert names <= set(cli.tierlab.commands)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_files(page: Path) -> None:
    targets = [each for each in LINK.findall(page.read_text("utf-8")) if "://" not in each]
    lost = [each for each in targets if not (page.parent / each).exists()]
    assert lost == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "docs"], ids=_name)
def test_files_named_in_the_docs_exist(page: Path) -> None:
    """Paths in backquotes that begin with one of our folders."""
    rooms = "policies|ledger|finance|sim|charts|texts|app_pages|scenarios|tests|bench|notebooks|docs"
    named = re.findall(rf"`((?:{rooms})/[\w./]*)`", page.read_text("utf-8"))
    assert [each for each in named if not (ROOT / each).exists()] == []


def effects_table() -> str:
    """The effects as a Markdown table, from their declaration."""
    lines = [
        f"| symbol | meaning | unit | {' | '.join(f'`{name}`' for name in PRESETS)} | range | grade | source |",
        "| --- | --- | --- | " + "---: | " * len(PRESETS) + "--- | --- | --- |",
    ]
    for each in EFFECTS:
        sizes = " | ".join(_number(getattr(each, name)) for name in PRESETS)
        span = f"{_number(each.low)} to {_number(each.high)}"
        lines.append(
            f"| `{each.symbol}` | {each.meaning} | {each.unit} | {sizes} | {span} | {each.grade} | {each.source} |"
        )
    return "\n".join(lines) + "\n"


def _number(size: float) -> str:
    return f"{size:g}".replace("-", "−")


def test_table_of_effects_is_up_to_date() -> None:
    page = ROOT / "docs" / "behaviour.md"
    text = page.read_text("utf-8")
    head, rest = text.split("<!-- effects: written by tests/test_docs.py -->\n")
    table, tail = rest.split("<!-- end of effects -->")
    if os.environ.get("TIERLAB_REGENERATE"):
        marks = ("<!-- effects: written by tests/test_docs.py -->\n", "<!-- end of effects -->")
        page.write_text(head + marks[0] + effects_table() + marks[1] + tail, "utf-8")
        pytest.skip("the table in docs/behaviour.md was written anew")
    assert table == effects_table()


def test_every_effect_is_explained() -> None:
    """Each symbol stands in an equation above the table, and no other name poses as one."""
    text = (ROOT / "docs" / "behaviour.md").read_text("utf-8").split("<!-- effects")[0]
    symbols = {each.symbol for each in EFFECTS}
    named = set(re.findall(r"`(\w+)`", text))
    assert symbols - named == set()
    assert named - symbols <= {*PRESETS, *scenario_catalogue(), *catalogue()}


def test_every_scenario_is_listed() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    for name in scenario_catalogue():
        assert f"| `{name}` |" in text


def test_every_key_of_a_scenario_is_explained() -> None:
    from sim.market.deed_tables import Order, ScriptedMember, deed_keys, deed_kinds
    from sim.market.file import ScenarioFile, Segment

    text = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    tables = (ScenarioFile, Segment, ScriptedMember, Order)
    keys = [*(key for table in tables for key in table.model_fields), *deed_keys()]
    names = {"start": "from"}
    missing = [key for key in keys if not re.search(rf"`(\w+\.)?{names.get(key, key)}\b", text)]
    missing += [kind for kind in deed_kinds() if f'`"{kind}"`' not in text]
    assert missing == []


def test_the_example_is_a_scenario(desk: Path) -> None:
    scenario = load_scenario("corner_shop.toml")
    assert (scenario.members, scenario.seed) == (2_000, 7)
    assert scenario.effects("behavioural")["beta_tp"] == 0.2
