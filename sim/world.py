"""A scenario as arrays: what the kernels need to know of market, calendar and response."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policies.days import date_of

SEGMENT = np.dtype(
    [
        ("share_through", "f8"),  # cumulative share of members up to and including this segment
        ("r", "f8"),  # Pareto/NBD, weeks
        ("alpha", "f8"),
        ("s", "f8"),
        ("beta", "f8"),
        ("p", "f8"),  # gamma-gamma
        ("q", "f8"),
        ("gamma", "f8"),
        ("cents", "f8"),  # minor units of the currency in one unit of the basket distribution
        ("margin_bp", "i8"),  # gross margin at list price
    ],
    align=True,
)
"""One kind of member."""

SPAN = np.dtype(
    [
        ("seed", "i8"),
        ("first_day", "i8"),
        ("end_day", "i8"),  # first day after the run
        ("deliveries", "i8"),  # 1 if the policy has points that wait for delivery
        ("program", "i8"),  # 1 if the policy gives free members anything to stay for
        ("script_margin_bp", "i8"),  # gross margin of scripted members
    ],
    align=True,
)
"""What holds for the whole run."""


class World(NamedTuple):
    """``S`` segments, ``M`` calendar months, ``D`` days; only a scripted scenario has a script."""

    span: np.record  # SPAN
    segments: np.recarray  # SEGMENT (S,)
    response: np.record  # RESPONSE
    month_of_day: np.ndarray  # int64 (D,): month number of each day of the run
    month_end_day: np.ndarray  # int64 (M,): first day after each month, within the run
    script: np.recarray  # EVENT (n,): what scripted members do, member by member; a row even if unused
    script_from: np.ndarray  # int64 (members + 1,): first row of each scripted member; (1,) if none is scripted
    script_lines: np.recarray  # ledger.events.LINE (l,): lines of their orders and returns


def months_of(first_day: int, end_day: int) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names of the calendar months of a run, the month of each day, and each month's end (exclusive)."""
    dates = [date_of(day) for day in range(first_day, end_day)]
    names = tuple(dict.fromkeys(f"{date.year:04d}-{date.month:02d}" for date in dates))
    number = {name: index for index, name in enumerate(names)}
    month_of_day = np.array([number[f"{date.year:04d}-{date.month:02d}"] for date in dates], np.int64)
    ends = np.searchsorted(month_of_day, np.arange(len(names)), side="right") + first_day
    return names, month_of_day, ends.astype(np.int64)
