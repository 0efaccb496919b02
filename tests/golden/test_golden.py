"""The nine members of the scenario `lessons` under every shipped policy, against a readable golden file.

After a change that is meant to change these figures, write the file anew and read the difference:

    TIERLAB_REGENERATE=1 pytest tests/golden
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from ledger.accounts import Cause
from policies import catalogue, load_policy
from tests.golden.lives import LESSONS, causes_met, summary

GOLDEN = Path(__file__).parent / "members.json"
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text("utf-8")
MEMBERS = LESSONS.member_names
POLICIES = {name: load_policy(name) for name in catalogue()}
TOLD = dict(re.findall(r"^\| (the [\w -]+?) \| (.+?) \|$", PAGE.partition("| member | causes |")[2], re.MULTILINE))
"""Which causes the page says a member is there for."""


def test_golden() -> None:
    seen = {
        name: {member: summary(policy, number) for number, member in enumerate(MEMBERS)}
        for name, policy in POLICIES.items()
    }
    if os.environ.get("TIERLAB_REGENERATE"):
        GOLDEN.write_text(json.dumps(seen, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.skip("members.json was written anew: read the difference")
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert list(golden) == list(seen)
    for policy, members in golden.items():
        for member, figures in members.items():
            assert seen[policy][member] == figures, f"{member} under {policy}"


@pytest.mark.parametrize("number", range(len(MEMBERS)), ids=MEMBERS)
def test_a_member_meets_the_rules_it_is_there_for(number: int) -> None:
    met = set().union(*(causes_met(policy, number) for policy in POLICIES.values()))
    there_for = re.findall(r"`(\w+)`", TOLD[MEMBERS[number]])
    assert there_for
    assert set(there_for) <= met


def test_somebody_is_there_for_every_cause() -> None:
    """The page names a member for each cause: between them the shipped policies bring every one."""
    assert list(TOLD) == list(MEMBERS)
    named = set(re.findall(r"`(\w+)`", " ".join(TOLD.values())))
    assert {each.name.lower() for each in Cause} == named
