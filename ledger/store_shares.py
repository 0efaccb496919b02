"""What all members share: budgets of campaigns and stocks of rewards.

What is used up is noted in the rules as a moment: every event of that moment or later finds nothing left, in whatever
order events are posted.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from sqlalchemy import Connection, func, select

from ledger.accounts import Cause
from ledger.errors import LedgerError
from ledger.events import Kind
from ledger.laws import Law
from ledger.store_run import ALLOTMENT as ALLOTMENT_ROW
from ledger.store_run import CAMPAIGN, REWARD
from ledger.store_schema import ALLOTMENT, FACT, TRANSFER
from policies import Policy
from policies.rules import NEVER_DAY, NO_LIMIT, Rules, records

_STORED = ("used", "last_day", "last_second", "closed_day", "closed_second")


class Stored(Protocol):
    """A row of the table of allotments."""

    used: int
    last_day: int
    last_second: int
    closed_day: int
    closed_second: int


class Shares:
    """The allotments of a policy: what was used of each, and since when nothing is left of it."""

    def __init__(self, policy: Policy) -> None:
        found = [
            *_limited(policy.campaign_names, CAMPAIGN, policy.rules["campaign_budget_cents"]),
            *_limited(policy.reward_names, REWARD, policy.rules["reward_stock"]),
        ]
        self.names = [(kind, name) for kind, name, _ in found]
        """(CAMPAIGN or REWARD, name) of each."""
        self.rows = records(len(found), ALLOTMENT_ROW)
        """ALLOTMENT (a,)."""
        self.rows.kind = [kind for kind, _, _ in found]
        self.rows.number = [number for _, _, number in found]
        self.rows.last_day = -NEVER_DAY
        self.rows.closed_day = NEVER_DAY
        self._read = self.rows.copy()

    def new_rows(self) -> list[dict[str, object]]:
        """Rows of the table for new books."""
        return [
            {"kind": kind, "name": name} | {field: int(self.rows[place][field]) for field in _STORED}
            for place, (kind, name) in enumerate(self.names)
        ]

    def read(self, stored: dict[tuple[int, str], Stored]) -> None:
        """Take what the database says; rows of the table by (kind, name). Raises LedgerError if one is not there."""
        for kind, name in self.names:
            if (kind, name) not in stored:
                raise LedgerError(f'The books do not say what was used of {_of(kind)} "{name}": they are damaged.')
        for place, name in enumerate(self.names):
            for field in _STORED:
                self.rows[place][field] = getattr(stored[name], field)
        self._read = self.rows.copy()

    def changed(self) -> list[dict[str, object]]:
        """What the database does not say yet: the fields, and kind and name as b_kind and b_name."""
        return [
            {"b_kind": kind, "b_name": name} | {field: int(self.rows[place][field]) for field in _STORED}
            for place, (kind, name) in enumerate(self.names)
            if self.rows[place] != self._read[place]
        ]

    @property
    def open_rows(self) -> np.ndarray:
        """Places of those that are not used up."""
        return np.flatnonzero(self.rows.closed_day == NEVER_DAY)

    def note(self, rules: Rules) -> None:
        """Write into the rules since when nothing is left."""
        for row in self.rows:
            of = "campaign" if row.kind == CAMPAIGN else "reward"
            rules[f"{of}_closed_day"][:, row.number] = row.closed_day
            rules[f"{of}_closed_second"][:, row.number] = row.closed_second


def laws_of_shares(connection: Connection, shares: Shares, rules: Rules) -> tuple[Law, ...]:
    """What is stored as used of each budget and stock is what the journal and the facts come to."""
    worth = {int(rule.version): int(rule.point_value_bp) for rule in rules}
    found = dict.fromkeys(shares.names, 0)
    names = {(int(row.kind), int(row.number)): name for row, name in zip(shares.rows, shares.names, strict=True)}
    given = select(TRANSFER.c.which, TRANSFER.c.version, func.sum(TRANSFER.c.amount))
    given = given.where(TRANSFER.c.cause == int(Cause.EARN_CAMPAIGN)).group_by(TRANSFER.c.which, TRANSFER.c.version)
    for number, version, points in connection.execute(given):
        if (CAMPAIGN, number) in names:
            found[names[CAMPAIGN, number]] += int(points) * worth.get(version, 0)
    taken = select(FACT.c.which, func.count()).where(FACT.c.kind == int(Kind.REWARD)).group_by(FACT.c.which)
    for number, pieces in connection.execute(taken):
        if (REWARD, number) in names:
            found[names[REWARD, number]] += pieces
    used = {(row.kind, row.name): row.used for row in connection.execute(select(ALLOTMENT))}
    return tuple(
        Law(f'used of {_of(kind)} "{name}" = by the journal', used.get((kind, name), 0), found[kind, name])
        for kind, name in shares.names
    )


def _of(kind: int) -> str:
    return "the budget of campaign" if kind == CAMPAIGN else "the stock of reward"


def _limited(names: tuple[str, ...], kind: int, limits: np.ndarray) -> list[tuple[int, str, int]]:
    """Those that have a limit in some version: kind, name and number; ``limits`` is (versions, numbers)."""
    return [(kind, name, number) for number, name in enumerate(names) if (limits[:, number] != NO_LIMIT).any()]
