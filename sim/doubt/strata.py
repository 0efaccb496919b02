"""Draws of many doubtful numbers at once: a Latin hypercube (McKay, Beckman, Conover 1979).

Each number falls once into each of as many equally likely strata as there are draws, in an order of its own. So few
draws cover every range. Draw k of a number is a function of the seed, the name of the number, k and how many
draws there are; what else is drawn does not matter.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

_INSIDE = 1e-9
"""Distance that numbers keep from 0 and 1."""

_normal = np.vectorize(NormalDist().inv_cdf, otypes=[float])


def uniforms(seed: int, name: str, draws: int) -> np.ndarray:
    """Numbers between 0 and 1, both excluded, one in each stratum; float64 (draws,)."""
    order, place = np.random.Generator(np.random.PCG64([seed, *name.encode()])).random((2, draws))
    numbers = (order.argsort().argsort() + place) / draws
    return np.clip(numbers, _INSIDE, 1.0 - _INSIDE)


def normals(seed: int, name: str, draws: int) -> np.ndarray:
    """Standard normal numbers, one in each stratum; float64 (draws,)."""
    return _normal(uniforms(seed, name, draws))


def triangular(numbers: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    """Numbers between 0 and 1 as quantiles of the triangular distribution from ``low`` over ``mode`` to ``high``."""
    width = high - low
    rising = low + np.sqrt(numbers * width * (mode - low))
    falling = high - np.sqrt((1.0 - numbers) * width * (high - mode))
    return np.where(numbers * width < mode - low, rising, falling)


def seed_of_draw(seed: int, number: int) -> int:
    """The luck of the members in a draw, 0..2^63 - 1: another one in each."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)[0] >> np.uint64(1))
