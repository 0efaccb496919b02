"""What a program returns: against no program at all, on the same members with the same luck.

The return is never given without its interval, and not at all where the cost is not clearly above zero: a small number
below a line makes any number of the line.
"""

from __future__ import annotations

import pandas as pd

from sim.figures.bottom_line import program_cost, running_cost
from sim.figures.columns import Outcomes
from sim.figures.costs import COSTS, INCOME
from sim.figures.estimates import UNDEFINED, Estimate, Figure, mean_of, ratio_of, sure_ratio
from sim.figures.named import Named
from sim.figures.upkeep import Upkeep

RETURN_FIELDS = (
    *COSTS,
    *INCOME,
    "orders",
    "margin_cents",
    "acquisition_cents",
    "list_cents",
    "returned_cents",
    "member_months",
)
"""What must be known of members without a program."""

RETURNS = (
    Named(
        "margin",
        "Added margin on goods",
        "增量商品毛利",
        "Margin on goods, before program cost, above that without a program; per member.",
        "与无会员计划相比增加的商品毛利（未扣计划成本），人均。",
    ),
    Named(
        "cost",
        "Added cost",
        "增量成本",
        "Program cost, messages, fixed costs and winning members above those without a program; per member.",
        "与无会员计划相比增加的计划、消息、固定与拉新成本，人均。",
    ),
    Named("gain", "Added contribution", "增量贡献", "The added margin less the added cost.", "增量毛利减增量成本。"),
    Named(
        "roi",
        "Return on the cost",
        "投入回报率",
        "The added contribution as a share of the added cost; undefined unless this is clearly above zero.",
        "增量贡献占增量成本的比例；增量成本须明确大于零，否则无定义。",
    ),
    Named(
        "lift",
        "Added sales",
        "增量销售",
        "Goods kept, at list price, per member and month since joining, above those without a program, as a share.",
        "按标价计、扣除退货的每会员月商品金额，与无会员计划相比增加的比例。",
    ),
)
"""What is said of a return, in the order of the table."""


def roi_table(without: Outcomes, program: Outcomes, upkeep: Upkeep, *, sampled: bool) -> pd.DataFrame:
    """``RETURNS`` with intervals: three in minor units per member, the last two shares.

    ``without`` and ``program`` are OUTCOME (members,) of the same members under no program and under a policy;
    ``upkeep`` is that of the policy. Members written by hand have no interval and so no return.
    """
    margin = mean_of(program["margin_cents"] - without["margin_cents"])
    paid = program_cost(program) + program["acquisition_cents"] + running_cost(program, upkeep)
    saved = program_cost(without) + without["acquisition_cents"]
    cost = mean_of(paid - saved)
    # Fixed costs are known: they move the mean and no member's influence on it.
    cost = Figure(cost.value + upkeep.fixed_in_all / program.size, cost.influence)
    gain = margin - cost
    rows = [*(each.estimate(sampled) for each in (margin, cost, gain)), sure_ratio(gain, cost, sampled)]
    rows.append(_lift(without, program, sampled))
    table = [(name.key, each.value, each.low, each.high) for name, each in zip(RETURNS, rows, strict=True)]
    frame = pd.DataFrame(table, columns=["figure", "value", "low", "high"])
    return frame.astype(dict.fromkeys(("value", "low", "high"), float))


def _lift(without: Outcomes, program: Outcomes, sampled: bool) -> Estimate:
    """Sales of a member and month above those without a program; undefined if nobody buys anything then.

    By the month, because friends whom a member brings buy as well, and a program may bring more of them.
    """
    before, after = (
        ratio_of(each["list_cents"] - each["returned_cents"], each["member_months"]) for each in (without, program)
    )
    if before is None or after is None or before.value == 0:
        return UNDEFINED
    ratio = after / before
    return Figure(ratio.value - 1.0, ratio.influence).estimate(sampled)
