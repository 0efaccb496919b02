"""A batch on its way through the desk: what was known before, what comes twice, what concerns two members."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.desk import Accounts, Desk
from ledger.events import Kind
from ledger.facts import Moment
from ledger.facts_events import Events, receipt_parts
from ledger.journal import TRANSFER
from ledger.receipts import Receipt, Receipts, allowed_instead, allowed_moment, transfers_of
from ledger.state import Member
from ledger.status import Status
from ledger.store_facts import contents
from ledger.store_giving import give_points, lots_sent
from ledger.store_referrals import Referrals


class Accepted(NamedTuple):
    """Events to be kept as facts."""

    rows: np.recarray  # EVENT (n,)
    lines: np.recarray  # LINE
    keys: list[str]
    answers: np.recarray  # ANSWER (n,)


class Posting:
    """One batch. The receipts are complete after ``go``."""

    def __init__(self, batch: Events, closed_day: int | None, desk: Desk) -> None:
        self.batch = batch._replace(rows=batch.rows.copy())
        self.receipts = Receipts(batch.keys, batch.rows["member"])
        self.known: dict[str, tuple[tuple, Receipt]] = {}
        """Facts that are in the books already: their content and their receipt."""
        self.referrals = Referrals(self.batch.rows)
        self.accepted: list[Accepted] = []
        self._desk = desk
        self._closed_day = closed_day
        self._contents: list[tuple] = []
        self._posted: dict[str, int] = {}
        self._transfers: list[np.ndarray] = []
        self._taken = 0

    def members(self) -> np.ndarray:
        """Everybody concerned, ascending."""
        rows = self.batch.rows
        return np.unique(
            np.concatenate([rows["member"], rows["other"][rows["kind"] == Kind.SEND], self.referrals.referred])
        )

    def go(self, accounts: Accounts) -> None:
        """Post everything, in the order given wherever that matters."""
        repeats = self._repeats()
        open_ones = np.flatnonzero(~self._settled())
        of_two = np.isin(self.batch.rows["kind"][open_ones], (Kind.SEND, Kind.REFERRAL))
        alone = open_ones[repeats[open_ones] | of_two]
        begin = 0
        for place in [*alone.tolist(), len(self.batch.rows)]:
            first, last = np.searchsorted(open_ones, (begin, place))
            self._run(accounts, begin, place, open_ones[first:last])
            if place < len(self.batch.rows) and not (repeats[place] and self._is_repeat(place)):
                self._alone(accounts, place)
            begin = place + 1
        self.receipts.transfers = np.concatenate([np.zeros(0, TRANSFER), *self._transfers])

    def _alone(self, accounts: Accounts, place: int) -> None:
        kind = self.batch.rows[place].kind
        if kind == Kind.SEND:
            self._give(accounts, place)
        elif kind == Kind.REFERRAL:
            self._refer(accounts, place)
        else:
            self._run(accounts, place, place + 1, np.array([place]))

    def _run(self, accounts: Accounts, begin: int, end: int, places: np.ndarray) -> None:
        """Post the events of these places; all lie from ``begin`` to before ``end``."""
        if not places.size:
            return
        rows = self.batch.rows[begin:end]

        def refused(index: int, status: Status, member: Member) -> None:
            self._refuse(begin + index, status, allowed_instead(self._desk.rules, member, rows[index], status))

        posted = self._desk.post(accounts, rows, self.batch.lines, places - begin, refused)
        changes = posted.answers["change"][places - begin]
        booked = places[changes > 0]
        answers = posted.answers[booked - begin]
        self.receipts.first_rows[booked] = self._taken + answers["first_row"]
        self.receipts.rows[booked] = answers["rows"]
        self._keep(posted.transfers)
        if booked.size:
            whole = booked.size == len(self.batch.rows)
            keys = self.batch.keys if whole else [self.batch.keys[place] for place in booked.tolist()]
            accepted = Accepted(rows if whole else rows[booked - begin], self.batch.lines, keys, answers)
            self.accepted.append(accepted)
            self.referrals.note(accepted.rows)

    def _refer(self, accounts: Accounts, place: int) -> None:
        """Reward a member for another one, if the books know of it."""
        answer = self.referrals.answer(self._desk.rules, self.batch.rows[place], accounts)
        if answer == Status.OK:
            self._run(accounts, place, place + 1, np.array([place]))
            return

        def refused(index: int, status: Status, member: Member) -> None:
            self._refuse(place, status, allowed_instead(self._desk.rules, member, self.batch.rows[place], status))

        self._refuse(place, answer)
        # What the member's own account says against it comes first: somebody who is no member has referred nobody.
        own = accounts.place(self.batch.rows["member"][place : place + 1])
        stand = accounts.stand(own)
        self._desk.post(accounts, self.batch.rows[place : place + 1], self.batch.lines, np.zeros(1, np.int64), refused)
        accounts.put_back(own, stand)

    def _give(self, accounts: Accounts, place: int) -> None:
        event, key = self.batch.rows[place], self.batch.keys[place]
        given = give_points(self._desk, accounts, event)
        if given.status != Status.OK:
            self._refuse(place, given.status, given.allowed)
            return
        sent, got = given.sent.transfers, given.got.transfers
        self.accepted.append(Accepted(self.batch.rows[place : place + 1], self.batch.lines, [key], given.sent.answers))
        keys = receipt_parts(key, len(lots_sent(sent)))
        self.accepted.append(Accepted(given.events, self.batch.lines, keys, given.got.answers))
        self._keep(sent)
        self._keep(got)
        both = transfers_of(sent) + transfers_of(got)
        self.receipts.known[place] = Receipt(key, int(event.member), Status.OK, both)

    def _keep(self, transfers: np.ndarray) -> None:
        self._transfers.append(transfers)
        self._taken += len(transfers)

    def _refuse(self, place: int, status: Status, allowed: int | None = None) -> None:
        self.receipts.statuses[place] = status
        if allowed is not None:
            self.receipts.allowed[place] = allowed

    def _repeats(self) -> np.ndarray:
        """Events whose key an earlier event of the batch has, bool (n,)."""
        keys = self.batch.keys
        repeats = np.zeros(len(keys), bool)
        if self.known or len(set(keys)) < len(keys):
            self._contents = contents(self.batch.rows, self.batch.lines)
            for place, key in enumerate(keys):
                repeats[place] = self._posted.setdefault(key, place) != place
        return repeats

    def _is_repeat(self, place: int) -> bool:
        """Answer an event whose key has come before in this batch, unless all events of that key were refused."""
        key = self.batch.keys[place]
        first = self._posted[key]
        if self.receipts.statuses[first] != Status.OK:
            self._posted[key] = place
            return False
        if self._contents[first] == self._contents[place]:
            self.receipts.same[place] = first
        else:
            self._refuse(place, Status.IDEMPOTENCY_CONFLICT)
        return True

    def _settled(self) -> np.ndarray:
        """Events that are answered without looking at any account, bool (n,); their receipts are written."""
        rows, keys = self.batch.rows, self.batch.keys
        settled = np.zeros(len(rows), bool)
        for place in [place for place, key in enumerate(keys) if key in self.known] if self.known else []:
            content, receipt = self.known[keys[place]]
            settled[place] = True
            if content == self._contents[place]:
                self.receipts.known[place] = receipt
            else:
                self._refuse(place, Status.IDEMPOTENCY_CONFLICT)
        refers = (rows["kind"] == Kind.REFERRAL) | ((rows["kind"] == Kind.JOIN) & (rows["referred"] == 1))
        for place in np.flatnonzero(refers & (rows["other"] == rows["member"]) & ~settled).tolist():
            settled[place] = True
            self._refuse(place, Status.REFERRAL_NOT_OFFERED)
        if self._closed_day is not None:
            for place in np.flatnonzero((rows["day"] < self._closed_day) & ~settled).tolist():
                settled[place] = True
                closed = allowed_moment(Moment(self._closed_day), rows[place])
                self._refuse(place, Status.EVENT_OUT_OF_ORDER, closed)
        return settled
