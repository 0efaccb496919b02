"""Draws of doubtful numbers: every range is covered evenly, and each number depends on nothing but its own name."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.doubt.strata import normals, seed_of_draw, triangular, uniforms


@pytest.mark.parametrize("draws", [10, 97])
def test_one_draw_falls_into_each_stratum(draws: int) -> None:
    numbers = uniforms(3, "c_mem", draws)
    assert sorted((numbers * draws).astype(int)) == list(range(draws))
    assert ((numbers > 0) & (numbers < 1)).all()


def test_numbers_are_their_own() -> None:
    one, again, other = uniforms(3, "c_mem", 50), uniforms(3, "c_mem", 50), uniforms(3, "b_mem", 50)
    assert np.array_equal(one, again)
    assert abs(stats.spearmanr(one, other).statistic) < 0.5
    assert not np.array_equal(one, uniforms(4, "c_mem", 50))


def test_the_numbers_stay_what_they_are() -> None:
    """A stored result can be drawn again: another release of NumPy must not change the draws."""
    assert uniforms(20270101, "c_mem", 6) == pytest.approx(
        [0.199180151, 0.391260555, 0.640831068, 0.847685909, 0.774786427, 0.073392754], abs=1e-9
    )
    assert (seed_of_draw(20270101, 0), seed_of_draw(20270101, 1)) == (5021757012934753177, 4096452037845428049)


@pytest.mark.parametrize(("low", "mode", "high"), [(-0.6, -0.36, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (8, 26, 104)])
def test_triangular_quantiles(low: float, mode: float, high: float) -> None:
    numbers = np.linspace(0.001, 0.999, 41)
    known = stats.triang((mode - low) / (high - low), loc=low, scale=high - low).ppf(numbers)
    assert triangular(numbers, low, mode, high) == pytest.approx(known, abs=1e-12)


def test_normal_numbers() -> None:
    numbers = normals(1, "r", 500)
    assert np.sort(numbers) == pytest.approx(stats.norm.ppf((np.arange(500) + 0.5) / 500), abs=0.5)
    assert (numbers.mean(), numbers.std()) == pytest.approx((0.0, 1.0), abs=0.02)


def test_every_draw_has_a_luck_of_its_own() -> None:
    seeds = {seed_of_draw(seed, number) for seed in (1, 2) for number in range(200)}
    assert len(seeds) == 400
    assert all(0 <= each < 2**63 for each in seeds)
