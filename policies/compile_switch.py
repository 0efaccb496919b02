"""Writes what a change of policy does to living members into the first version of the new policy."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from policies.compile_names import Names
from policies.rules import Rules
from policies.schema import Version
from policies.schema_tiers import Level

if TYPE_CHECKING:
    from policies.policy import Policy

DIES = -1
"""New number of a coupon that the new policy does not know."""

NONE_BEFORE = -1
"""Place of a row or cap that the version before did not have."""


def write_switch(rules: Rules, policy: Policy) -> None:
    """The rules of the change, and the new number of every old tier, plan and coupon."""
    index = policy.switch_version
    rule, old, new = rules[index], policy.versions[index - 1], policy.versions[index]
    switch = new.switch
    rule.switch = 1
    rule.switch_lots, rule.switch_tiers = switch.old_lots, switch.tiers
    rule.switch_notice_days = switch.notice.count
    for number in range(len(old.tiers.levels)):
        rule.switch_level[number] = new_level(old, new, number)
    slots = {plan.name: slot for slot, plan in enumerate(new.plans, start=1)}
    for slot, plan in enumerate(old.plans, start=1):
        rule.switch_plan[slot] = slots.get(plan.name, 0)
    _write_coupons(rule, new, Names.of(policy, new))


def write_successors(rules: Rules) -> None:
    """Which rows and caps of the version before go on as which, so that what was counted of their limits does too."""
    rules.former_earn[:], rules.former_cap[:] = NONE_BEFORE, NONE_BEFORE
    for former, rule in pairwise(rules):
        rule.former_earn[: rule.earn_rows] = _places_before(_rows(former), _rows(rule))
        rule.former_cap[: rule.caps] = _places_before(_caps(former), _caps(rule))


def _rows(rule: np.record) -> list[tuple]:
    """What tells the rows of ``points.earn`` apart."""
    rows = slice(rule.earn_rows)
    return list(zip(rule.earn_trigger[rows], rule.earn_activity[rows], strict=True))


def _caps(rule: np.record) -> list[int]:
    """What tells caps apart."""
    return list(rule.cap_per[: rule.caps])


def _places_before(old: list, new: list) -> list[int]:
    """Of each new entry the place of the old one that is the same, the nth of the new for the nth of the old."""
    places = {}
    for place, entry in enumerate(old):
        places.setdefault(entry, []).append(place)
    return [places[entry].pop(0) if places.get(entry) else NONE_BEFORE for entry in new]


def _write_coupons(rule: np.record, new: Version, names: Names) -> None:
    """Codes keep their number; those that the new policy does not have die."""
    known = {coupon.code for coupon in new.coupons}
    for code, number in names.coupons.items():
        rule.switch_coupon[number - 1] = number if code in known else DIES


def new_level(old: Version, new: Version, number: int) -> int:
    """Number of the new tier for who sits in an old one.

    By name; else the highest new tier that is not harder to reach, if both count the same; else by position.
    """
    level: Level = old.tiers.levels[number]
    names = [each.name for each in new.tiers.levels]
    if level.name in names:
        return names.index(level.name)
    if old.tiers.metric != new.tiers.metric:
        return min(number, len(names) - 1)
    return max(k for k, each in enumerate(new.tiers.levels) if each.enter <= level.enter)
