"""V2a to V2c: one effect at a time, in a program made for it, does what it was measured to do."""

from __future__ import annotations

import numpy as np
import pytest

from policies import Policy
from sim.effects import Term
from sim.run import simulate
from tests.sim.ladder.shop import NOBODY_LEAVES, YEAR, Orders, as_told, market, only, program

pytestmark = pytest.mark.slow

CAFE = {"r": 20.0, "alpha": 20.0} | NOBODY_LEAVES
"""About one order a week from everybody: enough stamps for whole cards, and nobody who gives up half way."""


def _last_to_first_gap(cards: Orders) -> float:
    """Mean time from the ninth to the tenth stamp over that from the first to the second, on cards that were filled."""
    first = np.flatnonzero(cards.number() % 10 == 0)
    first = first[first + 9 < cards.member.size]
    first = first[cards.member[first] == cards.member[first + 9]]
    assert first.size > 90_000
    days = cards.days
    return (days[first + 9] - days[first + 8]).sum() / (days[first + 1] - days[first]).sum()


def test_stamp_card() -> None:
    """V2a: a fifth faster at the end of a card of ten (Kivetz, Urminsky, Zheng 2006); not at all without the effect."""
    scenario, card = market(2 * YEAR, **CAFE), program("stamps")
    pulled, control = (_last_to_first_gap(Orders(scenario, card, 10_000, only(beta_card=size))) for size in (0.28, 0.0))
    assert pulled == pytest.approx(0.8, abs=0.02)
    assert control == pytest.approx(1.0, abs=0.02)
    as_told("V2a", [pulled, control])


def _density(part: np.ndarray) -> float:
    """Members whose spending ends up to a tenth above the threshold, over those up to a tenth below it."""
    return ((part >= 1.0) & (part < 1.1)).sum() / ((part >= 0.9) & (part < 1.0)).sum()


def test_tier_pressure() -> None:
    """V2b: late in the year (Behrens, de Jong, van Ommeren 2021), so that spending bunches at the threshold."""
    scenario, members = market(365), 100_000
    off = Orders(scenario, program("none"), members, only())
    threshold = round(np.quantile(off.spending(), 0.9))
    policy = program("two_tiers", {"tiers.level.upper.enter": f"{threshold / 100:.2f}"})
    on = Orders(scenario, policy, members, only(beta_tp=0.3))
    quarters = [np.histogram(each.days, 4, (0, 365))[0] for each in (off, on)]
    uplift = quarters[1] / quarters[0] - 1
    before, after = (each.spending() / threshold for each in (off, on))
    reach = (before >= 1.0).mean(), (after >= 1.0).mean()
    assert uplift == pytest.approx([0.0006, 0.0022, 0.0072, 0.0118], abs=0.0006)
    assert (np.diff(uplift) > 0).all()
    assert _density(before) == pytest.approx(0.83, abs=0.05)
    assert _density(after) == pytest.approx(1.06, abs=0.05)
    assert reach == pytest.approx((0.1, 0.105), abs=0.001)
    as_told("V2b", 100 * uplift)
    as_told("V2b", [_density(before), _density(after), 100 * reach[1]], row=1)


def test_momentum() -> None:
    """V2c: about as much of sales as was found to be caused by redeeming (Nastasoiu et al. 2021: 1.74 %).

    Where it is the only effect, orders added in pairs are those that the terms of the intensity account for.
    """
    policy: Policy = program("points", {"points.value": "0.01"})
    off, on = (simulate(market(), policy, members=10_000, effects=only(beta_mom=size)) for size in (0.0, 0.05))
    lived = np.minimum(off.outcomes["left_day"] - market().first_day, 5 * YEAR).sum() / YEAR
    redemptions = off.outcomes["redemptions"].sum() / lived
    share = 1 - off.outcomes["list_cents"].sum() / on.outcomes["list_cents"].sum()
    assert redemptions == pytest.approx(3.0, abs=0.25)
    assert share == pytest.approx(0.015, abs=0.003)
    as_told("V2c", [100 * share])
    added = on.outcomes["orders"].sum() - off.outcomes["orders"].sum()
    assert on.pulls[Term.MOMENTUM] / 1e6 == pytest.approx(added, rel=0.05)
    assert not np.delete(on.pulls[:-1], Term.MOMENTUM).any()
