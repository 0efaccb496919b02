"""A whole array of events through the ledger at once: member after member, in constant memory.

It is ``advance`` and ``apply`` in a compiled loop and nothing else: whatever a batch books,
posting the same events one by one would have booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from ledger.accounts import Account, Cause, Unit
from ledger.advance import advance
from ledger.apply import apply, quote
from ledger.events import EVENT, Kind, no_lines
from ledger.journal import NONE, Journal, new_journal, room_for, taken
from ledger.laws import Law, add_totals, add_transfer, laws_of_run, new_balances, new_totals
from ledger.room import clear_counters
from ledger.state import Member, grown, new_member
from ledger.status import Status
from policies.calendar import month_index
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import NEVER_DAY, Rules, records

ACCOUNT = np.dtype(
    [
        ("member", "i8"),
        ("tier", "i8"),
        ("orders", "i8"),
        ("redemptions", "i8"),  # orders that used points
        ("issued_points", "i8"),
        ("redeemed_points", "i8"),
        ("expired_points", "i8"),
        ("outstanding_points", "i8"),  # pending and active
    ],
    align=True,
)
"""One member's books at the close."""

_CURSOR = np.dtype([("event", "i8"), ("open", "i8"), ("accounts", "i8"), ("transfers", "i8")], align=True)
_JOURNAL_ROWS = 4096


class Flow(IntEnum):
    """What is summed by calendar month."""

    ISSUED = 0
    REDEEMED = 1
    REDEMPTIONS = 2
    EXPIRED = 3


class Batch(NamedTuple):
    """What the loop works on. It can be left and entered again at any event."""

    rules: Rules
    events: np.recarray  # EVENT (n,)
    member: Member
    blank: Member  # an account that has not joined
    rows: np.recarray  # EVENT (2,): the event being posted, and the JOIN of who did not send one
    lines: np.recarray  # LINE (1,): none
    journal: Journal
    keep: np.ndarray  # int64 (1,): 1 if transfers stay in the journal
    cursor: np.record  # next event, whether a member is open, members closed, transfers booked
    accounts: np.recarray  # ACCOUNT (members,)
    first_month: np.ndarray  # int64 (1,): months since January of year 0
    by_month: np.ndarray  # int64 (months, len(Flow))
    by_cause: np.ndarray  # int64 (len(Cause),): transferred amounts
    balances: np.ndarray  # int64 (ACCOUNTS,): credits less debits of each account
    totals: np.ndarray  # int64 (len(Total),)


@dataclass(frozen=True)
class Posted:
    """What a batch of events came to."""

    accounts: np.recarray  # ACCOUNT (members,), in the order of the events
    first_month: int  # months since January of year 0
    by_month: np.ndarray  # int64 (months, len(Flow)), from first_month through the month of the close
    members_by_tier: np.ndarray  # int64 (levels,)
    laws: tuple[Law, ...]
    transfers: np.ndarray | None  # TRANSFER (n,) if they were asked for


class EventRefused(ValueError):
    """The ledger refused an event of a batch. ``index`` is its place, ``status`` the reason."""

    def __init__(self, index: int, status: Status) -> None:
        super().__init__(f"event {index} was refused: {status.name.lower()}")
        self.index = index
        self.status = status


def post_events(
    rules: Rules,
    events: np.recarray,
    as_of_day: int,
    *,
    redeem_always: bool = False,
    keep_transfers: bool = False,
) -> Posted:
    """Post events, EVENT (n,), sorted by member, day and second, and close all books on a day.

    Orders have no lines. A member who does not begin with a JOIN joins at the day and second of the first event,
    by invitation if that is what the policy asks for. ``redeem_always`` replaces the points asked for in
    every order by as many as the policy allows.

    Raises EventRefused; ValueError if there are no events, if they are not sorted by member, if one
    has lines, or if one is after the close.
    """
    _check(events, as_of_day)
    batch = _new_batch(rules, events, as_of_day, keep_transfers)
    kept = []
    status = Status.JOURNAL_FULL
    while status != Status.OK:
        status = Status(post_on(batch, as_of_day, redeem_always))
        if keep_transfers:
            kept.append(taken(batch.journal))
        if status == Status.MEMBER_FULL:
            batch = _with_more_room(batch)
        elif status not in (Status.OK, Status.JOURNAL_FULL):
            raise EventRefused(int(batch.cursor.event), status)
    list_cents = int(events.list_cents[events.kind == Kind.PURCHASE].sum())
    return Posted(
        batch.accounts,
        int(batch.first_month[0]),
        batch.by_month,
        batch.balances[Account.TIER_FIRST : Account.TIER_FIRST + int(rules[0].levels)],
        laws_of_run(batch.totals, batch.by_cause, batch.balances, int(batch.cursor.transfers), list_cents),
        np.concatenate(kept) if keep_transfers else None,
    )


def _check(events: np.recarray, as_of_day: int) -> None:
    if events.size == 0:
        raise ValueError("there are no events to post")
    if (np.diff(events.member) < 0).any():
        raise ValueError("events must be sorted by member")
    if events.lines.any():
        raise ValueError("orders of a batch have no lines")
    if events.day.max() > as_of_day:
        raise ValueError("an event is after the day on which the books are closed")


def _new_batch(rules: Rules, events: np.recarray, as_of_day: int, keep_transfers: bool) -> Batch:
    account = new_member()
    first_month = month_index(int(events.day.min()))
    months = month_index(as_of_day) - first_month + 1
    return Batch(
        rules,
        # One layout in memory, or every new one would be compiled for.
        np.ascontiguousarray(events).view(np.recarray),
        account,
        new_member(),
        records(2, EVENT),
        no_lines(),
        journal_for(account, _JOURNAL_ROWS),
        np.array([1 if keep_transfers else 0], np.int64),
        records(1, _CURSOR)[0],
        records(1 + np.count_nonzero(np.diff(events.member)), ACCOUNT),
        np.array([first_month], np.int64),
        np.zeros((months, len(Flow)), np.int64),
        np.zeros(len(Cause), np.int64),
        new_balances(),
        new_totals(),
    )


def journal_for(member: Member, least: int) -> Journal:
    """An empty journal with at least so many rows, and as many as the longest night of the account can need."""
    entries = member.lots.size + member.uses.size + member.coupons.size + member.stored.size
    return new_journal(max(least, room_for(entries)))


def _with_more_room(batch: Batch) -> Batch:
    """The same batch with twice the room for a member, and a journal that takes such a member's longest night."""
    member = grown(batch.member)
    return batch._replace(member=member, journal=journal_for(member, batch.journal.rows.size))


@kernel
def start_afresh(member, blank, number):
    """Make an account that has served one member fit for the next."""
    member.head = blank.head
    member.head.member = number
    clear_counters(member)


@kernel
def post_on(batch, as_of_day, redeem_always):
    """Post from the cursor to the last event, closing each member's books.

    Returns Status.OK, MEMBER_FULL or JOURNAL_FULL (make room and call again), or a refusal.
    """
    cursor = batch.cursor
    head = batch.member.head
    while cursor.event < batch.events.size or cursor.open == 1:
        if cursor.open == 0:
            start_afresh(batch.member, batch.blank, batch.events[cursor.event].member)
            cursor.open = 1
        if cursor.event < batch.events.size and batch.events[cursor.event].member == head.member:
            status = _post(batch, redeem_always)
            if status == Status.OK:
                cursor.event += 1
        else:
            status = _close(batch, as_of_day)
            if status == Status.OK:
                cursor.accounts += 1
                cursor.open = 0
        if status != Status.OK:
            return status
    return Status.OK


@kernel
def _post(batch, redeem_always):
    """Bring the books to the event's day and apply it."""
    batch.rows[0] = batch.events[batch.cursor.event]
    row = batch.rows[0]
    head = batch.member.head
    status = _bring_forward(batch, row.day)
    if status == Status.OK and head.joined_day == NEVER_DAY and row.kind != Kind.JOIN:
        status = _join(batch, row)
    if status != Status.OK:
        return status
    if redeem_always and row.kind == Kind.PURCHASE:
        row.redeem_points = quote(rule_on(batch.rules, row.day), batch.member, row.list_cents)
    status = _apply(batch, row)
    if status == Status.OK and row.kind == Kind.PURCHASE and row.redeem_points > 0:
        batch.accounts[batch.cursor.accounts].redemptions += 1
        batch.by_month[_month(batch, row.day), Flow.REDEMPTIONS] += 1
    return status


@kernel
def _join(batch, first):
    """Somebody whose first event is not a JOIN joins just before it."""
    row = batch.rows[1]
    row.kind = Kind.JOIN
    row.member = first.member
    row.day = first.day
    row.second = first.second
    row.order = NONE
    row.other = NONE
    row.invited = 1
    return _apply(batch, row)


@kernel
def _apply(batch, row):
    """Apply one event and sum its transfers."""
    begin = batch.journal.fill.used
    status = apply(batch.rules, batch.member, row, batch.lines, batch.journal)
    if status == Status.OK:
        _sum_transfers(batch, begin)
    return status


@kernel
def _bring_forward(batch, day):
    """Bring the books to the morning of a day and sum what the nights booked."""
    while True:
        begin = batch.journal.fill.used
        status = advance(batch.rules, batch.member, day, batch.journal)
        _sum_transfers(batch, begin)
        # Rows that are not kept are dropped, so a full journal has room again and the nights go on.
        if status != Status.JOURNAL_FULL or batch.keep[0] == 1:
            return status


@kernel
def _sum_transfers(batch, begin):
    """Add the journal's transfers from row `begin` on to the sums; drop them unless they are kept."""
    for index in range(begin, batch.journal.fill.used):
        row = batch.journal.rows[index]
        batch.by_cause[row.cause] += row.amount
        add_transfer(batch.balances, row)
        if row.unit == Unit.POINTS:
            _sum_points(batch, row)
    batch.cursor.transfers += batch.journal.fill.used - begin
    if batch.keep[0] == 0:
        batch.journal.fill.used = begin


@kernel
def _sum_points(batch, row):
    """Add a transfer of points to the flows of its month."""
    month = _month(batch, row.day)
    if row.debit == Account.POINTS_ISSUED:
        batch.by_month[month, Flow.ISSUED] += row.amount
    elif row.credit == Account.POINTS_REDEEMED:
        batch.by_month[month, Flow.REDEEMED] += row.amount
    elif row.debit == Account.POINTS_REDEEMED:
        batch.by_month[month, Flow.REDEEMED] -= row.amount
    if row.credit == Account.POINTS_EXPIRED:
        batch.by_month[month, Flow.EXPIRED] += row.amount
    elif row.debit == Account.POINTS_EXPIRED:
        batch.by_month[month, Flow.EXPIRED] -= row.amount


@kernel
def _month(batch, day):
    """Row of the month that holds a day."""
    return month_index(day) - batch.first_month[0]


@kernel
def _close(batch, as_of_day):
    """Book everything due on or before the last day and note what the member then has."""
    status = _bring_forward(batch, as_of_day)
    if status != Status.OK:
        return status
    head = batch.member.head
    account = batch.accounts[batch.cursor.accounts]
    account.member = head.member
    account.tier = head.tier
    account.orders = head.orders
    account.issued_points = head.issued_points
    account.redeemed_points = head.redeemed_points
    account.expired_points = head.expired_points
    account.outstanding_points = head.pending_points + head.active_points
    add_totals(batch.member, batch.totals)
    return status
