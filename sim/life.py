"""What a member's life is made of, as one bundle of arrays, and the three things that happen to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.advance import advance
from ledger.apply import apply, cut_by_cap
from ledger.events import Kind, event
from ledger.journal import NONE, Journal, new_journal, room_for
from ledger.state import HEAD, Member, new_member
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import big_kernel, kernel
from policies.rules import Rules, records
from sim.people import PERSON, remember_spending
from sim.tally import Tally, new_tally, tally_capped, tally_order, tally_transfers
from sim.world import World


class Life(NamedTuple):
    """Everything one worker needs; it serves one member after another."""

    world: World
    rules: Rules
    member: Member
    person: np.record  # PERSON
    event: np.record  # EVENT: the event being prepared
    heads: np.recarray  # HEAD (2,): the member's own, and one of an account that has not joined
    journal: Journal
    keep: np.ndarray  # int64 (1,): 1 if transfers stay in the journal
    tally: Tally


def new_life(world: World, rules: Rules, *, room: int, transfers: int, keep: bool) -> Life:
    """A fresh bundle: room for so many lots and window entries a member, and so many transfers."""
    heads = records(2, HEAD)
    heads[:] = new_member().head
    member = new_member(lots=room, windows=room)
    return Life(
        world,
        rules,
        Member(heads[0], member.lots, member.window),
        records(1, PERSON)[0],
        event(Kind.JOIN, 0),
        heads,
        new_journal(max(transfers, room_for(room))),
        np.array([1 if keep else 0], np.int64),
        new_tally(world.month_end_day.size, int(rules[0].levels)),
    )


@big_kernel
def post(life, outcome, kind, day, second):
    """Apply the prepared event, tally its transfers, and blank it for the next."""
    row = life.event
    row.kind = kind
    row.member = life.member.head.member
    row.day = day
    row.second = second
    begin = life.journal.fill.used
    status = apply(life.rules, life.member, row, life.journal)
    if status != Status.OK:
        return status
    life.tally.work[0] += 1
    _tally(life, outcome, begin)
    row.order = NONE
    row.list_cents = 0
    row.redeem_points = 0
    row.plan = 0
    return status


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


@big_kernel
def bring_forward(life, outcome, day):
    """Bring the books to the morning of a day and tally what the nights booked."""
    while True:
        begin = life.journal.fill.used
        status = advance(life.rules, life.member, day, life.journal)
        booked = life.journal.fill.used - begin
        if booked > 0:
            _tally(life, outcome, begin)
        # A full journal is emptied and the nights go on, unless it is kept or too small for a single night.
        if status == Status.OK or life.keep[0] == 1 or booked == 0:
            return status


@kernel
def _tally(life, outcome, begin):
    """Tally the transfers from row `begin` on; drop them unless they are kept."""
    tally_transfers(life.world, life.rules, life.person, outcome, life.tally, life.journal, begin)
    if life.keep[0] == 0:
        life.journal.fill.used = begin
