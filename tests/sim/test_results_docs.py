"""docs/results.md says what the declarations say. Write its tables anew with

TIERLAB_REGENERATE=1 pytest tests/sim/test_results_docs.py
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from sim.figures.attribution import SOURCES
from sim.figures.bottom_line import LINES
from sim.figures.breakage import BASES, FATES
from sim.figures.costs import ACQUISITION, FIXED, MESSAGING, PROGRAM_CAUSES
from sim.figures.kpis import KPIS
from sim.figures.named import Named
from sim.figures.rfm import SEGMENTS
from sim.figures.roi import RETURNS
from sim.figures.winners import FATES as GAINS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results.md"
DIRECTIONS = {1: "more", -1: "less", 0: "neither"}
UNITS = {"share": "share", "money": "money a member", "money_per_order": "money an order", "count": "number"}

LISTS: dict[str, tuple[Named, ...]] = {
    "causes": (*PROGRAM_CAUSES, ACQUISITION, MESSAGING, FIXED),
    "lines": LINES,
    "returns": RETURNS,
    "sources": SOURCES,
    "fates": FATES,
    "bases": BASES,
    "segments": SEGMENTS,
    "gains": GAINS,
}


def kpi_rows() -> str:
    lines = [
        "| key | name | 名称 | unit | better | main | what it counts |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in KPIS:
        cells = (f"`{each.key}`", each.title, each.title_zh, UNITS[each.unit], DIRECTIONS[each.direction])
        lines.append(f"| {' | '.join(cells)} | {'yes' if each.main else ''} | {each.definition} |")
    return "\n".join(lines) + "\n"


def named_rows(names: Iterable[Named]) -> str:
    lines = ["| key | name | 名称 | what it counts |", "| --- | --- | --- | --- |"]
    lines += [f"| `{each.key}` | {each.title} | {each.title_zh} | {each.definition} |" for each in names]
    return "\n".join(lines) + "\n"


def test_lists_are_up_to_date() -> None:
    text = PAGE.read_text("utf-8")
    written = {"kpis": kpi_rows(), **{name: named_rows(each) for name, each in LISTS.items()}}
    fresh = text
    for name, rows in written.items():
        marks = (f"<!-- {name}: written by tests/sim/test_results_docs.py -->\n", f"<!-- end of {name} -->")
        head, rest = fresh.split(marks[0])
        fresh = head + marks[0] + rows + marks[1] + rest.split(marks[1])[1]
    if os.environ.get("TIERLAB_REGENERATE"):
        PAGE.write_text(fresh, "utf-8")
        pytest.skip("the lists in docs/results.md were written anew")
    assert text == fresh


@pytest.mark.parametrize("names", LISTS.values(), ids=LISTS)
def test_names_are_told_apart_in_both_languages(names: tuple[Named, ...]) -> None:
    for language in ("en", "zh"):
        assert len({each.name(language) for each in names}) == len(names)
        assert all(each.meaning(language) for each in names)
    assert len({each.key for each in names}) == len(names)
    assert not any(re.search("[A-Za-z]{2,}", each.title_zh + each.definition_zh) for each in names)
