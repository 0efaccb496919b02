"""The lift budget: what a program as a whole adds to what members buy, against what was ever measured.

Effects of single mechanisms come from different papers and measure partly the same money. Whatever they are set to,
together they should add no more than programs as a whole were found to add: up to about 30 % of customer value in
five years, most of it by fewer members leaving (Gopalakrishnan, Jiang, Nevskaya, Thomadsen 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from policies import Policy, Problem
from policies.errors import says
from sim.compare import check_question
from sim.doubt.defaults import LIFT_MEMBERS
from sim.doubt.series import Series, check_drawn
from sim.effects import EFFECTS, preset
from sim.figures.estimates import Estimate, Figure, mean_of
from sim.figures.reference import no_program_for
from sim.run import Progress, Simulation
from sim.runs.crews import Crew
from sim.scenario import Scenario, ScenarioError

WEEKS = 260
"""Five years, as in the studies."""

ENVELOPE = (0.0, 0.30)
"""What whole programs were found to add."""

BEST_ESTIMATE = 0.295
"""The best single one."""

FREQUENCY_MOST = 0.2
"""Share of the whole that came from more purchases, at most; the rest came from fewer members leaving."""

CAPPED_MOST = 0.01
"""Share of occasions at the cap from which on the sizes are too large for the model."""

CHURN = tuple(each.symbol for each in EFFECTS if each.unit == "log hazard ratio")
"""Effects on leaving; all others are effects on buying, or choices."""

_NOBODY_REFERS = {"rate_ref": 0.0}
"""Friends are not what a member buys."""


@dataclass(frozen=True)
class Lift:
    """What a program adds to what members buy, at list price and less returns, in five years.

    Shares of what they would buy without a program, with intervals over members.
    """

    scenario: Scenario
    policy: Policy
    effects: str | None  # preset in place of the scenario's sizes
    seed: int
    members: int
    total: Estimate
    frequency: Estimate  # with the effects on leaving off
    churn: Estimate  # with all other effects off
    together: float  # rest of the total: who stays longer buys more for longer
    capped: float  # share of occasions to buy at which the pull of all effects hit its cap

    @property
    def verdict(self) -> str:
        """Whether the total lies "inside" the envelope of what was measured, "above" or "below" it."""
        if self.total.value > ENVELOPE[1]:
            return "above"
        return "below" if self.total.value < ENVELOPE[0] else "inside"

    @property
    def clear(self) -> bool:
        """True if the whole interval lies on that side."""
        low, high = ENVELOPE
        if self.verdict == "above":
            return self.total.low > high
        return self.total.high < low if self.verdict == "below" else low <= self.total.low and self.total.high <= high

    @property
    def frequency_share(self) -> float | None:
        """Share of the total that comes from buying more often; None if there is no lift to divide."""
        return self.frequency.value / self.total.value if self.total.value > 0 else None


def lift(
    scenario: Scenario,
    policy: Policy,
    *,
    effects: str | None = None,
    members: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    crew: Crew | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Lift:
    """Measure the lift of a program over five years from the start of a scenario, whatever the scenario's horizon.

    Members are those of the first day, or those who join if there is nobody yet; referral is off.

    Args:
        scenario: who the members are, and how they react.
        policy: the program; without one, the shipped policy ``no_program`` in the same currency is in force.
        effects: name of a preset whose sizes take the place of the scenario's.
        members: to simulate; `LIFT_MEMBERS` if absent.
        seed: of the members' luck; the scenario's own if absent.
        threads: to work with; all cores if absent.
        crew: who works, instead of so many threads.
        progress: receives shares from 0 to 1.
        cancelled: is asked again and again.

    Raises:
        ScenarioError: the policy does not fit the scenario, its members are written by hand, or they buy nothing.
        KeyError: there is no such preset.
        sim.runs.laws.BrokenLaw: a conservation law does not hold.
        sim.run.Cancelled: ``cancelled`` answered true.
    """
    check_drawn(scenario, says("the lift", "提升测量"))
    nothing = no_program_for(policy)
    size = LIFT_MEMBERS if members is None else members
    five_years = five_years_of(scenario)
    check_question(five_years, (policy,), five_years.population(size))
    base_seed = scenario.seed if seed is None else seed
    sizes = (scenario.effects("behavioural") if effects is None else preset(effects)) | _NOBODY_REFERS
    off = preset("null")
    series = Series(4, members=size, threads=threads, crew=crew, progress=progress, cancelled=cancelled)

    def lived(rules: Policy, chosen: dict[str, float]) -> Simulation:
        return series.run(five_years, rules, seed=base_seed, effects=chosen)

    without = _bought(lived(nothing, sizes))
    if without.value == 0:
        rule = says("nobody buys anything without a program", "没有会员计划时无人购买")
        raise ScenarioError([Problem(scenario.name, "segments", rule)])
    buying = sizes | {symbol: off[symbol] for symbol in CHURN}
    staying = off | _NOBODY_REFERS | {symbol: sizes[symbol] for symbol in CHURN}
    runs = [lived(policy, chosen) for chosen in (sizes, buying, staying)]
    total, frequency, churn = (_bought(run) / without for run in runs)
    return Lift(
        scenario,
        policy,
        effects,
        base_seed,
        five_years.population(size),
        *(_added(each) for each in (total, frequency, churn)),
        together=total.value - frequency.value - churn.value + 1.0,
        capped=int(runs[0].gauge[1]) / max(1, int(runs[0].gauge[0])),
    )


def five_years_of(scenario: Scenario) -> Scenario:
    """The same scenario from the same first day over `WEEKS`, without those who join later if anybody is there."""
    horizon = scenario.content.horizon
    changes: dict[str, Any] = {
        "horizon": horizon.model_copy(update={"through": horizon.start + timedelta(weeks=WEEKS, days=-1)})
    }
    if scenario.members:
        changes["acquisition"] = None
    return Scenario(scenario.name, scenario.content.model_copy(update=changes))


def _bought(run: Simulation) -> Figure:
    """Goods at list price that a member has bought and kept, minor units."""
    return mean_of(run.outcomes["list_cents"] - run.outcomes["returned_cents"])


def _added(ratio: Figure) -> Estimate:
    """What a ratio to the value without a program adds to it."""
    return Figure(ratio.value - 1.0, ratio.influence).estimate()
