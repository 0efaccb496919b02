"""What became of the points, and what those still outstanding may cost.

The bases of the liability are for the management of a program. What must stand in the books by statute follows from
other estimates and is no part of this.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.figures.columns import Outcomes
from sim.figures.estimates import UNDEFINED, Estimate, mean_of, ratio_of
from sim.figures.named import Named
from sim.members.outcomes import OUTCOME

FATES = (
    Named("redeemed", "Redeemed", "已兑换", "Used as money, for rewards or the wheel.", "抵现、兑换奖品或抽奖。"),
    Named(
        "expired_gone",
        "Expired: member gone",
        "过期：会员已流失",
        "Expired after the member had left for good.",
        "会员永久离开后过期。",
    ),
    Named(
        "expired_small",
        "Expired: too few to redeem",
        "过期：不足起兑数",
        "Expired from a balance below the smallest redemption.",
        "余额不足最低可兑换数而过期。",
    ),
    Named(
        "expired_capped",
        "Expired: cut by a cap",
        "过期：受单笔限额",
        "Expired with a member whose last redemption a cap of the order had cut.",
        "会员上一次抵扣被单笔限额削减后过期。",
    ),
    Named(
        "expired_other",
        "Expired: not used",
        "过期：未使用",
        "Expired with a member who could have used them.",
        "会员本可使用而未用致过期。",
    ),
    Named("clawed", "Taken back", "随退货追回", "Taken back with returned orders.", "随退货订单追回。"),
    Named(
        "outstanding",
        "Outstanding",
        "未使用",
        "Pending or active at the end with members who are there.",
        "期末在留会员待生效或可用的积分。",
    ),
    Named(
        "outstanding_gone",
        "Outstanding: member gone",
        "未使用：会员已流失",
        "Pending or active at the end with members who have left for good.",
        "期末已永久离开的会员名下的积分。",
    ),
    Named(
        "other",
        "Cancelled, moved, owed",
        "注销、转移与抵欠",
        "Cancelled, sent to others or received from them, set off against debt.",
        "注销、转赠或受赠、抵扣欠分。",
    ),
)
"""What can become of a point that was issued; each point has one fate."""

BASES = (
    Named(
        "face",
        "Face value",
        "面值",
        "All points outstanding at their cash value.",
        "全部未使用积分按抵现价值计。",
    ),
    Named(
        "face_present",
        "Face value, members not gone",
        "在留会员面值",
        "The same without points of members who have left for good; only a simulation can know them.",
        "同上，不含已永久离开会员的积分；只有模拟才能得知。",
    ),
    Named(
        "cost_settled",
        "Expected cost, points that are settled",
        "预期兑付成本（已了结积分）",
        "Face value times the share redeemed of points no longer outstanding. Early redemptions make it high.",
        "面值乘以已了结积分中兑换的比例；因兑换往往早于过期，偏高。",
    ),
    Named(
        "cost_issued",
        "Expected cost, points issued",
        "预期兑付成本（已发放积分）",
        "Face value times the share redeemed of all points issued. Redemptions yet to come make it low.",
        "面值乘以全部已发放积分中已兑换的比例；因日后仍会兑换，偏低。",
    ),
)
"""Bases on which points outstanding can be valued, from the highest to the lowest as a rule."""


def points_table(outcomes: Outcomes) -> pd.DataFrame:
    """Points by fate, which sum to the points issued, and the share of these (missing if there were none)."""
    total = {name: int(outcomes[name].sum()) for name in OUTCOME.names if name.endswith("_points")}
    expired = {name: total[f"{name}_points"] for name in ("expired_gone", "expired_small", "expired_capped")}
    points = {
        "redeemed": total["redeemed_points"],
        **expired,
        "expired_other": total["expired_points"] - sum(expired.values()),
        "clawed": total["clawed_points"],
        "outstanding": total["outstanding_points"] - total["outstanding_gone_points"],
        "outstanding_gone": total["outstanding_gone_points"],
    }
    issued = total["issued_points"]
    points["other"] = issued - sum(points.values())
    rows = [(fate.key, points[fate.key], points[fate.key] / issued if issued else None) for fate in FATES]
    return pd.DataFrame(rows, columns=["fate", "points", "share"]).astype({"share": float})


def liability_table(outcomes: Outcomes, *, sampled: bool) -> pd.DataFrame:
    """Points outstanding on every basis of ``BASES``: minor units per member with the interval, and in all."""
    face = outcomes["outstanding_cents"]
    held, gone = outcomes["outstanding_points"], outcomes["outstanding_gone_points"]
    # Points of one tree have one value, so the part of its money is the part of its points.
    present = np.divide(face * (held - gone), held, out=np.zeros(outcomes.size), where=held > 0)
    bases = {
        "face": mean_of(face),
        "face_present": mean_of(np.rint(present).astype(np.int64)),
        "cost_settled": _expected(outcomes, outcomes["issued_points"] - held),
        "cost_issued": _expected(outcomes, outcomes["issued_points"]),
    }
    rows = []
    for basis in BASES:
        each = bases[basis.key]
        known: Estimate = UNDEFINED if each is None else each.estimate(sampled)
        cents = None if known.value is None else round(known.value * outcomes.size)
        rows.append((basis.key, cents, known.value, known.low, known.high))
    frame = pd.DataFrame(rows, columns=["basis", "cents", "per_member", "low", "high"])
    return frame.astype(dict.fromkeys(("cents", "per_member", "low", "high"), float))


def _expected(outcomes: Outcomes, of: np.ndarray):
    """Face value times the share of these points that was redeemed, as a Figure; None if there are none."""
    share = ratio_of(outcomes["redeemed_points"], of)
    return None if share is None else mean_of(outcomes["outstanding_cents"]) * share
