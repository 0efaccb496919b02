"""Break-even: how large an effect must be for a candidate to do better than the baseline, all else as assumed.

The difference need not rise or fall evenly with the size of an effect. So it is looked at over the whole range
first, and each change of sign is then halved until the luck of the members is what limits it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from policies import Policy, Problem
from policies.errors import says
from sim.compare import check_question
from sim.doubt.asked import effect_named, kpi_named
from sim.doubt.defaults import BREAK_EVEN_MEMBERS, USUAL_KPI
from sim.doubt.experiment import members_per_arm
from sim.doubt.ranges import range_around
from sim.doubt.series import Series, check_drawn
from sim.effects import Effect
from sim.figures.estimates import Estimate, Figure
from sim.figures.kpis import Kpi
from sim.figures.paired import figure
from sim.run import Progress
from sim.runs.crews import Crew
from sim.scenario import Scenario, ScenarioError

GRID = 9
"""Sizes that are looked at first, both ends of the range and the assumed one included."""

HALVINGS = 10
_FINE_ENOUGH = 0.5
"""A place is searched until it is known to this share of its standard error."""


@dataclass(frozen=True)
class Crossing:
    """A size at which candidate and baseline do equally well."""

    size: float
    error: float  # standard error by the luck of the members


@dataclass(frozen=True)
class BreakEven:
    """A KPI of a candidate against the baseline over the range of one effect."""

    scenario: Scenario
    baseline: Policy
    candidate: Policy
    effect: Effect
    kpi: Kpi
    seed: int
    members: int
    assumed: float  # the scenario's own size
    sizes: np.ndarray  # float64 (n,): ascending, over the range of the effect
    differences: tuple[Estimate, ...]  # candidate minus baseline at these, with the interval over members
    crossings: tuple[Crossing, ...]  # ascending
    ahead: tuple[tuple[float, float], ...]  # sizes, from and to, at which the candidate does better
    members_per_arm: int | None  # of an experiment that would show the difference at the assumed size

    @property
    def verdict(self) -> str:
        """Where the candidate does better: "always", "never", "above" or "below" the crossing, or "between" several.

        "alike" if the two never differ.
        """
        if all(each.value == 0 for each in self.differences):
            return "alike"
        if not self.crossings:
            return "always" if self.ahead else "never"
        if len(self.crossings) > 1:
            return "between"
        return "above" if self.ahead[0][1] == self.sizes[-1] else "below"

    @property
    def unclear(self) -> bool:
        """True if there is no crossing, but the luck of the members could hide one."""
        return not self.crossings and any(each.low <= 0 <= each.high for each in self.differences)


def break_even(
    scenario: Scenario,
    baseline: Policy,
    candidate: Policy,
    symbol: str,
    key: str = USUAL_KPI,
    *,
    members: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BreakEven:
    """Find the sizes of one effect at which a candidate and the baseline come to the same.

    Args:
        scenario: says the sizes of all other effects.
        baseline: what is compared with.
        candidate: what is compared.
        symbol: of the effect, see sim/effects.py; looked at over its range, and at the scenario's own size.
        key: of the KPI, see sim/figures/kpis.py; one with a good direction.
        members: on the first day, as in `sim.run.simulate`; `BREAK_EVEN_MEMBERS` if absent.
        seed: of the members' luck, the same at every size; the scenario's own if absent.
        threads: to work with; all cores if absent.
        crew: who works, instead of so many threads.
        progress: receives shares from 0 to 1.
        cancelled: is asked again and again.

    Raises:
        ScenarioError: there is no such effect or KPI, the KPI has no good direction or is undefined at some size, the
            policies do not fit the scenario, or its members are written by hand.
        sim.runs.laws.BrokenLaw: a conservation law does not hold.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    effect, kpi = effect_named(symbol), kpi_named(key, directed=True)
    size = BREAK_EVEN_MEMBERS if members is None else members
    check_drawn(scenario, says("break-even", "盈亏平衡"))
    population = scenario.population(size)
    check_question(scenario, (baseline, candidate), population)
    base_seed = scenario.seed if seed is None else seed
    assumed = scenario.effects("behavioural")[symbol]
    sizes = range_around(effect, assumed).spaced(GRID)
    series = Series(
        2 * (sizes.size + HALVINGS), members=size, threads=threads, crew=crew, progress=progress, cancelled=cancelled
    )
    question = _Question(series, scenario, (baseline, candidate), symbol, kpi, base_seed)
    arms = [question.arms(float(each)) for each in sizes]
    gains = [after - before for before, after in arms]
    crossings = tuple(
        _crossing(question, low, high)
        for low, high in pairwise(zip(sizes, gains, strict=True))
        if question.is_ahead(low[1]) != question.is_ahead(high[1])
    )
    series.end()
    before, after = arms[int(np.flatnonzero(sizes == assumed)[0])]
    return BreakEven(
        scenario,
        baseline,
        candidate,
        effect,
        kpi,
        base_seed,
        population,
        assumed,
        sizes,
        tuple(each.estimate() for each in gains),
        crossings,
        _ranges(sizes, crossings, question.is_ahead(gains[0])),
        members_per_arm(after.value - before.value, _variance(before), _variance(after)),
    )


@dataclass(frozen=True)
class _Question:
    """One KPI of two policies at any size of one effect."""

    series: Series
    scenario: Scenario
    policies: tuple[Policy, Policy]
    symbol: str
    kpi: Kpi
    seed: int

    def arms(self, size: float) -> tuple[Figure, Figure]:
        """The KPI under both policies."""
        runs = (
            self.series.run(self.scenario, policy, seed=self.seed, effects={self.symbol: size})
            for policy in self.policies
        )
        before, after = (figure(self.kpi, run.outcomes, run.upkeep) for run in runs)
        if before is None or after is None:
            rule = says(
                "is a share of nothing if {symbol} is {size:g}",
                "在 {symbol} 为 {size:g} 时分母为零",
                symbol=self.symbol,
                size=size,
            )
            raise ScenarioError([Problem(self.scenario.name, self.kpi.key, rule)])
        return before, after

    def gain(self, size: float) -> Figure:
        """The candidate's difference to the baseline."""
        before, after = self.arms(size)
        return after - before

    def is_ahead(self, gain: Figure) -> bool:
        """Whether the candidate does better."""
        return gain.value * self.kpi.direction > 0


def _crossing(question: _Question, below: tuple[float, Figure], above: tuple[float, Figure]) -> Crossing:
    """Halve the way between two sizes with different signs until the luck of the members limits the search."""
    (low, first), (high, second) = below, above
    # The slope over the whole step: over a small part of it, single orders would make it jump.
    slope = abs((second.value - first.value) / (high - low))
    error = max(first.error, second.error) / slope
    for _ in range(HALVINGS):
        if high - low <= _FINE_ENOUGH * error:
            break
        middle = float(low + high) / 2
        found = question.gain(middle)
        error = found.error / slope
        low, high = (middle, high) if question.is_ahead(found) == question.is_ahead(first) else (low, middle)
    return Crossing(float(low + high) / 2, float(error))


def _ranges(sizes: np.ndarray, crossings: tuple[Crossing, ...], ahead: bool) -> tuple[tuple[float, float], ...]:
    """Ranges of sizes in which the candidate is ahead, given whether it is so at the smallest."""
    ends = [float(sizes[0]), *(each.size for each in crossings), float(sizes[-1])]
    return tuple(pairwise(ends))[0 if ahead else 1 :: 2]


def _variance(each: Figure) -> float:
    """Of a KPI between members, in the square of its unit."""
    return float(np.var(each.influence, ddof=1))
