"""Influences on a difference: those that are there are found, and hardly ever one that is not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.doubt.draws import Quantity
from sim.doubt.strata import uniforms
from sim.doubt.tornado import influences, ranks, stands_out

DRAWS = 100
NUMBERS = 60


def _quantities(seed: int) -> list[Quantity]:
    return [Quantity(f"q{number}", "", uniforms(seed, f"q{number}", DRAWS)) for number in range(NUMBERS)]


def test_what_matters_is_found_in_the_order_of_its_strength() -> None:
    quantities = _quantities(1)
    noise = np.random.default_rng(1).normal(0, 0.2, DRAWS)
    found = influences(quantities, 3 * quantities[7].values - 2 * quantities[31].values ** 2 + noise)
    assert [each.quantity.key for each in found[:2]] == ["q7", "q31"]
    assert found[0].correlation > 0.6 > 0 > -0.4 > found[1].correlation
    assert sum(each.share for each in found) == pytest.approx(1.0, abs=0.1)


def test_two_numbers_that_go_together_are_not_named_for_the_same_thing() -> None:
    chance = np.random.default_rng(2)
    cause = chance.normal(size=DRAWS)
    follower = cause + chance.normal(0, 0.3, DRAWS)
    found = influences([Quantity("cause", "", cause), Quantity("follower", "", follower)], 5 * cause)
    assert [each.quantity.key for each in found] == ["cause"]


def test_chance_is_hardly_ever_named() -> None:
    """Nothing matters in 200 questions: about one in twenty names something."""
    chance = np.random.default_rng(3)
    quantities = _quantities(3)
    named = sum(bool(influences(quantities, chance.normal(size=DRAWS))) for _ in range(200))
    lowest, highest = stats.binom(200, 0.05).ppf([1e-4, 1 - 1e-4])
    assert lowest <= named <= highest, named


def test_the_bar_rises_with_the_numbers_and_falls_with_the_draws() -> None:
    assert stands_out(1, 101) == pytest.approx(0.196, abs=1e-3)
    assert stands_out(60, 101) > stands_out(1, 101) > stands_out(1, 401)


def test_ends_of_the_tornado() -> None:
    """On a straight line the difference is known where one draw in twenty is lower, and higher."""
    quantity = Quantity("c_mem", "", uniforms(5, "c_mem", DRAWS))
    (found,) = influences([quantity], 2 * quantity.values - 1)
    assert (found.at_low, found.at_high) == pytest.approx((-0.9, 0.9), abs=0.02)
    assert found.flips
    assert found.correlation == pytest.approx(1.0)
    (found,) = influences([quantity], 2 * quantity.values + 1)
    assert not found.flips


def test_draws_without_a_difference_do_not_count() -> None:
    quantity = Quantity("c_mem", "", uniforms(6, "c_mem", DRAWS))
    values = np.where(quantity.values < 0.2, np.nan, quantity.values)
    (found,) = influences([quantity], values)
    assert found.at_low == pytest.approx(0.24, abs=0.02)
    assert influences([quantity], np.full(DRAWS, np.nan)) == ()
    assert influences([quantity], np.full(DRAWS, 7.0)) == ()


def test_ranks_are_those_of_spearman() -> None:
    values = np.array([3.0, 1.0, 3.0, -2.0, 8.0])
    assert ranks(values).tolist() == (stats.rankdata(values) - 3.0).tolist()
