"""Sums of a run by calendar month, under the names of sim.figures.kpis.MONTHLY."""

from __future__ import annotations

import numpy as np

from ledger.accounts import Account, Cause
from sim.engines.counts import Count
from sim.engines.tally import Tally
from sim.figures.kpis import MONTHLY

_COUNTED = {
    "orders": Count.ORDERS,
    "buyers": Count.BUYERS,
    "active": Count.ACTIVE,
    "joined": Count.JOINS,
    "referred": Count.REFERRED,
    "returns": Count.RETURNS,
    "list_cents": Count.LIST_CENTS,
    "service_cents": Count.SERVICE_CENTS,
    "reward_cents": Count.REWARD_CENTS,
    "acquisition_cents": Count.ACQUISITION_CENTS,
    "margin_cents": Count.MARGIN_CENTS,
    "trials": Count.TRIALS,
    "conversions": Count.CONVERSIONS,
    "redemptions": Count.REDEMPTIONS,
    "redeemers": Count.REDEEMERS,
    "capped_redemptions": Count.CAPPED,
}
"""What the kernels count as it is."""

_MONEY = {
    "cash_cents": ((Cause.SALE_CASH, Cause.SALE_PRINCIPAL), (Cause.RETURN_CASH, Cause.RETURN_PRINCIPAL)),
    "discount_cents": ((Cause.SALE_DISCOUNT,), (Cause.RETURN_DISCOUNT,)),
    "coupon_cents": ((Cause.SALE_COUPON,), (Cause.RETURN_COUPON,)),
    "bonus_cents": ((Cause.SALE_BONUS,), (Cause.RETURN_BONUS,)),
    "points_paid_cents": ((Cause.SALE_POINTS,), (Cause.RETURN_POINTS,)),
    "fees_cents": ((Cause.PLAN_FEE,), (Cause.PLAN_CREDIT, Cause.PLAN_RETURN)),
    "top_up_cents": ((Cause.TOP_UP,), (Cause.TOP_UP_RETURN,)),
}
"""Sums of money: what is added and what is taken off."""


def monthly_sums(total: Tally) -> dict[str, np.ndarray]:
    """int64 (months,) by name."""
    counts, points = total.counts, total.points
    held = points[:, Account.POINTS_PENDING] + points[:, Account.POINTS_ACTIVE]
    by_name = {
        **{name: counts[:, count] for name, count in _COUNTED.items()},
        **{name: _net(total.amounts, plus, minus) for name, (plus, minus) in _MONEY.items()},
        "surviving": (counts[:, Count.JOINS] - counts[:, Count.LEAVERS]).cumsum(),
        "issued_points": -points[:, Account.POINTS_ISSUED],
        "redeemed_points": points[:, Account.POINTS_REDEEMED],
        "expired_points": points[:, Account.POINTS_EXPIRED],
        "outstanding_points": held.cumsum(),
    }
    return {name: by_name[name].copy() for name in MONTHLY}


def seats_at_month_ends(total: Tally) -> np.ndarray:
    """Members of each tier at each month's end, int64 (months, levels)."""
    levels = total.flows.shape[1] - 1
    came = total.flows[:, :, :levels].sum(axis=1)
    went = total.flows[:, :levels, :].sum(axis=2)
    return (came - went).cumsum(axis=0)


def _net(amounts: np.ndarray, plus: tuple[Cause, ...], minus: tuple[Cause, ...]) -> np.ndarray:
    """Sums by month of some causes less those of others."""
    return amounts[:, plus].sum(axis=1) - amounts[:, minus].sum(axis=1)
