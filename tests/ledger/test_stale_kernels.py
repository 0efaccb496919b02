"""An edit of a decision is seen by the next run, whatever machine code lies in the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policies.kernel import kernel_sources, sources_digest

ROOT = Path(__file__).resolve().parents[2]

POINTS_OF_AN_ORDER = """
from ledger.apply import apply
from ledger.events import Kind, event, no_lines
from ledger.journal import new_journal, room_for
from ledger.state import new_member
from policies import load_policy

rules, member, journal = load_policy("baseline").rules, new_member(1), new_journal(room_for(32))
apply(rules, member, event(Kind.JOIN, 20_000), no_lines(), journal)
apply(rules, member, event(Kind.PURCHASE, 20_000, order=1, list_cents=10_000), no_lines(), journal)
print(member.head.issued_points, len(apply.stats.cache_hits))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the rooms that the ledger needs."""
    for room in ("policies", "ledger"):
        shutil.copytree(ROOT / room, tmp_path / "tree" / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "tree"


def run(tree: Path) -> tuple[int, int]:
    """Points of an order, and how often machine code came from the cache, in a process of its own."""
    printed = subprocess.run(
        [sys.executable, "-c", POINTS_OF_AN_ORDER],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "TIERLAB_CACHE": str(tree.parent / "cache")},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    points, hits = printed.stdout.split()
    return int(points), int(hits)


@pytest.mark.proof
def test_an_edited_decision_is_never_stale(tree: Path) -> None:
    assert run(tree) == (100, 0)
    assert run(tree) == (100, 1)
    # The rounding is called by apply, which is compiled in another file: the case that numba does not notice.
    path = tree / "policies" / "earning.py"
    text = path.read_text("utf-8")
    decision = "    return divide(numerator, BASIS * BASIS"
    assert text.count(decision) == 1
    path.write_text(text.replace(decision, decision.replace("return", "return 1 +")), encoding="utf-8")
    assert run(tree) == (101, 0)


def test_a_constant_of_the_rules_counts_as_source(tree: Path) -> None:
    before = sources_digest(tree)
    rules = tree / "policies" / "rules.py"
    assert rules in kernel_sources(tree)
    rules.write_text(rules.read_text("utf-8").replace("NO_LIMIT = -1", "NO_LIMIT = -2"), encoding="utf-8")
    assert sources_digest(tree) != before


def test_a_file_without_kernels_recompiles_nothing(tree: Path) -> None:
    before = sources_digest(tree)
    (tree / "policies" / "sheet.py").write_text("# emptied\n", encoding="utf-8")
    assert sources_digest(tree) == before
