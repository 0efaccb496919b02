"""Writes the life and the use of points into the record of a version."""

from __future__ import annotations

import numpy as np

from policies.choices import Expiry, Prize
from policies.compile_names import Names
from policies.rules import BASIS, NEVER_DAY, NO_LIMIT
from policies.schema import Version
from policies.schema_points import PointsExpiry

_LOT_MODES = (Expiry.LOT, Expiry.LOT_AND_INACTIVITY)
_INACTIVITY_MODES = (Expiry.INACTIVITY, Expiry.LOT_AND_INACTIVITY)

NO_PARTNER = -1
"""Price of the points of a partner that the version does not know; one that takes points has 0 of them."""


def write_points(rule: np.record, version: Version, names: Names) -> None:
    """Worth, expiry, cash, rewards, wheel, partners and sharing; without points, the neutral values."""
    rule.expiry = Expiry.NEVER
    rule.cash_per_order_cents, rule.boost_from_cents, rule.boost_factor_bp = NO_LIMIT, NO_LIMIT, BASIS
    rule.reward_stock[:], rule.reward_closed_day[:] = NO_LIMIT, NEVER_DAY
    rule.wheel_limit, rule.transfer_limit = NO_LIMIT, NO_LIMIT
    rule.partner_price_bp[:] = NO_PARTNER
    if version.points is not None:
        rule.point_value_bp = version.points.value
        _write_expiry(rule, version.points.expiry)
        _write_cash(rule, version)
        _write_rewards(rule, version, names)
        _write_wheel(rule, version, names)
    _write_partners(rule, version, names)
    _write_sharing(rule, version)


def _write_expiry(rule: np.record, expiry: PointsExpiry) -> None:
    """Only what the mode reads."""
    rule.expiry, rule.leaving = expiry.mode, expiry.on_leaving_exempt_tier
    rule.extension_days, rule.reinstatement_days = expiry.extension.count, expiry.reinstatement.count
    if expiry.mode in _LOT_MODES:
        rule.life_period, rule.life_count = expiry.life.unit, expiry.life.count
        rule.life_round, rule.life_from = expiry.round, expiry.life_from
    if expiry.mode in _INACTIVITY_MODES:
        rule.inactivity_period, rule.inactivity_count = expiry.inactivity.unit, expiry.inactivity.count
        rule.reset_by = expiry.reset_by
    if expiry.mode == Expiry.FIXED_DATES:
        rule.years_after, rule.wipe_dates = expiry.years_after, len(expiry.dates)
        for place, (month, day) in enumerate(expiry.dates):
            rule.wipe_month[place], rule.wipe_day_of_month[place] = month, day


def _write_cash(rule: np.record, version: Version) -> None:
    cash = version.points.cash
    if cash is None:
        return
    rule.cash = 1
    rule.cash_minimum_points, rule.cash_step_points = cash.minimum, cash.step
    rule.cash_share_bp = cash.share_of_order
    rule.cash_per_order_cents = NO_LIMIT if cash.per_order is None else cash.per_order
    if cash.boost is not None:
        rule.boost_from_cents, rule.boost_factor_bp = cash.boost.orders_from, cash.boost.factor


def _write_rewards(rule: np.record, version: Version, names: Names) -> None:
    """Each at the place of its number; a place without a prize belongs to a policy that was replaced."""
    rule.rewards = len(names.rewards)
    for reward in version.points.rewards:
        place = names.rewards[reward.name]
        rule.reward_points[place], rule.reward_cost_cents[place] = reward.points, reward.cost
        rule.reward_prize[place] = reward.kind.prize
        rule.reward_coupon[place] = names.coupon(reward.kind.coupon)
        rule.reward_stock[place] = NO_LIMIT if reward.stock is None else reward.stock


def _write_wheel(rule: np.record, version: Version, names: Names) -> None:
    wheel = version.points.wheel
    if wheel is None:
        return
    rule.wheel, rule.wheel_points, rule.prizes = 1, wheel.points, len(wheel.prizes)
    if wheel.limit is not None:
        rule.wheel_limit, rule.wheel_limit_per = wheel.limit
    for place, prize in enumerate(wheel.prizes):
        rule.prize_chance[place], rule.prize_kind[place] = prize.p, prize.kind.prize
        rule.prize_points[place] = prize.points if prize.kind.prize == Prize.POINTS else 0
        rule.prize_cost_cents[place] = prize.cost
        rule.prize_coupon[place] = names.coupon(prize.kind.coupon)


def _write_partners(rule: np.record, version: Version, names: Names) -> None:
    rule.partners_earn, rule.partners_burn = len(names.selling), len(names.taking)
    for partner in version.partners.earn:
        rule.partner_price_bp[names.selling[partner.name]] = partner.points_bought_at
    for partner in version.partners.burn:
        place = names.taking[partner.name]
        rule.partner_points[place], rule.partner_pay_cents[place] = partner.points, partner.pay_partner


def _write_sharing(rule: np.record, version: Version) -> None:
    sharing, refunds = version.sharing, version.refunds
    rule.transfers, rule.households = int(sharing.transfer), int(sharing.households)
    rule.transfer_minimum_points = sharing.minimum
    if sharing.limit is not None:
        rule.transfer_limit, rule.transfer_limit_per = sharing.limit
    rule.return_days = refunds.within
    rule.courtesy_days = refunds.returned_points
