"""Tables of two policies at a time, filled while a comparison runs and before members' own rows are let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from policies import Policy
from sim.figures.attribution import attribution_table
from sim.figures.columns import Outcomes, columns_of
from sim.figures.costs import COSTS, INCOME, PROGRAM_CAUSES
from sim.figures.estimates import UNDEFINED, Figure, mean_of
from sim.figures.kpis import KPIS, MAIN_KPIS
from sim.figures.paired import figure, paired_difference
from sim.figures.reference import is_no_program
from sim.figures.results import RESPONSES, PairedDifference
from sim.figures.roi import RETURN_FIELDS, roi_table
from sim.figures.winners import winners_table
from sim.run import Simulation

_MECHANICAL = RESPONSES[-1]
_PARTS = tuple(f"{part}{end}" for part in ("difference", "mechanical", "reaction") for end in ("", "_low", "_high"))


PAIR_TABLES = ("parts", "cost_change", "winners", "attribution", "roi", "roi_attribution")
"""Tables of two policies at a time. The last two begin with the policy that is measured against no program."""

BASELINE_FIELDS = tuple(
    dict.fromkeys(
        (
            *(field for kpi in KPIS for field in (*kpi.plus, *kpi.minus, *kpi.over)),
            *(*COSTS, *INCOME, "cash_cents", "fees_cents", "list_cents"),
            *RETURN_FIELDS,
        )
    )
)
"""What must be known of members under the baseline to tell how they differ under another policy."""


class Pairs:
    """Collects differences and tables; each table begins with the candidate, and most go on with the response.

    What others are measured against is kept: the baseline, and the policy that is no program, field by field.
    """

    def __init__(self, policies: Sequence[Policy], reference: Policy | None) -> None:
        """``policies`` in the order in which the tables name them, the baseline first.

        ``reference`` is what returns are measured against, one of the policies or none of them.
        """
        self.differences: dict[tuple[str, str], tuple[PairedDifference, ...]] = {}  # by candidate and response
        self._policies, self._baseline, self._reference = policies, policies[0], reference
        self._before: dict[str, Simulation] = {}  # the baseline by response
        self._without: dict[str, Simulation] = {}  # no program by response
        self._moves: dict[tuple[str, str], dict[str, Figure | None]] = {}
        self._frames: dict[str, dict[tuple[str, str], pd.DataFrame]] = {name: {} for name in PAIR_TABLES}

    def note(self, policy: Policy, response: str, result: Simulation) -> None:
        """Take note of a run. The baseline comes first, no program next, and "behavioural" before "mechanical"."""
        if policy is self._baseline:
            self._before[response] = _kept(result, BASELINE_FIELDS)
        elif any(policy is each for each in self._policies):
            self._note_candidate(policy.name, response, self._before[response], result)
        if policy is self._reference:
            self._without[response] = _kept(result, RETURN_FIELDS)
            self._note_return(self._baseline, response, self._before[response])
        elif response in self._without:
            self._note_return(policy, response, result)

    def _note_candidate(self, candidate: str, response: str, before: Simulation, after: Simulation) -> None:
        """A candidate beside the baseline."""
        sampled = after.sampled
        self.differences[candidate, response] = tuple(
            paired_difference(kpi, before.outcomes, after.outcomes, (before.upkeep, after.upkeep), sampled=sampled)
            for kpi in KPIS
        )
        self._put("cost_change", _cost_change(before.outcomes, after.outcomes, sampled), candidate, response)
        self._put("winners", winners_table(before.outcomes, after.outcomes, sampled=sampled), candidate, response)
        self._put("attribution", _sources(before, after), candidate, response)
        self._moves[candidate, response] = _moves(before, after)
        if response == _MECHANICAL:
            whole, rules = (self._moves.pop((candidate, each)) for each in RESPONSES)
            self._put("parts", _parts(whole, rules, sampled), candidate, response, both=True)

    def _note_return(self, program: Policy, response: str, result: Simulation) -> None:
        """A program beside no program at all; what is no program itself has no return."""
        if not is_no_program(program):
            without = self._without[response]
            table = roi_table(without.outcomes, result.outcomes, result.upkeep, sampled=result.sampled)
            self._put("roi", table, program.name, response)
            self._put("roi_attribution", _sources(without, result), program.name, response)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All that was noted, by name; without a reference there are none of returns."""
        order = [(policy.name, response) for policy in self._policies for response in RESPONSES]
        parts = {name: [frames[key] for key in order if key in frames] for name, frames in self._frames.items()}
        return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items() if frames}

    def _put(self, name: str, table: pd.DataFrame, policy: str, response: str, *, both: bool = False) -> None:
        if not both:
            table.insert(0, "response", response)
        table.insert(0, "policy" if name.startswith("roi") else "candidate", policy)
        self._frames[name][policy, response] = table


def _kept(result: Simulation, fields: Sequence[str]) -> Simulation:
    """A run with no more of its members than others are measured against."""
    return replace(result, outcomes=columns_of(result.outcomes).only(fields))


def _sources(before: Simulation, after: Simulation) -> pd.DataFrame:
    """Where the orders come from that the second run has more than the first."""
    orders = (int(each.outcomes["orders"].sum()) for each in (before, after))
    return attribution_table(before.pulls, after.pulls, *orders, after.outcomes.size)


def _cost_change(before: Outcomes, after: Outcomes, sampled: bool) -> pd.DataFrame:
    """Every cause of program cost under both policies and its paired difference, minor units per member."""
    rows = []
    for cause in PROGRAM_CAUSES:
        ends = [mean_of(cause.sign * outcomes[cause.field]) for outcomes in (before, after)]
        change = (ends[1] - ends[0]).estimate(sampled)
        rows.append((cause.key, ends[0].value, ends[1].value, change.value, change.low, change.high))
    frame = pd.DataFrame(rows, columns=["cause", "baseline", "value", "difference", "low", "high"])
    return frame.astype({"low": float, "high": float})


def _moves(before: Simulation, after: Simulation) -> dict[str, Figure | None]:
    """Difference of every main KPI; None where it is undefined under one of the two."""
    moves = {}
    for kpi in MAIN_KPIS:
        ends = [figure(kpi, each.outcomes, each.upkeep) for each in (before, after)]
        moves[kpi.key] = None if None in ends else ends[1] - ends[0]
    return moves


def _parts(whole: dict[str, Figure | None], rules: dict[str, Figure | None], sampled: bool) -> pd.DataFrame:
    """The whole difference, what of it the rules alone make, and the rest: what members' reaction makes.

    Members and their luck are the same in all four runs, so the rest has an interval of its own.
    """
    rows = []
    for kpi in MAIN_KPIS:
        full, alone = whole[kpi.key], rules[kpi.key]
        rest = None if full is None or alone is None else full - alone
        known = [UNDEFINED if each is None else each.estimate(sampled) for each in (full, alone, rest)]
        rows.append((kpi.key, kpi.unit, *(end for each in known for end in (each.value, each.low, each.high))))
    frame = pd.DataFrame(rows, columns=["kpi", "unit", *_PARTS])
    return frame.astype(dict.fromkeys(_PARTS, float))
