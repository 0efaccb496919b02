"""The desk: posts events to packed accounts, and makes room wherever the compiled loop asks for it.

The store and its replay both post through here, so that a replay cannot take another way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ledger.advance import advance
from ledger.events import EVENT, no_lines
from ledger.journal import TRANSFER, new_journal, room_for, taken
from ledger.state import HEAD, Member, new_member
from ledger.status import Status
from ledger.store_run import ANSWER, TASK, Run, Stop, run_on
from ledger.store_shares import Shares
from ledger.store_sums import add_accounts
from ledger.stored import (
    DAMAGED,
    FITS,
    STATE_FORMAT,
    WORD,
    as_bytes,
    as_words,
    damaged,
    new_scratch,
    packed,
    roomier,
    unpacked,
    words_at_most,
)
from policies import Policy
from policies.rules import records

__all__ = ["STATE_FORMAT", "Accounts", "Desk", "Posted"]

_FIRST_ENTRIES = 1024
_AT = {name: HEAD.fields[name][1] // WORD for name in HEAD.names}
_ROOM = 2**15
_NEW_WORDS = 128
_BLANK = as_words(packed(new_member()))

Refused = Callable[[int, Status, Member], None]
"""Told the place of a refused event, why, and the account as it stood then."""


class Accounts:
    """Packed accounts in work: those that were read, as they were read and as they are now."""

    def __init__(self, numbers: np.ndarray, states: Sequence[bytes | None], events: int = 0) -> None:
        """``numbers`` are members, ascending; a state of None is a member whom nobody knows yet.

        ``events``: about so many will be posted. Raises LedgerError if a state cannot be one.
        """
        self.numbers = numbers
        self.known = np.array([state is not None for state in states], bool)
        sizes = np.array([_BLANK.size * WORD if state is None else len(state) for state in states], np.int64)
        if (sizes % WORD).any():
            raise damaged(int(numbers[np.argmax(sizes % WORD != 0)]))
        blank = as_bytes(_BLANK)
        words = np.frombuffer(b"".join(blank if state is None else state for state in states), "<i8")
        # Accounts that change are written behind the others: room for each of them once more, and for what is new.
        # Memory that is never written to costs nothing.
        self.states = np.zeros(2 * words.size + events * _NEW_WORDS + _ROOM, np.int64)
        self.states[: words.size] = words
        ends = np.cumsum(sizes // WORD)
        self.places = np.stack([ends - sizes // WORD, sizes // WORD], 1)
        self.changes = np.zeros(len(numbers), np.int64)
        self.end = int(ends[-1]) if len(ends) else 0
        self.last = -1
        new = self.places[~self.known, 0]
        if new.size:
            self.states[new + _AT["member"]] = numbers[~self.known]

    def place(self, member: int | np.ndarray) -> np.ndarray:
        """Where members stand among the accounts."""
        return np.searchsorted(self.numbers, member)

    def state(self, place: int) -> bytes:
        """A packed account."""
        start, size = self.places[place]
        return as_bytes(self.states[start : start + size])

    def taken_out(self, places: np.ndarray) -> list[bytes]:
        """Packed accounts, in that order."""
        memory = memoryview(self.states.astype("<i8", copy=False)).cast("B")
        return [bytes(memory[start * WORD : (start + size) * WORD]) for start, size in self.places[places].tolist()]

    def due_days(self, places: np.ndarray) -> np.ndarray:
        """Next day with something to book at night, int64."""
        return self.states[self.places[places, 0] + _AT["due_day"]]

    def field(self, place: int, name: str) -> int:
        """A number of the head of an account."""
        return int(self.states[self.places[place, 0] + _AT[name]])

    def stand(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How accounts stand, for ``put_back``; what is posted from now on does not overwrite it."""
        self.last = -1
        return self.places[places].copy(), self.changes[places].copy()

    def put_back(self, places: np.ndarray, stand: tuple[np.ndarray, np.ndarray]) -> None:
        """Let accounts stand again as they did."""
        self.last = -1
        self.places[places], self.changes[places] = stand

    def grow(self, need: int) -> None:
        """Make room for so many integers more."""
        larger = np.zeros(self.end + max(need, self.states.size), np.int64)
        larger[: self.end] = self.states[: self.end]
        self.states = larger


@dataclass(frozen=True)
class Posted:
    """What became of a batch of events."""

    answers: np.recarray  # ANSWER (n,)
    transfers: np.ndarray  # TRANSFER (t,), event after event in the order of posting


class Desk:
    """Rules, a journal and an account to work in. One thread at a time.

    The rules are a copy: budgets and stocks that are used up are noted in them.
    """

    def __init__(self, policy: Policy, *, counts: bool = True) -> None:
        """``counts``: False for a replay, which knows from the start when every budget was used up."""
        self.policy = policy
        self.rules = policy.rules.copy()
        self.shares = Shares(policy)
        self._counts = counts
        self._scale = 1
        self._scratch = new_scratch(self._scale)
        self._journal = new_journal(room_for(_FIRST_ENTRIES))

    def rehearse(self) -> None:
        """Post nothing, to compile what posting needs: nobody should wait for that at a locked database."""
        nobody = Accounts(np.zeros(0, np.int64), [])
        self.post(nobody, records(0, EVENT), no_lines(), np.zeros(0, np.int64), _not_refused)
        unpacked(packed(new_member()), 0)

    def post(
        self, accounts: Accounts, events: np.recarray, lines: np.recarray, order: np.ndarray, refused: Refused
    ) -> Posted:
        """Post events, EVENT (n,), to their members' accounts in place; a refused event changes nothing.

        ``order`` are the places of the events to post, int64. The nights up to an event's day are booked first.

        Raises LedgerError if an account is damaged.
        """
        places = accounts.place(events["member"])
        if not (self._counts and len(self.shares.open_rows)):
            # Nothing that concerns two members: member after member, so that each account is touched once.
            order = order[np.argsort(places[order], kind="stable")]
        return self._done(self._run(accounts, events, lines, places, order), accounts, refused)

    def close(self, accounts: Accounts, day: int | np.ndarray) -> np.ndarray:
        """Bring accounts to the morning of a day, in place; one day for all or one for each.

        Returns the transfers, TRANSFER (n,).
        """
        every = np.arange(len(accounts.numbers))
        nights = records(every.size, EVENT)
        nights["day"] = day
        run = self._run(accounts, nights, no_lines(), every, every)
        run.task.closing = 1
        return self._done(run, accounts, _not_refused).transfers

    def add_up(self, accounts: Accounts, totals: np.ndarray) -> None:
        """Add accounts to the totals of ledger.laws. Raises LedgerError if an account is damaged."""
        place, answer = add_accounts(accounts.states, accounts.places, 0, *self._scratch, totals)
        while answer != FITS:
            if answer == DAMAGED:
                raise damaged(int(accounts.numbers[place]))
            self._more_room()
            place, answer = add_accounts(accounts.states, accounts.places, place, *self._scratch, totals)

    def advance(self, member: Member, day: int) -> Member:
        """The account in the morning of a day; the one given may change."""
        journal = new_journal(room_for(_FIRST_ENTRIES))
        while (status := advance(self.rules, member, day, journal)) != Status.OK:
            if status == Status.MEMBER_FULL:
                member = roomier(member)
            elif not journal.fill.used:
                journal = new_journal(2 * journal.rows.size)
            journal.fill.used = 0
        return member

    def _run(
        self, accounts: Accounts, events: np.recarray, lines: np.recarray, places: np.ndarray, order: np.ndarray
    ) -> Run:
        # Somebody may have interrupted the work before this one half-way.
        self._journal.fill.used = 0
        task = records(1, TASK)[0]
        task.current = -1
        task.last = accounts.last
        task.end = accounts.end
        task.need = words_at_most(self._scratch)
        return Run(
            self.rules,
            events,
            lines,
            places,
            order,
            accounts.places,
            accounts.changes,
            accounts.states,
            records(len(events), ANSWER),
            self.shares.rows if self._counts else self.shares.rows[:0],
            self._journal,
            task,
        )

    def _done(self, run: Run, accounts: Accounts, refused: Refused) -> Posted:
        """Run to the end, seeing to whatever the loop stops for."""
        task = run.task
        parts = [np.zeros(0, TRANSFER)]
        while (stop := run_on(run, *self._scratch)) != Stop.DONE:
            if stop == Stop.JOURNAL:
                run = self._with_journal(run, parts)
            elif stop == Stop.ACCOUNT:
                self._more_room()
                task.need = words_at_most(self._scratch)
            elif stop == Stop.STATES:
                accounts.end = int(task.end)
                accounts.grow(int(task.need))
                run = run._replace(states=accounts.states)
            elif stop == Stop.DAMAGED:
                raise damaged(int(accounts.numbers[run.accounts[run.order[task.position]]]))
            elif stop == Stop.REFUSED:
                index = int(run.order[task.position - 1])
                refused(index, Status(run.answers[index].status), self._scratch.member)
            else:
                self.shares.note(self.rules)
        accounts.end, accounts.last = int(task.end), int(task.last)
        parts.append(taken(self._journal))
        return Posted(run.answers, np.concatenate(parts))

    def _more_room(self) -> None:
        """Let the account in hand have twice the room."""
        self._scale *= 2
        self._scratch = new_scratch(self._scale)

    def _with_journal(self, run: Run, parts: list[np.ndarray]) -> Run:
        if self._journal.fill.used:
            run.task.taken += self._journal.fill.used
            parts.append(taken(self._journal))
            return run
        self._journal = new_journal(2 * self._journal.rows.size)
        return run._replace(journal=self._journal)


def _not_refused(index: int, status: Status, member: Member) -> None:
    raise AssertionError(f"nobody refuses a night: {status.name}")
