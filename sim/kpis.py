"""Key figures: each declared once with definition, unit and which way is up.

A KPI is a ratio of two sums over members: per member when ``over`` is empty, else of one
outcome to another, which is undefined while there is none of the other. ``direction`` is +1 when more
is better for the shop, -1 when less is, 0 when neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OUTCOME = np.dtype(
    [
        ("orders", "i8"),
        ("list_cents", "i8"),  # goods at list price, as they were ordered
        ("returned_cents", "i8"),  # of these, goods that came back
        ("cash_cents", "i8"),  # paid for goods in money, or with stored value that was paid for; less what went back
        ("discount_cents", "i8"),  # discounts of tier and plan, coupons, bonus on stored value; less what came back
        ("points_paid_cents", "i8"),  # paid in points, less what went back
        ("fees_cents", "i8"),  # paid for plans, less what was credited or went back
        ("service_cents", "i8"),  # cost to serve plan members, of tier benefits and of rewards, less partners' money
        ("margin_cents", "i8"),  # list price less cost of goods that were kept, before any program cost
        ("issued_points", "i8"),
        ("redeemed_points", "i8"),
        ("redemptions", "i8"),  # orders that used points
        ("capped_redemptions", "i8"),  # of these, orders whose cap cut what the balance would have given
        ("expired_points", "i8"),
        ("outstanding_points", "i8"),  # pending and active at the end
        ("outstanding_cents", "i8"),  # the same at face value
        ("active", "i8"),  # 1 if there was an order in the last 90 days
        ("surviving", "i8"),  # 1 if not gone for good at the end
        ("upper_tier", "i8"),  # 1 if above the lowest tier at the end
    ],
    align=True,
)
"""What is remembered of one member's life: integers, summed exactly."""

MONTHLY = (
    "orders",
    "buyers",  # members with at least one order in the month
    "active",  # members with an order in the 90 days before the month's end
    "surviving",  # members not gone for good at the month's end
    "list_cents",
    "cash_cents",
    "discount_cents",
    "points_paid_cents",
    "fees_cents",
    "service_cents",
    "margin_cents",
    "issued_points",
    "redeemed_points",
    "redemptions",
    "capped_redemptions",
    "expired_points",
    "outstanding_points",  # at the month's end
)
"""Measures summed by calendar month."""


@dataclass(frozen=True)
class Kpi:
    """A key figure: (sum of plus - sum of minus) / (sum of over, or members)."""

    key: str
    title: str
    title_zh: str
    unit: str  # "share", "money", "count"
    direction: int
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    over: str = ""
    definition: str = ""
    definition_zh: str = ""


KPIS = (
    Kpi(
        "active",
        "Active members",
        "活跃会员",
        "share",
        +1,
        ("active",),
        definition="Share of members with at least one order in the last 90 days of the run.",
        definition_zh="期末前 90 天内至少下过一单的会员占比。",
    ),
    Kpi(
        "surviving",
        "Members not lost",
        "未流失会员",
        "share",
        +1,
        ("surviving",),
        definition="Share of members who have not left for good by the end; only a simulation can know it.",
        definition_zh="期末尚未永久离开的会员占比；只有模拟才能得知。",
    ),
    Kpi(
        "orders",
        "Orders per member",
        "人均订单数",
        "count",
        +1,
        ("orders",),
        definition="Orders per member over the whole run.",
        definition_zh="整个期间的人均订单数。",
    ),
    Kpi(
        "sales",
        "Cash sales per member",
        "人均现金销售额",
        "money",
        +1,
        ("cash_cents",),
        definition="Money paid for goods per member, after discounts, points and returns.",
        definition_zh="扣除折扣、积分抵现与退货后的人均商品实付金额。",
    ),
    Kpi(
        "program_cost",
        "Program cost per member",
        "人均计划成本",
        "money",
        -1,
        ("discount_cents", "points_paid_cents", "service_cents"),
        ("fees_cents",),
        definition="Discounts, points used as money, cost of plans, of tier benefits and of rewards, less plan fees "
        "and what partners pay, per member.",
        definition_zh="折扣、积分抵现、付费会员服务成本、等级权益成本与奖品成本之和，减去会员费与合作方付款，人均。",
    ),
    Kpi(
        "margin",
        "Margin after program cost",
        "扣除计划成本后的毛利",
        "money",
        +1,
        ("margin_cents", "fees_cents"),
        ("discount_cents", "points_paid_cents", "service_cents"),
        definition="List price less cost of goods, less program cost, per member.",
        definition_zh="标价减商品成本，再减计划成本，人均。",
    ),
    Kpi(
        "upper_tier",
        "Members above the lowest tier",
        "高于最低等级的会员",
        "share",
        0,
        ("upper_tier",),
        definition="Share of members above the lowest tier at the end, those who have left for good included.",
        definition_zh="期末处于最低等级以上的会员占比，含已永久离开的会员。",
    ),
    Kpi(
        "redemption_rate",
        "Points redeemed of issued",
        "积分兑换率",
        "share",
        0,
        ("redeemed_points",),
        over="issued_points",
        definition="Points redeemed by the end as a share of points issued by the end.",
        definition_zh="截至期末已兑换积分占已发放积分的比例。",
    ),
    Kpi(
        "capped",
        "Redemptions cut by a cap",
        "被限额削减的抵扣",
        "share",
        -1,
        ("capped_redemptions",),
        over="redemptions",
        definition="Share of redemptions in which a cap of the order allowed less than the member wanted and had.",
        definition_zh="会员想用且余额足够、却因单笔限额而少抵的抵扣占比。",
    ),
    Kpi(
        "expired_share",
        "Points expired of issued",
        "积分过期率",
        "share",
        0,
        ("expired_points",),
        over="issued_points",
        definition="Points expired by the end as a share of points issued by the end (breakage to date).",
        definition_zh="截至期末已过期积分占已发放积分的比例（截至目前的沉没）。",
    ),
    Kpi(
        "liability",
        "Points outstanding at face value",
        "未使用积分面值",
        "money",
        -1,
        ("outstanding_cents",),
        definition="Points pending and active at the end at their cash value, without breakage, per member.",
        definition_zh="期末待生效与可用积分按抵现价值计（不考虑沉没），人均。",
    ),
)
"""All key figures, in the order in which they are shown."""
