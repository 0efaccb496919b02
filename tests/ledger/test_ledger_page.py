"""docs/ledger.md says what the code does."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from random import Random

import numpy as np
import pytest

from ledger.accounts import UNIT_OF_CAUSE, Account, Cause, Unit
from ledger.advance import NIGHT_ORDER
from ledger.laws import laws_of_run, new_balances, new_totals
from ledger.status import Status
from ledger.store_schema import METADATA, VIEWS
from tests.ledger.lives import NAMES, Compiled, policy_named, random_life

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text("utf-8")

CAUSES = {
    cause: (unit, sources.split(", "), goals.split(", "))
    for cause, unit, sources, goals in re.findall(r"^\|.*\| `(\w+)` \| (\w+) \| (.+?) → (.+?) \|", PAGE, re.MULTILINE)
}
"""What the page says of each cause: unit, accounts it comes from, accounts it goes to."""


def test_the_example_prints_what_the_page_says() -> None:
    code, printed = re.search(r"```python\n(.*?)```.*?```text\n(.*?)```", PAGE, re.DOTALL).groups()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "docs/ledger.md", "exec"), {})
    assert out.getvalue() == printed


def test_the_night_is_in_order() -> None:
    assert tuple(re.findall(r"^\d+\. (.+)$", PAGE, re.MULTILINE)) == NIGHT_ORDER


def test_every_refusal_is_explained_in_order() -> None:
    told = re.findall(r"^\| `(\w+)` \| ", PAGE.partition("## Answers")[2], re.MULTILINE)
    assert told == [each.name.lower() for each in Status if each.refused]


def test_every_law_is_told_in_order() -> None:
    laws = laws_of_run(new_totals(), np.zeros(len(Cause), np.int64), new_balances(), 0, 0)
    told = re.search(r"## Laws.*?```\n(.*?)```", PAGE, re.DOTALL)[1]
    assert told.splitlines() == [law.name for law in laws]


def test_every_table_and_view_is_named() -> None:
    store = PAGE.partition("## The store")[2].partition("## What proves it")[0]
    assert {*METADATA.tables, *VIEWS} - {"book"} <= set(re.findall(r"`(\w+)`", store))


def test_every_unit_is_explained_in_order() -> None:
    told = re.findall(r"^\| `(\w+)` \| ", PAGE.partition("## From events")[0], re.MULTILINE)
    assert told == [each.name.lower() for each in Unit]


def test_every_account_is_named_once() -> None:
    table = PAGE.partition("| holder | accounts |")[2].partition("## From events")[0]
    named = [each for each in re.findall(r"`(\w+)`", table) if each not in ("tier", "plan")]
    seats = {Account.TIER_FIRST, Account.PLAN_FIRST}
    assert sorted(named) == sorted(each.name.lower() for each in Account if each not in seats)


def test_every_cause_is_told_with_its_unit() -> None:
    assert {cause: unit for cause, (unit, _, _) in CAUSES.items()} == {
        each.name.lower(): UNIT_OF_CAUSE[each].name.lower() for each in Cause
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_transfer_goes_where_the_page_says(name: str) -> None:
    policy = policy_named(name)
    life = Compiled(policy)
    for kind, day, second, what in random_life(Random(3), policy, 60):
        life.happens(kind, day, second, **what)
    for _, _, _, cause, _, debit, credit, *_ in life.transfers:
        _, sources, goals = CAUSES[cause]
        assert re.sub(r"^(tier|plan)_\d+$", r"\1", debit) in sources, cause
        assert re.sub(r"^(tier|plan)_\d+$", r"\1", credit) in goals, cause
