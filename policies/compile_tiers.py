"""Writes tiers and growth of a version into its record."""

from __future__ import annotations

import numpy as np

from policies.choices import Metric
from policies.compile_names import Names
from policies.schema import Version


def write_tiers(rule: np.record, version: Version, names: Names) -> None:
    """Joining, tiers, and growth where tiers count it."""
    tiers = version.tiers
    rule.join_open = int(version.join.open)
    rule.levels = len(tiers.levels)
    rule.metric = tiers.metric
    rule.window = tiers.window.kind
    rule.window_count = tiers.window.count
    rule.upgrade = tiers.upgrade
    rule.validity = tiers.validity.kind
    rule.validity_count = tiers.validity.count
    rule.downgrade = tiers.downgrade
    rule.grace_days = tiers.grace.count
    rule.on_refund = tiers.on_refund
    rule.gifts_stay = int(tiers.gifts_on_refund)
    rule.debt_counts = int(tiers.debt_counts)
    rule.split_order = int(tiers.threshold_mode)
    _write_levels(rule, version)
    if tiers.metric == Metric.GROWTH:
        _write_growth(rule, version, names)


def _write_levels(rule: np.record, version: Version) -> None:
    for k, level in enumerate(version.tiers.levels):
        rule.enter[k], rule.keep[k], rule.re_enter[k] = level.enter, level.keep, level.re_enter
        rule.multiplier_bp[k], rule.discount_bp[k] = level.multiplier, level.discount
        rule.invite_only[k] = int(level.name in version.join.invite_tiers)
        rule.points_live[k] = int(not level.points_expire)
        rule.pack_every_rise[k] = int(level.pack_when)
        rule.cost_per_order_cents[k] = sum(each.cost_per_order for each in level.benefits)
        rule.cost_per_month_cents[k] = sum(each.cost_per_month for each in level.benefits)
        rule.cost_per_refund_cents[k] = sum(each.cost_per_refund for each in level.benefits)


def _write_growth(rule: np.record, version: Version, names: Names) -> None:
    growth = version.growth
    rule.growth_per_unit_bp = growth.per_unit_spent
    for activity, amount in growth.activities:
        rule.growth_activity[names.activities[activity]] = amount
    if growth.decay is not None:
        rule.decay_bp, rule.decay_months = growth.decay
