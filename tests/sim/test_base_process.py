"""With all effects off, members are exactly Pareto/NBD with gamma-gamma baskets: the CDNOW answers.

The figures and their sources are in golden/behaviour.json. Sampling error is the only error allowed:
four standard errors of 200,000 members, with the scenario's own seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from policies import load_policy
from policies.rules import records
from sim.people import PERSON, basket_of, draw_person
from sim.run import simulate
from sim.scenario import Scenario, load_scenario

TARGETS = json.loads((Path(__file__).parent / "golden" / "behaviour.json").read_text("utf-8"))
MEMBERS = 200_000
FIRST = date(1997, 1, 1)


@pytest.fixture(scope="module")
def cohort(cut: Callable[..., Scenario]) -> dict[int, np.ndarray]:
    """Outcomes of the same customers after 39, 52 and 78 weeks, without any program."""
    policy = load_policy("no_program")
    by_week = {}
    for week in (39, 52, 78):
        scenario = cut("cdnow", FIRST + timedelta(days=7 * week - 1))
        assert scenario.end_day - scenario.first_day == 7 * week
        by_week[week] = simulate(scenario, policy, members=MEMBERS).outcomes
    return by_week


def _within(sample: np.ndarray, target: float, errors: float = 4.0) -> None:
    error = sample.std(ddof=1) / np.sqrt(sample.size)
    assert abs(sample.mean() - target) < errors * error, f"{sample.mean():.5f} against {target}, error {error:.5f}"


@pytest.mark.parametrize("week", [39, 52, 78])
def test_repeat_orders(cohort: dict[int, np.ndarray], week: int) -> None:
    _within(cohort[week]["orders"], TARGETS["weeks"][str(week)]["repeat_orders"])


@pytest.mark.parametrize("week", [39, 52, 78])
def test_alive(cohort: dict[int, np.ndarray], week: int) -> None:
    _within(cohort[week]["surviving"], TARGETS["weeks"][str(week)]["alive"])


@pytest.mark.parametrize("week", [39, 78])
def test_number_of_orders(cohort: dict[int, np.ndarray], week: int) -> None:
    shares = np.array(TARGETS["weeks"][str(week)]["pmf"])
    seen = np.bincount(np.minimum(cohort[week]["orders"], 7), minlength=8)
    expected = shares / shares.sum() * MEMBERS
    assert stats.chisquare(seen, expected).pvalue > 1e-4


def test_a_longer_run_only_adds(cohort: dict[int, np.ndarray]) -> None:
    """Week 39 of a long run is week 39 of a short one: luck does not depend on the horizon."""
    for field, sign in (("orders", 1), ("list_cents", 1), ("surviving", -1)):
        assert (sign * (cohort[78][field] - cohort[39][field]) >= 0).all(), field


@pytest.mark.slow
def test_baskets() -> None:
    """Mean within one percent, and both variations: between members and within one member's orders."""
    scenario = load_scenario("cdnow")
    world = scenario.world(load_policy("no_program"))
    person = records(1, PERSON)[0]
    means, orders = np.zeros(60_000), np.zeros((60_000, 2))
    for member in range(means.size):
        draw_person(world, person, member)
        means[member] = person.basket_cents / 100
        orders[member] = [basket_of(world, person, 0, candidate) / 100 for candidate in range(2)]
    assert means.mean() == pytest.approx(TARGETS["mean_basket"], rel=0.01)
    assert orders.mean() == pytest.approx(TARGETS["mean_basket"], rel=0.01)
    # The fourth moment of the mean basket is infinite for q < 4, so its sample variation is checked loosely ...
    assert means.std() / means.mean() == pytest.approx(TARGETS["variation_between_members"], rel=0.05)
    # ... and its whole distribution sharply: p gamma / mean basket is gamma distributed.
    segment = scenario.content.segments[0].basket
    assert stats.kstest(segment.p * segment.gamma / means, stats.gamma(segment.q).cdf).pvalue > 1e-3
    relative = orders / means[:, None]
    assert relative.std() == pytest.approx(TARGETS["variation_within_members"], rel=0.01)
    assert stats.kstest(segment.p * relative[:, 0], stats.gamma(segment.p).cdf).pvalue > 1e-3


def test_traits_are_independent() -> None:
    """Rate, lifetime and basket of a person are drawn apart."""
    world = load_scenario("cdnow").world(load_policy("no_program"))
    person = records(1, PERSON)[0]
    traits = np.zeros((20_000, 4))
    for member in range(len(traits)):
        draw_person(world, person, member)
        traits[member] = (person.rate, person.death_rate, person.basket_cents, person.life_left)
    ranks = stats.rankdata(traits, axis=0)
    assert abs(np.corrcoef(ranks.T) - np.eye(4)).max() < 4 / np.sqrt(len(traits))
