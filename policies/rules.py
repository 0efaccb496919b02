"""Rules: a policy as arrays, the only form in which the ledger sees it.

A policy file becomes a list of versions, one per effective day. All numbers are integers:
money in minor units, points as points, rates in basis points, dates as day numbers
(days since 1970-01-01). Nothing here decides anything; the modules beside it do.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

NEVER_DAY = 2**40
"""A day that does not come: the dead day of a lot that never expires."""

NO_LIMIT = -1
"""Stands for "no cap" in fields where zero is a legal cap."""

BASIS = 10_000
"""Basis points of one: 1.25 is 12,500."""


class Metric(IntEnum):
    """What the tiers count."""

    SPEND = 0
    GROWTH = 1


class Window(IntEnum):
    """Over which time the tiers count it."""

    LIFETIME = 0
    CALENDAR_YEAR = 1
    ROLLING_MONTHS = 2


class Validity(IntEnum):
    """How long a tier that was reached is kept before its review."""

    UNTIL_REVIEW = 0
    YEAR_END = 1
    MONTHS = 2


class Downgrade(IntEnum):
    """Where a member lands who misses the keep threshold at a review."""

    NONE = 0
    ONE_LEVEL = 1
    TO_EARNED = 2


class EarnOn(IntEnum):
    """The part of an order that earns points."""

    LIST = 0
    AFTER_DISCOUNTS = 1
    NET_OF_POINTS = 2


class Rounding(IntEnum):
    """What becomes of a fraction."""

    FLOOR = 0
    HALF_UP = 1
    CEIL = 2


class Expiry(IntEnum):
    """What ends the life of a lot."""

    NEVER = 0
    LOT = 1
    FIXED_DATES = 2


class Period(IntEnum):
    """Unit of a length of time."""

    DAYS = 0
    MONTHS = 1


class RoundTo(IntEnum):
    """To the end of which calendar period an expiry date is moved."""

    NONE = 0
    MONTH = 1
    QUARTER = 2
    YEAR = 3


LEVELS_MOST = 16
"""Most tiers a policy can have."""

PLAN_SLOTS = 8
"""Most paid plans a policy can have, plus slot 0 for "no plan"."""

DATES_MOST = 12
"""Most fixed expiry dates a year."""

_LEVELS = (LEVELS_MOST,)
_PLANS = (PLAN_SLOTS,)
_DATES = (DATES_MOST,)

RULE = np.dtype(
    [
        ("version", "i8"),  # number of this version, from 0
        ("effective_day", "i8"),  # first day on which it rules; the first version rules from the beginning of time
        ("minor_per_major", "i8"),  # 100 for CNY, 1 for JPY
        # tiers
        ("levels", "i8"),  # number of tiers, at least 1
        ("metric", "i8"),  # Metric
        ("window", "i8"),  # Window
        ("window_months", "i8"),  # length of a rolling window
        ("validity", "i8"),  # Validity
        ("validity_count", "i8"),  # years after the year of reaching, or months
        ("downgrade", "i8"),  # Downgrade
        ("enter", "i8", _LEVELS),  # qualifying amount that reaches a tier: minor units, or growth
        ("keep", "i8", _LEVELS),  # qualifying amount that keeps it at a review
        ("discount_bp", "i8", _LEVELS),  # off the list price
        ("growth_per_unit_bp", "i8"),  # growth per major unit of money spent
        # points
        ("earn_on", "i8"),  # EarnOn
        ("rounding", "i8"),  # Rounding, per order
        ("earn_numerator", "i8", (LEVELS_MOST, PLAN_SLOTS)),  # points per minor unit of the earning base, as an
        ("earn_denominator", "i8", (LEVELS_MOST, PLAN_SLOTS)),  # exact fraction: rate x tier x plan multiplier
        ("pending_days", "i8"),  # days between earning and first use
        ("point_value_bp", "i8"),  # worth of a point as cash, in basis points of a minor unit
        ("expiry", "i8"),  # Expiry
        ("life_period", "i8"),  # Period
        ("life_count", "i8"),  # how many of it a lot lives
        ("life_round", "i8"),  # RoundTo
        ("years_after", "i8"),  # for fixed dates: years added to the next date
        ("wipe_dates", "i8"),  # how many fixed dates a year
        ("wipe_month", "i8", _DATES),  # ascending
        ("wipe_day_of_month", "i8", _DATES),  # 29 February means the last day of February
        ("cash", "i8"),  # 1 if points can be used as money inside an order
        ("cash_minimum_points", "i8"),  # smallest redemption
        ("cash_step_points", "i8"),  # redemptions are multiples of this
        ("cash_share_bp", "i8"),  # largest share of an order paid in points
        ("cash_per_order_cents", "i8"),  # largest amount of an order paid in points, NO_LIMIT if none
        # paid plans, by slot
        ("plans", "i8"),  # number of plans, not counting slot 0
        ("plan_price_cents", "i8", _PLANS),  # fee of one period
        ("plan_period_months", "i8", _PLANS),
        ("plan_auto_renew", "i8", _PLANS),  # 1: renews at its anchor day unless cancelled before
        ("plan_discount_bp", "i8", _PLANS),  # off the list price
        ("plan_cost_to_serve_cents", "i8", _PLANS),  # cost to the shop of one member for one month
    ],
    align=True,
)
"""One version of a policy."""

Rules = np.recarray
"""A compiled policy: RULE (versions,), ascending by effective day."""


def records(shape: int | tuple[int, ...], dtype: np.dtype) -> np.recarray:
    """Zeroed records whose fields read as attributes, compiled or not."""
    return np.zeros(shape, dtype).view(np.recarray)
