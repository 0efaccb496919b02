"""The same market as a table: a column a member, a step a month, whole columns at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bench.plain_program import (
    BASKET_SHAPE,
    DAYS_A_MONTH,
    DISCOUNTS,
    LIFT_MOST,
    MULTIPLIERS,
    POINT_VALUE,
    SHARE_OF_ORDER,
    STEP_POINTS,
    THRESHOLDS,
    traits,
)

_BLOCK_MEMBERS = 50_000
"""Members whose columns are in memory at a time."""

_VINTAGES = 13
"""Months in which points can have been earned that are still alive: the present one and twelve before."""


class Sums(NamedTuple):
    """What a run comes to; points and yuan."""

    events: int  # joins and orders
    cash: float
    issued: int
    redeemed: int
    expired: int
    outstanding: int


def simulate(members: int, months: int, seed: int) -> Sums:
    """Let so many members live for so many months, block after block."""
    blocks = [
        _block(np.random.default_rng((seed, first)), min(_BLOCK_MEMBERS, members - first), months)
        for first in range(0, members, _BLOCK_MEMBERS)
    ]
    return Sums(*(sum(column) for column in zip(*blocks, strict=True)))


def _block(random: np.random.Generator, members: int, months: int) -> Sums:
    rate, hazard, basket, never = traits(random, members)
    alive = np.ones(members, bool)
    lots = np.zeros((_VINTAGES, members), np.int64)
    growth = np.zeros(members)
    tier = np.zeros(members, np.int64)
    thresholds, multipliers, discounts = map(np.array, (THRESHOLDS, MULTIPLIERS, DISCOUNTS))
    events, cash, issued, redeemed, expired = members, 0.0, 0, 0, 0
    for month in range(months):
        # The present month takes the place of the one thirteen months ago.
        oldest = month % _VINTAGES
        expired += int(lots[oldest].sum())
        lots[oldest] = 0
        balance = lots.sum(axis=0)
        orders = random.poisson(rate * DAYS_A_MONTH * _pull(balance, never)) * alive
        spent = random.standard_gamma(BASKET_SHAPE * orders) * basket / BASKET_SHAPE * (1 - discounts[tier])
        used = _points_used(random, balance, spent, basket, orders, never)
        _spend(lots, oldest, used)
        paid = spent - used * POINT_VALUE
        earned = (paid * multipliers[tier]).astype(np.int64)
        lots[oldest] = earned
        growth += spent
        tier = np.maximum(tier, np.searchsorted(thresholds, growth, side="right") - 1)
        if month % 12 == 11:
            tier = np.searchsorted(thresholds, growth, side="right") - 1
            growth[:] = 0
        alive &= random.random(members) >= 1 - np.exp(-hazard * DAYS_A_MONTH)
        events += int(orders.sum())
        cash += float(paid.sum())
        issued += int(earned.sum())
        redeemed += int(used.sum())
    return Sums(events, cash, issued, redeemed, expired, int(lots.sum()))


def _pull(balance: np.ndarray, never: np.ndarray) -> np.ndarray:
    """Intensity of buying in a month: the nearer the first redemption, the higher."""
    near = np.minimum(1.0, balance / STEP_POINTS)
    return np.where(never | (near >= 1.0), 1.0, np.exp(LIFT_MOST * near))


def _points_used(
    random: np.random.Generator,
    balance: np.ndarray,
    spent: np.ndarray,
    basket: np.ndarray,
    orders: np.ndarray,
    never: np.ndarray,
) -> np.ndarray:
    """Points that the month's orders use together: none, or all that they allow; int64 (members,)."""
    allowed = np.minimum(balance, (spent * SHARE_OF_ORDER / POINT_VALUE).astype(np.int64)) // STEP_POINTS * STEP_POINTS
    with np.errstate(divide="ignore"):
        odds = (balance * POINT_VALUE / (0.3 * basket)) ** 2
    wish = 1 - (1 / (1 + odds)) ** orders
    return np.where(never | (random.random(balance.size) >= wish), 0, allowed)


def _spend(lots: np.ndarray, oldest: int, used: np.ndarray) -> None:
    """Take points from the oldest month first."""
    left = used.copy()
    for age in range(_VINTAGES):
        month = lots[(oldest + age) % _VINTAGES]
        part = np.minimum(month, left)
        month -= part
        left -= part
