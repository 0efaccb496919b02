"""What a program costs, cause by cause: each declared once, and all of them together are the program cost."""

from __future__ import annotations

from dataclasses import dataclass

from sim.figures.named import Named


@dataclass(frozen=True)
class CostCause(Named):
    """A cause of cost; ``field`` of OUTCOME and MONTHLY holds its money, and ``sign`` is -1 for income."""

    field: str
    sign: int = +1


PROGRAM_CAUSES = (
    CostCause(
        "discount",
        "Discounts",
        "折扣",
        "Discounts of tiers and plans.",
        "等级与付费会员的折扣。",
        "discount_cents",
    ),
    CostCause(
        "coupon",
        "Coupons",
        "优惠券",
        "What coupons took off.",
        "优惠券抵减的金额。",
        "coupon_cents",
    ),
    CostCause(
        "points",
        "Points used",
        "积分抵现",
        "What was paid in points.",
        "以积分支付的金额。",
        "points_paid_cents",
    ),
    CostCause(
        "bonus",
        "Bonus on stored value",
        "储值赠金",
        "What was paid with the bonus on stored value.",
        "以储值赠金支付的金额。",
        "bonus_cents",
    ),
    CostCause(
        "reward",
        "Rewards, gifts and prizes",
        "奖品与礼品",
        "Cost of rewards, gifts and prizes, and what partners are paid less what partners pay.",
        "奖品、礼品与抽奖奖品的成本，以及付给合作方的净额。",
        "reward_cents",
    ),
    CostCause(
        "service",
        "Benefits and serving plans",
        "权益与付费会员服务",
        "Cost of tier benefits and of serving plan members.",
        "等级权益的成本与付费会员的服务成本。",
        "service_cents",
    ),
    CostCause(
        "fees",
        "Plan fees",
        "会员费收入",
        "Paid for plans, less what was credited or went back: income.",
        "会员为付费方案支付的费用，扣除抵扣与退款：属于收入。",
        "fees_cents",
        -1,
    ),
)
"""What adds up to the program cost. What came back with returned goods is taken off."""

ACQUISITION = CostCause(
    "acquisition",
    "Winning members",
    "拉新成本",
    "Cost of winning members, by channel.",
    "各渠道获取会员的成本。",
    "acquisition_cents",
)

MESSAGING = Named(
    "messaging",
    "Messages",
    "消息触达成本",
    "Messages to members: a price a member and month from joining to the end. None without a program.",
    "自入会至期末按会员月计的消息成本；无会员计划时为零。",
)

FIXED = Named(
    "fixed",
    "Fixed costs",
    "固定成本",
    "Cost of running the program by the month, whoever joins; a sample bears its share. None without a program.",
    "计划按月的固定运营成本，与入会人数无关；样本按比例分摊；无会员计划时为零。",
)

COSTS = tuple(cause.field for cause in PROGRAM_CAUSES if cause.sign > 0)
INCOME = tuple(cause.field for cause in PROGRAM_CAUSES if cause.sign < 0)
