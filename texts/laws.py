"""Whether the books of a comparison balance, in words."""

from __future__ import annotations

from sim.figures.results import Comparison
from texts import t
from texts.names import title_by_name
from texts.numbers import number


def laws_line(comparison: Comparison, language: str) -> str:
    """One line: all laws hold, or how many do not."""
    failures = comparison.law_failures()
    if failures:
        return t("laws.broken", language, count=len(failures))
    checked = sum(len(run.laws) for result in comparison.policies for run in result.runs.values())
    if comparison.reference:
        checked += sum(len(laws) for laws in comparison.reference.laws.values())
    return t("laws.hold", language, count=number(checked))


def law_failure_lines(comparison: Comparison, language: str) -> list[str]:
    """One line for every law that does not hold; empty is the only good answer."""
    titles = title_by_name(comparison, language)
    return [
        t(
            "laws.one",
            language,
            policy=titles.get(policy, policy),
            response=t(f"response.{response}", language),
            law=law.name,
            left=number(law.left),
            right=number(law.right),
        )
        for policy, response, law in comparison.law_failures()
    ]
