"""Referrals: for whom a member can be rewarded, and for whom somebody has been rewarded already.

A member is referred by joining with somebody else's number. That somebody is rewarded once, whatever the key of the
fact: the table of referrals has one row a referred member. Whoever posts a referral has locked both accounts, so two
programs that reward at once come one after the other.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import aliased

from ledger.desk import Accounts
from ledger.events import Kind
from ledger.status import Status
from ledger.store_facts import events_of_rows
from ledger.store_replay import Difference
from ledger.store_rows import PostgresRows, SqliteRows
from ledger.store_schema import FACT, REFERRAL
from policies.choices import Trigger
from policies.earning import rule_on
from policies.rules import NEVER_DAY, Rules


class Referrals:
    """What a batch must know to post its referrals; it learns from what the batch itself posts."""

    def __init__(self, rows: np.recarray) -> None:
        """``rows`` are the batch, EVENT (n,)."""
        self.referred = np.unique(rows["other"][rows["kind"] == Kind.REFERRAL])
        """Members whom the batch calls referred, ascending."""
        self._referrers: dict[int, int] = {}
        self._rewarded: set[int] = set()

    def read(self, reader: SqliteRows | PostgresRows) -> None:
        """Take what the books say; the accounts are locked."""
        if self.referred.size:
            numbers = self.referred.tolist()
            self.note(events_of_rows(reader.joins(numbers)).rows)
            self._rewarded = {number for (number,) in reader.rewarded(numbers)}

    def note(self, booked: np.recarray) -> None:
        """Take what was booked just now, EVENT (n,)."""
        if not self.referred.size:
            return
        joined = booked[(booked["kind"] == Kind.JOIN) & (booked["referred"] == 1)]
        joined = joined[np.isin(joined["member"], self.referred)]
        self._referrers.update(zip(joined["member"].tolist(), joined["other"].tolist(), strict=True))
        self._rewarded.update(booked["other"][booked["kind"] == Kind.REFERRAL].tolist())

    def answer(self, rules: Rules, event: np.record, accounts: Accounts) -> Status:
        """What the books say to a referral: OK, or why nobody is rewarded for it."""
        referred = int(event.other)
        if self._referrers.get(referred) != event.member:
            return Status.REFERRAL_UNKNOWN
        if referred in self._rewarded:
            return Status.REFERRAL_ALREADY_POSTED
        place = int(accounts.place(referred))
        is_member = accounts.field(place, "joined_day") <= event.day and (
            accounts.field(place, "closed_day") == NEVER_DAY
        )
        has_bought = accounts.field(place, "orders") > 0 or not _waits_for_order(rules, int(event.day))
        return Status.OK if is_member and has_bought else Status.REFERRAL_UNKNOWN


def _waits_for_order(rules: Rules, day: int) -> bool:
    """Whether the rules of the day reward for a first purchase, and not for joining alone."""
    rule = rule_on(rules, day)
    rows = range(int(rule.earn_rows))
    return any(rule.earn_trigger[row] == Trigger.REFERRAL and rule.earn_at_join[row] == 0 for row in rows)


def differences_of_referrals(connection: Connection) -> list[Difference]:
    """Facts of referrals that no joining explains or that are not noted, and notes without a fact; by member."""
    join, fact, noted = aliased(FACT, name="joining"), FACT, REFERRAL
    joining = and_(
        join.c.member == fact.c.other,
        join.c.version == 1,
        join.c.kind == int(Kind.JOIN),
        join.c.other == fact.c.member,
    )
    same = and_(noted.c.referrer == fact.c.member, noted.c.version == fact.c.version, noted.c.referred == fact.c.other)
    facts = select(fact.c.member, fact.c.other, join.c.member.label("joined"), noted.c.referred)
    facts = facts.select_from(fact.outerjoin(join, joining).outerjoin(noted, same))
    facts = facts.where(fact.c.kind == int(Kind.REFERRAL), or_(join.c.member.is_(None), noted.c.referred.is_(None)))
    found = [
        Difference(row.member, f"was rewarded for member {row.other}, who has not joined by this member's word.")
        if row.joined is None
        else Difference(row.member, f"was rewarded for member {row.other}, and it is not noted that somebody was.")
        for row in connection.execute(facts)
    ]
    is_referral = and_(same, fact.c.kind == int(Kind.REFERRAL))
    notes = select(noted).select_from(noted.outerjoin(fact, is_referral)).where(fact.c.member.is_(None))
    found += [
        Difference(row.referrer, f"is noted as rewarded for member {row.referred}, and no fact says so.")
        for row in connection.execute(notes)
    ]
    return sorted(found, key=lambda each: each.member)
