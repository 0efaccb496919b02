"""The rule card: what differs between two policies, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from policies import Policy, differences


@dataclass(frozen=True)
class CardRow:
    """One rule that is not the same."""

    rule: str
    before: str
    after: str


def rule_card(baseline: Policy, candidate: Policy, language: str) -> list[CardRow]:
    """The rules in which a candidate differs from the baseline, in the order of the rule sheet; empty if in none."""
    return [
        CardRow(each.title_zh if language == "zh" else each.title, each.before, each.after)
        for each in differences(baseline, candidate, language)
    ]
