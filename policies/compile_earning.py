"""Writes what earns points into the record of a version: rows, caps and campaigns."""

from __future__ import annotations

import numpy as np

from policies.choices import EarnOn, Rounding, Trigger
from policies.compile_names import Names, bits
from policies.days import day_of
from policies.rules import BASIS, NEVER_DAY, NO_LIMIT
from policies.schema import Version
from policies.schema_earning import Earn
from policies.schema_points import Points


def write_earning(rule: np.record, version: Version, names: Names) -> None:
    """How points are counted and what earns them; where there are none, the neutral values."""
    points = version.points
    rule.multiplier_cap_bp = NO_LIMIT
    rule.earn_limit[:] = NO_LIMIT
    if points is None:
        rule.earn_on, rule.rounding = EarnOn.NET_OF_POINTS, Rounding.FLOOR
        return
    rule.earn_on = points.earn_on
    rule.rounding = points.rounding.how
    rule.round_per = points.rounding.per
    rule.block_cents = points.rounding.block or 0
    rule.combine = points.combine_multipliers
    rule.multiplier_cap_bp = NO_LIMIT if points.multiplier_cap is None else points.multiplier_cap
    rule.pending_days = points.pending.days
    rule.until_delivered = int(points.pending.until_delivered)
    rule.negative = points.negative
    rule.earn_rows = len(points.earn)
    for row, earn in enumerate(points.earn):
        _write_row(rule, row, earn, names)
    _write_caps(rule, points)


def _write_row(rule: np.record, row: int, earn: Earn, names: Names) -> None:
    """One row of ``points.earn``: the keys that its trigger reads, the others stay neutral."""
    trigger = earn.trigger
    rule.earn_trigger[row] = trigger
    rule.earn_category[row] = names.category(earn.category)
    rule.earn_channel[row] = names.channel(earn.channel)
    if trigger == Trigger.PURCHASE:
        rule.earn_rate_bp[row] = earn.per_unit
    elif trigger == Trigger.REFERRAL:
        rule.earn_points[row], rule.earn_referred[row] = earn.referrer, earn.referred
        rule.earn_at_join[row] = int(earn.when)
    else:
        rule.earn_points[row] = earn.points
    if trigger == Trigger.NTH_ORDER:
        rule.earn_every[row] = earn.every
    if trigger == Trigger.ACTIVITY:
        rule.earn_activity[row] = names.activities[earn.on]
        for place, (days, extra) in enumerate(earn.streak):
            rule.streak_days[row, place], rule.streak_points[row, place] = days, extra
    if earn.limit is not None:
        rule.earn_limit[row], rule.earn_limit_per[row] = earn.limit


def _write_caps(rule: np.record, points: Points) -> None:
    rule.caps = len(points.caps)
    for place, cap in enumerate(points.caps):
        rule.cap_per[place], rule.cap_points[place], rule.cap_reject[place] = cap.per, cap.points, int(cap.mode)


def write_campaigns(rule: np.record, version: Version, names: Names) -> None:
    """Campaigns: their days, whom they are for, what they give. Those of a policy that was replaced never run."""
    rule.campaigns = len(names.campaigns)
    rule.campaign_from_day[:], rule.campaign_through_day[:] = NEVER_DAY, -NEVER_DAY
    rule.campaign_factor_bp[:], rule.campaign_budget_cents[:] = BASIS, NO_LIMIT
    rule.campaign_closed_day[:] = NEVER_DAY
    for campaign in version.campaigns:
        k = names.campaigns[campaign.name]
        rule.campaign_days[k], rule.campaign_number[k] = campaign.on
        rule.campaign_from_day[k] = -NEVER_DAY if campaign.since is None else day_of(campaign.since)
        rule.campaign_through_day[k] = NEVER_DAY if campaign.through is None else day_of(campaign.through)
        rule.campaign_factor_bp[k], rule.campaign_points[k] = campaign.points_factor, campaign.points
        rule.campaign_tiers[k] = bits(campaign.tiers, names.levels)
        rule.campaign_channels[k] = bits(campaign.channels, names.channels)
        rule.campaign_categories[k] = bits(campaign.categories, names.categories)
        if campaign.budget is not None:
            rule.campaign_budget_cents[k] = campaign.budget
