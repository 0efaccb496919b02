"""V2d, V2e: patterns that look like effects of a program and are none. With all effects off they are there as well.

Members differ: who redeems has just bought a lot, and who bought much last year was partly lucky. Nothing of the kind
may ever be used to set the size of an effect.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.effects import preset
from tests.sim.ladder.shop import (
    CDNOW,
    FIVE_YEARS,
    NOBODY_LEAVES,
    WEEK,
    YEAR,
    Orders,
    as_told,
    central,
    market,
    only,
    program,
)

pytestmark = pytest.mark.slow

GROWTH = {(1, 1): 0.29, (2, 3): 0.02, (4, 7): -0.08, (8, 15): -0.13, (16, 10_000): -0.15}
"""Orders of the second year over those of the first, by orders of the first: NBD with CDNOW's r and alpha."""


@pytest.fixture(scope="module")
def two_years() -> np.ndarray:
    """Orders by member in a first and a second year of 52 weeks without any program, int64 (members, 2)."""
    members = 100_000
    orders = Orders(market(2 * YEAR, **CDNOW | NOBODY_LEAVES), program("none"), members, preset("null"))
    place = orders.member * 2 + (orders.days >= YEAR)
    return np.bincount(place, minlength=2 * members).reshape(members, 2)


@pytest.mark.parametrize("least_most", GROWTH, ids=str)
def test_light_buyers_rise_and_heavy_buyers_fall(two_years: np.ndarray, least_most: tuple[int, int]) -> None:
    """Regression to the mean, within three points of the published pattern and within the sampling error of theory."""
    least, most = least_most
    group = two_years[(two_years[:, 0] >= least) & (two_years[:, 0] <= most)]
    growth = group[:, 1].sum() / group[:, 0].sum() - 1
    error = group[:, 1].std(ddof=1) / np.sqrt(len(group)) / group[:, 0].mean()
    counts = np.arange(least, min(most, 400) + 1)
    shares = stats.nbinom.pmf(counts, CDNOW["r"], CDNOW["alpha"] / (CDNOW["alpha"] + 52))
    expected = (CDNOW["r"] + counts) / (CDNOW["alpha"] + 52) * 52
    theory = (shares * expected).sum() / (shares * counts).sum() - 1
    assert growth == pytest.approx(GROWTH[least_most], abs=0.03)
    assert growth == pytest.approx(theory, abs=4 * error)


def test_the_page_says_what_is(two_years: np.ndarray) -> None:
    first, second = two_years.T
    groups = [(least <= first) & (first <= most) for least, most in GROWTH]
    as_told("V2e", [100 * (second[each].sum() / first[each].sum() - 1) for each in groups])


def test_nobody_buys_more_in_all(two_years: np.ndarray) -> None:
    first, second = two_years.sum(axis=0)
    assert second / first == pytest.approx(1.0, abs=0.02)


WEEKS_AROUND = (-8, -4, -3, -2, -1, 1, 2, 3, 4, 8)


class _Spike:
    """Spending around redemptions, week by week, over the members' own mean while they live."""

    def __init__(self, effects: dict[str, float]) -> None:
        members, weeks, scenario = 5_000, FIVE_YEARS // WEEK, market()
        orders = Orders(scenario, program("points"), members, effects)
        week = (orders.days // WEEK).astype(int)
        self._spent = np.zeros((members, weeks))
        np.add.at(self._spent, (orders.member, week), orders.list_cents)
        self._lived = np.minimum((orders.run.outcomes["left_day"] - scenario.first_day) / WEEK, weeks)
        self._mean = self._spent.sum(axis=1) / np.maximum(self._lived, 1 / WEEK)
        redeemed = orders.redeem_points > 0
        self._who, self._when = orders.member[redeemed], week[redeemed]

    def at(self, distance: int) -> float:
        """Spending so many weeks after the week of a redemption, over the own mean; all redemptions together."""
        week = self._when + distance
        inside = (week >= 0) & (week < np.floor(self._lived[self._who]))
        who = self._who[inside]
        return float(self._spent[who, week[inside]].sum() / self._mean[who].sum())


@pytest.fixture(scope="module")
def nothing_on() -> _Spike:
    return _Spike(only())


def test_redemption_week_without_any_effect(nothing_on: _Spike) -> None:
    """V2d: twice the own mean, and nothing of it is caused: whoever redeems has just placed an order."""
    assert nothing_on.at(0) == pytest.approx(1.97, abs=0.1)


@pytest.mark.parametrize("distance", WEEKS_AROUND)
def test_other_weeks_without_any_effect(nothing_on: _Spike, distance: int) -> None:
    """Around the own mean. The target is 0.94 to 1.00; those before come up to 0.03 above it."""
    assert 0.94 < nothing_on.at(distance) < (1.04 if distance < 0 else 1.01)


def test_the_page_says_how_far_other_weeks_are_off(nothing_on: _Spike) -> None:
    seen = [nothing_on.at(distance) for distance in WEEKS_AROUND]
    as_told("V2d", [min(seen), max(seen)], row=1)


def test_real_effects_hardly_show_in_the_spike(nothing_on: _Spike) -> None:
    """Whoever reads effects off the spike reads the same with all of them at work as with none."""
    seen = _Spike(central()).at(0)
    assert seen == pytest.approx(nothing_on.at(0), abs=0.15)
    as_told("V2d", [nothing_on.at(0), seen])
