"""Histories that a machine makes up and makes shorter: random policies, random wishes of one member, all laws.

The ledger is compared with its naive twin transfer for transfer. It runs compiled and, in a process of its own,
interpreted; a failure prints the policy's seed and the steps.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.stored import packed
from policies.days import day_of
from tests.ledger.lives import Compiled, closings, policy_of_text
from tests.ledger.random_policies import random_policy
from tests.ledger.test_ledger_properties import add_transfers, check
from tests.ledger.wishes import TRICKS, Wishes
from tests.naive import Naive

ROOT = Path(__file__).resolve().parents[2]
SEEDS = st.integers(0, 10**6)
DAYS = st.sampled_from((0, 0, 0, 1, 1, 2, 7, 13, 30, 31, 59, 90, 200, 365))


class OneMember(RuleBasedStateMachine):
    """A member whose books are kept twice."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.known = 0
        self.second = 0
        self.balance: Counter = Counter()

    @initialize(seed=SEEDS, start=st.integers(0, 400))
    def begin(self, seed: int, start: int) -> None:
        note(f"policy seed {seed}")
        policy = policy_of_text(random_policy(Random(seed)))
        self.compiled, self.naive = Compiled(policy), Naive(policy)
        self.naive.closed = closings(policy)
        self.wishes = Wishes(Random(seed), self.naive)
        self.day = date(2027, 1, 1) + timedelta(days=start)
        self.post(*self.wishes.beginning())

    @rule(days=DAYS, seed=SEEDS)
    def wish(self, days: int, seed: int) -> None:
        """What the naive member wants next, mostly at the edge of what is allowed."""
        self.wait(days)
        self.wishes.rng = Random(seed)
        known = self.naive.joined is not None
        self.post(*(self.wishes.wish(self.number, self.day) if known else self.wishes.beginning()))

    @rule(seed=SEEDS)
    @precondition(lambda self: self.naive.joined is not None)
    def buy_and_return(self, seed: int) -> None:
        """The pair that leaks most easily."""
        self.wishes.rng = Random(seed)
        what = self.wishes._purchase(self.number)
        self.post("purchase", what)
        self.post("refund", {"order": what["order"], "cents": -1})

    @rule(trick=st.sampled_from(TRICKS), days=DAYS, seed=SEEDS)
    @precondition(lambda self: self.naive.joined is not None)
    def trick(self, trick: str, days: int, seed: int) -> None:
        """One of those who hope that something is left of what goes back; the days pass before the last deed."""
        self.wishes.rng = Random(seed)
        self.wishes.begin_trick(trick)
        while self.wishes.follow:
            self.wait(days if len(self.wishes.follow) == 1 else 0)
            self.post(*self.wishes.wish(self.number, self.day))

    @rule(days=DAYS)
    def nights(self, days: int) -> None:
        """Time passes; the same nights again change nothing."""
        self.wait(days)
        for _ in range(2):
            self.naive.live_until(self.day)
            self.compiled.live_until(self.day)
            self.compare()
        before = packed(self.compiled.member)
        self.compiled.live_until(self.day - timedelta(days=days))
        assert packed(self.compiled.member) == before

    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.second = self.second + 60 if days == 0 else 0

    def post(self, kind: str, what: dict[str, object]) -> None:
        """One event in both books."""
        self.number += 1
        self.second += 1
        if day_of(self.day) >= self.compiled.member.head.day:
            self.compiled.live_until(self.day)
        before = packed(self.compiled.member)
        answer = self.naive.happens(kind, self.day, self.second, **dict(what))
        assert self.compiled.happens(kind, self.day, self.second, **dict(what)) == answer, (kind, what)
        if answer != "ok":
            assert packed(self.compiled.member) == before, "a refusal changes nothing"
        self.compare()

    def compare(self) -> None:
        """Transfer for transfer, from where the last comparison ended."""
        assert self.compiled.transfers[self.known :] == self.naive.transfers[self.known :]
        add_transfers(self.balance, self.compiled.transfers[self.known :])
        self.known = len(self.compiled.transfers)

    @invariant()
    def the_laws_hold(self) -> None:
        if hasattr(self, "compiled"):
            check(self.compiled.member, self.balance)


def run(examples: int, steps: int) -> None:
    """So many members, each with at most so many steps."""
    run_state_machine_as_test(
        OneMember,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_history_breaks_a_law() -> None:
    run(12, 20)


@pytest.mark.proof
def test_no_long_history_breaks_a_law() -> None:
    run(600, 60)


@pytest.mark.parametrize("examples", [6, pytest.param(200, marks=pytest.mark.proof)])
def test_no_history_breaks_a_law_interpreted(examples: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from tests.ledger.test_stateful import run; run({examples}, 20); print('done')"],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout.split() == ["done"], done.stderr
