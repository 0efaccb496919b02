"""Paired comparison: the same members with the same luck under every policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from ledger.laws import Law
from policies import Policy, Problem
from policies.errors import says
from sim.figures.pairs import Pairs
from sim.figures.reference import is_no_program, no_program_for
from sim.figures.results import RESPONSES, Comparison, PolicyResult, Reference, Run
from sim.figures.rfm import thresholds_of
from sim.figures.summary import run_summary
from sim.run import Progress, simulate
from sim.runs.crews import Crew, open_crew
from sim.scenario import Scenario, ScenarioError


def compare(
    scenario: Scenario,
    baseline: Policy,
    candidates: Sequence[Policy],
    *,
    members: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    crew: Crew | None = None,
    chunk_members: int | None = None,
    reference: bool = True,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """Run baseline and candidates on one scenario, with and without behavioural effects.

    Intervals are over members: what another population drawn from the same scenario would show.
    They say nothing about how uncertain the effects themselves are. ``crew`` works instead of so many ``threads``.

    Returns are measured against the policy that is no program; if none of the policies is, its members live for this
    purpose alone, unless ``reference`` is False.

    Raises:
        ScenarioError: the policies do not fit the scenario, two of them have the same name, or a sample has one member.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    policies = (baseline, *candidates)
    check_question(scenario, policies, scenario.population(members))
    runs: dict[str, dict[str, Run]] = {policy.name: {} for policy in policies}
    nothing = _nothing_among(policies) or (no_program_for(baseline) if reference else None)
    pairs = Pairs(policies, nothing)
    steps = _steps(policies, nothing)
    outside: dict[str, tuple[Law, ...]] = {}
    with nullcontext(crew) if crew else open_crew(threads=threads) as workers:
        for finished, (policy, responses) in enumerate(steps):
            result = simulate(
                scenario,
                policy,
                response=responses[0],
                members=members,
                seed=seed,
                crew=workers,
                chunk_members=chunk_members,
                columns=True,
                progress=_part(progress, finished, len(steps)),
                cancelled=cancelled,
            )
            if finished == 0:
                lines = thresholds_of(result.outcomes)
            for response in responses:
                pairs.note(policy, response, result)
                if any(policy is each for each in policies):
                    runs[policy.name][response] = run_summary(scenario, policy, result, lines)
                else:
                    outside[response] = result.laws
            del result  # before the next one needs the room
    return Comparison(
        **_question(scenario, baseline, members, seed),
        policies=tuple(PolicyResult(policy, runs[policy.name]) for policy in policies),
        differences={key: pairs.differences[key] for key in _keys(candidates)},
        pairs=pairs.tables(),
        reference=nothing and Reference(nothing.name, nothing.digest, not outside, outside),
    )


def _nothing_among(policies: Sequence[Policy]) -> Policy | None:
    """The first of the policies that is no program."""
    return next(filter(is_no_program, policies), None)


def _steps(policies: Sequence[Policy], nothing: Policy | None) -> list[tuple[Policy, tuple[str, ...]]]:
    """Runs in their order, each with the responses that it is for.

    The baseline comes first and no program next: all others are measured against these. Without a program there is
    nothing to react to, so if it is not one of the policies one run of it is for both responses.
    """
    first = [policies[0], *([nothing] if nothing and nothing is not policies[0] else [])]
    order = [*first, *(each for each in policies if not any(each is known for known in first))]
    asked = [*((response,) for response in RESPONSES)]
    return [
        (policy, responses)
        for policy in order
        for responses in (asked if any(policy is each for each in policies) else [RESPONSES])
    ]


def _keys(candidates: Sequence[Policy]) -> list[tuple[str, str]]:
    """Keys of the differences in the order in which they are told."""
    return [(policy.name, response) for response in RESPONSES for policy in candidates]


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
        "members": scenario.population(members),
        "sampled": not scenario.scripted,
        "months": scenario.months,
    }


def check_question(scenario: Scenario, policies: Sequence[Policy], members: int) -> None:
    """Refuse what cannot be compared; ``members`` is the population of the run.

    Raises:
        ScenarioError: a sample of one, two policies of one name or in two currencies, or not in that of the scenario.
    """
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
