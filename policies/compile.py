"""Writes the versions of a policy into arrays. Decides nothing: every value was settled before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from policies.checks import earning_rate
from policies.rules import (
    BASIS,
    NO_LIMIT,
    RULE,
    EarnOn,
    Expiry,
    Metric,
    Rounding,
    RoundTo,
    Rules,
    records,
)
from policies.schema import Points, Version

_NO_POINTS = {"earn_on": EarnOn.NET_OF_POINTS, "rounding": Rounding.FLOOR, "expiry": Expiry.NEVER}
_NO_CASH = {"cash_per_order_cents": NO_LIMIT}


def compiled(versions: Sequence[Version], days: Sequence[int], minor_per_major: int) -> Rules:
    """Arrays of ``versions``, each ruling from its day in ``days`` (ascending, days since 1970-01-01)."""
    rules = records(len(versions), RULE)
    for index, version in enumerate(versions):
        rule = rules[index]
        scalars = {"version": index, "effective_day": days[index], "minor_per_major": minor_per_major}
        for name, value in (scalars | _scalars(version)).items():
            rule[name] = value
        _write_lists(rule, version)
        _write_earning(rule, version, minor_per_major)
    return rules


def _scalars(version: Version) -> dict[str, int]:
    tiers = version.tiers
    return {
        "levels": len(tiers.levels),
        "plans": len(version.plans),
        "metric": tiers.metric,
        "window": tiers.window.kind,
        "window_months": tiers.window.months,
        "validity": tiers.validity.kind,
        "validity_count": tiers.validity.count,
        "downgrade": tiers.downgrade,
        "growth_per_unit_bp": version.growth.per_unit_spent if tiers.metric == Metric.GROWTH else 0,
        **(_points(version.points) if version.points else {**_NO_POINTS, **_NO_CASH}),
    }


def _points(points: Points) -> dict[str, int]:
    expiry, cash = points.expiry, points.cash
    scalars: dict[str, int] = {
        "earn_on": points.earn_on,
        "rounding": points.rounding,
        "pending_days": points.pending.count,
        "point_value_bp": points.value,
        "expiry": expiry.mode,
    }
    if expiry.mode == Expiry.LOT and expiry.life:
        scalars |= {"life_period": expiry.life.unit, "life_count": expiry.life.count, "life_round": expiry.round}
    if expiry.mode == Expiry.FIXED_DATES:
        scalars |= {"life_round": RoundTo.NONE, "years_after": expiry.years_after, "wipe_dates": len(expiry.dates)}
    if cash is None:
        return scalars | _NO_CASH
    return scalars | {
        "cash": 1,
        "cash_minimum_points": cash.minimum,
        "cash_step_points": cash.step,
        "cash_share_bp": cash.share_of_order,
        "cash_per_order_cents": NO_LIMIT if cash.per_order is None else cash.per_order,
    }


def _write_lists(rule: np.record, version: Version) -> None:
    for k, level in enumerate(version.tiers.levels):
        rule.enter[k], rule.keep[k], rule.discount_bp[k] = level.enter, level.keep, level.discount
    for p, plan in enumerate(version.plans, start=1):
        rule.plan_price_cents[p] = plan.price
        rule.plan_period_months[p] = plan.period.count
        rule.plan_auto_renew[p] = int(plan.auto_renew)
        rule.plan_discount_bp[p] = plan.discount
        rule.plan_cost_to_serve_cents[p] = plan.cost_to_serve
    if version.points and version.points.expiry.mode == Expiry.FIXED_DATES:
        for d, (month, day) in enumerate(version.points.expiry.dates):
            rule.wipe_month[d], rule.wipe_day_of_month[d] = month, day


def _write_earning(rule: np.record, version: Version, minor_per_major: int) -> None:
    """Rate times both multipliers; 0/1 where nothing is earned."""
    earn = version.points.earn if version.points else ()
    per_unit_bp = earn[0].per_unit if earn else 0
    plans_bp = [BASIS, *(plan.multiplier for plan in version.plans)]
    for k, level in enumerate(version.tiers.levels):
        for p, plan_bp in enumerate(plans_bp):
            rate = earning_rate(per_unit_bp, level.multiplier, plan_bp, minor_per_major)
            rule.earn_numerator[k, p], rule.earn_denominator[k, p] = rate.numerator, rate.denominator
