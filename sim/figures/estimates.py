"""Means over members with what chance does to them.

A ``Figure`` is a value with every member's influence on it: how far the value lies from where it would be without
what is particular about this member. Influences average to zero, and their spread is the figure's own. Sums,
differences, products and ratios of figures carry their influences along (to first order: the delta method), so that
whatever is calculated from the same members keeps their common luck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

NORMAL_95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""


@dataclass(frozen=True)
class Estimate:
    """A mean over members and its 95 % interval.

    The value is None where it is undefined (a share of nothing); so are both ends where nothing can be said
    about other members: these were written by hand, or there is one only.
    """

    value: float | None
    low: float | None
    high: float | None


UNDEFINED = Estimate(None, None, None)


@dataclass(frozen=True)
class Figure:
    """A value and each member's influence on it, float64 (members,)."""

    value: float
    influence: np.ndarray

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.value + other.value, self.influence + other.influence)

    def __sub__(self, other: Figure) -> Figure:
        return Figure(self.value - other.value, self.influence - other.influence)

    def __mul__(self, other: Figure) -> Figure:
        return Figure(self.value * other.value, self.influence * other.value + other.influence * self.value)

    def __truediv__(self, other: Figure) -> Figure:
        """A ratio; ZeroDivisionError if the other is zero."""
        value = self.value / other.value
        return Figure(value, (self.influence - value * other.influence) / other.value)

    def estimate(self, sampled: bool = True) -> Estimate:
        """The value with its interval over members.

        Members written by hand are no sample (``sampled`` is False), and one member has no spread: no interval.
        """
        if not sampled or self.influence.size < 2:
            return Estimate(self.value, None, None)
        half = NORMAL_95 * self.error
        return Estimate(self.value, self.value - half, self.value + half)

    @property
    def error(self) -> float:
        """Standard error of the value over members; there must be two of them."""
        return float(np.std(self.influence, ddof=1)) / math.sqrt(self.influence.size)


def mean_of(values: np.ndarray) -> Figure:
    """The mean over members of what each has, int64 (members,): its sum is taken exactly."""
    value = int(values.sum()) / values.size
    return Figure(value, values - value)


def ratio_of(above: np.ndarray, below: np.ndarray) -> Figure | None:
    """Sum of one over sum of the other, int64 (members,) each; None if the latter is zero."""
    if int(below.sum()) == 0:
        return None
    # Not from the two means: the ratio of two exact sums is rounded once only.
    value = int(above.sum()) / int(below.sum())
    return Figure(value, (above - value * below) * (above.size / int(below.sum())))


def sure_ratio(above: Figure, below: Figure, sampled: bool = True) -> Estimate:
    """A ratio with Fieller's interval, which holds zero exactly if that of ``above`` does.

    Undefined without an interval, and where ``below`` is not clearly above zero: then any ratio is possible.
    """
    least = below.estimate(sampled).low
    if least is None or least <= 0:
        return UNDEFINED
    size = above.influence.size
    variances = NORMAL_95**2 * np.cov(above.influence, below.influence) / size
    # All ratios r for which above - r x below cannot be told from zero: a r^2 - 2 b r + c <= 0.
    a = below.value**2 - float(variances[1, 1])
    b = above.value * below.value - float(variances[0, 1])
    c = above.value**2 - float(variances[0, 0])
    half = math.sqrt(max(0.0, b * b - a * c))
    return Estimate(above.value / below.value, (b - half) / a, (b + half) / a)
