"""docs/production.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from ledger import store
from ledger.accounts import Cause
from ledger.advance import NIGHT_ORDER
from ledger.events import Kind
from ledger.facts import Fact
from ledger.status import Status
from ledger.store_schema import METADATA, VIEWS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "production.md").read_text("utf-8")
TOLD = set(re.findall(r"`([a-z_]+)`", PAGE))


def test_the_night_is_in_order() -> None:
    assert tuple(re.findall(r"^\d+\. (.+)$", PAGE, re.MULTILINE)) == NIGHT_ORDER


def test_every_status_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## Answers")[2].partition("## Many")[0], re.MULTILINE)
    assert rows == [each.name.lower() for each in Status if each.refused]


def test_every_kind_and_every_cause_is_explained() -> None:
    assert {each.name.lower() for each in Kind} <= TOLD
    assert {each.name.lower() for each in Cause} <= TOLD


def test_every_fact_has_its_row() -> None:
    facts = {
        name
        for name in store.__all__
        if isinstance(getattr(store, name), type) and issubclass(getattr(store, name), Fact)
    }
    table = PAGE.partition("## What a shop tells")[2].partition("## A day")[0]
    rows = "".join(line for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([A-Z]\w+)\(", rows)) == facts
    assert len(facts) == len(Kind) - 1  # what is received comes from what is sent


def test_every_table_and_view_is_named() -> None:
    assert {*METADATA.tables, *VIEWS} - {"book"} <= TOLD
