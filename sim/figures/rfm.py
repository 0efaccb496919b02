"""Members by recency, frequency and money: who they are for the shop, by fixed rules.

Recency is measured against fixed days; frequency and money of the last year against the medians of those who bought
in that year *under the baseline*. So the lines between the segments are the same for every policy, and a segment
grows because members moved, not because a line did. Members who were referred are not in these tables.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from policies.rules import NEVER_DAY
from sim.engines.tally_life import ACTIVE_DAYS, YEAR_DAYS
from sim.figures.bottom_line import program_cost
from sim.figures.columns import Outcomes
from sim.figures.named import Named
from sim.figures.retention import joined

SEGMENTS = (
    Named(
        "champions",
        "Champions",
        "核心会员",
        "Active, at least as many orders and as much money as the median.",
        "近期活跃，订单数与金额均不低于中位数。",
    ),
    Named(
        "loyal",
        "Loyal",
        "高频会员",
        "Active, at least as many orders as the median, less money.",
        "近期活跃，订单数不低于中位数，金额较低。",
    ),
    Named(
        "big_baskets",
        "Big baskets",
        "高额会员",
        "Active, at least as much money as the median in fewer orders.",
        "近期活跃，订单较少而金额不低于中位数。",
    ),
    Named(
        "newcomers",
        "Newcomers",
        "新客",
        "Active, below both medians, first order within the active days.",
        "近期活跃，两项均低于中位数，首单也在近期。",
    ),
    Named(
        "occasional",
        "Occasional",
        "低频会员",
        "Active, below both medians, customers for longer.",
        "近期活跃，两项均低于中位数，首单较早。",
    ),
    Named(
        "at_risk",
        "At risk",
        "流失风险",
        "Last order longer ago than the active days but within the year, at least one of the medians reached.",
        "最近一单在一年内但已不活跃，至少一项达到中位数。",
    ),
    Named(
        "cooling",
        "Cooling",
        "降温会员",
        "Last order longer ago than the active days but within the year, below both medians.",
        "最近一单在一年内但已不活跃，两项均低于中位数。",
    ),
    Named("asleep", "Asleep", "沉睡会员", "Last order more than a year ago.", "最近一单在一年以前。"),
    Named("never", "Never bought", "从未购买", "No order yet.", "尚无订单。"),
)
"""All segments; each member is in one."""


class Thresholds(NamedTuple):
    """Where frequency and money are high: medians of the baseline's members who bought in the last year."""

    orders: int  # in the last 365 days
    cents: int  # and their list price


def thresholds_of(baseline: Outcomes) -> Thresholds:
    """The lines drawn at the baseline, OUTCOME (members,); at zero if nobody bought in the last year."""
    bought = baseline[baseline["year_orders"] > 0]
    if bought.size == 0:
        return Thresholds(0, 0)
    # A member's own figure, not one between two: money and orders stay whole.
    orders, cents = (
        int(np.quantile(bought[name], 0.5, method="inverted_cdf")) for name in ("year_orders", "year_cents")
    )
    return Thresholds(orders, cents)


def segment_of(outcomes: Outcomes, lines: Thresholds, end_day: int) -> np.ndarray:
    """Place of each member in ``SEGMENTS``, int64 (members,)."""
    place = {each.key: index for index, each in enumerate(SEGMENTS)}
    last, first = outcomes["last_order_day"], outcomes["first_order_day"]
    active, recent = last >= end_day - ACTIVE_DAYS, last >= end_day - YEAR_DAYS
    often, much = outcomes["year_orders"] >= lines.orders, outcomes["year_cents"] >= lines.cents
    conditions = [
        (first == NEVER_DAY, "never"),
        (~recent, "asleep"),
        (~active & (often | much), "at_risk"),
        (~active, "cooling"),
        (often & much, "champions"),
        (often, "loyal"),
        (much, "big_baskets"),
        (first >= end_day - ACTIVE_DAYS, "newcomers"),
    ]
    return np.select([each for each, _ in conditions], [place[key] for _, key in conditions], place["occasional"])


def rfm_table(outcomes: Outcomes, lines: Thresholds, end_day: int) -> pd.DataFrame:
    """One row a segment: members, their share, orders and list price of the last year, margin after program cost.

    Orders and money are means per member of the segment, missing where it is empty; money in minor units. The margin
    is that of the whole run and holds whom the member referred.
    """
    rows = joined(outcomes)
    margin = rows["margin_cents"] - program_cost(rows)
    place = segment_of(rows, lines, end_day)
    sizes = np.bincount(place, minlength=len(SEGMENTS))
    table = {"segment": [each.key for each in SEGMENTS], "members": sizes, "share": sizes / max(1, rows.size)}
    for name, values in (("orders", rows["year_orders"]), ("cents", rows["year_cents"]), ("margin_cents", margin)):
        sums = np.array([int(values[place == index].sum()) for index in range(len(SEGMENTS))])
        table[name] = np.divide(sums, sizes, out=np.full(sizes.size, np.nan), where=sizes > 0)
    return pd.DataFrame(table)
