"""Key figures: each declared once with definition, unit and which way is up.

A KPI is a ratio of two sums over members: per member when ``over`` is empty, else of some
outcomes to others, which is undefined while there are none of the others. ``direction`` is +1 when more
is better for the shop, -1 when less is, 0 when neither.

"Per member" counts those who joined by themselves or were won, each with everybody whom they referred: money of a
referred member is money of the member without whom it would not be there. Shares count every person.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.figures.costs import COSTS, INCOME

MONTHLY = (
    "orders",
    "buyers",  # members with at least one order in the month
    "active",  # members with an order in the 90 days before the month's end
    "surviving",  # members not gone for good at the month's end
    "joined",  # members who joined in the month, those referred included
    "referred",  # of these, those whom somebody had referred
    "returns",  # orders of which something came back
    "list_cents",
    "cash_cents",
    "discount_cents",
    "coupon_cents",
    "bonus_cents",
    "points_paid_cents",
    "fees_cents",
    "service_cents",
    "reward_cents",
    "acquisition_cents",
    "margin_cents",
    "top_up_cents",
    "trials",
    "conversions",
    "issued_points",
    "redeemed_points",
    "redemptions",
    "redeemers",  # members who redeemed for the first time
    "capped_redemptions",
    "expired_points",
    "outstanding_points",  # at the month's end
)
"""Measures summed by calendar month, those of OUTCOME as there."""


@dataclass(frozen=True)
class Kpi:
    """A key figure: (sum of plus - sum of minus) / (sum of over, or members)."""

    key: str
    title: str
    title_zh: str
    unit: str  # "share", "money" a member, "money_per_order", "count"
    direction: int
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    definition: str = ""
    definition_zh: str = ""
    main: bool = False  # one of those that a decision is looked at by
    upkeep: bool = False  # less messages and fixed costs, which no outcome holds


KPIS = (
    Kpi(
        "active",
        "Active members",
        "活跃会员",
        "share",
        +1,
        ("active",),
        over=("persons",),
        definition="Share of members with at least one order in the last 90 days of the run.",
        definition_zh="期末前 90 天内至少下过一单的会员占比。",
        main=True,
    ),
    Kpi(
        "surviving",
        "Members not lost",
        "未流失会员",
        "share",
        +1,
        ("surviving",),
        over=("persons",),
        definition="Share of members who have not left for good by the end; only a simulation can know it.",
        definition_zh="期末尚未永久离开的会员占比；只有模拟才能得知。",
        main=True,
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
        main=True,
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
        main=True,
    ),
    Kpi(
        "program_cost",
        "Program cost per member",
        "人均计划成本",
        "money",
        -1,
        COSTS,
        INCOME,
        definition="Discounts, coupons, points and bonus used as money, rewards and gifts, cost of tier "
        "benefits and of plans, less plan fees and what partners pay, per member.",
        definition_zh="折扣、优惠券、积分抵现、储值赠金、奖品与礼品、等级权益与付费会员服务成本之和，减去会员费与合作方付款，人均。",
        main=True,
    ),
    Kpi(
        "margin",
        "Margin after program cost",
        "扣除计划成本后的毛利",
        "money",
        +1,
        ("margin_cents", *INCOME),
        COSTS,
        definition="List price less cost of goods, less program cost, per member.",
        definition_zh="标价减商品成本，再减计划成本，人均。",
        main=True,
    ),
    Kpi(
        "upper_tier",
        "Members above the lowest tier",
        "高于最低等级的会员",
        "share",
        0,
        ("upper_tier",),
        over=("persons",),
        definition="Share of members above the lowest tier at the end, those who have left for good included.",
        definition_zh="期末处于最低等级以上的会员占比，含已永久离开的会员。",
        main=True,
    ),
    Kpi(
        "redemption_rate",
        "Points redeemed of issued",
        "积分兑换率",
        "share",
        0,
        ("redeemed_points",),
        over=("issued_points",),
        definition="Points redeemed by the end as a share of points issued by the end.",
        definition_zh="截至期末已兑换积分占已发放积分的比例。",
        main=True,
    ),
    Kpi(
        "capped",
        "Redemptions cut by a cap",
        "被限额削减的抵扣",
        "share",
        -1,
        ("capped_redemptions",),
        over=("redemptions",),
        definition="Share of redemptions (rewards and turns of the wheel included) in which a cap of the order "
        "allowed less than the member wanted and had.",
        definition_zh="会员想用且余额足够、却因单笔限额而少抵的次数，占抵扣、兑换与抽奖总次数的比例。",
        main=True,
    ),
    Kpi(
        "expired_share",
        "Points that expired",
        "积分过期率",
        "share",
        0,
        ("expired_points",),
        over=("redeemed_points", "expired_points", "clawed_points", "outstanding_points"),
        definition="Points expired by the end as a share of all points that came in, however they did, and were used, "
        "expired, were taken back or are there at the end (breakage to date).",
        definition_zh="截至期末已过期积分占全部到账积分（不论来源：已用、已过期、被追回与期末未用之和）的比例（截至目前的沉没）。",
        main=True,
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
        main=True,
    ),
    Kpi(
        "contribution",
        "Contribution per member",
        "人均边际贡献",
        "money",
        +1,
        ("margin_cents", *INCOME),
        (*COSTS, "acquisition_cents"),
        definition="Margin after program cost, less the cost of winning members, messages and fixed costs, per member.",
        definition_zh="扣除计划成本后的毛利，再减拉新成本、消息成本与固定成本，人均。",
        upkeep=True,
    ),
    Kpi(
        "active_year",
        "Members active within a year",
        "年度活跃会员",
        "share",
        +1,
        ("active_year",),
        over=("persons",),
        definition="Share of members with at least one order in the last 365 days of the run.",
        definition_zh="期末前 365 天内至少下过一单的会员占比。",
    ),
    Kpi(
        "buyers",
        "Members who have bought",
        "有购买的会员",
        "share",
        +1,
        ("buyers",),
        over=("persons",),
        definition="Share of members with at least one order by the end.",
        definition_zh="截至期末至少下过一单的会员占比。",
    ),
    Kpi(
        "repeaters",
        "Buyers who came back",
        "复购会员",
        "share",
        +1,
        ("repeaters",),
        over=("buyers",),
        definition="Share of members with an order who have at least two by the end.",
        definition_zh="有购买的会员中截至期末至少下过两单的占比。",
    ),
    Kpi(
        "frequency",
        "Orders a month",
        "月均订单数",
        "count",
        +1,
        ("orders",),
        over=("member_months",),
        definition="Orders per member and month from joining to the end of the run, begun months included.",
        definition_zh="自入会至期末每会员每月的订单数，不足一月按一月计。",
    ),
    Kpi(
        "basket",
        "List price per order",
        "单均标价金额",
        "money_per_order",
        +1,
        ("list_cents",),
        over=("orders",),
        definition="Goods at list price per order, before returns.",
        definition_zh="每单商品标价金额，退货前。",
    ),
    Kpi(
        "returned",
        "Goods that came back",
        "退货率",
        "share",
        -1,
        ("returned_cents",),
        over=("list_cents",),
        definition="Goods returned as a share of goods ordered, at list price.",
        definition_zh="按标价计，退回商品占所订商品的比例。",
    ),
    Kpi(
        "redeemers",
        "Members who have redeemed",
        "兑换过的会员",
        "share",
        +1,
        ("redeemers",),
        over=("persons",),
        definition="Share of members who have used points at least once by the end.",
        definition_zh="截至期末至少用过一次积分的会员占比。",
    ),
    Kpi(
        "clawed",
        "Points taken back of issued",
        "积分追回率",
        "share",
        0,
        ("clawed_points",),
        over=("issued_points",),
        definition="Points taken back with returned orders as a share of points issued by the end.",
        definition_zh="随退货追回的积分占截至期末已发放积分的比例。",
    ),
    Kpi(
        "plan_members",
        "Members who paid for a plan",
        "付费会员转化",
        "share",
        +1,
        ("plan_members",),
        over=("persons",),
        definition="Share of members who have paid for a plan at least once by the end.",
        definition_zh="截至期末至少为付费方案付过一次费的会员占比。",
    ),
    Kpi(
        "conversion",
        "Trials that became paid",
        "试用转付费率",
        "share",
        +1,
        ("conversions",),
        over=("trials",),
        definition="Share of trials of a plan that became a paid one.",
        definition_zh="付费方案试用中转为付费的占比。",
    ),
    Kpi(
        "renewal",
        "Plans renewed",
        "续费率",
        "share",
        +1,
        ("renewals",),
        over=("renewals_due",),
        definition="Share of paid periods that came to their end and were renewed.",
        definition_zh="到期的付费周期中续费的占比。",
    ),
    Kpi(
        "fees",
        "Plan fees per member",
        "人均会员费",
        "money",
        +1,
        ("fees_cents",),
        definition="Paid for plans per member, less what was credited or went back.",
        definition_zh="会员为付费方案支付的人均费用，扣除抵扣与退款。",
    ),
    Kpi(
        "stored_left",
        "Stored value not spent",
        "未消费的储值本金",
        "money",
        0,
        ("stored_left_cents",),
        definition="Stored value that was paid for and not spent at the end, per member.",
        definition_zh="期末已付款而未消费的储值本金，人均。",
    ),
    Kpi(
        "referrers",
        "Members who referred somebody",
        "推荐过他人的会员",
        "share",
        +1,
        ("referrers",),
        over=("persons",),
        definition="Share of members who have referred somebody who joined.",
        definition_zh="成功推荐他人入会的会员占比。",
    ),
    Kpi(
        "persons",
        "Members with those referred",
        "含被推荐者的会员数",
        "count",
        +1,
        ("persons",),
        definition="Members per member who came without being referred: 1, and whom these brought in.",
        definition_zh="每位非经推荐入会的会员所对应的会员数：本人与其带来的会员。",
    ),
    Kpi(
        "acquisition",
        "Cost of winning members",
        "人均拉新成本",
        "money",
        -1,
        ("acquisition_cents",),
        definition="Cost of winning members by the channels of acquisition, per member.",
        definition_zh="各渠道获取会员的成本，人均。",
    ),
)
"""All key figures, in the order in which they are shown; the main ones first."""

MAIN_KPIS = tuple(kpi for kpi in KPIS if kpi.main)
"""Those shown at first sight."""
