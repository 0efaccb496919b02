"""What a member's life is made of, as one bundle of arrays, and the few things that happen to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.advance import advance
from ledger.apply import apply, cut_by_cap
from ledger.batch import journal_for, start_afresh
from ledger.events import EVENT, Kind, event
from ledger.journal import Journal
from ledger.state import Member, new_member
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import inlined, kernel
from policies.pricing import has_bit
from policies.rules import NEVER_DAY, Rules, records
from sim.people import PERSON, birthday_of, remember_spending
from sim.tally import Tally, new_tally, tally_capped, tally_free_period, tally_order, tally_transfers
from sim.world import World

DELIVERY_DAYS = 3
"""How long goods are under way, where points wait for their delivery."""


class Diary(NamedTuple):
    """What the ledger has said yes to, event after event, if anybody wants to know."""

    rows: np.recarray  # EVENT (capacity,)
    fill: np.ndarray  # int64 (2,): rows that are filled; 1 if events are noted at all


def new_diary(capacity: int) -> Diary:
    """An empty diary of that many events; with none it stays empty."""
    return Diary(records(max(1, capacity), EVENT), np.array([0, 1 if capacity else 0], np.int64))


class Life(NamedTuple):
    """Everything one worker needs; it serves one member after another."""

    world: World
    rules: Rules
    member: Member
    person: np.record  # PERSON
    events: np.recarray  # EVENT (2,): the event being prepared, and a blank one
    event: np.record  # the former
    lines: np.recarray  # LINE (l,): lines of scripted orders; drawn orders have none
    blank: Member  # an account that has not joined
    journal: Journal
    keep: np.ndarray  # int64 (1,): 1 if transfers stay in the journal
    diary: Diary
    tally: Tally


def new_life(world: World, rules: Rules, *, scale: int, transfers: int, keep: bool) -> Life:
    """A fresh bundle: ``scale`` times the usual room for a member, and room for so many transfers."""
    member = new_member(scale=scale)
    events = records(2, EVENT)
    events[:] = event(Kind.JOIN, 0)
    return Life(
        world,
        rules,
        member,
        records(1, PERSON)[0],
        events,
        events[0],
        world.script_lines,
        new_member(),
        journal_for(member, transfers),
        np.array([1 if keep else 0], np.int64),
        new_diary(0),
        new_tally(world.month_end_day.size, int(rules[0].levels)),
    )


@inlined
def begin_life(life, number):
    """Blank the account for the next member."""
    start_afresh(life.member, life.blank, number)


@kernel
def post(life, outcome, kind, day, second):
    """Apply the prepared event, tally its transfers, and blank it for the next.

    A full diary answers as a full journal does: the part must be run again with more room.
    """
    diary = life.diary
    if diary.fill[1] == 1 and diary.fill[0] == diary.rows.size:
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
    if diary.fill[1] == 1:
        diary.rows[diary.fill[0]] = life.events[0]
        diary.fill[0] += 1
    life.tally.work[0] += 1
    _tally(life, outcome, begin)
    life.events[0] = life.events[1]
    return status


@inlined
def join(life, outcome, day, second):
    """Become a member; where that takes an invitation, there is one."""
    month, day_of_month = birthday_of(life.world, life.member.head.member)
    row = life.event
    row.invited = 1
    row.birth_month = month
    row.birth_day = day_of_month
    return post(life, outcome, Kind.JOIN, day, second)


@inlined
def join_plan(life, outcome, day, second):
    """Begin the first plan: with the trial, if there is one and it has not been used."""
    head = life.member.head
    row = life.event
    row.which = 1
    row.trial = 1 if begins_with_trial(rule_on(life.rules, day), head, 1) else 0
    status = post(life, outcome, Kind.PLAN_START, day, second)
    if status == Status.OK and head.plan_paid_cents == 0:
        tally_free_period(life.world, rule_on(life.rules, day), head, outcome, life.tally, day)
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


@inlined
def order_to_deliver(member, day):
    """The first order that arrives on a day."""
    found = NEVER_DAY
    for index in range(member.head.lots):
        lot = member.lots[index]
        if lot.pending == 1 and lot.active_day == NEVER_DAY and lot.earned_day + DELIVERY_DAYS == day:
            found = min(found, lot.order)
    return found


@inlined
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
def buy(life, outcome, day, second, list_cents, redeem_points, margin_bp):
    """Post an order and count it."""
    row = life.event
    row.order = outcome.orders
    row.list_cents = list_cents
    row.redeem_points = redeem_points
    rule = rule_on(life.rules, day)
    cut = redeem_points > 0 and cut_by_cap(rule, life.member, list_cents, redeem_points)
    status = post(life, outcome, Kind.PURCHASE, day, second)
    if status == Status.OK:
        if cut:
            tally_capped(life.world, outcome, life.tally, day)
        tally_order(life.world, life.person, outcome, life.tally, day, list_cents, margin_bp)
        remember_spending(life.person, day, list_cents)
    return status


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
        if status != Status.JOURNAL_FULL or life.keep[0] == 1 or booked == 0:
            return status


@kernel
def _tally(life, outcome, begin):
    """Tally the transfers from row `begin` on; drop them unless they are kept."""
    tally_transfers(life.world, life.rules, life.person, outcome, life.tally, life.journal, begin)
    if life.keep[0] == 0:
        life.journal.fill.used = begin
