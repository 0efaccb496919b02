"""docs/ledger.md says what the code does."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from ledger.accounts import Cause
from ledger.advance import NIGHT_ORDER
from ledger.status import Status

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text("utf-8")


def test_the_example_prints_what_the_page_says() -> None:
    code, printed = re.search(r"```python\n(.*?)```.*?```text\n(.*?)```", PAGE, re.DOTALL).groups()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "docs/ledger.md", "exec"), {})
    assert out.getvalue() == printed


def test_the_night_is_in_order() -> None:
    assert tuple(re.findall(r"^\d\. (.+)$", PAGE, re.MULTILINE)) == NIGHT_ORDER


def test_every_refusal_and_every_cause_is_explained() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert {each.name.lower() for each in Status if each.refused} <= told
    assert {each.name.lower() for each in Cause} <= told
