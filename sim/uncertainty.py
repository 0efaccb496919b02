"""How sure a comparison is if the effects and the base parameters themselves are in doubt.

Two loops. The outer one draws all that is in doubt together (sim/doubt/draws.py); the inner one lets the same
members live under every policy, with the same luck under all of them and another luck in every draw. So the spread
of a difference over the draws has two parts: the doubt about the parameters, and the luck of so few members, whose
size every draw tells by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from policies import Policy
from policies.errors import says
from sim.compare import check_question
from sim.doubt.defaults import DRAW_MEMBERS, DRAWS, DRAWS_LEAST, FITTED_ON
from sim.doubt.draws import Draw, Quantity, draw_parameters
from sim.doubt.series import Series, check_drawn
from sim.doubt.tornado import Influence, influences
from sim.figures.kpis import KPIS, Kpi
from sim.figures.paired import figure
from sim.run import Progress
from sim.runs.crews import Crew
from sim.scenario import Scenario

LOW, HIGH = 0.05, 0.95
"""Quantiles that are shown: nine of ten draws lie between them."""


@dataclass(frozen=True)
class Doubt:
    """One KPI of a candidate against the baseline over all draws. Values are None if no draw defines the KPI."""

    kpi: Kpi
    differences: np.ndarray  # float64 (draws,): candidate minus baseline; NaN where the KPI is a share of nothing
    luck: np.ndarray  # float64 (draws,): standard error of each by the luck of the members
    defined: int  # draws in which there is a difference
    median: float | None
    low: float | None  # one draw in twenty is below
    high: float | None  # one in twenty is above
    better: float | None  # share of draws in which the candidate does better; higher, if no direction is good
    better_error: float | None  # standard error of that share with so few draws
    same: float | None  # share of draws in which there is no difference at all
    parameter_sd: float | None  # spread by the doubt about the parameters alone
    luck_sd: float | None  # spread by the luck of so few members

    @property
    def luck_share(self) -> float:
        """Share of the spread (variance) over the draws that is the luck of the members and not doubt."""
        if not self.luck_sd or self.parameter_sd is None:
            return 0.0
        return self.luck_sd**2 / (self.luck_sd**2 + self.parameter_sd**2)


@dataclass(frozen=True)
class Uncertainty:
    """What baseline and candidates do in every draw."""

    scenario: Scenario
    baseline: Policy
    candidates: tuple[Policy, ...]
    seed: int
    members: int  # of each draw, in all
    draws: int
    fitted_on: int
    quantities: tuple[Quantity, ...]
    doubts: dict[tuple[str, str], Doubt]  # by (candidate's name, key of the KPI)

    def doubt(self, candidate_name: str, key: str) -> Doubt:
        """What is known of a KPI of a candidate."""
        return self.doubts[candidate_name, key]

    def influences(self, candidate_name: str, key: str) -> tuple[Influence, ...]:
        """What moves a difference, the strongest first; only what stands out from chance. See `sim.doubt.tornado`."""
        return influences(self.quantities, self.doubts[candidate_name, key].differences)

    def table(self) -> pd.DataFrame:
        """One row a candidate and KPI: median, 5 to 95 %, share of draws with the candidate ahead, two spreads."""
        rows = [
            {
                "candidate": candidate,
                "kpi": key,
                "unit": each.kpi.unit,
                "median": each.median,
                "low": each.low,
                "high": each.high,
                "better": each.better,
                "better_error": each.better_error,
                "parameter_sd": each.parameter_sd,
                "luck_sd": each.luck_sd,
            }
            for (candidate, key), each in self.doubts.items()
        ]
        return pd.DataFrame(rows)


def uncertainty(
    scenario: Scenario,
    baseline: Policy,
    candidates: Sequence[Policy],
    *,
    draws: int = DRAWS,
    members: int | None = None,
    seed: int | None = None,
    fitted_on: int = FITTED_ON,
    threads: int | None = None,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Uncertainty:
    """Compare candidates with a baseline in many draws of everything that is in doubt.

    Args:
        scenario: its sizes of effects and base parameters are the middle of the doubt.
        baseline: what is compared with.
        candidates: what is compared.
        draws: sets of parameters, at least `DRAWS_LEAST`.
        members: on the first day of each draw, as in `sim.run.simulate`; `DRAW_MEMBERS` if absent.
        seed: of the draws and of the members' luck; the scenario's own if absent.
        fitted_on: customers that the base parameters of each segment may be thought to be fitted on.
        threads: to work with; all cores if absent.
        crew: who works, instead of so many threads.
        progress: receives shares from 0 to 1.
        cancelled: is asked again and again.

    Raises:
        ScenarioError: the policies do not fit the scenario, or its members are written by hand.
        sim.runs.laws.BrokenLaw: a conservation law does not hold.
        sim.run.Cancelled: ``cancelled`` answered true.
        ValueError: fewer than `DRAWS_LEAST` draws.
    """
    if draws < DRAWS_LEAST:
        raise ValueError(f"{draws} draws are too few: at least {DRAWS_LEAST}")
    policies = (baseline, *candidates)
    size = DRAW_MEMBERS if members is None else members
    check_drawn(scenario, says("doubt", "不确定性分析"))
    population = scenario.population(size)
    check_question(scenario, policies, population)
    base_seed = scenario.seed if seed is None else seed
    doubtful = draw_parameters(scenario, baseline, draws=draws, seed=base_seed, fitted_on=fitted_on)
    series = Series(
        draws * len(policies), members=size, threads=threads, crew=crew, progress=progress, cancelled=cancelled
    )
    found = np.full((draws, 2, len(candidates), len(KPIS)), np.nan)
    for number, draw in enumerate(doubtful.draws):
        found[number] = _lived(series, scenario, policies, draw)
    doubts = {
        (policy.name, kpi.key): doubt_of(kpi, found[:, 0, place, index], found[:, 1, place, index])
        for place, policy in enumerate(candidates)
        for index, kpi in enumerate(KPIS)
    }
    return Uncertainty(
        scenario, baseline, tuple(candidates), base_seed, population, draws, fitted_on, doubtful.quantities, doubts
    )


def _lived(series: Series, scenario: Scenario, policies: Sequence[Policy], draw: Draw) -> np.ndarray:
    """All policies in one draw: difference to the first and its standard error, float64 (2, candidates, KPIs).

    NaN where a KPI is a share of nothing.
    """
    world = scenario.varied(segments=draw.segments)
    runs = (series.run(world, policy, seed=draw.seed, effects=draw.effects) for policy in policies)
    before, *others = ([figure(kpi, run.outcomes, run.upkeep) for kpi in KPIS] for run in runs)
    found = np.full((2, len(others), len(KPIS)), np.nan)
    for place, after in enumerate(others):
        for index, (one, two) in enumerate(zip(before, after, strict=True)):
            if one is not None and two is not None:
                difference = two - one
                found[:, place, index] = difference.value, difference.error
    return found


def doubt_of(kpi: Kpi, differences: np.ndarray, luck: np.ndarray) -> Doubt:
    """Sum up the draws of one KPI: differences and their standard errors by luck, float64 (draws,), NaN if undefined.

    The variance over the draws is that of the parameters plus that of the luck, as every draw has a luck of its own;
    the latter is the mean of the squared standard errors, the former the rest. The share of draws in which the
    candidate is ahead counts the luck in, so it errs towards one half. Its standard error is that of the share's
    distribution after Jeffreys, which is not zero even if all draws agree.
    """
    known = ~np.isnan(differences)
    values, errors = differences[known], luck[known]
    count = values.size
    if count < 2:
        return Doubt(kpi, differences, luck, count, *(None,) * 8)
    low, median, high = np.quantile(values, [LOW, 0.5, HIGH])
    ahead = int(np.count_nonzero(values * (kpi.direction or 1) > 0))
    middle = (ahead + 0.5) / (count + 1)
    by_luck = float(np.mean(errors**2))
    by_parameters = max(0.0, float(np.var(values, ddof=1)) - by_luck)
    return Doubt(
        kpi,
        differences,
        luck,
        count,
        float(median),
        float(low),
        float(high),
        ahead / count,
        math.sqrt(middle * (1 - middle) / (count + 2)),
        int(np.count_nonzero(values == 0)) / count,
        math.sqrt(by_parameters),
        math.sqrt(by_luck),
    )
