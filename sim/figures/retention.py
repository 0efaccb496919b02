"""Who stays, and how long it takes until points are used for the first time.

All tables are of members who came by themselves or were won; those whom they referred are not in them. A simulation
knows when somebody has left for good, which no shop does: survival is that truth, active shares are what a shop sees.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from policies.days import date_of
from policies.rules import NEVER_DAY
from sim.engines.tally_life import ACTIVE_DAYS, YEAR_DAYS
from sim.figures.columns import Outcomes
from sim.figures.survival import day_when, kaplan_meier, share_after

MONTH_DAYS = 365.25 / 12
COHORT_MONTHS = (1, 3, 6, 12, 24, 36)
"""Ages at which cohorts are looked at."""


def joined(outcomes: Outcomes) -> np.ndarray:
    """The members who have joined at all; some of those written by hand never do."""
    there = outcomes["joined_day"] < NEVER_DAY
    return outcomes if there.all() else outcomes[there]


def survival_table(outcomes: Outcomes, end_day: int, *, sampled: bool = True) -> pd.DataFrame:
    """Share of members who have not left for good, by months since joining."""
    rows = joined(outcomes)
    last = np.minimum(rows["left_day"], end_day)
    curve = kaplan_meier(last - rows["joined_day"], rows["left_day"] < end_day)
    table = []
    for months in range(int((curve.watched.size - 2) / MONTH_DAYS) + 1):
        days = int(months * MONTH_DAYS)
        table.append((months, days, int(curve.watched[days]), *share_after(curve, days)))
    return _without_ends(pd.DataFrame(table, columns=["months", "days", "watched", "share", "low", "high"]), sampled)


def cohort_table(outcomes: Outcomes, end_day: int) -> pd.DataFrame:
    """Members by the calendar month in which they joined: how many, who is there at the end, who was after so long.

    Shares at an age that not the whole cohort has reached are missing.
    """
    rows = joined(outcomes)
    days, place = np.unique(rows["joined_day"], return_inverse=True)
    month_of_day = [date_of(int(day)).strftime("%Y-%m") for day in days]
    names, number = np.unique(np.array(month_of_day, dtype="U7"), return_inverse=True)
    month = number[place]
    table = []
    for index, name in enumerate(names.tolist()):
        some = rows[np.flatnonzero(month == index)]
        stayed = np.minimum(some["left_day"], end_day) - some["joined_day"]
        reached = end_day - int(some["joined_day"].max())
        ages = [int(months * MONTH_DAYS) for months in COHORT_MONTHS]
        shares = [float((stayed >= age).mean()) if age <= reached else None for age in ages]
        present = float((some["left_day"] >= end_day).mean())
        bought = _bought_within(some, end_day, ACTIVE_DAYS)
        table.append((name, some.size, present, float(bought.mean()), int(some["orders"].sum()) / some.size, *shares))
    ages = [f"after_{months}" for months in COHORT_MONTHS]
    frame = pd.DataFrame(table, columns=["joined", "members", "surviving", "active", "orders", *ages])
    return frame.astype(dict.fromkeys(ages, float))


def tier_end_table(outcomes: Outcomes, end_day: int, levels: tuple[str, ...]) -> pd.DataFrame:
    """Members by their tier at the end: how many, and which share of them is active, active within a year, not lost."""
    rows = joined(outcomes)
    table = []
    for rank, tier in enumerate(levels):
        some = rows[rows["tier"] == rank]
        measures = (
            _bought_within(some, end_day, ACTIVE_DAYS),
            _bought_within(some, end_day, YEAR_DAYS),
            some["left_day"] >= end_day,
        )
        shares = [float(each.mean()) if some.size else None for each in measures]
        table.append((tier, rank, some.size, *shares))
    frame = pd.DataFrame(table, columns=["tier", "rank", "members", "active", "active_year", "surviving"])
    return frame.astype(dict.fromkeys(("active", "active_year", "surviving"), float))


def first_redemption_table(outcomes: Outcomes, end_day: int, *, sampled: bool = True) -> pd.DataFrame:
    """Weeks from joining until points were used for the first time: half of the members, and nine in ten.

    Who leaves or is still there at the end without having redeemed was watched until then. Weeks are missing where
    fewer than that part would ever be seen to redeem.
    """
    rows = joined(outcomes)
    happened = rows["first_redemption_day"] < end_day
    last = np.minimum(np.where(happened, rows["first_redemption_day"], rows["left_day"]), end_day)
    curve = kaplan_meier(last - rows["joined_day"], happened)
    table = []
    for part in (0.5, 0.9):
        weeks = [None if day is None else day / 7 for day in day_when(curve, part)]
        table.append((part, *weeks, rows.size, int(happened.sum())))
    frame = pd.DataFrame(table, columns=["part", "weeks", "low", "high", "members", "redeemed"])
    return _without_ends(frame.astype(dict.fromkeys(("weeks", "low", "high"), float)), sampled)


def flow_table(flows: np.ndarray, months: tuple[str, ...], levels: tuple[str, ...]) -> pd.DataFrame:
    """Seats that moved from tier to tier in a month, int64 (months, levels + 1, levels + 1); only moves that occurred.

    The last place is outside: members come from there when they join and go there when their account is closed.
    """
    names = [*levels, ""]
    table = [
        (months[month], names[start], names[end], int(flows[month, start, end]))
        for month, start, end in np.argwhere(flows)
    ]
    return pd.DataFrame(table, columns=["month", "from", "to", "members"])


def _without_ends(table: pd.DataFrame, sampled: bool) -> pd.DataFrame:
    """Members written by hand stand for nobody else: their table has no intervals."""
    return table if sampled else table.assign(low=np.nan, high=np.nan)


def _bought_within(rows: Outcomes, end_day: int, days: int) -> np.ndarray:
    """Who has ordered in the last so many days of the run."""
    return rows["last_order_day"] >= end_day - days
