"""Paired comparison: the same members with the same luck under every policy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

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
        ScenarioError: the policies do not fit the scenario, or two of them have the same name.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    policies = (baseline, *candidates)
    _check(scenario, policies)
    steps = len(policies) * len(RESPONSES)
    runs: dict[str, dict[str, Run]] = {policy.name: {} for policy in policies}
    differences: dict[tuple[str, str], tuple[PairedDifference, ...]] = {}
    finished = 0
    for response in RESPONSES:
        reference: Simulation | None = None
        for policy in policies:
            result = simulate(
                scenario,
                policy,
                response=response,
                members=members,
                seed=seed,
                threads=threads,
                chunk_members=chunk_members,
                progress=_part(progress, finished, steps),
                cancelled=cancelled,
            )
            finished += 1
            runs[policy.name][response] = run_summary(result)
            if reference is None:
                reference = result
            else:
                differences[policy.name, response] = tuple(
                    paired_difference(kpi, reference.outcomes, result.outcomes, sampled=result.sampled) for kpi in KPIS
                )
    return Comparison(
        scenario=scenario.name,
        scenario_title=scenario.title,
        scenario_title_zh=scenario.title_zh,
        scenario_digest=scenario.digest,
        currency=baseline.currency,
        minor_per_major=baseline.minor_per_major,
        seed=scenario.seed if seed is None else seed,
        members=members_of(scenario, members),
        months=scenario.months,
        policies=tuple(PolicyResult(policy, runs[policy.name]) for policy in policies),
        differences=differences,
    )


def _check(scenario: Scenario, policies: Sequence[Policy]) -> None:
    names = [policy.name for policy in policies]
    for name in names:
        if names.count(name) > 1:
            rule = says(
                "is compared with itself: every policy needs a name of its own", "与自己比较；每个方案须有自己的名称"
            )
            raise ScenarioError([Problem(name, "", rule, example="compare beauty_mall baseline soft_landing")])
    for policy in policies:
        if policy.currency != policies[0].currency:
            rule = says(
                "is in {own}, but {first} is in {other}",
                "的货币是 {own}，而 {first} 的货币是 {other}",
                own=policy.currency,
                first=names[0],
                other=policies[0].currency,
            )
            raise ScenarioError([Problem(policy.name, "currency", rule)])
        scenario.world(policy)


def _part(progress: Progress | None, finished: int, steps: int) -> Progress | None:
    """Progress of one run as a part of the whole comparison."""
    if progress is None:
        return None
    return lambda share: progress((finished + share) / steps)


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


def _value_and_influence(kpi: Kpi, outcomes: np.ndarray) -> tuple[float, np.ndarray]:
    """A KPI and each member's influence on it, which averages to zero.

    For a ratio of sums the influence is the first-order (delta method) one:
    (numerator - ratio x denominator) / mean denominator.
    """
    above, below = _parts(kpi, outcomes)
    if below is None:
        value = int(above.sum()) / above.size
        return value, above - value
    total = int(below.sum())
    if total == 0:
        return 0.0, np.zeros(above.size)
    value = int(above.sum()) / total
    return value, (above - value * below) * (above.size / total)


def _interval(value: float, influence: np.ndarray, sampled: bool) -> Estimate:
    """The interval over members; members written by hand are no sample, so theirs has no width."""
    if not sampled or influence.size == 1:
        return Estimate(value, value, value)
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
    difference = _interval(after - before, influence_after - influence_before, sampled)
    return PairedDifference(kpi, before, after, difference, _verdict(kpi, difference))


def _verdict(kpi: Kpi, difference: Estimate) -> str:
    if difference.low <= 0.0 <= difference.high:
        return "unclear"
    if kpi.direction == 0:
        return "changed"
    return "better" if difference.value * kpi.direction > 0 else "worse"
