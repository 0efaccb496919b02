"""What verifying a capsule has shown, as text for a terminal."""

from __future__ import annotations

from typing import Any

from policies.errors import Words, listed, says
from sim.capsule import Capsule, Verdict


def verdict_text(capsule: Capsule, verdict: Verdict, language: str) -> str:
    """Whether the same question gives the same answer, and what is not as it was, in a language."""
    question = capsule.question
    asked = says(
        "{file}: {policies} on {scenario}",
        "{file}：{scenario} 上的 {policies}",
        file=capsule.file,
        policies=listed(each.name for each in question.policies),
        scenario=question.scenario.name,
    )
    lines = [asked]
    if verdict.versions:
        lines.append(says("Not as it was when the capsule was made:", "与制作复核包时不同："))
        lines += [says("  {what}", "  {what}", what=each) for each in verdict.versions]
    lines.append(_answer(capsule, verdict))
    return "\n".join(line.text(language) for line in lines)


def _answer(capsule: Capsule, verdict: Verdict) -> Words:
    found = verdict.difference
    if found is None:
        count = f"{_values(capsule.results):,}"
        return says(
            "The same: all {count} values, to the last digit.", "完全相同：全部 {count} 个值逐位一致。", count=count
        )
    return says(
        "Different, first at {place}: {recorded} in the capsule, {now} now.",
        "不同，首个差异在 {place}：复核包中为 {recorded}，现在为 {now}。",
        place=found.place,
        recorded=_short(found.recorded),
        now=_short(found.found),
    )


def _values(content: Any) -> int:
    """How many single values a content of JSON holds."""
    if isinstance(content, (dict, list)):
        return sum(map(_values, content.values() if isinstance(content, dict) else content))
    return 1


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
