"""Who gains by a candidate and who loses: members in five groups fixed at the baseline.

What the program gives a member is counted at what it costs the shop: all causes of program cost, less the fees paid.
So members' gains add up to the rise of the program cost, and the shop's gain stands beside them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.figures.bottom_line import program_cost
from sim.figures.columns import Outcomes
from sim.figures.estimates import mean_of
from sim.figures.named import Named

GROUPS = 5
MUCH = 0.01
"""A gain or loss is large from this share of what the member bought at list price under the baseline."""

FATES = (
    Named("much_better", "Gains much", "明显获益", "Gains at least 1 % of its purchases.", "获益达消费额的 1% 以上。"),
    Named("better", "Gains", "获益", "Gains less than that.", "获益低于该比例。"),
    Named("same", "Unchanged", "不变", "Gets the same.", "所得不变。"),
    Named("worse", "Loses", "受损", "Loses less than 1 % of its purchases.", "损失低于消费额的 1%。"),
    Named("much_worse", "Loses much", "明显受损", "Loses at least that.", "损失达到该比例。"),
)
"""Five bins of what a candidate changes for a member."""


def net_value(outcomes: Outcomes) -> np.ndarray:
    """What each member pays the shop, for goods and plans, in minor units, int64 (members,)."""
    return outcomes["cash_cents"] + outcomes["fees_cents"]


def groups_of(baseline: Outcomes) -> np.ndarray:
    """Fifth of each member by net value under the baseline, 0 the lowest, int64 (members,); ties by number."""
    order = np.argsort(net_value(baseline), kind="stable")
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    return place * GROUPS // order.size


def winners_table(baseline: Outcomes, candidate: Outcomes, *, sampled: bool) -> pd.DataFrame:
    """One row a group, from 1, and 0 for all: bounds of the group, mean gains with intervals, shares of ``FATES``.

    ``member`` is the gain of the member, ``shop`` that of the margin after program cost; minor units per member.
    """
    before, after = program_cost(baseline), program_cost(candidate)
    gain = after - before
    shop = candidate["margin_cents"] - after - (baseline["margin_cents"] - before)
    fate, value, group = _fates(gain, baseline), net_value(baseline), groups_of(baseline)
    rows = []
    for number in range(GROUPS + 1):
        some = np.flatnonzero(group == number - 1) if number else np.arange(group.size)
        if some.size == 0:  # fewer members than groups
            continue
        member, own = (mean_of(each[some]).estimate(sampled) for each in (gain, shop))
        ends = (int(value[some].min()), int(value[some].max()))
        shares = np.bincount(fate[some], minlength=len(FATES)) / some.size
        means = (member.value, member.low, member.high, own.value, own.low, own.high)
        rows.append((number, some.size, *ends, *means, *shares.tolist()))
    columns = ["group", "members", "from_cents", "through_cents", "member", "member_low", "member_high"]
    columns += ["shop", "shop_low", "shop_high", *(each.key for each in FATES)]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(("member_low", "member_high", "shop_low", "shop_high"), float))


def _fates(gain: np.ndarray, baseline: Outcomes) -> np.ndarray:
    """Place of each member in ``FATES``, int64 (members,)."""
    much = np.abs(gain) >= MUCH * baseline["list_cents"]
    return np.select([gain == 0, (gain > 0) & much, gain > 0, much], [2, 0, 1, 4], 3)
