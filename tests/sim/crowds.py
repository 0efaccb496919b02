"""Members whom nobody simulated: outcomes drawn so that what belongs together fits together."""

from __future__ import annotations

import numpy as np

from policies.rules import NEVER_DAY, records
from sim.members.outcomes import OUTCOME

FIRST_DAY, END_DAY = 20_820, 21_915
"""2027-01-01 to the end of 2029."""


def crowd(members: int, seed: int, *, generous: float = 1.0) -> np.ndarray:
    """OUTCOME (members,): the same seed gives the same people, and a more generous program gives them more.

    A third joins later; some bring in a friend; a part leaves.
    """
    chance = np.random.default_rng(seed)
    rows = records(members, OUTCOME)
    rows.persons = 1 + (chance.random(members) < 0.2)
    late = chance.random(members) < 1 / 3
    rows.acquired = np.where(late, chance.integers(1, 3, members), 0)
    rows.joined_day = np.where(late, chance.integers(FIRST_DAY, END_DAY, members), FIRST_DAY)
    stay = chance.exponential(600.0, members).astype(np.int64)
    left = rows.joined_day + np.rint(stay * generous**0.2).astype(np.int64)
    rows.left_day = np.where(left < END_DAY, left, NEVER_DAY)
    rows.surviving = rows.left_day == NEVER_DAY
    rows.orders = chance.poisson(chance.gamma(1.2, 6.0, members) * generous**0.1)
    _dates(rows, chance)
    _money(rows, chance, generous)
    _points(rows, chance, generous)
    return rows


def _dates(rows: np.recarray, chance: np.random.Generator) -> None:
    """First and last order between joining and leaving, and the counts that follow from them."""
    members = rows.size
    longest = np.maximum(np.minimum(rows.left_day, END_DAY) - 1 - rows.joined_day, 0)
    ends = np.sort(rows.joined_day[:, None] + chance.random((members, 2)) * longest[:, None], axis=1)
    bought = rows.orders > 0
    rows.first_order_day = np.where(bought, np.rint(ends[:, 0]), NEVER_DAY)
    last = np.where(rows.orders > 1, np.rint(ends[:, 1]), rows.first_order_day)
    rows.last_order_day = np.where(bought, last, -NEVER_DAY)
    within = rows.last_order_day >= END_DAY - 365
    rows.year_orders = np.where(within, chance.binomial(rows.orders, 0.4), 0)
    rows.year_cents = rows.year_orders * chance.integers(5_000, 60_000, members)
    rows.active_year, rows.active = within, rows.last_order_day >= END_DAY - 90
    rows.buyers, rows.repeaters = bought, rows.orders > 1
    rows.member_months = (END_DAY - rows.joined_day) // 30 + 1
    rows.tier = chance.integers(0, 3, members)
    rows.upper_tier = rows.tier > 0


def _money(rows: np.recarray, chance: np.random.Generator, generous: float) -> None:
    members = rows.size
    rows.list_cents = rows.orders * chance.integers(5_000, 60_000, members)
    rows.returns = chance.binomial(rows.orders, 0.06)
    rows.returned_cents = np.rint(0.05 * rows.list_cents)
    kept = rows.list_cents - rows.returned_cents
    rows.margin_cents = kept // 2
    shares = {"discount": 0.02, "coupon": 0.01, "bonus": 0.002, "points_paid": 0.015, "reward": 0.004}
    for field, share in shares.items():
        rows[f"{field}_cents"] = np.rint(kept * share * generous * chance.random(members) * 2)
    off = sum(rows[f"{field}_cents"] for field in ("discount", "coupon", "bonus", "points_paid"))
    rows.cash_cents = kept - off
    rows.plan_members = chance.random(members) < 0.1
    rows.fees_cents = 9_900 * rows.plan_members
    rows.service_cents = 2_000 * rows.plan_members
    rows.acquisition_cents = np.where(rows.acquired > 0, 1_800, 0)
    rows.trials = chance.random(members) < 0.2
    rows.conversions = rows.trials * (chance.random(members) < 0.6)
    rows.renewals_due = chance.binomial(2, 0.5, members) * rows.plan_members
    rows.renewals = chance.binomial(rows.renewals_due, 0.8)
    rows.stored_left_cents = chance.integers(0, 5_000, members)
    rows.referrers = rows.persons > 1


def _points(rows: np.recarray, chance: np.random.Generator, generous: float) -> None:
    members = rows.size
    rows.issued_points = np.rint(rows.list_cents // 100 * generous)
    rows.redeemed_points = chance.binomial(rows.issued_points, 0.5)
    rest = rows.issued_points - rows.redeemed_points
    rows.expired_points = rest // 3
    rows.expired_gone_points, rows.expired_small_points = rows.expired_points // 3, rows.expired_points // 5
    rows.expired_capped_points = rows.expired_points // 7
    rows.clawed_points = rest // 10
    rows.outstanding_points = rest - rows.expired_points - rows.clawed_points
    rows.outstanding_gone_points = np.where(rows.surviving, 0, rows.outstanding_points)
    rows.outstanding_cents = rows.outstanding_points
    rows.redemptions = rows.redeemed_points > 0
    rows.redemptions += chance.integers(0, 4, members) * rows.redemptions
    rows.capped_redemptions = chance.binomial(rows.redemptions, 0.2)
    rows.redeemers = rows.redemptions > 0
    rows.first_redemption_day = np.where(rows.redeemers, rows.first_order_day, NEVER_DAY)
