"""What a member's life is made of, as one bundle of arrays, and the few things that happen to it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from ledger.advance import advance
from ledger.apply import apply
from ledger.batch import journal_for, start_afresh
from ledger.events import EVENT, LINE, Kind, event
from ledger.journal import NONE, Journal
from ledger.state import Member, member_dtype, new_member
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import inlined, kernel
from policies.pricing import has_bit
from policies.rules import CAMPAIGNS_MOST, NEVER_DAY, Rules, records
from sim.effects import Term
from sim.engines.counts import Count, month_of
from sim.engines.service import serve_free_period
from sim.engines.tally import ALLOTMENTS, SECONDS_A_DAY, SUMS, tally_transfers, tally_use
from sim.engines.tally_life import tally_redemption
from sim.market.world import World
from sim.members.errands import ERRAND, ERRANDS
from sim.members.people import PERSON

DELIVERY_DAYS = 3
"""How long goods are under way, where points wait for their delivery."""

NOTHING = (NONE, NONE)
"""What a bundle watches that watches nothing."""

STOPPED = -1
"""Answer when the work is to be left."""

FRIEND = -2
"""Answer of a life that pauses until that of a new friend has been told."""

GENERATIONS = 12
"""Friends of friends of a member with the usual room: who refers, and eleven generations below."""


WORK = np.dtype(
    [
        ("keep", "i8"),  # 1 if transfers stay in the journal
        ("noting", "i8"),  # 1 if events are noted in the diary
        ("noted", "i8"),  # rows of the diary that are filled
        ("noted_lines", "i8"),
        ("watched", "i8"),  # allotment whose use is noted by the second, NONE if none is
        ("watched_day", "i8"),  # on this day
        ("depth", "i8"),  # generation that is told now, 0 for a member of the scenario's own
        ("scripted", "i8"),  # 1 if members are written by hand
        ("terms", "f8", (len(Term),)),  # the last purchase intensity, term by term
        ("events", EVENT, (2,)),  # the event being prepared, and a blank one
    ],
    align=True,
)
"""How the work of a bundle stands."""


class Diary(NamedTuple):
    """What the ledger has said yes to, event after event, if anybody wants to know."""

    rows: np.recarray  # EVENT (capacity,)
    lines: np.recarray  # LINE (capacity,): those of drawn orders


def new_diary(capacity: int) -> Diary:
    """An empty diary of that many events; with none it stays empty."""
    size = max(1, capacity)
    return Diary(records(size, EVENT), records(size, LINE))


class Script(NamedTuple):
    """What members do who are written by hand; see sim.market.world.World."""

    events: np.recarray  # EVENT (n,)
    first: np.ndarray  # int64 (members + 1,)


@cache
def stack_dtype(scale: int) -> np.dtype:
    """A member and, below, the friend whose life is told first, with so many times the usual room."""
    depth, errands = GENERATIONS * scale, ERRANDS * scale
    return np.dtype(
        [
            ("members", member_dtype(scale), (depth,)),
            ("persons", PERSON, (depth,)),
            ("errands", ERRAND, (depth, errands)),
            ("generations", "i8"),
            ("errands_most", "i8"),
        ],
        align=True,
    )


class Life(NamedTuple):
    """Everything one worker needs; it serves one member after another."""

    world: np.record  # sim.market.world.GROUND
    script: Script
    rules: Rules
    stack: np.record  # see stack_dtype
    member: Member  # of the generation that is told now, as the next two
    person: np.record  # PERSON
    errands: np.recarray  # ERRAND (n,)
    event: np.record  # EVENT: the event being prepared
    lines: np.recarray  # LINE (l,): lines of scripted orders; of drawn ones the line of the order being prepared
    blank: Member  # an account that has not joined
    journal: Journal
    diary: Diary
    tally: np.record  # sim.engines.tally.SUMS
    used_by_day: np.ndarray  # int64 (ALLOTMENTS, D)
    used_by_second: np.ndarray  # int64 (SECONDS_A_DAY,), or (1,) if nothing is watched
    work: np.record  # WORK
    stop: np.ndarray  # int64 (1,): 1 if the work is to be left


def new_life(
    world: World,
    rules: Rules,
    *,
    scale: int,
    transfers: int,
    keep: bool,
    events: int = 0,
    watch: tuple[int, int] = NOTHING,
    stop: np.ndarray | None = None,
) -> Life:
    """A fresh bundle: ``scale`` times the usual room for a member, room for so many transfers, and for events to note.

    ``watch`` is an allotment and a day: what is used of it is counted second by second.
    """
    stack = records(1, stack_dtype(scale))[0]
    stack.generations, stack.errands_most = GENERATIONS * scale, ERRANDS * scale
    work = records(1, WORK)[0]
    work["events"][:] = event(Kind.JOIN, 0)
    work.keep, work.noting, work.scripted = int(keep), int(events > 0), int(world.scripted)
    work.watched, work.watched_day = watch
    member = new_member(scale=scale)
    return Life(
        world.ground(),
        Script(world.script, world.script_from),
        rules,
        stack,
        member,
        records(1, PERSON)[0],
        records(ERRANDS * scale, ERRAND),
        work["events"].view(np.recarray)[0],
        world.script_lines if world.scripted else records(1, LINE),
        new_member(),
        journal_for(member, transfers),
        new_diary(events),
        records(1, SUMS)[0],
        np.zeros((ALLOTMENTS, world.month_of_day.size), np.int64),
        np.zeros(1 if watch == NOTHING else SECONDS_A_DAY, np.int64),
        work,
        np.zeros(1, np.int64) if stop is None else stop,
    )


@inlined
def generation(life, depth):
    """The same bundle with the member of another generation."""
    return Life(
        life.world,
        life.script,
        life.rules,
        life.stack,
        life.stack.members[depth],
        life.stack.persons[depth],
        life.stack.errands[depth],
        life.event,
        life.lines,
        life.blank,
        life.journal,
        life.diary,
        life.tally,
        life.used_by_day,
        life.used_by_second,
        life.work,
        life.stop,
    )


@kernel
def begin_life(life, number):
    """Blank the account for the next member."""
    start_afresh(life.member, life.blank, number)


@kernel
def post(life, outcome, kind, day, second):
    """Apply the prepared event, tally its transfers, and blank it for the next.

    A full diary answers as a full journal does: the part must be run again with more room.
    """
    work = life.work
    if work.noting == 1 and work.noted == life.diary.rows.size:
        return Status.JOURNAL_FULL
    row = life.event
    row.kind = kind
    row.member = life.member.head.member
    row.day = day
    row.second = second
    begin = life.journal.fill.used
    status = apply(life.rules, life.member, row, life.lines, life.journal)
    if status != Status.OK:
        return status
    if work.noting == 1:
        _note(life, life.diary, work)
    life.tally.work[0] += 1
    _tally(life, outcome, begin)
    if Kind.REWARD <= kind <= Kind.SPIN:
        _tally_burn(life, outcome, row, kind, day, second)
    work.events[0] = work.events[1]
    return status


@kernel
def _note(life, diary, work):
    """Write the event into the diary, with the line of a drawn order."""
    diary.rows[work.noted] = work.events[0]
    if work.scripted == 0 and life.event.lines == 1:
        diary.lines[work.noted_lines] = life.lines[0]
        diary.rows[work.noted].first_line = work.noted_lines
        work.noted_lines += 1
    work.noted += 1


@kernel
def _tally_burn(life, outcome, row, kind, day, second):
    """Count points that were used outside of orders."""
    points = rule_on(life.rules, day).wheel_points
    if kind == Kind.REWARD:
        points = rule_on(life.rules, day).reward_points[row.which]
        tally_use(life, CAMPAIGNS_MOST + row.which, day, second, 1)
    if points > 0:
        life.person.redemptions += 1
        tally_redemption(life, outcome, day)


@kernel
def join(life, outcome, day, second, parent):
    """Become a member, perhaps referred by another one; where that takes an invitation, there is one."""
    person = life.person
    row = life.event
    row.invited = 1
    row.birth_month = person.birth_month
    row.birth_day = person.birth_day
    row.referred = person.referred
    row.other = parent
    status = post(life, outcome, Kind.JOIN, day, second)
    if status == Status.OK:
        person.endowed_points = life.member.head.issued_points
        month = month_of(life.world, day)
        life.tally.counts[month, Count.JOINS] += 1
        life.tally.counts[month, Count.REFERRED] += person.referred
        outcome.persons += 1
    return status


@kernel
def join_plan(life, outcome, plan, day, second):
    """Begin a plan: with the trial, if there is one and it has not been used."""
    head = life.member.head
    row = life.event
    row.which = plan
    row.trial = 1 if begins_with_trial(rule_on(life.rules, day), head, plan) else 0
    trial = row.trial
    status = post(life, outcome, Kind.PLAN_START, day, second)
    if status == Status.OK:
        outcome.trials += trial
        life.tally.counts[month_of(life.world, day), Count.TRIALS] += trial
        if head.plan_paid_cents == 0:
            serve_free_period(life, outcome, rule_on(life.rules, day), day)
    return status


@kernel
def begins_with_trial(rule, head, plan):
    """Whether a plan would begin with its trial."""
    return rule.plan_trial_days[plan] > 0 and not has_bit(head.trials, plan)


@kernel
def delivery_day(world, member):
    """Day on which the next order arrives whose points wait for it; NEVER_DAY if there is none."""
    first = NEVER_DAY
    if world.span.deliveries == 1:
        for index in range(member.head.lots):
            lot = member.lots[index]
            if lot.pending == 1 and lot.active_day == NEVER_DAY:
                first = min(first, lot.earned_day + DELIVERY_DAYS)
    return first


@kernel
def order_to_deliver(member, day):
    """The first order that arrives on a day."""
    found = NEVER_DAY
    for index in range(member.head.lots):
        lot = member.lots[index]
        if lot.pending == 1 and lot.active_day == NEVER_DAY and lot.earned_day + DELIVERY_DAYS == day:
            found = min(found, lot.order)
    return found


@kernel
def receive_deliveries(life, outcome, day):
    """Bring the books to the morning of a day, and let the orders of the days up to then arrive in their mornings."""
    head = life.member.head
    status = Status.OK
    while status == Status.OK and delivery_day(life.world, life.member) <= day:
        arrival = delivery_day(life.world, life.member)
        status = bring_forward(life, outcome, arrival)
        if status == Status.OK and delivery_day(life.world, life.member) == arrival:
            life.event.order = order_to_deliver(life.member, arrival)
            status = post(life, outcome, Kind.DELIVER, arrival, head.second)
    if status != Status.OK:
        return status
    return bring_forward(life, outcome, day)


@kernel
def bring_forward(life, outcome, day):
    """Bring the books to the morning of a day and tally what the nights booked."""
    while True:
        begin = life.journal.fill.used
        status = advance(life.rules, life.member, day, life.journal)
        booked = life.journal.fill.used - begin
        if booked > 0:
            _tally(life, outcome, begin)
        # A full journal is emptied and the nights go on, unless it is kept or too small for a single night.
        if status != Status.JOURNAL_FULL or life.work.keep == 1 or booked == 0:
            return status


@kernel
def _tally(life, outcome, begin):
    """Tally the transfers from row `begin` on; drop them unless they are kept."""
    tally_transfers(life, outcome, begin)
    if life.work.keep == 0:
        life.journal.fill.used = begin
