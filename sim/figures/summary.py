"""One run in figures and tables: what a comparison keeps of a simulation when the members' own rows are let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from policies import Policy
from sim.figures.bottom_line import bottom_line_table, cost_table
from sim.figures.breakage import liability_table, points_table
from sim.figures.columns import columns_of
from sim.figures.estimates import UNDEFINED, Estimate
from sim.figures.funnel import funnel_table
from sim.figures.kpis import KPIS, Kpi
from sim.figures.paired import estimate, sum_of
from sim.figures.results import Run
from sim.figures.retention import cohort_table, first_redemption_table, flow_table, survival_table, tier_end_table
from sim.figures.rfm import Thresholds, rfm_table, thresholds_of
from sim.figures.upkeep import Upkeep
from sim.run import Simulation
from sim.runs.stopping import Closing
from sim.scenario import Scenario

THERE_BEFORE = "first_day"
"""Name of the channel of those who were there on the first day."""


def run_summary(scenario: Scenario, policy: Policy, result: Simulation, lines: Thresholds | None = None) -> Run:
    """Key figures with intervals, tables and sums of one simulation.

    ``lines`` are where frequency and money are high in the RFM table; the run's own if there is no baseline to draw
    them at. Of a run that kept no outcomes, sums are all that is known: no intervals, and only tables of sums.
    """
    if result.outcomes is None:
        members = int(result.monthly["joined"].sum() - result.monthly["referred"].sum())
        kpis = {kpi.key: _of_sums(kpi, result.sums, members, result.upkeep) for kpi in KPIS}
    else:
        result = replace(result, outcomes=columns_of(result.outcomes))
        kpis = {kpi.key: estimate(kpi, result.outcomes, result.upkeep, sampled=result.sampled) for kpi in KPIS}
    return Run(
        kpis=kpis,
        monthly=result.monthly,
        tiers=result.tiers,
        laws=result.laws,
        events=result.events,
        transfers=result.transfers,
        capped=result.capped,
        tables=_tables(scenario, policy, result, lines),
    )


def _tables(
    scenario: Scenario, policy: Policy, result: Simulation, lines: Thresholds | None
) -> dict[str, pd.DataFrame]:
    """Tables of one run by name; docs/results.md explains every column."""
    flows = flow_table(result.flows, scenario.months, policy.level_names)
    used_up = closing_table(result.closed)
    rows, sampled, end_day = result.outcomes, result.sampled, scenario.end_day
    if rows is None:
        return {"points": points_table(result.sums), "tier_flows": flows, "used_up": used_up}
    upkeep = result.upkeep
    return {
        "costs": cost_table(rows, upkeep, sampled=sampled),
        "bottom_line": bottom_line_table(rows, result.monthly, upkeep, sampled=sampled),
        "survival": survival_table(rows, end_day, sampled=sampled),
        "cohorts": cohort_table(rows, end_day),
        "tiers_end": tier_end_table(rows, end_day, policy.level_names),
        "tier_flows": flows,
        "used_up": used_up,
        "first_redemption": first_redemption_table(rows, end_day, sampled=sampled),
        "points": points_table(rows),
        "liability": liability_table(rows, sampled=sampled),
        "funnel": funnel_table(rows, (THERE_BEFORE, *scenario.channel_names)),
        "rfm": rfm_table(rows, lines or thresholds_of(rows), end_day),
    }


def closing_table(closed: Sequence[Closing]) -> pd.DataFrame:
    """Budgets of campaigns and stocks of rewards that were used up, in order of time."""
    rows = [(each.kind, each.name, each.date.isoformat(), each.second) for each in closed]
    return pd.DataFrame(rows, columns=["kind", "name", "date", "second"])


def _of_sums(kpi: Kpi, sums: np.ndarray, members: int, upkeep: Upkeep) -> Estimate:
    """A KPI of OUTCOME (1,) summed over so many members: no interval."""
    above = int(sum_of(sums, kpi.plus)[0]) - int(sum_of(sums, kpi.minus)[0])
    if kpi.upkeep:
        above -= int(sums["member_months"][0]) * upkeep.messaging_cents + upkeep.fixed_in_all
    below = int(sum_of(sums, kpi.over)[0]) if kpi.over else members
    return Estimate(above / below, None, None) if below else UNDEFINED
