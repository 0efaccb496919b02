"""The compiled ledger says what its slow twin says: every status, every transfer, in the same order."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest
from random import Random

import pytest

from ledger.accounts import Cause
from ledger.status import Status
from policies import Policy
from tests.ledger.lives import NAMES, Compiled, lived, policy_named, policy_of_text
from tests.ledger.random_policies import random_policy

LIVES = 2
MANY_LIVES = 60
EVENTS = 60
RANDOM_POLICIES = 20
MANY_RANDOM_POLICIES = 1_000
NEVER_HERE = {"event_unknown", "idempotency_conflict", "referral_unknown", "referral_already_posted"}
"""Refusals of a kind without a number, and of the store."""


def compare(policy: Policy, seed: int, events: int = EVENTS) -> set[str]:
    """One random life, booked twice. Returns the answers and causes that it met."""
    compiled, seen, known = Compiled(policy), set(), 0
    for number, (kind, day, second, what, answer, naive) in enumerate(lived(Random(seed), policy, events)):
        told = f"{policy.name}, seed {seed}, event {number}: {kind} {day} {second} {what}"
        got = compiled.happens(kind, day, second, **what)
        known = same(naive.transfers, compiled.transfers, known, told)
        assert got == answer, f"{told}: {got} instead of {answer}"
        if naive.joined:
            # What the books would allow next, whatever came before.
            assert compiled.quote(7_777) == naive.quote(7_777), told
        seen.add(answer)
    end = naive.today + timedelta(days=400)
    naive.live_until(end)
    compiled.live_until(end)
    same(naive.transfers, compiled.transfers, known, f"{policy.name}, seed {seed}: after the last event")
    return seen | {each[3] for each in naive.transfers}


def same(expected: list[tuple], got: list[tuple], known: int, told: str) -> int:
    """The transfers from number ``known`` on are the same. Returns how many there are."""
    if expected[known:] != got[known:]:
        pairs = enumerate(zip_longest(expected[known:], got[known:]), start=known)
        number, (right, wrong) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
        pytest.fail(f"{told}\ntransfer {number}\nexpected {right}\ngot      {wrong}", pytrace=False)
    return len(expected)


@pytest.mark.parametrize("name", NAMES)
def test_random_lives_are_booked_the_same(name: str) -> None:
    for seed in range(LIVES):
        compare(policy_named(name), seed)


@pytest.mark.proof
@pytest.mark.parametrize("name", NAMES)
def test_many_random_lives_are_booked_the_same(name: str) -> None:
    for seed in range(1_000, 1_000 + MANY_LIVES):
        compare(policy_named(name), seed)


@pytest.mark.parametrize("seed", range(RANDOM_POLICIES))
def test_a_life_under_a_random_policy_is_booked_the_same(seed: int) -> None:
    compare(policy_of_text(random_policy(Random(seed))), seed)


@pytest.mark.proof
@pytest.mark.parametrize("tens", range(MANY_RANDOM_POLICIES // 10))
def test_lives_under_many_random_policies_are_booked_the_same(tens: int) -> None:
    for seed in range(1_000 + 10 * tens, 1_010 + 10 * tens):
        compare(policy_of_text(random_policy(Random(seed))), seed)


@pytest.mark.proof
def test_the_random_lives_meet_every_answer_and_every_cause() -> None:
    """Else the comparison above would prove less than it seems to."""
    answers: set[str] = set()
    causes: set[str] = set()
    for name in NAMES:
        for seed in range(1_000, 1_000 + MANY_LIVES // 2):
            life = list(lived(Random(seed), policy_named(name), EVENTS))
            answers.update(answer for *_, answer, _ in life)
            causes.update(each[3] for each in life[-1][-1].transfers)
    refusals = {each.name.lower() for each in Status if each.refused}
    assert refusals - NEVER_HERE - answers == set()
    assert {each.name.lower() for each in Cause} - causes == set()
