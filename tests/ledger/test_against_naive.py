"""The compiled ledger says what its slow twin says: every status, every transfer, in the same order."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from ledger.accounts import Cause
from ledger.status import Status
from tests.ledger.lives import NAMES, Compiled, policy_named, random_life
from tests.naive import Naive

LIVES = 40
EVENTS = 45


@pytest.mark.parametrize("name", NAMES)
def test_random_lives_are_booked_the_same(name: str) -> None:
    policy = policy_named(name)
    seen: set[str] = set()
    for seed in range(LIVES):
        naive, compiled = Naive(policy), Compiled(policy)
        for number, (kind, day, second, what) in enumerate(random_life(Random(seed), policy, EVENTS)):
            told = f"{name}, seed {seed}, event {number}: {kind} {day} {second} {what}"
            answer = naive.happens(kind, day, second, **what)
            assert compiled.happens(kind, day, second, **what) == answer, told
            assert compiled.transfers == naive.transfers, told
            # What the books would allow next, whatever came before.
            assert compiled.quote(7_777) == naive.quote(7_777), told
            seen.add(answer)
        end = naive.today + timedelta(days=800)
        naive.live_until(end)
        compiled.live_until(end)
        assert compiled.transfers == naive.transfers, f"{name}, seed {seed}: after the last event"
        seen.update(each[3] for each in naive.transfers)
    assert {"ok", "join", "sale_cash", "event_out_of_order"} <= seen


def test_the_random_lives_meet_every_answer_and_every_cause() -> None:
    """Else the comparison above would prove less than it seems to."""
    answers: set[str] = set()
    causes: set[str] = set()
    for name in NAMES:
        for seed in range(10):
            life = Compiled(policy_named(name))
            for kind, day, second, what in random_life(Random(seed), policy_named(name), EVENTS):
                answers.add(life.happens(kind, day, second, **what))
            causes.update(each[3] for each in life.transfers)
    refusals = {each.name.lower() for each in Status if each.refused}
    never_here = {"not_a_member", "amount_too_large", "event_unknown", "idempotency_conflict"}
    assert answers == {"ok"} | refusals - never_here
    assert causes == {each.name.lower() for each in Cause}
