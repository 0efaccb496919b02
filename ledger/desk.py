"""The desk: posts events to accounts in memory, and makes room wherever a kernel asks for it.

The store and its replay both post through here, so that a replay cannot take another way.
"""

from __future__ import annotations

import numpy as np

from ledger.advance import advance
from ledger.apply import apply
from ledger.journal import new_journal, room_for, taken
from ledger.state import FIRST_LOTS, Member, grown
from ledger.status import Status
from policies.rules import Rules


class Desk:
    """Rules and a journal. One thread at a time."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._journal = new_journal(room_for(FIRST_LOTS))

    def advance(self, member: Member, day: int) -> np.ndarray:
        """Book every night up to the morning of a day, in place. Returns the transfers, TRANSFER (n,)."""
        # Somebody may have interrupted the work before this one half-way.
        self._journal.fill.used = 0
        parts = []
        while (status := advance(self.rules, member, day, self._journal)) == Status.JOURNAL_FULL:
            parts.append(self._emptied(member))
        assert status == Status.OK
        return _joined([*parts, taken(self._journal)])

    def post(self, member: Member, event: np.record) -> tuple[Status, Member, np.ndarray]:
        """Book the nights up to the event's day, then the event, in place.

        Returns the status, the account (another object if it had to grow) and the transfers, TRANSFER (n,). After a
        refusal the nights are booked and the event is not: pass a copy if they must not be.
        """
        parts = [self.advance(member, event.day)]
        while (status := Status(apply(self.rules, member, event, self._journal))) != Status.OK:
            if status == Status.JOURNAL_FULL:
                parts.append(self._emptied(member))
            elif status == Status.MEMBER_FULL:
                member = grown(member)
            else:
                break
        return status, member, _joined([*parts, taken(self._journal)])

    def _emptied(self, member: Member) -> np.ndarray:
        """The transfers so far; the journal is empty afterwards, and large enough for the member."""
        transfers = taken(self._journal)
        if self._journal.rows.size < room_for(member.head.lots):
            self._journal = new_journal(2 * room_for(member.head.lots))
        return transfers


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """The parts as one array. Mostly all but one are empty, and joining records is slow."""
    filled = [part for part in parts if part.size]
    return np.concatenate(filled) if len(filled) > 1 else (filled or parts)[0]
