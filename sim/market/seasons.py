"""Seasons, events and shocks as factors of every day of a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policies.days import day_of
from sim.market.file import ScenarioFile
from sim.market.market_tables import Event, Seasonality

AFTER_EVENT_DAYS = 42
"""Days that an event borrows from: six weeks."""

FADING_DAYS = 14.0
"""By how much later days lend less: by e every two weeks."""

LEAST_FACTOR = 0.05
"""What borrowing leaves of a day."""

_BEFORE_DAYS = 366 + AFTER_EVENT_DAYS
"""Days before the run that are looked at: an event may have ended there from which the run still suffers."""


class Factors(NamedTuple):
    """Multiples of an even year, by day."""

    orders: np.ndarray  # float64 (D,)
    baskets: np.ndarray  # float64 (D,)
    leaving: np.ndarray  # float64 (D,)


def day_factors(content: ScenarioFile, first_day: int, end_day: int) -> Factors:
    """What the calendar and the market make of every day from ``first_day`` to the day before ``end_day``."""
    orders = np.ones(end_day - first_day)
    if content.seasonality:
        orders = _seasons(content.seasonality, np.arange(first_day - _BEFORE_DAYS, end_day))[_BEFORE_DAYS:]
    baskets, leaving = np.ones(orders.size), np.ones(orders.size)
    for shock in content.shocks:
        days = slice(max(day_of(shock.start) - first_day, 0), max(day_of(shock.through) + 1 - first_day, 0))
        orders[days] *= shock.orders
        baskets[days] *= shock.baskets
        leaving[days] *= shock.leaving
    return Factors(orders, baskets, leaving)


def clock(factors: np.ndarray) -> np.ndarray:
    """Days of an even year that have passed by each morning, float64 (D + 1,)."""
    return np.concatenate([[0.0], np.cumsum(factors)])


def _seasons(seasonality: Seasonality, days: np.ndarray) -> np.ndarray:
    """Factor of orders by day; ``days`` are consecutive."""
    months, dates = _month_and_date(days)
    month, weekday = np.array(seasonality.month), np.array(seasonality.weekday)
    factors = (month / month.mean())[months - 1] * (weekday / weekday.mean())[(days + 3) % 7]
    missed = np.zeros(days.size)
    for event in seasonality.events:
        on = _is_on(event, dates)
        added = np.where(on, factors * (event.factor - 1), 0.0)
        factors = factors + added
        missed += missed_after(on, added * event.borrow, AFTER_EVENT_DAYS)
    return np.maximum(factors - missed, np.minimum(factors, LEAST_FACTOR))


def missed_after(on: np.ndarray, borrowed: np.ndarray, after_days: int) -> np.ndarray:
    """What each unbroken stretch of days borrows, float64 (D,), taken from the ``after_days`` that follow it.

    The first of them lend most, by e more than those two weeks later. What would come after the last day is lost.
    """
    weights = np.exp(-np.arange(1, after_days + 1) / FADING_DAYS)
    weights /= weights.sum()
    missed = np.zeros(on.size + after_days)
    steps = np.diff(np.concatenate([[0], on.astype(np.int8), [0]]))
    for start, end in zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True):
        missed[end : end + after_days] += borrowed[start:end].sum() * weights
    return missed[: on.size]


def _is_on(event: Event, dates: np.ndarray) -> np.ndarray:
    """The days of an event, by month and day as one number; it may last beyond the end of the year."""
    first, last = (int(each.replace("-", "")) for each in (event.first, event.last))
    return (first <= dates) & (dates <= last) if first <= last else (first <= dates) | (dates <= last)


def _month_and_date(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Month (1 to 12) of each day, and month * 100 + day of the month: 1111 for 11 November."""
    moments = days.astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = (moments - months).astype(np.int64) + 1
    return month, month * 100 + day
