"""Writes paid plans, stored value, coupons and gifts into the record of a version."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from policies.choices import Item
from policies.compile_names import NOTHING_GRANTED, Names, bits
from policies.kinds_gifts import Gift
from policies.rules import (
    BASIS,
    GIFT_BIRTHDAY,
    GIFT_EARN,
    GIFT_JOIN,
    GIFT_PACK,
    GIFT_PLAN,
    GIFT_WIN_BACK,
    GIFT_YEAR_END,
    NO_LIMIT,
)
from policies.schema import Version


def write_money(rule: np.record, version: Version, names: Names) -> None:
    """What members pay for and what is taken off their bills."""
    _write_plans(rule, version, names)
    _write_stored_value(rule, version, names)
    _write_coupons(rule, version, names)


def _write_plans(rule: np.record, version: Version, names: Names) -> None:
    """Slot 0 means no plan: it changes nothing."""
    rule.plans = len(version.plans)
    rule.plan_multiplier_bp[0] = BASIS
    rule.plan_intro_cents[:], rule.plan_tier[:] = NO_LIMIT, NOTHING_GRANTED
    for slot, plan in enumerate(version.plans, start=1):
        rule.plan_price_cents[slot] = plan.price
        if plan.intro_price is not None:
            rule.plan_intro_cents[slot] = plan.intro_price
        rule.plan_period_months[slot], rule.plan_trial_days[slot] = plan.period.count, plan.trial.count
        rule.plan_auto_renew[slot] = int(plan.auto_renew)
        rule.plan_multiplier_bp[slot], rule.plan_discount_bp[slot] = plan.multiplier, plan.discount
        rule.plan_tier[slot] = names.granted_level(plan.grants_tier)
        rule.plan_refund[slot], rule.plan_refund_days[slot] = plan.refund.mode, plan.refund.days
        rule.plan_cost_to_serve_cents[slot] = plan.cost_to_serve


def _write_stored_value(rule: np.record, version: Version, names: Names) -> None:
    stored = version.stored_value
    rule.offer_tier[:] = NOTHING_GRANTED
    if stored is None:
        return
    rule.stored, rule.offers = 1, len(stored.offers)
    rule.stored_spend, rule.refund_bonus = stored.spend, stored.refund_bonus
    if stored.bonus_expiry is not None:
        rule.bonus_period, rule.bonus_count = stored.bonus_expiry.unit, stored.bonus_expiry.count
    for place, offer in enumerate(stored.offers):
        rule.offer_pay_cents[place], rule.offer_bonus_cents[place] = offer.pay, offer.bonus
        rule.offer_tier[place] = names.granted_level(offer.grants_tier)


def _write_coupons(rule: np.record, version: Version, names: Names) -> None:
    """Each coupon at the place of its number, so that pieces in members' hands keep their meaning."""
    rule.coupons = len(names.coupons)
    rule.coupon_cap_cents[:] = NO_LIMIT
    for coupon in version.coupons:
        place = names.coupon(coupon.code) - 1
        rule.coupon_off_cents[place], rule.coupon_off_bp[place] = coupon.off or 0, coupon.off_share or 0
        rule.coupon_cap_cents[place] = NO_LIMIT if coupon.cap is None else coupon.cap
        rule.coupon_minimum_cents[place] = coupon.minimum_spend
        if coupon.valid is not None:
            rule.coupon_period[place], rule.coupon_count[place] = coupon.valid.unit, coupon.valid.count
        rule.coupon_categories[place] = bits(coupon.categories, names.categories)
        rule.coupon_stacks[place] = int(coupon.stacks)


def write_gifts(rule: np.record, version: Version, names: Names) -> None:
    """All gift lists, one behind the other, and the days on which those of the calendar are given."""
    first = 0
    for number, gifts in _gift_lists(version):
        rule.gift_first[number], rule.gift_count[number] = first, len(gifts)
        for gift in gifts:
            rule.item_kind[first] = gift.kind
            rule.item_number[first] = names.coupon(gift.number) if gift.kind == Item.COUPON else gift.number
            first += 1
    gifts = version.gifts
    rule.leap_day = gifts.leap_day
    if gifts.year_end is not None:
        rule.year_end_tier = names.levels[gifts.year_end.to]
    if gifts.win_back is not None:
        rule.win_back_days = gifts.win_back.after.count


def _gift_lists(version: Version) -> Iterator[tuple[int, tuple[Gift, ...]]]:
    """Every list that holds something, by its number."""
    gifts = version.gifts
    yield GIFT_JOIN, gifts.join
    yield GIFT_BIRTHDAY, gifts.birthday
    if gifts.year_end is not None:
        yield GIFT_YEAR_END, gifts.year_end.items
    if gifts.win_back is not None:
        yield GIFT_WIN_BACK, gifts.win_back.items
    for k, level in enumerate(version.tiers.levels):
        yield GIFT_PACK + k, level.upgrade_pack
    for slot, plan in enumerate(version.plans, start=1):
        yield GIFT_PLAN + slot, plan.monthly_benefits
    if version.points is not None:
        for row, earn in enumerate(version.points.earn):
            yield GIFT_EARN + row, earn.give
