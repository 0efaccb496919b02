"""The ledger of a real program: facts in, receipts out, everything kept in a database.

One fact is one database transaction: take the lock, read the account, let the nights up to the day
pass, apply the event, append the transfers, save the account, commit. The rules are applied by the
very functions that a simulation calls.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Engine, inspect, select

from ledger.apply import quote
from ledger.desk import Desk
from ledger.errors import LedgerError
from ledger.facts import Fact, Join, PlanCancel, PlanRenew, PlanStart, Purchase, day_number
from ledger.laws import Law
from ledger.lots import usable_points
from ledger.receipts import Receipt, Transfer
from ledger.state import Member
from ledger.store_check import Difference, differences, laws_of_books
from ledger.store_engine import engine_of, reading, writing
from ledger.store_schema import BOOK, FORMAT, METADATA, create
from ledger.store_work import Work, read_account, read_transfers
from ledger.stored import STATE_FORMAT
from policies import Policy
from policies.days import date_of
from policies.earning import rule_on

__all__ = ["Join", "Ledger", "LedgerError", "PlanCancel", "PlanRenew", "PlanStart", "Purchase", "Receipt", "Transfer"]


class Ledger:
    """Books in a database, under one policy. Open them with ``Ledger.open``; one thread at a time."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self.engine = engine
        self.policy = policy
        self._zone = ZoneInfo(policy.time_zone)
        self._desk = Desk(policy.rules)

    @classmethod
    def open(cls, url: str, policy: Policy) -> Ledger:
        """The books at a database URL, such as ``"sqlite:///shop.db"`` or ``"sqlite://"`` (in memory).

        Books that are not there yet are made.

        Raises:
            LedgerError: no database, or one that belongs to another policy or to another program.
        """
        ledger = cls(engine_of(url), policy)
        try:
            with writing(ledger.engine) as connection:
                ledger._settle(connection)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def post(self, fact: Fact) -> Receipt:
        """Book one fact. A refusal comes back as a receipt, and then nothing has changed, no night either."""
        return self.post_many([fact])[0]

    def post_many(self, facts: Iterable[Fact]) -> list[Receipt]:
        """Book many facts in one transaction, in the order given; a receipt each.

        The result is that of posting them one by one, refusals included. Raises LedgerError before anything is
        booked if one of them makes no sense.
        """
        with writing(self.engine) as connection:
            work = Work(connection, self._desk, self._zone)
            receipts = work.post(list(facts))
            work.save()
        return receipts

    def close_day(self, day: int | date) -> int:
        """Bring all books to the morning of a day; nothing before that day can be posted afterwards.

        Returns the number of members who had something due.
        """
        with writing(self.engine) as connection:
            work = Work(connection, self._desk, self._zone)
            due = work.close(day_number(day))
            work.save()
        return due

    def account(self, member: int, day: int | date | None = None) -> Member:
        """A member's account as stored, or as it will stand in the morning of a day; changing it changes nothing.

        Raises:
            LedgerError: nobody of that number, or a day before the stored one.
        """
        with reading(self.engine) as connection:
            account = read_account(connection, member)
        if day is None:
            return account
        day = day_number(day)
        if day < account.head.day:
            stand = date_of(account.head.day)
            raise LedgerError(f"The books of member {member} stand at {stand}; {date_of(day)} is past.")
        self._desk.advance(account, day)
        return account

    def balance(self, member: int, day: int | date) -> int:
        """Points a member can use on a day: by the dates of the lots, whether or not a night has run since."""
        return int(usable_points(self.account(member, day), day_number(day)))

    def tier(self, member: int, day: int | date | None = None) -> int:
        """A member's tier, 0 being the lowest: as booked, or as of the morning of a day."""
        return int(self.account(member, day).head.tier)

    def quote(self, member: int, day: int | date, list_cents: int) -> int:
        """Most points a member may use on a day for an order of that list price (minor units)."""
        rule = rule_on(self.policy.rules, day_number(day))
        return int(quote(rule, self.account(member, day), list_cents))

    def transfers(self, member: int) -> np.ndarray:
        """All transfers of a member, TRANSFER (n,), in order; none for somebody unknown."""
        with reading(self.engine) as connection:
            return read_transfers(connection, member)

    def laws(self) -> tuple[Law, ...]:
        """The conservation laws over everything stored."""
        with reading(self.engine) as connection:
            return laws_of_books(connection)

    def verify(self) -> list[Difference]:
        """Replay every fact from empty and compare accounts and transfers; one difference a member, none if sound."""
        with reading(self.engine) as connection:
            return differences(connection, self._desk)

    def _settle(self, connection: Connection) -> None:
        """Make the books if they are not there; refuse what this program or policy must not touch."""
        present = set(inspect(connection).get_table_names()) & set(METADATA.tables)
        where = self.engine.url.render_as_string(hide_password=True)
        if not present:
            create(connection, self.policy, STATE_FORMAT)
            return
        if "book" not in present:
            raise LedgerError(f"{where} holds other tables named {', '.join(sorted(present))}: use an empty database.")
        book = connection.execute(select(BOOK)).one()
        if book.format != FORMAT or book.state_format != STATE_FORMAT:
            raise LedgerError(
                f"The books in {where} were written in format {book.format}, accounts {book.state_format}; this "
                f"version reads format {FORMAT}, accounts {STATE_FORMAT}. Open them with the version that made them."
            )
        if book.policy_digest != self.policy.digest:
            raise LedgerError(
                f'The books in {where} are kept under the policy "{book.policy_name}" with digest '
                f'{book.policy_digest[:12]}, and "{self.policy.name}" has digest {self.policy.digest[:12]}: its rules '
                f"are others. Open them with the policy they were made with, or begin new books."
            )
