"""The rule sheet of a policy as one text."""

from __future__ import annotations

from policies import Policy, rule_sheet


def sheet_text(policy: Policy, language: str) -> str:
    """Title, question and source of a policy, then its rules by section."""
    zh = language == "zh"
    head = (policy.title_zh, policy.question_zh) if zh else (policy.title, policy.question)
    lines = [head[0], *(line for line in (head[1], policy.reference) if line)]
    for section in rule_sheet(policy, language):
        lines += ["", section.title, *(f"  {sentence}" for sentence in section.sentences)]
    return "\n".join(lines)
