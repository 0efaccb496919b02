"""The rules of the house, read from the sources: who may import whom, how long a module is, what is explained.

    app.py, app_pages, notebooks, cli, commands, bench  ->  charts, texts, sim, finance  ->  ledger  ->  policies

``policies`` and ``ledger`` are what a production system installs: they stay small and know no clock, chance or screen.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = {
    "policies": {"policies"},
    "ledger": {"ledger", "policies"},
    "finance": {"finance", "ledger", "policies"},
    "sim": {"sim", "finance", "ledger", "policies"},
    "texts": {"texts", "sim", "finance", "ledger", "policies"},
    "charts": {"charts", "texts", "sim", "finance", "ledger", "policies"},
    "app_pages": {"app_pages", "charts", "texts", "sim", "finance", "ledger", "policies"},
    "commands": {"commands", "charts", "texts", "sim", "finance", "ledger", "policies"},
}
"""Rooms that a room may import from."""

FRONT_DOORS = {"app": {*ALLOWED}, "cli": {"commands"}, "workbench": set()}
"""The same for the modules at the top. The launcher runs before anything is installed."""

PACKAGES = {
    "policies": {"numpy", "numba", "pydantic", "platformdirs", "tomlkit"},
    "ledger": {"numpy", "numba", "pydantic", "platformdirs", "sqlalchemy"},
    "finance": {"numpy", "numba", "pandas"},
    "sim": {"numpy", "numba", "pandas", "pyarrow", "pydantic", "simpy", "distributed"},
    "texts": set(),
    "charts": {"altair", "pandas", "vl_convert"},
    "app_pages": {"streamlit", "pandas", "altair"},
    "app": {"streamlit"},
    "commands": {"click"},
    "cli": {"click"},
    "workbench": set(),
}
"""Other people's packages that a room may use."""

STORES = re.compile(r"ledger/stor\w*\.py")
"""Where SQLAlchemy may be imported: the modules that keep the books in a database."""

CLOCK_OR_CHANCE = re.compile(r"\b(date|datetime)\.(now|today|utcnow)\(|np\.random")

LINES_MOST = 400
LONGER = {"workbench.py": "must work alone: it cannot import what it has yet to install"}
"""Modules that may be longer, each with its reason."""

EXPLAINED = ("policies", "ledger", "finance", "sim")
"""Rooms in which every public module, class and function has a docstring."""


def _modules(room: str) -> list[Path]:
    single = ROOT / f"{room}.py"
    if single.is_file():
        return [single]
    return sorted((ROOT / room).rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """(top-level package, line) of every import in a module, also of those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield ("." if node.level else (node.module or "").partition(".")[0]), node.lineno


ROOMS = [*ALLOWED, *FRONT_DOORS]
SOURCES = [(room, path) for room in ROOMS for path in _modules(room) if path.exists()]


def test_every_room_is_known() -> None:
    """A new folder or module with code at the top must take its place in the tables above."""
    private = {"tests", "bench", "notebooks", "static"}  # free to import anything: nobody imports them
    folders = {path.parent.name for path in ROOT.glob("*/*.py") if not path.parent.name.startswith(".")}
    assert folders - private - set(ALLOWED) == set()
    assert {path.stem for path in ROOT.glob("*.py")} - set(FRONT_DOORS) == set()


@pytest.mark.parametrize(("room", "path"), SOURCES, ids=lambda each: each if isinstance(each, str) else _name(each))
def test_imports(room: str, path: Path) -> None:
    wrong = []
    for package, line in imported(_tree(path)):
        ours = package in ALLOWED or package in FRONT_DOORS
        if package == ".":
            wrong.append(f"{_name(path)}:{line}: write imports in full, not relative")
        elif ours and package not in (ALLOWED | FRONT_DOORS)[room]:
            wrong.append(f"{_name(path)}:{line}: {room} must not import {package}")
        elif not ours and package not in sys.stdlib_module_names and package not in PACKAGES[room]:
            wrong.append(f"{_name(path)}:{line}: {room} must not use {package}")
        elif package == "sqlalchemy" and not STORES.fullmatch(_name(path)):
            wrong.append(f"{_name(path)}:{line}: only the stores use SQLAlchemy")
    assert wrong == []


def test_the_rule_bites() -> None:
    """The reader of imports sees those that hide in functions, in parts and under other names."""
    source = "def late():\n    import pandas.core as p\n    from streamlit.web import cli\nfrom . import x\n"
    assert [name for name, _ in imported(ast.parse(source))] == [".", "pandas", "streamlit"]


@pytest.mark.parametrize("room", ["policies", "ledger"])
def test_production_code_knows_no_clock_and_no_chance(room: str) -> None:
    """Time and chance reach them as arguments; the store alone may note when it wrote."""
    for path in _modules(room):
        names = {package for package, _ in imported(_tree(path))}
        assert not names & {"random", "secrets", "uuid"}, _name(path)
        if not STORES.fullmatch(_name(path)):
            assert "time" not in names, _name(path)
        assert not CLOCK_OR_CHANCE.search(path.read_text("utf-8")), _name(path)


def test_a_module_is_one_idea() -> None:
    lines = {_name(path): len(path.read_text("utf-8").splitlines()) for _, path in SOURCES}
    assert {name: count for name, count in lines.items() if count > LINES_MOST and name not in LONGER} == {}


def test_no_exception_without_need() -> None:
    for name in LONGER:
        assert len((ROOT / name).read_text("utf-8").splitlines()) > LINES_MOST, f"{name} is short enough now"


@pytest.mark.parametrize("room", EXPLAINED)
def test_what_is_public_is_explained(room: str) -> None:
    """Every module, and every public class and function in it."""
    silent = []
    for path in _modules(room):
        tree = _tree(path)
        if tree.body and not ast.get_docstring(tree):
            silent.append(_name(path))
        for node in tree.body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                silent.append(f"{_name(path)}:{node.lineno} {node.name}")
    assert silent == []
