"""With all effects off, members buy and leave exactly as the models of the literature say: the CDNOW answers.

The figures and their sources are in golden/behaviour.json. Sampling error is the only error allowed:
four standard errors of the members, with the scenario's own seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from policies import load_policy
from policies.rules import records
from sim.market.segment_tables import FITTED, BgNbd, Lognormal, MbgNbd
from sim.members.checkout import basket_of
from sim.members.people import PERSON
from sim.members.traits import draw_person
from sim.run import simulate
from sim.scenario import Scenario, load_scenario

TARGETS = json.loads((Path(__file__).parent / "golden" / "behaviour.json").read_text("utf-8"))
MEMBERS = 60_000
FIRST = date(1997, 1, 1)
LEAST_P = 1e-4
NO_PROGRAM = load_policy("no_program")


def within(sample: np.ndarray, target: float, errors: float = 4.0) -> None:
    error = sample.std(ddof=1) / np.sqrt(sample.size)
    assert abs(sample.mean() - target) < errors * error, f"{sample.mean():.5f} against {target}, error {error:.5f}"


def changed(scenario: Scenario, **fields: object) -> Scenario:
    """The scenario with another purchase or basket model in its only segment."""
    segments = (scenario.content.segments[0].model_copy(update=fields),)
    return replace(scenario, content=scenario.content.model_copy(update={"segments": segments}))


# --- Pareto/NBD --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cohort(cut: Callable[..., Scenario]) -> dict[int, np.ndarray]:
    """Outcomes of the same customers after 39, 52 and 78 weeks, without any program."""
    by_week = {}
    for week in (39, 52, 78):
        scenario = cut("cdnow", FIRST + timedelta(days=7 * week - 1))
        assert scenario.end_day - scenario.first_day == 7 * week
        by_week[week] = simulate(scenario, NO_PROGRAM, members=MEMBERS).outcomes
    return by_week


@pytest.mark.parametrize("week", [39, 52, 78])
def test_repeat_orders(cohort: dict[int, np.ndarray], week: int) -> None:
    within(cohort[week]["orders"], TARGETS["weeks"][str(week)]["repeat_orders"])


@pytest.mark.parametrize("week", [39, 52, 78])
def test_alive(cohort: dict[int, np.ndarray], week: int) -> None:
    within(cohort[week]["surviving"], TARGETS["weeks"][str(week)]["alive"])


@pytest.mark.parametrize("week", [39, 78])
def test_number_of_orders(cohort: dict[int, np.ndarray], week: int) -> None:
    shares = np.array(TARGETS["weeks"][str(week)]["pmf"])
    seen = np.bincount(np.minimum(cohort[week]["orders"], 7), minlength=8)
    assert stats.chisquare(seen, shares / shares.sum() * MEMBERS).pvalue > LEAST_P


def test_a_longer_run_only_adds(cohort: dict[int, np.ndarray]) -> None:
    """Week 39 of a long run is week 39 of a short one: luck does not depend on the horizon."""
    for field, sign in (("orders", 1), ("list_cents", 1), ("surviving", -1)):
        assert (sign * (cohort[78][field] - cohort[39][field]) >= 0).all(), field


def test_what_is_remembered_of_a_life_fits_together(cohort: dict[int, np.ndarray]) -> None:
    rows, first_day = cohort[78], load_scenario("cdnow").first_day
    assert (rows["persons"] == 1).all() and (rows["joined_day"] == first_day).all()
    assert ((rows["orders"] > 0) == (rows["buyers"] == 1)).all()
    assert ((rows["orders"] > 1) == (rows["repeaters"] == 1)).all()
    bought = rows[rows["orders"] > 0]
    assert (first_day <= bought["first_order_day"]).all()
    assert (bought["first_order_day"] <= bought["last_order_day"]).all()
    assert (bought["last_order_day"] <= bought["left_day"]).all()
    assert ((rows["left_day"] < first_day + 7 * 78) == (rows["surviving"] == 0)).all()
    assert (rows["cash_cents"] == rows["list_cents"]).all() and not rows["issued_points"].any()


# --- BG/NBD and MBG/NBD ------------------------------------------------------------------------------------------

MODELS = {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd}


def orders_by_theory(model: str, weeks: float) -> tuple[np.ndarray, float]:
    """P(X = 0), P(X = 1), ..., and P(alive), by the closed form of Fader, Hardie, Lee (2005), equation 8.

    MBG/NBD (Batislam et al. 2007) has one more chance of leaving, before the first order.
    """
    fit = FITTED["cdnow"][model]
    r, alpha, a, b = (fit[name] for name in ("r", "alpha", "a", "b"))
    counts = np.arange(3_000)
    chances = counts + (model == "mbg_nbd")  # of leaving that were met after so many orders
    plain = stats.nbinom(r, alpha / (alpha + weeks)).pmf(counts)  # of orders if nobody left
    stays = np.exp(special.betaln(a, b + chances) - special.betaln(a, b))
    leaves = np.zeros(counts.size)  # at the last of these chances
    leaves[chances > 0] = np.exp(special.betaln(a + 1, b + chances[chances > 0] - 1) - special.betaln(a, b))
    at_least = 1 - np.concatenate([[0.0], np.cumsum(plain)[:-1]])
    return stays * plain + leaves * at_least, float((stays * plain).sum())


@pytest.fixture(
    scope="module",
    params=[
        ("bg_nbd", 39),
        ("mbg_nbd", 39),
        pytest.param(("bg_nbd", 78), marks=pytest.mark.slow),
        pytest.param(("mbg_nbd", 78), marks=pytest.mark.slow),
    ],
    ids=str,
)
def dropping(request: pytest.FixtureRequest, cut: Callable[..., Scenario]) -> tuple[str, int, np.ndarray]:
    """Outcomes where leaving follows orders."""
    model, week = request.param
    purchase = MODELS[model](model=model, fitted="cdnow")
    scenario = changed(cut("cdnow", FIRST + timedelta(days=7 * week - 1)), purchase=purchase)
    return model, week, simulate(scenario, NO_PROGRAM, members=MEMBERS).outcomes


def test_leaving_after_orders(dropping: tuple[str, int, np.ndarray]) -> None:
    """The published expectation, the whole distribution, and who is left."""
    model, week, outcomes = dropping
    within(outcomes["orders"], TARGETS[model][str(week)])
    pmf, alive = orders_by_theory(model, week)
    seen = np.bincount(np.minimum(outcomes["orders"], 7), minlength=8)
    assert stats.chisquare(seen, np.append(pmf[:7], 1 - pmf[:7].sum()) * MEMBERS).pvalue > LEAST_P
    within(outcomes["surviving"], alive)
    gone = outcomes[outcomes["surviving"] == 0]
    at_once = gone["orders"] == 0
    assert at_once.any() == (model == "mbg_nbd")
    assert (gone["left_day"] == np.where(at_once, gone["joined_day"], gone["last_order_day"])).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_closed_form_itself(model: str) -> None:
    """Its expectation is the published one, which was computed with unrounded parameters."""
    for week, published in TARGETS[model].items():
        pmf, _ = orders_by_theory(model, float(week))
        assert pmf.sum() == pytest.approx(1)
        assert (pmf * np.arange(pmf.size)).sum() == pytest.approx(published, abs=3e-4)


# --- baskets and traits ------------------------------------------------------------------------------------------


def drawn(scenario: Scenario, members: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean baskets, float64 (members,), and two baskets of each, float64 (members, 2), major units."""
    world = scenario.world(NO_PROGRAM).ground()
    person = records(1, PERSON)[0]
    means, orders = np.zeros(members), np.zeros((members, 2))
    for member in range(members):
        draw_person(world, person, member)
        means[member] = person.basket_cents / 100
        for person.candidate in range(2):
            orders[member, person.candidate] = basket_of(world, person, 0, world.span.first_day) / 100
    return means, orders


@pytest.mark.slow
def test_gamma_gamma_baskets() -> None:
    """Mean within one percent, and both variations: between members and within one member's orders."""
    scenario = load_scenario("cdnow")
    means, orders = drawn(scenario, 60_000)
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


def test_lognormal_baskets() -> None:
    """The mean is that of the scenario, whatever the spreads, and both spreads are those of the logarithm."""
    basket = Lognormal(model="lognormal", mean=38.0, between=0.5, within=0.3, scale=2.0)
    means, orders = drawn(changed(load_scenario("cdnow"), basket=basket), 3_000)
    within(means, 76.0)
    within(orders.mean(axis=1), 76.0)
    between = np.log(means / 76.0)
    assert stats.kstest(between, stats.norm(-(0.5**2) / 2, 0.5).cdf).pvalue > 1e-3
    inside = np.log(orders / means[:, None])
    assert stats.kstest(inside[:, 0], stats.norm(-(0.3**2) / 2, 0.3).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(inside.T)[0, 1]) < 4 / np.sqrt(len(means)), "two orders are drawn apart"


def test_traits_are_independent() -> None:
    """Rate, lifetime and basket of a person are drawn apart."""
    world = load_scenario("cdnow").world(NO_PROGRAM).ground()
    person = records(1, PERSON)[0]
    traits = np.zeros((4_000, 4))
    for member in range(len(traits)):
        draw_person(world, person, member)
        traits[member] = (person.rate, person.death_rate, person.basket_cents, person.life_left)
    ranks = stats.rankdata(traits, axis=0)
    assert abs(np.corrcoef(ranks.T) - np.eye(4)).max() < 4 / np.sqrt(len(traits))
