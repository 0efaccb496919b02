"""The range in which an effect is in doubt around the size that a scenario gives it: one rule for all questions.

The range is that of the evidence (sim/effects.py). A scenario that sets a size outside it knows something that the
evidence does not; the range then reaches up to that size and no further.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.doubt.strata import triangular
from sim.effects import Effect

_MULTIPLIED = ("weeks", "exponent", "baskets")
"""Units of effects that go by their logarithm, if the range keeps away from zero."""


@dataclass(frozen=True)
class Range:
    """Sizes of an effect that are thought possible, with the scenario's own among them."""

    low: float
    size: float  # the scenario's own: the most likely one
    high: float
    multiplied: bool  # twice as long is as far as half as long

    def drawn(self, numbers: np.ndarray) -> np.ndarray:
        """Sizes at quantiles between 0 and 1: triangular with its peak at the scenario's size; float64 (n,)."""
        ends = (self.low, self.size, self.high)
        if not self.multiplied:
            return triangular(numbers, *ends)
        # The logarithm may lead past an end by a rounding.
        return np.clip(np.exp(triangular(numbers, *np.log(ends))), self.low, self.high)

    def spaced(self, count: int) -> np.ndarray:
        """Sizes from end to end, ascending; the scenario's own takes the place of the nearest; float64 (count,)."""
        sizes = (np.geomspace if self.multiplied else np.linspace)(self.low, self.high, count)
        sizes[[0, -1]] = self.low, self.high  # geomspace may miss them by a rounding
        if self.low < self.size < self.high:
            sizes[1 + np.abs(sizes[1:-1] - self.size).argmin()] = self.size
        return sizes


def range_around(effect: Effect, size: float) -> Range:
    """The range of an effect, as far as it must be widened to hold the scenario's ``size``."""
    low, high = min(effect.low, size), max(effect.high, size)
    return Range(low, size, high, effect.unit in _MULTIPLIED and low > 0)
