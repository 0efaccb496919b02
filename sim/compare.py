"""Paired comparison: the same members with the same luck under every policy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from policies import Policy, Problem
from policies.errors import says
from sim.kpis import KPIS, Kpi
from sim.results import RESPONSES, Comparison, Estimate, PairedDifference, PolicyResult, Run
from sim.run import Progress, Simulation, members_of, simulate
from sim.scenario import Scenario, ScenarioError

NORMAL_95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""


def compare(
    scenario: Scenario,
    baseline: Policy,
    candidates: Sequence[Policy],
    *,
    members: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    chunk_members: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Run baseline and candidates on one scenario, with and without behavioural effects.

    Intervals are over members: what another population drawn from the same scenario would show.
    They say nothing about how uncertain the effects themselves are.

    Raises:
        ScenarioError: the policies do not fit the scenario, two of them have the same name, or a sample has one member.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    policies = (baseline, *candidates)
    _check(scenario, policies, members_of(scenario, members))
    steps = [(response, policy) for response in RESPONSES for policy in policies]
    runs: dict[str, dict[str, Run]] = {policy.name: {} for policy in policies}
    differences: dict[tuple[str, str], tuple[PairedDifference, ...]] = {}
    for finished, (response, policy) in enumerate(steps):
        result = simulate(
            scenario,
            policy,
            response=response,
            members=members,
            seed=seed,
            threads=threads,
            chunk_members=chunk_members,
            progress=_part(progress, finished, len(steps)),
            cancelled=cancelled,
        )
        runs[policy.name][response] = run_summary(result)
        if policy is baseline:
            reference = result
        else:
            differences[policy.name, response] = _differences(reference, result)
    return Comparison(
        **_question(scenario, baseline, members, seed),
        policies=tuple(PolicyResult(policy, runs[policy.name]) for policy in policies),
        differences=differences,
    )


def _question(scenario: Scenario, baseline: Policy, members: int | None, seed: int | None) -> dict[str, Any]:
    """What a comparison says of its question."""
    return {
        "scenario": scenario.name,
        "scenario_title": scenario.title,
        "scenario_title_zh": scenario.title_zh,
        "scenario_digest": scenario.digest,
        "currency": baseline.currency,
        "minor_per_major": baseline.minor_per_major,
        "seed": scenario.seed if seed is None else seed,
        "members": members_of(scenario, members),
        "sampled": not scenario.scripted,
        "months": scenario.months,
    }


def _check(scenario: Scenario, policies: Sequence[Policy], members: int) -> None:
    if members < 2 and not scenario.scripted:
        rule = says(
            "must be at least 2 in a comparison: one member says nothing about others",
            "在对比中至少为 2：单个会员无法代表其他会员",
        )
        raise ScenarioError([Problem(scenario.name, "members", rule, value=str(members), example="2000")])
    _check_names(policies)
    for policy in policies:
        if policy.currency != policies[0].currency:
            rule = says(
                "is in {own}, but {first} is in {other}",
                "的货币是 {own}，而 {first} 的货币是 {other}",
                own=policy.currency,
                first=policies[0].name,
                other=policies[0].currency,
            )
            raise ScenarioError([Problem(policy.name, "currency", rule)])
        scenario.world(policy)


def _check_names(policies: Sequence[Policy]) -> None:
    """Refuse two policies of one name: files in different folders, or the same policy given twice."""
    digests: dict[str, str] = {}
    for policy in policies:
        known = digests.get(policy.name)
        digests[policy.name] = policy.digest
        if known == policy.digest:
            rule = says("is given twice: both are the same policy", "出现了两次：二者是同一个方案")
        elif known:
            rule = says(
                "two policies are called {name}: rename one of the files",
                "有两个方案都叫 {name}：请给其中一个文件改名",
                name=policy.name,
            )
        else:
            continue
        raise ScenarioError([Problem(policy.name, "", rule)])


def _part(progress: Progress | None, finished: int, steps: int) -> Progress | None:
    """Progress of one run as a part of the whole comparison."""
    if progress is None:
        return None
    return lambda share: progress((finished + share) / steps)


def _differences(baseline: Simulation, candidate: Simulation) -> tuple[PairedDifference, ...]:
    """Every KPI of a candidate against the baseline."""
    return tuple(
        paired_difference(kpi, baseline.outcomes, candidate.outcomes, sampled=candidate.sampled) for kpi in KPIS
    )


def run_summary(result: Simulation) -> Run:
    """Key figures with intervals, and the sums of one simulation."""
    return Run(
        kpis={kpi.key: estimate(kpi, result.outcomes, sampled=result.sampled) for kpi in KPIS},
        monthly=result.monthly,
        tiers=result.tiers,
        laws=result.laws,
        events=result.events,
        transfers=result.transfers,
    )


def _parts(kpi: Kpi, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Each member's share of a KPI's numerator and, for a ratio, of its denominator; int64 (members,)."""
    above = np.zeros(outcomes.size, np.int64)
    for field in kpi.plus:
        above += outcomes[field]
    for field in kpi.minus:
        above -= outcomes[field]
    return above, outcomes[kpi.over] if kpi.over else None


def _value_and_influence(kpi: Kpi, outcomes: np.ndarray) -> tuple[float | None, np.ndarray]:
    """A KPI and each member's influence on it, which averages to zero; None if it is a share of nothing.

    For a ratio of sums the influence is the first-order (delta method) one:
    (numerator - ratio x denominator) / mean denominator.
    """
    above, below = _parts(kpi, outcomes)
    if below is None:
        value = int(above.sum()) / above.size
        return value, above - value
    total = int(below.sum())
    if total == 0:
        return None, np.zeros(above.size)
    value = int(above.sum()) / total
    return value, (above - value * below) * (above.size / total)


def _interval(value: float | None, influence: np.ndarray, sampled: bool) -> Estimate:
    """The interval over members; members written by hand are no sample, and one member has no spread: no interval."""
    if value is None or not sampled or influence.size == 1:
        return Estimate(value, None, None)
    half = NORMAL_95 * float(np.std(influence, ddof=1)) / math.sqrt(influence.size)
    return Estimate(value, value - half, value + half)


def estimate(kpi: Kpi, outcomes: np.ndarray, *, sampled: bool = True) -> Estimate:
    """A KPI of one run with its 95 % interval over members."""
    return _interval(*_value_and_influence(kpi, outcomes), sampled)


def paired_difference(
    kpi: Kpi, baseline: np.ndarray, candidate: np.ndarray, *, sampled: bool = True
) -> PairedDifference:
    """Candidate minus baseline with the 95 % interval of the differences member by member."""
    before, influence_before = _value_and_influence(kpi, baseline)
    after, influence_after = _value_and_influence(kpi, candidate)
    if before is None or after is None:
        return PairedDifference(kpi, before, after, Estimate(None, None, None), "none")
    difference = _interval(after - before, influence_after - influence_before, sampled)
    if _nobody_differs(kpi, baseline, candidate):
        return PairedDifference(kpi, before, after, difference, "same")
    return PairedDifference(kpi, before, after, difference, _verdict(kpi, difference, sampled))


def _nobody_differs(kpi: Kpi, baseline: np.ndarray, candidate: np.ndarray) -> bool:
    """True if every member counts the same under both policies."""
    (above, below), (above_then, below_then) = _parts(kpi, baseline), _parts(kpi, candidate)
    return np.array_equal(above, above_then) and (below is None or np.array_equal(below, below_then))


def _verdict(kpi: Kpi, difference: Estimate, sampled: bool) -> str:
    """What may be said of members of whom some differ."""
    if not sampled and difference.value == 0:
        return "same"
    if sampled and (difference.low is None or difference.low <= 0.0 <= difference.high):
        return "unclear"
    if kpi.direction == 0:
        return "changed"
    return "better" if difference.value * kpi.direction > 0 else "worse"
