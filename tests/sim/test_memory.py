"""What a person remembers, and that no piece of luck is used twice."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

import sim.simpy_engine as readable
from ledger.accounts import Cause
from ledger.journal import TRANSFER
from policies import load_policy
from policies.rules import records
from sim.people import LARGEST_BASKET_CENTS, PERSON, REMEMBERED_DAYS, basket_of, draw_person, forget, remember
from sim.run import simulate
from sim.scenario import load_scenario
from sim.streams import Stream

RULES = load_policy("baseline").rules


def lost(days: list[int], points: int) -> float:
    """Value on the mind of somebody who lost so many points on each of the days, minor units."""
    person = records(1, PERSON)[0]
    forget(person)
    for day in days:
        row = records(1, TRANSFER)[0]
        row.cause, row.day, row.amount = Cause.EXPIRE, day, points
        remember(RULES, person, row)
    return float(person.lost_cents)


def test_one_loss_counts_in_full() -> None:
    assert lost([20_000], 5_000) == 5_000.0
    assert lost([18_000, 20_000], 5_000) == pytest.approx(5_000.0)


def test_a_steady_loss_settles_at_about_eight_weeks_of_it() -> None:
    """A point a week for ten years must not pile up to a grudge over ten years."""
    weekly = lost(list(range(10_000, 13_650, 7)), 100)
    assert weekly == pytest.approx(100 / (1 - math.exp(-7 / REMEMBERED_DAYS)))
    assert 8 * 100 <= weekly <= 9 * 100


def test_no_renewal_uses_the_luck_of_another(monkeypatch: pytest.MonkeyPatch, cut: Callable) -> None:
    """Somebody who lets the plan lapse and joins again draws anew: the drawn places in the stream differ."""
    used: list[tuple[int, int]] = []
    words = readable.words

    def noted(seed: int, member: int, stream: int, counter: int) -> tuple[int, int, int, int]:
        if stream == Stream.RENEWAL:
            used.append((member, counter))
        return words(seed, member, stream, counter)

    monkeypatch.setattr(readable, "words", noted)
    scenario = cut("beauty_mall", date(2034, 12, 31), exposure=1.0, j_0=2.0, rho_0=-1.0)
    policy = load_policy("warehouse_club")
    readable.tell(scenario.world(policy, "behavioural"), policy.rules, 25)
    assert len(used) > 30
    assert len(set(used)) == len(used)


def test_a_refused_renewal_does_not_predict_the_next(cut: Callable) -> None:
    """In the compiled engine: members who lapsed once renew a later spell about as often as others do."""
    scenario = cut("beauty_mall", date(2034, 12, 31), exposure=1.0, j_0=2.0, rho_0=-1.0)
    parts: list[np.ndarray] = []
    simulate(scenario, load_policy("warehouse_club"), members=1_500, keep_transfers=parts.append)
    journal = np.concatenate(parts)
    rows = journal[np.isin(journal["cause"], [Cause.PLAN_START, Cause.PLAN_LAPSE, Cause.PLAN_FEE])]
    first_lapse: dict[int, bool] = {}
    later: dict[int, int] = {}
    for row in rows:
        member = int(row["member"])
        if row["cause"] == Cause.PLAN_START and member in first_lapse:
            later[member] = 0
        elif row["cause"] == Cause.PLAN_FEE and member in later:
            later[member] += 1
        elif row["cause"] == Cause.PLAN_LAPSE:
            first_lapse[member] = True
    renewed = np.mean([fees > 1 for fees in later.values()])
    assert len(later) > 50
    assert renewed > 0.1


def test_a_monstrous_basket_is_drawn_without_overflow() -> None:
    """What no ledger accepts must still be a number, so that the ledger can refuse it."""
    world = load_scenario("beauty_mall").world(load_policy("baseline"))
    person = records(1, PERSON)[0]
    draw_person(world, person, 0)
    person.basket_cents = 1e300
    assert basket_of(world, person, 0, 0) == int(LARGEST_BASKET_CENTS)
