"""Shards: members in a row who live through a run by themselves, in whatever thread, process or machine.

Nothing in a shard depends on another one, sums are integers and rows belong to members, so the way in which a run
is cut into shards, and who works them off in which order, cannot change a byte of its result.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.status import Status
from policies import Problem
from policies.errors import says
from policies.rules import Rules, records
from sim.engines.compiled_engine import live_many
from sim.engines.life import NOTHING, STOPPED, Life, new_life
from sim.engines.tally import SECONDS_A_DAY, Tally, add, new_tally, tally_of
from sim.market.file import examples
from sim.market.world import World
from sim.members.outcomes import OUTCOME
from sim.scenario import ScenarioError

SUMMED = OUTCOME.names[: OUTCOME.names.index("segment")]
"""Fields of an outcome that can be added up; the others are days and marks of one member."""

_BLOCK_MEMBERS = 500
_SCALE_MOST = 1 << 12
_FIRST_TRANSFERS = 1 << 16
_FIRST_EVENTS = 1 << 14


class Cancelled(Exception):
    """The run was cancelled from outside."""


class Job(NamedTuple):
    """What every shard of a run must know; it can be sent to other processes and machines as it is."""

    world: World
    rules: Rules
    watch: tuple[int, int] = NOTHING  # an allotment and a day: what is used of it is counted second by second
    transfers: bool = False  # keep the journal
    events: bool = False  # keep what the ledger has said yes to
    rows: bool = True  # keep the outcome of each member, not their sum alone


class Shard(NamedTuple):
    """Members that are worked off at a time."""

    first: int
    members: int


class Part(NamedTuple):
    """What a shard leaves behind."""

    tally: Tally
    sums: np.ndarray  # OUTCOME (1,): see SUMMED
    outcomes: np.ndarray | None  # OUTCOME (members,), if they are kept
    transfers: np.ndarray | None  # TRANSFER (n,), if they are kept
    events: np.ndarray | None  # EVENT (n,), if they are kept
    lines: np.ndarray | None  # LINE (m,): those that the events name


def shards_of(members: int, size: int) -> tuple[Shard, ...]:
    """Members 0 to ``members`` in shards of ``size``, the last one perhaps smaller."""
    return tuple(Shard(first, min(size, members - first)) for first in range(0, members, size))


def live_shard(job: Job, shard: Shard, stop: np.ndarray) -> Part:
    """Let the members of a shard live, again with more room as often as the ledger asks for it.

    ``stop``, int64 (1,), is looked at before each member: as soon as somebody writes 1 into it, nobody else lives.

    Raises:
        Cancelled: ``stop`` was set.
        ScenarioError: an order is too large for the policy, or a member does more than any account has room for.
    """
    scale, transfers, events = 1, _FIRST_TRANSFERS if job.transfers else 0, _FIRST_EVENTS if job.events else 0
    outcomes = records(shard.members if job.rows else min(shard.members, _BLOCK_MEMBERS), OUTCOME)
    sums = records(1, OUTCOME)
    while True:
        life = _new_life(job, stop, scale, transfers, events)
        status = _live_in_blocks(life, shard, outcomes, sums)
        if status == Status.OK:
            return _part(job, life, outcomes, sums)
        if status == STOPPED:
            raise Cancelled
        if status == Status.MEMBER_FULL and scale < _SCALE_MOST:
            scale *= 2
        elif status == Status.JOURNAL_FULL and (job.transfers or job.events):
            transfers, events = 2 * transfers, 2 * events
        elif status == Status.MEMBER_FULL:
            raise ScenarioError([_too_much_for_one()])
        elif status == Status.AMOUNT_TOO_LARGE:
            raise ScenarioError([_order_too_large()])
        else:
            raise RuntimeError(f"members from {shard.first} on: the ledger answered {Status(status).name}")


def _live_in_blocks(life: Life, shard: Shard, outcomes: np.ndarray, sums: np.ndarray) -> int:
    """Fill outcomes and their sums a few rows at a time, over and over the same ones if there are too few of them."""
    sums[:] = np.zeros(1, OUTCOME)
    for done in range(0, shard.members, _BLOCK_MEMBERS):
        place = done % outcomes.size
        rows = outcomes[place : place + min(_BLOCK_MEMBERS, shard.members - done)]
        rows[:] = np.zeros(1, OUTCOME)
        status = live_many(life, shard.first + done, rows)
        if status != Status.OK:
            return status
        for name in SUMMED:
            sums[name] += rows[name].sum()
    return Status.OK


def tally_for(job: Job) -> Tally:
    """Sums of zero, with room for the seconds of the day that is watched."""
    tally = new_tally(job.world.month_end_day.size, int(job.rules[0].levels), job.world.month_of_day.size)
    if job.watch == NOTHING:
        return tally
    return tally._replace(used_by_second=np.zeros(SECONDS_A_DAY, np.int64))


def merge(tally: Tally, sums: np.ndarray, part: Part) -> None:
    """Add what a shard leaves behind to the sums of a run."""
    add(tally, part.tally)
    for name in SUMMED:
        sums[name] += part.sums[name]


def _new_life(job: Job, stop: np.ndarray, scale: int, transfers: int, events: int) -> Life:
    return new_life(
        job.world,
        job.rules,
        scale=scale,
        transfers=transfers,
        keep=job.transfers,
        events=events,
        watch=job.watch,
        stop=stop,
    )


def _part(job: Job, life: Life, outcomes: np.ndarray, sums: np.ndarray) -> Part:
    """Copies of what was filled, so that the room behind them can go."""
    world, work = job.world, life.work
    lines = job.world.script_lines if job.world.scripted else np.array(life.diary.lines[: work.noted_lines])
    levels, months = int(job.rules[0].levels), world.month_end_day.size
    return Part(
        tally=tally_of(life.tally, levels, months, life.used_by_day, life.used_by_second),
        sums=sums,
        outcomes=outcomes if job.rows else None,
        transfers=_member_by_member(life.journal.rows[: life.journal.fill.used]) if job.transfers else None,
        events=_member_by_member(life.diary.rows[: work.noted]) if job.events else None,
        lines=lines if job.events else None,
    )


def _order_too_large() -> Problem:
    """A basket beyond what the rules can calculate with in 64 bits."""
    rule = says(
        "a drawn order is larger than the policy can calculate with: lower scale, or raise q so that "
        "baskets differ less",
        "抽到的订单金额超出该方案可计算的范围：请减小 scale，或增大 q 使客单价差异变小",
    )
    return Problem("scenario", "segments.basket", rule, example=examples()["basket"])


def _too_much_for_one() -> Problem:
    """More lots, orders, coupons or friends of friends at a time than the largest room holds."""
    rule = says(
        "a member holds more at a time than an account has room for: lower the rate of orders or of referrals",
        "某会员同时持有的内容超出一个账户的容量：请降低购买频率或推荐频率",
    )
    return Problem("scenario", "segments.purchase", rule, example=examples()["purchase"])


def _member_by_member(rows: np.ndarray) -> np.ndarray:
    """A copy in which each member's rows stand together: a friend's life is told in the middle of the referrer's."""
    _, first, member = np.unique(rows["member"], return_index=True, return_inverse=True)
    return np.array(rows[np.argsort(first[member], kind="stable")])
