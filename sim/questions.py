"""The questions that a capsule can hold, and how each is answered again: compare, doubt, break-even, lift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policies import Policy
from sim.answers import break_even_json, lift_json, uncertainty_json
from sim.break_even import BreakEven, break_even
from sim.compare import compare
from sim.figures.report import comparison_json
from sim.figures.results import Comparison
from sim.lift import Lift, lift
from sim.run import Progress
from sim.runs.capsule_texts import (
    BreakEvenQuestion,
    CompareQuestion,
    DoubtQuestion,
    LiftQuestion,
    Question,
    policy_of,
    scenario_of,
)
from sim.runs.crews import Crew
from sim.uncertainty import Uncertainty, uncertainty

Answer = Comparison | Uncertainty | BreakEven | Lift
"""What a question comes to."""


def asked_by(answer: Answer) -> dict[str, Any]:
    """What was asked beyond scenario, policies, members and seed: the kind of the question and its own settings."""
    if isinstance(answer, Uncertainty):
        return {"ask": "doubt", "draws": answer.draws, "fitted_on": answer.fitted_on}
    if isinstance(answer, BreakEven):
        return {"ask": "break-even", "effect": answer.effect.symbol, "kpi": answer.kpi.key}
    if isinstance(answer, Lift):
        return {"ask": "lift", "effects": answer.effects}
    return {"ask": "compare", "reference": answer.reference is not None}


def policies_in(answer: Answer) -> list[Policy]:
    """The policies that were asked about, the baseline first."""
    if isinstance(answer, Uncertainty):
        return [answer.baseline, *answer.candidates]
    if isinstance(answer, BreakEven):
        return [answer.baseline, answer.candidate]
    if isinstance(answer, Lift):
        return [answer.policy]
    return [result.policy for result in answer.policies]


def answer_json(answer: Answer) -> dict[str, Any]:
    """What ``--json`` gives."""
    if isinstance(answer, Uncertainty):
        return uncertainty_json(answer)
    if isinstance(answer, BreakEven):
        return break_even_json(answer)
    if isinstance(answer, Lift):
        return lift_json(answer)
    return comparison_json(answer)


def answered(
    question: Question,
    *,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Answer a question of a capsule.

    Raises:
        policies.errors.ProblemError: its texts are none that this version understands, or ask what cannot be asked.
        sim.runs.laws.BrokenLaw: a conservation law does not hold.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    scenario = scenario_of(question.scenario)
    baseline, *candidates = (policy_of(each) for each in question.policies)
    how: dict[str, Any] = {"members": question.members, "seed": question.seed}
    how |= {"crew": crew, "progress": progress, "cancelled": cancelled}
    if isinstance(question, DoubtQuestion):
        return uncertainty(scenario, baseline, candidates, draws=question.draws, fitted_on=question.fitted_on, **how)
    if isinstance(question, BreakEvenQuestion):
        return break_even(scenario, baseline, candidates[0], question.effect, question.kpi, **how)
    if isinstance(question, LiftQuestion):
        return lift(scenario, baseline, effects=question.effects, **how)
    if isinstance(question, CompareQuestion):
        return compare(scenario, baseline, candidates, reference=question.reference, **how)
    raise TypeError(type(question))
