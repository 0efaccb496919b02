"""The loop of a batch: account after account is unpacked, posted to and packed again, in compiled code.

It is ``advance`` and ``apply`` and nothing else. It stops wherever somebody else must do something: make room, answer
for a refusal. Whoever calls it sees to that and calls it again.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from ledger.accounts import Cause
from ledger.advance import advance
from ledger.apply import apply
from ledger.events import Kind
from ledger.journal import Journal
from ledger.status import Status
from ledger.stored import DAMAGED, FITS, pack, unpack
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import BASIS, NEVER_DAY, NO_LIMIT, Rules


class Stop(IntEnum):
    """Why the loop has stopped."""

    DONE = 0
    JOURNAL = 1  # it has no room for the next event: empty it, or make it larger if it is empty
    ACCOUNT = 2  # the account in work needs more room
    STATES = 3  # there is no room for another packed account
    DAMAGED = 4  # the account of the next event cannot be read
    REFUSED = 5  # the last event was refused; the account in work shows how it stood then
    CLOSED = 6  # a budget or a stock was used up by the last event


TASK = np.dtype(
    [
        ("position", "i8"),  # next place in `order`
        ("closing", "i8"),  # 1: only bring the accounts to the morning of the events' days
        ("current", "i8"),  # account in work, -1 if none
        ("last", "i8"),  # account that was packed last
        ("end", "i8"),  # how much of `states` is filled
        ("need", "i8"),  # integers that the account in work can need
        ("taken", "i8"),  # transfers that have left the journal
    ],
    align=True,
)
"""How far the loop has come."""

ANSWER = np.dtype(
    [
        ("status", "i8"),
        ("first_row", "i8"),  # where its transfers begin
        ("rows", "i8"),  # and how many there are
        ("sequence", "i8"),  # of the first one
        ("change", "i8"),  # which change of its account it was, from 1
    ],
    align=True,
)
"""What became of an event."""

CAMPAIGN, REWARD = 0, 1

ALLOTMENT = np.dtype(
    [
        ("kind", "i8"),  # CAMPAIGN or REWARD
        ("number", "i8"),
        ("used", "i8"),  # worth of points in basis points of a minor unit, or pieces
        ("last_day", "i8"),  # last moment for which something was used
        ("last_second", "i8"),
        ("closed_day", "i8"),  # first moment for which nothing is left; NEVER_DAY if there is something
        ("closed_second", "i8"),
    ],
    align=True,
)
"""What all members share: the budget of a campaign or the stock of a reward."""


class Run(NamedTuple):
    """What the loop works on."""

    rules: Rules
    events: np.recarray  # EVENT (n,)
    lines: np.recarray  # LINE
    accounts: np.ndarray  # int64 (n,): place of the event's account in `places`
    order: np.ndarray  # int64: the events to post, in this order
    places: np.ndarray  # int64 (m, 2): where each packed account begins in `states`, and its length
    changes: np.ndarray  # int64 (m,): how often each account has changed
    states: np.ndarray  # int64: packed accounts
    answers: np.recarray  # ANSWER (n,)
    allotments: np.recarray  # ALLOTMENT (a,)
    journal: Journal
    task: np.record  # TASK


@kernel
def run_on(run, member, sheet):
    """Post on until the end or until something must be done; returns a Stop. ``sheet`` is the memory of ``member``."""
    task = run.task
    journal = run.journal
    while task.position < run.order.size:
        index = run.order[task.position]
        if run.states.size - task.end < task.need:
            return Stop.STATES
        account = run.accounts[index]
        if task.current != account:
            task.current = -1
            answer = unpack(run.states, run.places[account, 0], run.places[account, 1], sheet, member)
            if answer != FITS:
                return Stop.DAMAGED if answer == DAMAGED else Stop.ACCOUNT
            task.current = account
        mark = journal.fill.used
        sequence = member.head.sequence
        status = _status(run, member, index)
        if status != Status.OK:
            # Whatever nights were booked on the way are taken back with the event.
            task.current = -1
            journal.fill.used = mark
            if status == Status.JOURNAL_FULL:
                return Stop.JOURNAL
            if status == Status.MEMBER_FULL:
                return Stop.ACCOUNT
            run.answers[index].status = status
            task.position += 1
            return Stop.REFUSED
        start = run.places[account, 0] if task.last == account else task.end
        task.end = pack(sheet, member, run.states, start)
        task.last = account
        run.places[account, 0] = start
        run.places[account, 1] = task.end - start
        run.changes[account] += 1
        answer_row = run.answers[index]
        answer_row.status = Status.OK
        answer_row.first_row = task.taken + mark
        answer_row.rows = journal.fill.used - mark
        answer_row.sequence = sequence
        answer_row.change = run.changes[account]
        task.position += 1
        if run.allotments.size > 0 and task.closing == 0 and _use(run, run.events[index], mark):
            return Stop.CLOSED
    return Stop.DONE


@kernel
def _status(run, member, index):
    """Let the nights pass, then post the event unless days are being closed."""
    event = run.events[index]
    status = advance(run.rules, member, event.day, run.journal)
    if status != Status.OK or run.task.closing == 1:
        return status
    return apply(run.rules, member, event, run.lines, run.journal)


@kernel
def _use(run, event, mark):
    """Count what the event has used of budgets and stocks; True if one of them is used up by it."""
    closed = False
    rule = rule_on(run.rules, event.day)
    for place in range(run.allotments.size):
        each = run.allotments[place]
        number = each.number
        used = 0
        if each.kind == REWARD:
            limit = rule.reward_stock[number]
            used = 1 if event.kind == Kind.REWARD and event.which == number else 0
        else:
            limit = rule.campaign_budget_cents[number]
            for row in range(mark, run.journal.fill.used):
                transfer = run.journal.rows[row]
                if transfer.cause == Cause.EARN_CAMPAIGN and transfer.which == number:
                    used += transfer.amount * rule.point_value_bp
            limit = limit * BASIS if limit != NO_LIMIT else limit
        each.used += used
        if used == 0 or each.closed_day < NEVER_DAY:
            # What is told late, of a moment before the end, is granted and counted; the end stays where it is.
            continue
        if event.day > each.last_day or (event.day == each.last_day and event.second > each.last_second):
            each.last_day = event.day
            each.last_second = event.second
        if limit != NO_LIMIT and each.used >= limit:
            # Not before any moment that something was granted for: a replay must grant it again.
            each.closed_day = each.last_day
            each.closed_second = each.last_second + 1
            closed = True
    return closed
