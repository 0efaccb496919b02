"""The front door of the simulation: a scenario and a policy go in, sums and outcomes come out.

Members are worked off in chunks by threads; compiled code holds no lock, so threads use all cores.
Chunks are merged by integer addition and outcomes land in each member's own row, so the number of threads
and the size of the chunks cannot change a byte of the result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from ledger.accounts import Account, Cause
from ledger.laws import Law, laws_of_run
from ledger.status import Status
from policies import Policy, Problem
from policies.errors import says
from policies.rules import Rules, records
from sim.compiled_engine import live_many
from sim.kpis import MONTHLY, OUTCOME
from sim.life import new_diary, new_life
from sim.scenario import Scenario, ScenarioError
from sim.scenario_file import examples
from sim.tally import Count, Tally, add, new_tally
from sim.world import World

CHUNK_MEMBERS = 2_000
"""Members a worker takes at a time: large enough to be efficient, small enough to cancel within a moment."""

JOURNAL_CHUNK_MEMBERS = 250
_SCALE_MOST = 1 << 12
_FIRST_TRANSFERS = 1 << 16
_FIRST_EVENTS = 1 << 14

_MONEY = {
    "cash_cents": ((Cause.SALE_CASH, Cause.SALE_PRINCIPAL), (Cause.RETURN_CASH, Cause.RETURN_PRINCIPAL)),
    "discount_cents": (
        (Cause.SALE_DISCOUNT, Cause.SALE_COUPON, Cause.SALE_BONUS),
        (Cause.RETURN_DISCOUNT, Cause.RETURN_COUPON, Cause.RETURN_BONUS),
    ),
    "points_paid_cents": ((Cause.SALE_POINTS,), (Cause.RETURN_POINTS,)),
    "fees_cents": ((Cause.PLAN_FEE,), (Cause.PLAN_CREDIT, Cause.PLAN_RETURN)),
}
"""Monthly sums of money: what is added and what is taken off."""

Progress = Callable[[float], None]


class Part(NamedTuple):
    """What a chunk of members leaves behind."""

    tally: Tally
    transfers: np.ndarray | None  # TRANSFER (n,), if they were asked for
    events: np.ndarray | None  # EVENT (n,), if they were asked for


class Cancelled(Exception):
    """The run was cancelled from outside."""


@dataclass(frozen=True)
class Simulation:
    """One policy lived through by everybody."""

    outcomes: np.ndarray  # OUTCOME (members,)
    sampled: bool  # False if the members were written by hand and stand for nobody else
    monthly: dict[str, np.ndarray]  # int64 (months,) by MONTHLY
    tiers: np.ndarray  # int64 (months, levels): members of each tier at each month's end
    laws: tuple[Law, ...]
    events: int
    transfers: int
    refused: dict[str, int]  # deeds of hand-written members that the rules refused, by the name of the refusal


def simulate(
    scenario: Scenario,
    policy: Policy,
    *,
    response: str = "behavioural",
    members: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    chunk_members: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    keep_transfers: Callable[[np.ndarray], None] | None = None,
    keep_events: Callable[[np.ndarray, np.ndarray], None] | None = None,
) -> Simulation:
    """Let the members of a scenario live under a policy.

    ``keep_transfers`` receives the journal part by part, TRANSFER (n,), by member and then by
    sequence; ``keep_events`` receives what was posted and not refused, EVENT (n,), by member and then
    in order of time, with the lines that events name, LINE (m,). ``progress`` receives shares from
    0 to 1. ``cancelled`` is asked between chunks.

    Raises:
        Cancelled: ``cancelled`` answered true.
        ScenarioError: scenario and policy do not fit together.
    """
    count = members_of(scenario, members)
    world = scenario.world(policy, response, seed=seed)
    outcomes = records(count, OUTCOME)
    total = new_tally(len(scenario.months), len(policy.level_names))
    size = chunk_members or (JOURNAL_CHUNK_MEMBERS if keep_transfers or keep_events else CHUNK_MEMBERS)
    starts = range(0, count, size)

    def work(start: int) -> Part:
        rows = outcomes[start : start + size]
        return _live_chunk(
            world, policy.rules, start, rows, keep=keep_transfers is not None, note=keep_events is not None
        )

    parts = _in_order(work, starts, threads or os.cpu_count() or 1, cancelled)
    for done, part in enumerate(parts, start=1):
        add(total, part.tally)
        if keep_transfers is not None and part.transfers is not None:
            keep_transfers(part.transfers)
        if keep_events is not None and part.events is not None:
            keep_events(part.events, world.script_lines)
        if progress:
            progress(done / len(starts))
    return _finished(total, outcomes, not scenario.scripted)


def members_of(scenario: Scenario, members: int | None) -> int:
    """How many members to simulate; a scenario written by hand has just its own."""
    if members is None or scenario.scripted:
        return scenario.members
    return members


def _in_order(
    work: Callable[[int], Part],
    starts: range,
    threads: int,
    cancelled: Callable[[], bool] | None,
) -> Iterator[Part]:
    """Results of the chunks in order, a few ahead at most so that memory stays bounded."""
    waiting = iter(starts)
    with ThreadPoolExecutor(threads) as pool:
        running: list[Future] = [pool.submit(work, start) for start in islice(waiting, 2 * threads)]
        try:
            while running:
                while not running[0].done():
                    if cancelled and cancelled():
                        raise Cancelled
                    wait(running[:1], timeout=0.1, return_when=FIRST_COMPLETED)
                yield running.pop(0).result()
                running += [pool.submit(work, start) for start in islice(waiting, 1)]
                if cancelled and cancelled():
                    raise Cancelled
        finally:
            for future in running:
                future.cancel()


def _live_chunk(world: World, rules: Rules, start: int, outcomes: np.ndarray, *, keep: bool, note: bool) -> Part:
    """One chunk, run again with more room as often as the ledger asks for it."""
    scale, transfers, events = 1, _FIRST_TRANSFERS if keep else 0, _FIRST_EVENTS if note else 0
    while True:
        outcomes[:] = np.zeros(1, OUTCOME)
        life = new_life(world, rules, scale=scale, transfers=transfers, keep=keep)
        life = life._replace(diary=new_diary(events))
        status = live_many(life, start, outcomes)
        if status == Status.OK:
            rows = np.array(life.journal.rows[: life.journal.fill.used]) if keep else None
            return Part(life.tally, rows, np.array(life.diary.rows[: life.diary.fill[0]]) if note else None)
        if status == Status.MEMBER_FULL and scale < _SCALE_MOST:
            scale *= 2
        elif status == Status.JOURNAL_FULL and (keep or note):
            transfers, events = 2 * transfers, 2 * events
        elif status == Status.AMOUNT_TOO_LARGE:
            raise ScenarioError([_order_too_large()])
        else:
            raise RuntimeError(f"members from {start} on: the ledger answered {Status(status).name}")


def _order_too_large() -> Problem:
    """A basket beyond what the rules can calculate with in 64 bits."""
    rule = says(
        "a drawn order is larger than the policy can calculate with: lower scale, or raise q so that "
        "baskets differ less",
        "抽到的订单金额超出该方案可计算的范围：请减小 scale，或增大 q 使客单价差异变小",
    )
    return Problem("scenario", "segments.basket", rule, example=examples()["basket"])


def _finished(total: Tally, outcomes: np.ndarray, sampled: bool) -> Simulation:
    tiers = total.seats.cumsum(axis=0)
    amounts = total.amounts.sum(axis=0)
    events, transfers = (int(each) for each in total.work)
    list_cents = int(total.counts[:, Count.LIST_CENTS].sum())
    laws = laws_of_run(total.totals, amounts, total.balances, transfers, list_cents)
    refused = {Status(number).name.lower(): int(total.refused[number]) for number in np.flatnonzero(total.refused)}
    return Simulation(outcomes, sampled, _monthly(total), tiers, laws, events, transfers, refused)


def _monthly(total: Tally) -> dict[str, np.ndarray]:
    """Sums by month under the names of sim.kpis.MONTHLY."""
    counts, points = total.counts, total.points
    held = points[:, Account.POINTS_PENDING] + points[:, Account.POINTS_ACTIVE]
    by_name = {
        "orders": counts[:, Count.ORDERS],
        "buyers": counts[:, Count.BUYERS],
        "active": counts[:, Count.ACTIVE],
        "surviving": (counts[:, Count.JOINS] - counts[:, Count.LEAVERS]).cumsum(),
        "list_cents": counts[:, Count.LIST_CENTS],
        **{name: _net(total.amounts, plus, minus) for name, (plus, minus) in _MONEY.items()},
        "service_cents": counts[:, Count.SERVICE_CENTS],
        "margin_cents": counts[:, Count.MARGIN_CENTS],
        "issued_points": -points[:, Account.POINTS_ISSUED],
        "redeemed_points": points[:, Account.POINTS_REDEEMED],
        "redemptions": counts[:, Count.REDEMPTIONS],
        "capped_redemptions": counts[:, Count.CAPPED],
        "expired_points": points[:, Account.POINTS_EXPIRED],
        "outstanding_points": held.cumsum(),
    }
    return {name: by_name[name].copy() for name in MONTHLY}


def _net(amounts: np.ndarray, plus: tuple[Cause, ...], minus: tuple[Cause, ...]) -> np.ndarray:
    """Sums by month of some causes less those of others."""
    return amounts[:, plus].sum(axis=1) - amounts[:, minus].sum(axis=1)
