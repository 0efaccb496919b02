"""Writes the versions of a policy into arrays. Decides nothing: every value was settled before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.compile_earning import write_campaigns, write_earning
from policies.compile_money import write_gifts, write_money
from policies.compile_names import Names
from policies.compile_points import write_points
from policies.compile_switch import write_successors, write_switch
from policies.compile_tiers import write_tiers
from policies.days import day_of
from policies.rules import RULE, Rules, records

if TYPE_CHECKING:
    from policies.policy import Policy


def compiled(policy: Policy) -> Rules:
    """Arrays of a policy: one record per version, each ruling from its day on."""
    rules = records(len(policy.versions), RULE)
    for index, (version, since) in enumerate(zip(policy.versions, policy.dates, strict=True)):
        rule = rules[index]
        names = Names.of(policy, version)
        rule.version = index
        rule.effective_day = day_of(since)
        rule.minor_per_major = policy.minor_per_major
        write_tiers(rule, version, names)
        write_earning(rule, version, names)
        write_campaigns(rule, version, names)
        write_points(rule, version, names)
        write_money(rule, version, names)
        write_gifts(rule, version, names)
    write_successors(rules)
    if policy.switch_version:
        write_switch(rules, policy)
    return rules
