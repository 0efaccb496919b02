"""The ledger of a real program: facts in, receipts out, everything kept in a database.

One fact is one database transaction: take the lock, read the account, let the nights up to the day
pass, apply the event, append the transfers, save the account, commit. The rules are applied by the
very functions that a simulation calls.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Engine, inspect, text

from ledger.accounts import Cause, Unit, account_name
from ledger.apply import quote
from ledger.desk import Desk
from ledger.errors import LedgerError
from ledger.events import no_lines
from ledger.facts import Delivery, Fact, Join, Line, Purchase, Refund, checked_key, day_number
from ledger.facts_events import Events, checked_events, events_of, keys_of
from ledger.facts_names import FactNames
from ledger.facts_programs import (
    Activity,
    Adjust,
    Extend,
    Grant,
    Household,
    Invite,
    Leave,
    PartnerBurn,
    PartnerEarn,
    PlanCancel,
    PlanChange,
    PlanRefund,
    PlanRenew,
    PlanStart,
    PointsTransfer,
    Referral,
    Reinstate,
    Reward,
    Spin,
    TopUp,
    TopUpRefund,
)
from ledger.journal import TRANSFER
from ledger.laws import Law
from ledger.lots import usable_points
from ledger.receipts import Receipt, Receipts, Transfer
from ledger.state import Member
from ledger.store_check import Difference, differences, laws_of_books
from ledger.store_engine import engine_of, in_a_transaction, reading
from ledger.store_migrate import rebuild_accounts, upgrade_from_1
from ledger.store_schema import FORMAT, METADATA, create
from ledger.store_work import Work, all_transfers, read_account, read_allotments, read_transfers
from ledger.stored import STATE_FORMAT
from policies import Policy
from policies.days import date_of
from policies.earning import rule_on

__all__ = [
    "Activity", "Adjust", "Delivery", "Extend", "Grant", "Household", "Invite", "Join", "Leave", "Ledger",
    "LedgerError", "Line", "PartnerBurn", "PartnerEarn", "PlanCancel", "PlanChange", "PlanRefund", "PlanRenew",
    "PlanStart", "PointsTransfer", "Purchase", "Receipt", "Receipts", "Referral", "Refund", "Reinstate", "Reward",
    "Spin", "TopUp", "TopUpRefund", "Transfer",
]  # fmt: skip


class Ledger:
    """Books in a database, under one policy. Open them with ``Ledger.open``; one thread at a time."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        self.engine = engine
        self.policy = policy
        self._zone = ZoneInfo(policy.time_zone)
        self._names = FactNames(policy)
        self._desk = Desk(policy)

    @classmethod
    def open(cls, url: str, policy: Policy) -> Ledger:
        """The books at a database URL, such as ``"sqlite:///shop.db"`` or ``"sqlite://"`` (in memory).

        Books that are not there yet are made; books of an older version are brought up to date.

        Raises:
            LedgerError: no database, or one that belongs to another policy or to another program.
        """
        ledger = cls(engine_of(url), policy)
        try:
            ledger._desk.rehearse()
            in_a_transaction(ledger.engine, ledger._settle)
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

    def post_many(self, facts: Iterable[Fact]) -> Receipts:
        """Book many facts in one transaction, in the order given; a receipt each, written out when it is looked at.

        The result is that of posting them one by one, refusals included. Raises LedgerError before anything is
        booked if one of them makes no sense.
        """
        return self._post(events_of(list(facts), self._zone, self._names))

    def post_batch(
        self, events: np.ndarray, lines: np.ndarray | None = None, keys: Iterable[str | None] | None = None
    ) -> Receipts:
        """Book many events in one transaction, given as arrays: EVENT (n,) and LINE (m,) of ledger.events.

        The result is that of ``post_many`` without a Python object an event. Keys that are not given are derived.
        """
        rows, own_lines = checked_events(events, no_lines() if lines is None else lines)
        derived = keys_of(rows, own_lines)
        if keys is not None:
            given = list(keys)
            if len(given) != len(derived):
                raise LedgerError(f"{len(derived)} events need as many keys, not {len(given)}.")
            derived = [key if own is None else checked_key(own) for own, key in zip(given, derived, strict=True)]
        return self._post(Events(rows, own_lines, derived))

    def close_day(self, day: int | date) -> int:
        """Bring all books to the morning of a day; nothing before that day can be posted afterwards.

        Returns the number of members who had something due.
        """
        number = day_number(day)
        return in_a_transaction(
            self.engine, lambda connection: Work(connection, self._desk, closing=True).close(number)
        )

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
        return self._desk.advance(account, day)

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

    def journal(self) -> Iterator[np.ndarray]:
        """All transfers, TRANSFER (n,) part by part: by member and sequence, as they stand at the first part."""
        with reading(self.engine) as connection:
            yield from all_transfers(connection)

    def write_csv(self, path: Path) -> int:
        """Write all transfers into a file, with names of units, accounts and causes. Returns how many there are."""
        count = 0
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(TRANSFER.names)
            for rows in self.journal():
                writer.writerows(map(_named, rows.tolist()))
                count += len(rows)
        return count

    def laws(self) -> tuple[Law, ...]:
        """The conservation laws over everything stored."""
        with reading(self.engine) as connection:
            return laws_of_books(connection, self._desk)

    def verify(self) -> list[Difference]:
        """Replay every fact from empty and compare with what is stored; one difference a member, none if sound."""
        desk = Desk(self.policy, counts=False)
        with reading(self.engine) as connection:
            read_allotments(connection, desk)
            return differences(connection, desk)

    def _post(self, batch: Events) -> Receipts:
        return in_a_transaction(self.engine, lambda connection: Work(connection, self._desk).post(batch))

    def _settle(self, connection: Connection) -> None:
        """Make the books if they are not there; bring older ones up to date; refuse what must not be touched."""
        present = set(inspect(connection).get_table_names()) & set(METADATA.tables)
        where = self.engine.url.render_as_string(hide_password=True)
        if not present:
            create(connection, self.policy, STATE_FORMAT, self._desk.shares.new_rows())
            return
        if "book" not in present:
            raise LedgerError(f"{where} holds other tables named {', '.join(sorted(present))}: use an empty database.")
        book = connection.execute(text("SELECT format, state_format, policy_name, policy_digest FROM book")).one()
        if book.format > FORMAT:
            raise LedgerError(
                f"The books in {where} were written by a newer version of this program, in format {book.format}; this "
                f"version reads formats up to {FORMAT}. Open them with the newer version."
            )
        # What the digest of a policy covers has changed since format 1: there the replay proves that the rules agree.
        same = (
            book.policy_name == self.policy.name if book.format < FORMAT else book.policy_digest == self.policy.digest
        )
        if not same:
            raise LedgerError(
                f'The books in {where} are kept under the policy "{book.policy_name}" with digest '
                f'{book.policy_digest[:12]}, and "{self.policy.name}" has digest {self.policy.digest[:12]}: its rules '
                f"are others. Open them with the policy they were made with, or begin new books."
            )
        if book.format < FORMAT:
            upgrade_from_1(connection, Desk(self.policy, counts=False))
        elif book.state_format != STATE_FORMAT:
            desk = Desk(self.policy, counts=False)
            read_allotments(connection, desk)
            rebuild_accounts(connection, desk)


def _named(row: tuple) -> tuple:
    """A transfer with names for numbers."""
    transfer = Transfer._make(row)
    return transfer._replace(
        debit=account_name(transfer.debit),
        credit=account_name(transfer.credit),
        unit=Unit(transfer.unit).name.lower(),
        cause=Cause(transfer.cause).name.lower(),
    )
