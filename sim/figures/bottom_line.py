"""What a policy costs and what is left: causes of cost, and the way from the margin on goods to the bottom line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.figures.columns import Outcomes
from sim.figures.costs import ACQUISITION, COSTS, FIXED, INCOME, MESSAGING, PROGRAM_CAUSES
from sim.figures.estimates import mean_of
from sim.figures.named import Named
from sim.figures.paired import sum_of
from sim.figures.upkeep import Upkeep

MARGIN = Named(
    "margin",
    "Margin on goods",
    "商品毛利",
    "List price less cost of goods that were kept, before any program cost.",
    "标价减商品成本（已扣退货），未扣任何计划成本。",
)
PROGRAM_COST = Named(
    "program_cost",
    "Program cost",
    "计划成本",
    "All causes of program cost together, less income from plans.",
    "各项计划成本之和，减去会员费收入。",
)
CONTRIBUTION = Named(
    "contribution",
    "Contribution",
    "边际贡献",
    "Margin on goods less program cost, winning members, messages and fixed costs.",
    "商品毛利减去计划成本、拉新成本、消息成本与固定成本。",
)
PRESENT_VALUE = Named(
    "present_value",
    "Contribution, discounted",
    "边际贡献现值",
    "The same, each month discounted from its middle to the first day at the scenario's rate.",
    "同上，各月按场景的贴现率自月中折现至首日。",
)
LINES = (MARGIN, PROGRAM_COST, ACQUISITION, MESSAGING, FIXED, CONTRIBUTION, PRESENT_VALUE)
"""Lines of the bottom line, in their order."""


def cost_table(outcomes: Outcomes, upkeep: Upkeep, *, sampled: bool) -> pd.DataFrame:
    """One row a cause: sum in minor units (exact; income is negative), mean per member and its interval.

    Rows of kind "program" add up to the program cost; those of kind "beside" are no cost of the rules.
    """
    rows = []
    for cause in PROGRAM_CAUSES:
        rows.append(_row(cause.key, "program", cause.sign * outcomes[cause.field], sampled))
    for name, cents in _beside(outcomes, upkeep).items():
        rows.append(_row(name, "beside", cents, sampled))
    rows.append(_fixed_row(FIXED.key, upkeep, outcomes.size, kind="beside"))
    return pd.DataFrame(rows, columns=["cause", "kind", "cents", "per_member", "low", "high"])


def bottom_line_table(
    outcomes: Outcomes, monthly: dict[str, np.ndarray], upkeep: Upkeep, *, sampled: bool
) -> pd.DataFrame:
    """From the margin on goods to what is left, in minor units: sum, mean per member and its interval.

    The discounted sum has no interval: months are known as sums over members only.
    """
    margin, cost, beside = outcomes["margin_cents"], program_cost(outcomes), _beside(outcomes, upkeep)
    fixed = upkeep.fixed_in_all
    left = margin - cost - sum(beside.values())
    contribution = mean_of(left).estimate(sampled)
    per_member = fixed / outcomes.size
    ends = (None if each is None else each - per_member for each in (contribution.low, contribution.high))
    value = present_value(monthly, upkeep, messaging=int(beside[MESSAGING.key].sum()))
    rows = [
        _row(MARGIN.key, "", margin, sampled),
        _row(PROGRAM_COST.key, "", cost, sampled),
        *(_row(name, "", cents, sampled) for name, cents in beside.items()),
        _fixed_row(FIXED.key, upkeep, outcomes.size),
        (CONTRIBUTION.key, "", int(left.sum()) - fixed, contribution.value - per_member, *ends),
        (PRESENT_VALUE.key, "", value, value / outcomes.size, None, None),
    ]
    frame = pd.DataFrame(rows, columns=["line", "kind", "cents", "per_member", "low", "high"]).drop(columns="kind")
    return frame.astype({"low": float, "high": float})


def program_cost(outcomes: Outcomes) -> np.ndarray:
    """Program cost of each member in minor units, int64 (members,)."""
    return sum_of(outcomes, COSTS) - sum_of(outcomes, INCOME)


def running_cost(outcomes: Outcomes, upkeep: Upkeep) -> np.ndarray:
    """Messages of each member in minor units, int64 (members,)."""
    return outcomes["member_months"] * upkeep.messaging_cents


def present_value(monthly: dict[str, np.ndarray], upkeep: Upkeep, *, messaging: int) -> int:
    """Contribution discounted month by month, minor units, rounded.

    Messages are spread over the months by how many had joined.
    """
    months = len(monthly["orders"])
    cost = sum(cause.sign * monthly[cause.field] for cause in PROGRAM_CAUSES)
    there = monthly["joined"].cumsum()
    messages = messaging * there / max(1, int(there.sum()))
    fixed = upkeep.fixed_cents * upkeep.part
    left = monthly["margin_cents"] - cost - monthly["acquisition_cents"] - messages - fixed
    factor = (1 + upkeep.discount_rate) ** (-(np.arange(months) + 0.5) / 12)
    return round(float(left @ factor))


def _beside(outcomes: Outcomes, upkeep: Upkeep) -> dict[str, np.ndarray]:
    """Costs of each member that are not the rules', int64 (members,) by key."""
    return {ACQUISITION.key: outcomes["acquisition_cents"], MESSAGING.key: running_cost(outcomes, upkeep)}


def _fixed_row(key: str, upkeep: Upkeep, members: int, kind: str = "") -> tuple:
    """Fixed costs have no chance in them: the interval is the value."""
    cents = upkeep.fixed_in_all
    return key, kind, cents, *(cents / members,) * 3


def _row(key: str, kind: str, cents: np.ndarray, sampled: bool) -> tuple:
    each = mean_of(cents).estimate(sampled)
    return key, kind, int(cents.sum()), each.value, each.low, each.high
