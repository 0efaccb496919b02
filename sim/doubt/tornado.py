"""Which of many doubtful numbers move a difference: rank correlations, one number taken out after the other.

Ranks, because a response need not be a straight line. Among dozens of numbers some correlate by chance with
anything, so only those count that are stronger than the strongest of all would be by chance in one case of twenty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.doubt.draws import Quantity

BY_CHANCE = 0.05
"""Chance that anything is named though nothing matters."""

_LEAST = 5
"""Fewest draws of which a correlation says anything."""


@dataclass(frozen=True)
class Influence:
    """One number that moves a difference."""

    quantity: Quantity
    correlation: float  # of the ranks of number and difference, -1..1
    share: float  # of the variance of the ranks, beyond that of stronger numbers
    at_low: float  # difference on the straight line through all draws, where only one draw in twenty is lower
    at_high: float  # and where only one in twenty is higher

    @property
    def flips(self) -> bool:
        """True if the sign of the difference depends on this number alone, all others in their middle."""
        return self.at_low * self.at_high < 0


def influences(quantities: Sequence[Quantity], differences: np.ndarray) -> tuple[Influence, ...]:
    """The numbers that move a difference, the strongest first; empty if none stands out from chance.

    Each one's part is taken out, of the difference and of all other numbers, before the next one is looked for, so
    that two numbers that go together are not named for the same thing. ``differences`` is float64 (draws,), NaN in
    draws that have none.
    """
    known = ~np.isnan(differences)
    values = differences[known]
    if values.size < _LEAST or np.ptp(values) == 0:
        return ()
    columns = {place: ranks(each.values[known]) for place, each in enumerate(quantities) if np.ptp(each.values) > 0}
    target = ranks(values)
    rest, whole = target, float(target @ target)
    found: list[Influence] = []
    while columns and values.size - len(found) >= _LEAST:
        strengths = {place: _correlation(column, rest) for place, column in columns.items()}
        best = max(strengths, key=lambda place: abs(strengths[place]))
        if abs(strengths[best]) < stands_out(len(columns), values.size - len(found)):
            break
        taken = columns.pop(best)
        before = float(rest @ rest)
        rest = _without(rest, taken)
        columns = {place: _without(column, taken) for place, column in columns.items()}
        found.append(_influence(quantities[best], known, values, (before - float(rest @ rest)) / whole))
    return tuple(found)


def stands_out(numbers: int, draws: int) -> float:
    """Correlation that the strongest of so many numbers exceeds in one case of twenty if none of them matters."""
    return NormalDist().inv_cdf(1 - BY_CHANCE / (2 * numbers)) / math.sqrt(draws - 1)


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks with mean zero, equal values sharing theirs; float64 (n,)."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    shared = count.cumsum() - (count + 1) / 2
    return shared[place] - (values.size - 1) / 2


def _correlation(one: np.ndarray, two: np.ndarray) -> float:
    """Of columns with mean zero; 0 if one of them has no spread left."""
    size = math.sqrt(float(one @ one) * float(two @ two))
    return float(one @ two) / size if size > 1e-9 else 0.0


def _without(column: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """What is left of a column when its part along another one is taken out."""
    return column - taken * (float(column @ taken) / float(taken @ taken))


def _influence(quantity: Quantity, known: np.ndarray, differences: np.ndarray, share: float) -> Influence:
    numbers = quantity.values[known]
    slope, start = np.polyfit(numbers, differences, 1)
    low, high = np.quantile(numbers, [0.05, 0.95])
    correlation = _correlation(ranks(numbers), ranks(differences))
    return Influence(quantity, correlation, share, float(start + slope * low), float(start + slope * high))
