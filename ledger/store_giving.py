"""Points from one member to another: sent from the lots of the one, received lot by lot by the other.

The store books both or neither; the desk sees two accounts and nothing special about them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ledger.accounts import Cause
from ledger.desk import Accounts, Desk, Posted
from ledger.events import EVENT, Kind, no_lines
from ledger.journal import NONE
from ledger.receipts import allowed_instead
from ledger.state import Member
from ledger.status import Status
from ledger.stored import unpacked
from policies.rules import records

_FIRST = np.zeros(1, np.int64)


@dataclass
class Given:
    """What became of a transfer of points."""

    status: Status
    allowed: int | None = None
    sent: Posted | None = None
    got: Posted | None = None
    events: np.recarray | None = None
    """What the other member received, EVENT (lots,)."""


def lots_sent(transfers: np.ndarray) -> np.ndarray:
    """Of the transfers of a SEND those that say which lot went and how much of it, TRANSFER (lots,)."""
    return transfers[transfers["cause"] == Cause.SEND]


def give_points(desk: Desk, accounts: Accounts, event: np.record) -> Given:
    """Post one SEND and what follows from it on the other account; if either refuses, both are as they were."""
    places = accounts.place(np.array([event.member, event.other]))
    before = accounts.stand(places)
    households = [accounts.field(place, "household") for place in places]
    given = Given(Status.OK)

    def refused(index: int, status: Status, member: Member) -> None:
        if given.status == Status.OK:
            given.status = status
            given.allowed = allowed_instead(desk.rules, member, rows[index], status)

    rows = records(1, EVENT)
    rows[0] = event
    rows[0].invited = int(households[0] == households[1] != NONE and event.member != event.other)
    sender = unpacked(accounts.state(places[0]), int(event.member))
    given.sent = desk.post(accounts, rows, no_lines(), _FIRST, refused)
    if given.status == Status.OK:
        accounts.last = -1
        rows = given.events = _received(desk.advance(sender, int(event.day)), event, given.sent.transfers)
        given.got = desk.post(accounts, rows, no_lines(), np.arange(len(rows)), refused)
    if given.status != Status.OK:
        accounts.put_back(places, before)
    else:
        event.invited = int(households[0] == households[1] != NONE)
    return given


def _received(sender: Member, event: np.record, transfers: np.ndarray) -> np.recarray:
    """What the other member receives: each lot with its dates, EVENT (lots,)."""
    lots = {int(lot.lot): lot for lot in sender.lots[: sender.head.lots]}
    sent = lots_sent(transfers)
    rows = records(len(sent), EVENT)
    for row, transfer in zip(rows, sent, strict=True):
        lot = lots[int(transfer["lot"])]
        row.kind, row.member, row.other, row.order = Kind.RECEIVE, event.other, event.member, NONE
        row.day, row.second, row.points = event.day, event.second, transfer["amount"]
        row.earned_day, row.until_day, row.promotional = lot.earned_day, lot.dead_day, lot.promotional
    return rows
