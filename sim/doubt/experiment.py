"""How many members an experiment needs: two arms, of which one gets the other policy."""

from __future__ import annotations

import math
from statistics import NormalDist

LEVEL = 0.05
"""Chance of seeing a difference though there is none, both directions together."""

POWER = 0.8
"""Chance of seeing the difference if it is there."""


def members_per_arm(
    difference: float,
    variance_baseline: float,
    variance_candidate: float,
    *,
    level: float = LEVEL,
    power: float = POWER,
) -> int | None:
    """Members that each arm needs so that a two-sample test sees a difference of means; None if there is none to see.

    Real members live under one policy only, so the arms have nothing in common and both variances count in full:
    n = (z(1 - level / 2) + z(power))^2 (variance + variance) / difference^2.

    Args:
        difference: of the means of the two arms.
        variance_baseline: between the members of the arm that keeps the baseline, in the square of the same unit.
        variance_candidate: between those of the other arm.
        level: chance of an error if there is no difference.
        power: chance of seeing the difference.
    """
    if difference == 0:
        return None
    normal = NormalDist()
    width = normal.inv_cdf(1.0 - level / 2.0) + normal.inv_cdf(power)
    return max(2, math.ceil(width**2 * (variance_baseline + variance_candidate) / difference**2))
