"""The market and the program that the two independent programs simulate: the numbers of beauty_mall and baseline.

They are written down here once more, so that neither program reads a scenario, a policy or the ledger.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Segment(NamedTuple):
    """One kind of member: Pareto/NBD with gamma-gamma baskets, weeks and yuan."""

    share: float
    r: float  # rate of orders: gamma
    alpha: float
    s: float  # hazard of leaving: gamma
    beta: float
    p: float  # baskets
    q: float
    gamma: float
    scale: float


SEGMENTS = (
    Segment(0.6, 1.2, 2.0, 1.5, 150.0, 6.25, 3.74, 15.44, 6.0),
    Segment(0.4, 0.8, 8.0, 1.2, 80.0, 6.25, 3.74, 15.44, 7.0),
)
BASKET_SHAPE = SEGMENTS[0].p
MONTHS = 36
DAYS_A_MONTH = 365 / 12
DAYS_A_YEAR = 365.0
THRESHOLDS = (0, 1000, 5000, 12000)  # yuan within a year
MULTIPLIERS = (1.0, 1.25, 1.5, 2.0)
DISCOUNTS = (0.0, 0.0, 0.02, 0.05)
PENDING_DAYS = 7
LIFE_DAYS = 365
STEP_POINTS = 100  # smallest redemption, and the multiple of larger ones
POINT_VALUE = 0.01  # yuan
SHARE_OF_ORDER = 0.5  # most of an order that points may pay
INTENSITY_MOST = 3.0  # candidates for an order come so many times as often as orders do
LIFT_MOST = 0.15  # what the nearness of a first redemption adds to the logarithm of the rate, at most
NEVER_REDEEM = 0.15  # share of members

LEFT_OUT = {
    "plain SimPy": "books are sums by account, without rows and without laws; one response instead of a dozen; "
    "no returns, categories, channels, activities, seasons, acquisition or attribution",
    "monthly NumPy": "no orders, only their number and sum by month; points live in whole months; tiers change at the "
    "end of a month; no books; one response; nothing else of what plain SimPy leaves out either",
}
"""What the independent programs do not do, although the engine does."""


def traits(random: np.random.Generator, members: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Traits, (members,) each: orders a day, hazard of leaving a day, mean basket (yuan), whether one never redeems."""
    segment = random.choice(len(SEGMENTS), members, p=[each.share for each in SEGMENTS])
    r, alpha, s, beta, p, q, gamma, scale = (
        np.array([getattr(each, name) for each in SEGMENTS])[segment] for name in Segment._fields[1:]
    )
    rate = random.gamma(r) / alpha / 7
    hazard = random.gamma(s) / beta / 7
    basket = p * gamma / random.gamma(q) * scale
    return rate, hazard, basket, random.random(members) < NEVER_REDEEM
