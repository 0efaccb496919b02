"""Where added orders come from: the terms of the purchase intensity, longer stays, and the luck of the draw.

At every occasion to buy, a run notes by how much each term raises the chance of an order, and what the member's own
rate gives without any. The terms' sums are what the orders are on average over the draws; their difference between
two policies is what the policies add, term by term. What the drawn orders differ by beyond that is luck.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.effects import Term
from sim.figures.named import Named

MILLIONTHS = 1_000_000

TERMS = {
    Term.MEMBERSHIP: ("Being a member", "会员身份"),
    Term.GOAL_GRADIENT: ("A reward that comes near", "目标临近"),
    Term.HEAD_START: ("Head start", "起步赠分"),
    Term.MOMENTUM: ("Momentum after redeeming", "兑换后的势头"),
    Term.SUCCESS: ("Lesson of earlier redemptions", "兑换经验"),
    Term.TIER_PRESSURE: ("Tier within reach", "升级冲刺"),
    Term.TIER_BENEFIT: ("Benefits of the tier", "等级权益"),
    Term.DEMOTION: ("Downgrades", "降级"),
    Term.GOAL_FAILURE: ("Tiers just missed", "未达目标"),
    Term.EXPIRY_URGENCY: ("Points about to expire", "积分将过期"),
    Term.COUPON: ("Coupons in the wallet", "持有优惠券"),
    Term.PLAN: ("Paid plans", "付费会员"),
    Term.STORED_VALUE: ("Stored value", "储值余额"),
    Term.CAMPAIGN: ("Campaigns, wheel, birthdays", "活动、抽奖与生日"),
}

SOURCES = (
    *(
        Named(
            term.name.lower(),
            *titles,
            "Orders that this term of the purchase intensity adds.",
            "购买强度中该项带来的订单。",
        )
        for term, titles in TERMS.items()
    ),
    Named(
        "staying",
        "Staying longer, other members",
        "留存更久与新增推荐会员",
        "Orders at members' own rates: those who stay longer, and members referred.",
        "按会员自身频率产生的订单：留存更久的会员与被推荐的会员。",
    ),
    Named(
        "luck",
        "Luck of the draw",
        "抽样运气",
        "What the drawn orders differ by beyond their average; around zero over many draws.",
        "实际抽到的订单与其均值之差；多次抽样平均为零。",
    ),
)
"""Where a difference of orders can come from, in the order of the table."""


def attribution_table(
    baseline_pulls: np.ndarray, candidate_pulls: np.ndarray, baseline_orders: int, candidate_orders: int, members: int
) -> pd.DataFrame:
    """Added orders per member by source, and as a share of the baseline's orders (missing if it has none).

    ``pulls`` are sums in millionths of an order, int64 (terms + 1,), the last one at members' own rates; the rows sum
    to the difference of orders.
    """
    moved = (candidate_pulls.astype(np.int64) - baseline_pulls) / MILLIONTHS
    luck = (candidate_orders - baseline_orders) - float(moved.sum())
    rows = [
        (source.key, orders / members, orders / baseline_orders if baseline_orders else None)
        for source, orders in zip(SOURCES, [*moved.tolist(), luck], strict=True)
    ]
    return pd.DataFrame(rows, columns=["source", "orders", "share"]).astype({"share": float})
