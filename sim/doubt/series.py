"""Many runs that answer one question: their size, their progress as one, and books that must balance in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policies import Policy, Problem
from policies.errors import Words, says
from sim.run import Progress, Simulation, simulate
from sim.runs.crews import Crew
from sim.runs.laws import refuse_broken
from sim.scenario import Scenario, ScenarioError


class Series:
    """Runs of one size, one after the other, about as many as were announced."""

    def __init__(
        self,
        runs: int,
        *,
        members: int | None,
        threads: int | None,
        crew: Crew | None,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        """``runs``: how many there will probably be; progress goes by it."""
        self._runs = runs
        self._finished = 0
        self._progress = progress
        self._how = {"members": members, "threads": threads, "crew": crew, "cancelled": cancelled}

    def run(self, scenario: Scenario, policy: Policy, **options: Any) -> Simulation:
        """One run with further options of `sim.run.simulate`.

        Raises:
            sim.runs.laws.BrokenLaw: a conservation law does not hold.
            sim.run.Cancelled: ``cancelled`` answered true.
        """
        result = simulate(scenario, policy, progress=self._part(), **self._how, **options)
        refuse_broken(result.laws)
        self._finished += 1
        return result

    def end(self) -> None:
        """There will be no more runs, however many were announced."""
        if self._progress:
            self._progress(1.0)

    def _part(self) -> Progress | None:
        progress, finished = self._progress, self._finished
        if progress is None:
            return None
        return lambda share: progress(min(1.0, (finished + share) / self._runs))


def check_drawn(scenario: Scenario, question: Words) -> None:
    """Refuse members written by hand: they stand for nobody else, so a ``question`` about others has no answer.

    Raises:
        ScenarioError: the members of the scenario are written by hand.
    """
    if scenario.scripted:
        rule = says(
            "has members written by hand: {question} is about members who are drawn",
            "的会员是逐个写明的：{question}需要随机抽取的会员",
            question=question,
        )
        raise ScenarioError([Problem(scenario.name, "member", rule)])
