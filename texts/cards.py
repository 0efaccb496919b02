"""The rule card: what differs between two policies, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from policies import Policy, differences
from texts.names import level_names


@dataclass(frozen=True)
class CardRow:
    """One rule that is not the same."""

    rule: str
    before: str
    after: str


def rule_card(baseline: Policy, candidate: Policy, language: str) -> list[CardRow]:
    """The rules in which a candidate differs from the baseline, in the order of the rule sheet; empty if in none."""
    names: dict[str, str] = {}
    for policy in (baseline, candidate):
        names |= level_names(policy, language)
        if language == "zh":
            names |= dict(zip(policy.plan_names, policy.plan_names_zh, strict=True))
    return [
        CardRow(_with_row(each.title_zh if language == "zh" else each.title, names), each.before, each.after)
        for each in differences(baseline, candidate, language)
    ]


def _with_row(title: str, names: dict[str, str]) -> str:
    """A title such as "Enter at · silver" with the name of the tier or plan for the reader."""
    rule, mark, row = title.rpartition(" · ")
    return f"{rule}{mark}{names.get(row, row)}"
