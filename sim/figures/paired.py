"""Key figures with intervals, and their differences between two policies over the same members with the same luck."""

from __future__ import annotations

import numpy as np

from sim.figures.columns import Outcomes
from sim.figures.estimates import UNDEFINED, Estimate, Figure, mean_of, ratio_of
from sim.figures.kpis import Kpi
from sim.figures.results import PairedDifference
from sim.figures.upkeep import Upkeep

NO_UPKEEP = Upkeep(discount_rate=0.0, messaging_cents=0, fixed_cents=0, part=1.0, months=0)
"""Nothing is paid beside the rules."""


def figure(kpi: Kpi, outcomes: Outcomes, upkeep: Upkeep) -> Figure | None:
    """A KPI of OUTCOME (members,) and each member's influence on it; None if it is a share of nothing.

    ``upkeep`` is what the run costs beside the rules: ``Simulation.upkeep``.
    """
    above, below = _parts(kpi, outcomes, upkeep)
    if below is not None:
        return ratio_of(above, below)
    mean = mean_of(above)
    if not kpi.upkeep:
        return mean
    # Fixed costs are known: they move the mean and no member's influence on it.
    return Figure((int(above.sum()) - upkeep.fixed_in_all) / outcomes.size, mean.influence)


def estimate(kpi: Kpi, outcomes: Outcomes, upkeep: Upkeep, *, sampled: bool = True) -> Estimate:
    """A KPI of one run with its 95 % interval over members."""
    known = figure(kpi, outcomes, upkeep)
    return UNDEFINED if known is None else known.estimate(sampled)


def paired_difference(
    kpi: Kpi,
    baseline: Outcomes,
    candidate: Outcomes,
    upkeeps: tuple[Upkeep, Upkeep] = (NO_UPKEEP, NO_UPKEEP),
    *,
    sampled: bool = True,
) -> PairedDifference:
    """Candidate minus baseline with the 95 % interval of the differences member by member.

    ``upkeeps`` are what the two runs cost beside the rules, that of the baseline first.
    """
    before, after = figure(kpi, baseline, upkeeps[0]), figure(kpi, candidate, upkeeps[1])
    if before is None or after is None:
        known = (None if each is None else each.value for each in (before, after))
        return PairedDifference(kpi, *known, UNDEFINED, "none")
    difference = (after - before).estimate(sampled)
    alike = difference.value == 0 and _nobody_differs(kpi, (baseline, candidate), upkeeps)
    verdict = "same" if alike else _verdict(kpi, difference, sampled)
    return PairedDifference(kpi, before.value, after.value, difference, verdict)


def _parts(kpi: Kpi, outcomes: Outcomes, upkeep: Upkeep) -> tuple[np.ndarray, np.ndarray | None]:
    """Each member's share of a KPI's numerator and, for a ratio, of its denominator; int64 (members,)."""
    above = sum_of(outcomes, kpi.plus) - sum_of(outcomes, kpi.minus)
    if kpi.upkeep:
        above -= outcomes["member_months"] * upkeep.messaging_cents
    return above, sum_of(outcomes, kpi.over) if kpi.over else None


def sum_of(outcomes: Outcomes, fields: tuple[str, ...]) -> np.ndarray:
    """Sum of some outcomes of each member, int64 (members,); zero if there are none."""
    total = np.zeros(outcomes.size, np.int64)
    for field in fields:
        total += outcomes[field]
    return total


def _nobody_differs(kpi: Kpi, runs: tuple[Outcomes, Outcomes], upkeeps: tuple[Upkeep, Upkeep]) -> bool:
    """True if every member counts the same under both policies."""
    (above, below), (above_then, below_then) = (_parts(kpi, *each) for each in zip(runs, upkeeps, strict=True))
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
