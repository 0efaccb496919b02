"""Lives for the ledger tests: policies beyond the catalogue, random events, and the compiled ledger in words."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from ledger.accounts import Cause, Unit, account_name
from ledger.advance import advance
from ledger.apply import apply, quote
from ledger.events import COUPONS_AN_ORDER, LINE, Kind, event, no_lines
from ledger.journal import new_journal, room_for, taken
from ledger.state import grown, new_member
from ledger.status import Status
from policies import Policy, catalogue, load_policy
from policies.days import day_of
from policies.earning import rule_on
from policies.rules import records
from tests.ledger.wishes import Wishes
from tests.naive import Naive

_FOLDER = Path(__file__).resolve().parent / "policies"
NAMES = (*catalogue(), *sorted(path.stem for path in _FOLDER.glob("*.toml")))

_FIRST = date(2027, 1, 1)
_CLOSED = date(2027, 9, 10), 40_000
_ENTRIES = 64


@cache
def policy_named(name: str) -> Policy:
    """A shipped policy, or one of those beside this file that use what the catalogue does not."""
    return load_policy(name if name in catalogue() else _FOLDER / f"{name}.toml")


def policy_of_text(text: str) -> Policy:
    """The policy of a file's text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.toml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path)


def closings(policy: Policy) -> dict[tuple[str, int], tuple[date, int]]:
    """Every budget and every stock of a policy is used up at the same moment, by all members together."""
    closed = {}
    for version in policy.versions:
        for campaign in version.campaigns:
            if campaign.budget is not None:
                closed["campaign", policy.campaign_names.index(campaign.name)] = _CLOSED
        for reward in version.points.rewards if version.points else ():
            if reward.stock is not None:
                closed["reward", policy.reward_names.index(reward.name)] = _CLOSED
    return closed


class Compiled:
    """One member in the compiled ledger, with the questions and answers of ``Naive``."""

    def __init__(self, policy: Policy) -> None:
        rules = policy.rules.copy()
        for (what, number), (day, second) in closings(policy).items():
            rules[f"{what}_closed_day"][:, number] = day_of(day)
            rules[f"{what}_closed_second"][:, number] = second
        self.rules = rules
        self.member = new_member(0)
        self.transfers: list[tuple] = []
        self.sequences: list[int] = []
        self._journal = new_journal(room_for(_ENTRIES))

    def live_until(self, day: date) -> None:
        """Every night up to the morning of a day."""
        self._post(lambda: advance(self.rules, self.member, day_of(day), self._journal))

    def happens(self, kind: str, day: date, second: int, **what: object) -> str:
        """One event, after the nights before it; "ok" or the name of the refusal."""
        self.live_until(day)
        row, lines = as_event(kind, day, second, **what)
        return self._post(lambda: apply(self.rules, self.member, row, lines, self._journal)).name.lower()

    def _post(self, call: Callable[[], int]) -> Status:
        """Call a kernel until it has all the room it needs."""
        while (status := Status(call())) in (Status.JOURNAL_FULL, Status.MEMBER_FULL):
            if status == Status.MEMBER_FULL:
                self.member = grown(self.member)
            elif not self._journal.fill.used:
                self._journal = new_journal(2 * self._journal.rows.size)
            self._keep(taken(self._journal))
        self._keep(taken(self._journal))
        return status

    def quote(self, list_cents: int) -> int:
        """Most points for an order on the day that the books stand at."""
        rule = rule_on(self.rules, self.member.head.day)
        return int(quote(rule, self.member, list_cents))

    def _keep(self, rows: np.ndarray) -> None:
        self.transfers.extend(in_words(row) for row in rows)
        self.sequences.extend(rows["sequence"].tolist())


def as_event(kind: str, day: date, second: int, **what: object) -> tuple[np.record, np.recarray]:
    """EVENT and its LINE array of an event in words."""
    lines = what.pop("lines", ())
    rows = records(len(lines), LINE) if lines else no_lines()
    for row, line in zip(rows, lines, strict=False):
        row.category, row.list_cents, row.cost_cents = line
    coupons = (*what.pop("coupons", ()), *[0] * COUPONS_AN_ORDER)[:COUPONS_AN_ORDER]
    fields = {"second": second, "lines": len(lines), "coupons": coupons, **what}
    return event(Kind[kind.upper()], day_of(day), **fields), rows


def in_words(row: np.void) -> tuple:
    """A transfer as ``Naive`` writes it."""
    cause, unit = Cause(row["cause"]).name.lower(), Unit(row["unit"]).name.lower()
    debit, credit = account_name(row["debit"]), account_name(row["credit"])
    numbers = (int(row[name]) for name in ("day", "second", "version"))
    return (*numbers, cause, unit, debit, credit, *(int(row[name]) for name in ("amount", "lot", "order", "which")))


def random_life(rng: Random, policy: Policy, events: int) -> Iterator[tuple[str, date, int, dict[str, object]]]:
    """Events of one member in order of time: days that matter to calendars, ugly amounts, wishes that are refused."""
    for kind, day, second, what, _, _ in lived(rng, policy, events):
        yield kind, day, second, what


def lived(rng: Random, policy: Policy, events: int) -> Iterator[tuple[str, date, int, dict[str, object], str, Naive]]:
    """The same, each with the answer of a naive member that lives it, and that member.

    Wishes are made up against this member, so that most of them are at the edge.
    """
    naive = Naive(policy)
    naive.closed = closings(policy)
    wishes = Wishes(rng, naive)
    day, second = _FIRST + timedelta(days=rng.randrange(60)), rng.randrange(40_000)
    for number in range(-2, events):
        kind, what = wishes.beginning() if naive.joined is None else wishes.wish(number, day)
        answer = naive.happens(kind, day, second, **what)
        yield kind, day, second, what, answer, naive
        if naive.left and rng.random() < 0.3:
            return
        if answer == "event_out_of_order":
            day, second = naive.today, naive.second
        day, second = _later(rng, naive, day, second, hurried=bool(wishes.follow))


def _later(rng: Random, naive: Naive, day: date, second: int, hurried: bool) -> tuple[date, int]:
    if hurried:
        days = rng.choice((0, 0, 0, 0, 1, 3, 10, 35))
        return day + timedelta(days=days), rng.randrange(86_400) if days else second + 1
    jump = rng.random()
    if jump < 0.2:
        return day, second + rng.randrange(100)
    if jump < 0.22:
        return day - timedelta(days=rng.randrange(3)), rng.randrange(86_400)
    if jump < 0.4:
        ends = [date(day.year, 12, 31), date(day.year + 1, 1, 1), date(2028, 2, 29), date(day.year, 6, 30)]
        ends += [date(day.year, day.month, 28), date(day.year + day.month // 12, day.month % 12 + 1, 1)]
        # The day something dies, and the day before.
        ends += [lot["dead"] for lot in naive.lots if lot["dead"]]
        ends += [each - timedelta(days=1) for each in (naive.review_on, naive.fall_on, naive.silent_on) if each]
        ends += [naive.plan["until"]] if naive.plan and naive.plan["until"] else []
        later = [each for each in ends if day < each < day + timedelta(days=400)]
        return (rng.choice(later), rng.randrange(86_400)) if later else (day, second)
    days = rng.choice((1, 1, 1, 7, 7, 14, 30, 45, 90, 200))
    return day + timedelta(days=rng.randrange(1, days + 1)), rng.randrange(86_400)
