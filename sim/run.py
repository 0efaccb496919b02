"""The front door of the simulation: a scenario and a policy go in, sums and outcomes come out.

Members are worked off in shards by a crew; see sim.runs. Shards are merged by integer addition and outcomes land in
each member's own row, so neither the crew nor the size of the shards can change a byte of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass

import numpy as np

from ledger.laws import Law, laws_of_run
from ledger.status import Status
from policies import Policy
from policies.rules import Rules, records
from sim.engines.counts import Count
from sim.engines.tally import Tally
from sim.figures.columns import Gathering, Outcomes
from sim.figures.upkeep import Upkeep, upkeep_of
from sim.market.campaigns import with_campaigns
from sim.members.outcomes import OUTCOME
from sim.runs.crews import Crew, open_crew
from sim.runs.monthly import monthly_sums, seats_at_month_ends
from sim.runs.shards import NOTHING, Cancelled, Job, Part, Shard, merge, shards_of, tally_for
from sim.runs.stopping import Closing, allotments, settle
from sim.scenario import Scenario

__all__ = ["Cancelled", "Progress", "Simulation", "simulate"]

JOURNAL_CHUNK_MEMBERS = 250
"""Members of a shard whose journal is kept."""

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Simulation:
    """One policy lived through by everybody."""

    outcomes: Outcomes | None  # OUTCOME (members,), as rows or columns; None if only their sums were asked for
    sums: np.ndarray  # OUTCOME (1,): the sums of sim.runs.shards.SUMMED; what cannot be added up is 0
    sampled: bool  # False if the members were written by hand and stand for nobody else
    monthly: dict[str, np.ndarray]  # int64 (months,) by sim.figures.kpis.MONTHLY
    tiers: np.ndarray  # int64 (months, levels): members of each tier at each month's end
    flows: np.ndarray  # int64 (months, levels + 1, levels + 1): seats moved from tier to tier; last: outside
    pulls: np.ndarray  # int64 (terms + 1,): added orders by sim.effects.Term, millionths; last: orders of their own
    gauge: np.ndarray  # int64 (2,): occasions to buy; of these, those at which the pull hit its cap
    used: np.ndarray  # int64 (allotments, days): what is used of budgets and stocks; see sim.engines.tally
    closed: tuple[Closing, ...]  # budgets and stocks that were used up, in order of time
    upkeep: Upkeep  # what the run costs beside the rules
    laws: tuple[Law, ...]
    events: int
    transfers: int
    refused: dict[str, int]  # deeds of hand-written members that the rules refused, by the name of the refusal

    @property
    def capped(self) -> float | None:
        """Share of occasions to buy at which the pull of all effects hit its cap; None if there were none."""
        occasions, at_cap = (int(each) for each in self.gauge)
        return at_cap / occasions if occasions else None


def simulate(
    scenario: Scenario,
    policy: Policy,
    *,
    response: str = "behavioural",
    members: int | None = None,
    seed: int | None = None,
    effects: Mapping[str, float] | None = None,
    threads: int | None = None,
    crew: Crew | None = None,
    chunk_members: int | None = None,
    outcomes: bool = True,
    columns: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    keep_transfers: Callable[[np.ndarray], None] | None = None,
    keep_events: Callable[[np.ndarray, np.ndarray], None] | None = None,
) -> Simulation:
    """Let the members of a scenario live under a policy.

    ``effects`` are sizes by symbol in place of the scenario's. ``crew`` works instead of so many ``threads``.
    ``outcomes=False`` keeps no outcomes of single members, so that memory does not grow with the run; ``columns``
    keeps them as `sim.figures.columns.Columns`, which take a fraction of the room of rows.
    ``keep_transfers`` receives the journal part by part, TRANSFER (n,), by member and then by
    sequence; ``keep_events`` receives what was posted and not refused, EVENT (n,), by member and then
    in order of time, with the lines that events name, LINE (m,). ``progress`` receives shares from
    0 to 1. ``cancelled`` is asked ten times a second.

    Raises:
        Cancelled: ``cancelled`` answered true.
        CrewError: nobody can work.
        ScenarioError: scenario and policy do not fit together.
    """
    count = scenario.population(members)
    world = scenario.world(policy, response, seed=seed, members=members, effects=effects)
    keeps = keep_transfers is not None or keep_events is not None
    full = Job(world, policy.rules, transfers=keep_transfers is not None, events=keep_events is not None, rows=outcomes)
    rows = records(count, OUTCOME) if outcomes and not columns else None
    gathering = Gathering()
    sums = records(1, OUTCOME)

    def under(rules: Rules) -> Job:
        return full._replace(world=with_campaigns(world, rules), rules=rules)

    def keep(shard: Shard, part: Part) -> None:
        if rows is not None and part.outcomes is not None:
            rows[shard.first : shard.first + shard.members] = part.outcomes
        elif part.outcomes is not None:
            gathering.put(shard.first, part.outcomes)
        if keep_transfers is not None and part.transfers is not None:
            keep_transfers(part.transfers)
        if keep_events is not None and part.events is not None:
            keep_events(part.events, part.lines)

    with nullcontext(crew) if crew else open_crew(threads=threads) as workers:
        usual = min(workers.members_at_a_time, JOURNAL_CHUNK_MEMBERS) if keeps else workers.members_at_a_time
        shards = shards_of(count, chunk_members or usual)
        days = int(world.month_of_day.size)
        passes = _Passes(workers, shards, cancelled, progress, bool(allotments(policy, scenario.first_day, days)))

        def lived(rules: Rules, watch: tuple[int, int]) -> Tally:
            # Journals are written once, when it is known what is used up.
            quiet = watch != NOTHING or (keeps and passes.several)
            asked = under(rules)._replace(watch=watch)
            return passes.run(asked._replace(transfers=False, events=False, rows=False) if quiet else asked, sums, keep)

        settled = settle(policy, scenario.first_day, days, lived)
        total = settled.tally
        if keeps and passes.several:
            total = passes.run(under(settled.rules), sums, keep)
        passes.finish()
    kept = gathering.columns() if outcomes and columns else rows
    upkeep = upkeep_of(scenario, policy, count)
    return _finished(total, kept, sums, settled.closings, upkeep, sampled=not scenario.scripted)


class _Passes:
    """Runs of all members one after the other, told as one progress although nobody knows how many there will be."""

    def __init__(
        self,
        crew: Crew,
        shards: Sequence[Shard],
        cancelled: Callable[[], bool] | None,
        progress: Progress | None,
        several: bool,
    ) -> None:
        """``several``: something can be used up, so that one run may not be the last."""
        self.several = several
        self._crew, self._shards, self._cancelled, self._progress = crew, shards, cancelled, progress
        self._done = 0.0
        self._width = 0.5 if several else 1.0

    def run(self, job: Job, sums: np.ndarray, keep: Callable[[Shard, Part], None]) -> Tally:
        """All members once. ``sums`` is filled anew."""
        total = tally_for(job)
        sums[:] = np.zeros(1, OUTCOME)
        with closing(self._crew.parts(job, self._shards, self._cancelled)) as parts:
            for done, (shard, part) in enumerate(zip(self._shards, parts, strict=True), start=1):
                merge(total, sums, part)
                keep(shard, part)
                if self._progress:
                    self._progress(self._done + self._width * done / len(self._shards))
        self._done += self._width
        self._width /= 2
        return total

    def finish(self) -> None:
        """Nothing more is run."""
        if self._progress and self._done < 1.0:
            self._progress(1.0)


def _finished(
    total: Tally,
    outcomes: Outcomes | None,
    sums: np.ndarray,
    closed: tuple[Closing, ...],
    upkeep: Upkeep,
    *,
    sampled: bool,
) -> Simulation:
    amounts = total.amounts.sum(axis=0)
    events, transfers = (int(each) for each in total.work)
    list_cents = int(total.counts[:, Count.LIST_CENTS].sum())
    return Simulation(
        outcomes=outcomes,
        sums=sums,
        sampled=sampled,
        monthly=monthly_sums(total),
        tiers=seats_at_month_ends(total),
        flows=total.flows,
        pulls=total.pulls,
        gauge=total.gauge,
        used=total.used_by_day,
        closed=closed,
        upkeep=upkeep,
        laws=laws_of_run(total.totals, amounts, total.balances, transfers, list_cents),
        events=events,
        transfers=transfers,
        refused={Status(each).name.lower(): int(total.refused[each]) for each in np.flatnonzero(total.refused)},
    )
