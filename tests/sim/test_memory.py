"""What a person remembers, and that no piece of luck is used twice."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

import sim.engines.shopper as readable
from ledger.accounts import Account, Cause
from ledger.journal import TRANSFER
from policies import load_policy
from policies.rules import NEVER_DAY, records
from sim.engines.simpy_engine import tell
from sim.members.checkout import basket_of
from sim.members.people import (
    FADING_YEAR_DAYS,
    LARGEST_BASKET_CENTS,
    LONG_AGO,
    PERSON,
    REMEMBERED_DAYS,
    forget,
    remember,
    remember_spending,
    year_spending,
)
from sim.members.streams import Stream
from sim.members.traits import draw_person
from sim.run import simulate
from sim.scenario import load_scenario

RULES = load_policy("baseline").rules


def blank() -> np.record:
    """Somebody who remembers nothing."""
    person = records(1, PERSON)[0]
    forget(person)
    return person


def told(person: np.record, cause: Cause, day: int, amount: int = 0, credit: int = 0) -> np.record:
    """The person after a transfer."""
    row = records(1, TRANSFER)[0]
    row.cause, row.day, row.amount, row.credit = cause, day, amount, credit
    remember(RULES, person, row)
    return person


def lost(days: list[int], points: int) -> float:
    """Value on the mind of somebody who lost so many points on each of the days, minor units."""
    person = blank()
    for day in days:
        told(person, Cause.EXPIRE, day, points)
    return float(person.lost_cents)


def test_one_loss_counts_in_full() -> None:
    assert lost([20_000], 5_000) == 5_000.0
    assert lost([18_000, 20_000], 5_000) == pytest.approx(5_000.0)


def test_a_steady_loss_settles_at_about_eight_weeks_of_it() -> None:
    """A point a week for ten years must not pile up to a grudge over ten years."""
    weekly = lost(list(range(10_000, 13_650, 7)), 100)
    assert weekly == pytest.approx(100 / (1 - math.exp(-7 / REMEMBERED_DAYS)))
    assert 8 * 100 <= weekly <= 9 * 100


@pytest.mark.parametrize("cause", [Cause.REDEEM, Cause.REDEEM_REWARD, Cause.REDEEM_WHEEL])
def test_every_kind_of_redemption_is_remembered(cause: Cause) -> None:
    person = told(told(blank(), cause, 20_000), cause, 20_030)
    assert (person.first_redeem_day, person.redeem_day) == (20_000, 20_030)


@pytest.mark.parametrize("cause", [Cause.EARN, Cause.UPGRADE, Cause.UNREDEEM, Cause.PLAN_FEE, Cause.SALE_CASH])
def test_what_leaves_no_trace(cause: Cause) -> None:
    assert told(blank(), cause, 20_000, 100).tobytes() == blank().tobytes()


def test_downgrades_and_plans_are_remembered() -> None:
    person = told(blank(), Cause.DOWNGRADE, 20_000)
    assert (person.demotion_day, person.redeem_day) == (20_000, LONG_AGO)
    assert told(person, Cause.PLAN_START, 20_010, credit=Account.PLAN_FIRST + 2).known_plan == 2


def test_spending_of_the_last_year_fades() -> None:
    person = blank()
    assert year_spending(person, 20_000) == 0.0
    assert (person.first_order_day, person.last_order_day) == (NEVER_DAY, LONG_AGO)
    remember_spending(person, 20_000, 1_000)
    remember_spending(person, 20_182, 500)
    assert (person.first_order_day, person.last_order_day) == (20_000, 20_182)
    half, whole = math.exp(-182 / FADING_YEAR_DAYS), math.exp(-1)
    assert year_spending(person, 20_182) == pytest.approx(1_000 * half + 500)
    assert year_spending(person, 20_182 + 364) == pytest.approx((1_000 * half + 500) * whole)
    steady = blank()
    for day in range(10_000, 20_000, 7):
        remember_spending(steady, day, 100)
    assert year_spending(steady, 20_000) == pytest.approx(5_200, rel=0.02), "52 orders a year"


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
    tell(scenario.world(policy, "behavioural"), policy.rules, 12)
    assert len(used) > 12
    assert len(set(used)) == len(used)


def test_a_refused_renewal_does_not_predict_the_next(cut: Callable) -> None:
    """In the compiled engine: members who lapsed once renew a later spell about as often as others do."""
    scenario = cut("beauty_mall", date(2034, 12, 31), exposure=1.0, j_0=2.0, rho_0=-1.0)
    parts: list[np.ndarray] = []
    simulate(scenario, load_policy("warehouse_club"), members=900, keep_transfers=parts.append)
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
    world = load_scenario("beauty_mall").world(load_policy("baseline")).ground()
    person = records(1, PERSON)[0]
    draw_person(world, person, 0)
    person.basket_cents = 1e300
    assert basket_of(world, person, 0, world.span.first_day) == int(LARGEST_BASKET_CENTS)
