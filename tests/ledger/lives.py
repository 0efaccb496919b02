"""Lives for the ledger tests: policies beyond the catalogue, random events, and the compiled ledger in words."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from ledger.accounts import Cause, Unit, account_name
from ledger.apply import quote
from ledger.desk import Desk
from ledger.events import Kind, event
from ledger.state import new_member
from policies import Policy, catalogue, load_policy
from policies.days import day_of
from policies.earning import rule_on
from tests.naive import Naive

LEVELS = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 300
keep = 200
multiplier = 1.25
[[tiers.level]]
name = "gold"
enter = 900
keep = 700
multiplier = 1.5
discount = 0.03
[[tiers.level]]
name = "diamond"
enter = 2500
multiplier = 2.1
discount = 0.055
"""

TEXTS = {
    "rolling_quarter": """
        [tiers]
        metric = "spend"
        window = "rolling 3 months"
        validity = "until review"
        downgrade = "one_level"
        {levels}
        [points]
        value = "0.01"
        rounding = "half_up per order"
        earn_on = "after_discounts"
        earn = [ {{ on = "purchase", per_unit = 1.3 }} ]
        [points.expiry]
        mode = "lot"
        life = "2 months"
        round = "quarter_end"
        [points.cash]
        step = 10
        share_of_order = 0.333
        """,
    "two_wipes": """
        [tiers]
        metric = "spend"
        window = "calendar_year"
        validity = "rest of year"
        downgrade = "to_earned"
        {levels}
        [points]
        value = "0.02"
        rounding = "ceil per order"
        earn_on = "list"
        pending = "30 days"
        earn = [ {{ on = "purchase", per_unit = 0.7 }} ]
        [points.expiry]
        mode = "fixed_dates"
        dates = ["06-30", "02-29"]
        years_after = 1
        [points.cash]
        minimum = 50
        step = 25
        per_order = "20.00"
        """,
    "dies_pending": """
        [tiers]
        metric = "growth"
        window = "lifetime"
        validity = "5 months"
        downgrade = "one_level"
        {levels}
        [growth]
        per_unit_spent = 0.75
        [points]
        value = "0.01"
        pending = "40 days"
        earn = [ {{ on = "purchase", per_unit = 1 }} ]
        [points.expiry]
        mode = "lot"
        life = "20 days"
        round = "month_end"
        [points.cash]
        """,
    "yen": """
        currency = "JPY"
        [tiers]
        metric = "spend"
        window = "rolling 1 month"
        downgrade = "none"
        [[tiers.level]]
        name = "basic"
        enter = 0
        [[tiers.level]]
        name = "silver"
        enter = 30000
        discount = 0.0333
        [points]
        value = "0.3"
        rounding = "half_up per order"
        earn = [ {{ on = "purchase", per_unit = 0.05 }} ]
        [points.expiry]
        mode = "lot"
        life = "90 days"
        [points.cash]
        step = 10
        """,
    "changes": """
        [tiers]
        metric = "spend"
        window = {{ 2027-01-01 = "lifetime", 2027-08-01 = "rolling 2 months", 2028-04-01 = "calendar_year" }}
        validity = {{ 2027-01-01 = "4 months", 2028-01-01 = "rest of year + 1 year" }}
        downgrade = {{ 2027-01-01 = "one_level", 2028-02-29 = "to_earned" }}
        {levels}
        [points]
        value = "0.01"
        pending = {{ 2027-01-01 = "0 days", 2027-05-01 = "14 days" }}
        earn = [ {{ on = "purchase", per_unit = {{ 2027-01-01 = 1.0, 2027-07-01 = 1.2, 2028-07-01 = 1.0 }} }} ]
        [points.expiry]
        mode = "lot"
        life = {{ 2027-01-01 = "1 year", 2027-10-01 = "60 days" }}
        [points.cash]
        step = {{ 2027-01-01 = 1, 2028-01-01 = 10 }}
        [[plans]]
        name = "plus"
        price = {{ 2027-01-01 = "99.00", 2027-12-01 = "120.00" }}
        period = {{ 2027-01-01 = "1 year", 2027-09-01 = "1 month" }}
        discount = 0.04
        multiplier = 2
        """,
    "month_by_month": """
        [points]
        value = "0.01"
        earn = [ {{ on = "purchase", per_unit = 1 }} ]
        [points.expiry]
        mode = "lot"
        life = "1 month"
        round = "year_end"
        [points.cash]
        minimum = 30
        step = 5
        [[plans]]
        name = "monthly"
        price = "0.01"
        period = "1 month"
        auto_renew = false
        multiplier = 1.5
        """,
}
"""Policies that use what the catalogue does not."""

NAMES = (*catalogue(), *TEXTS)

_FIRST = date(2027, 1, 1)


@cache
def policy_named(name: str) -> Policy:
    """A shipped policy or one of TEXTS."""
    if name in catalogue():
        return load_policy(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        text = TEXTS[name].format(levels=LEVELS)
        path.write_text(f'title = "{name}"\n{text}', encoding="utf-8")
        return load_policy(path)


class Compiled:
    """One member in the compiled ledger, with the questions and answers of ``Naive``."""

    def __init__(self, policy: Policy) -> None:
        self.desk = Desk(policy.rules)
        self.member = new_member(0)
        self.transfers: list[tuple] = []
        self.sequences: list[int] = []

    def live_until(self, day: date) -> None:
        """Every night up to the morning of a day."""
        self._keep(self.desk.advance(self.member, day_of(day)))

    def happens(self, kind: str, day: date, second: int, **what: int) -> str:
        """One event, after the nights before it; "ok" or the name of the refusal."""
        row = event(Kind[kind.upper()], day_of(day), second=second, **what)
        status, self.member, transfers = self.desk.post(self.member, row)
        self._keep(transfers)
        return status.name.lower()

    def quote(self, list_cents: int) -> int:
        """Most points for an order on the day that the books stand at."""
        rule = rule_on(self.desk.rules, self.member.head.day)
        return int(quote(rule, self.member, list_cents))

    def _keep(self, rows: np.ndarray) -> None:
        self.transfers.extend(in_words(row) for row in rows)
        self.sequences.extend(rows["sequence"].tolist())


def in_words(row: np.void) -> tuple:
    """A transfer as ``Naive`` writes it."""
    cause, unit = Cause(row["cause"]).name.lower(), Unit(row["unit"]).name.lower()
    debit, credit = account_name(row["debit"]), account_name(row["credit"])
    numbers = (int(row[name]) for name in ("day", "second", "version"))
    return (*numbers, cause, unit, debit, credit, *(int(row[name]) for name in ("amount", "lot", "order")))


def random_life(rng: Random, policy: Policy, events: int) -> Iterator[tuple[str, date, int, dict[str, int]]]:
    """Events of one member in order of time: days that matter to calendars, ugly amounts, wishes that are refused.

    Redemptions are asked for against a naive member of its own, so that most of them are at the edge.
    """
    naive = Naive(policy)
    day, second = _FIRST + timedelta(days=rng.randrange(60)), rng.randrange(40_000)
    yield "join", day, second, {}
    naive.happens("join", day, second)
    for order in range(events):
        day, second = _later(rng, day, second)
        kind, what = _wish(rng, naive, policy, order, day)
        yield kind, day, second, what
        if naive.happens(kind, day, second, **what) == "event_out_of_order":
            day, second = naive.today, naive.second


def _later(rng: Random, day: date, second: int) -> tuple[date, int]:
    jump = rng.random()
    if jump < 0.15:
        return day, second + rng.randrange(100)
    if jump < 0.17:
        return day - timedelta(days=rng.randrange(3)), rng.randrange(86_400)
    if jump < 0.35:
        ends = [date(day.year, 12, 31), date(day.year + 1, 1, 1), date(2028, 2, 29), date(day.year, 6, 30)]
        ends += [date(day.year, day.month, 28), date(day.year + day.month // 12, day.month % 12 + 1, 1)]
        later = [each for each in ends if each > day]
        return (rng.choice(later), rng.randrange(86_400))
    days = rng.choice((1, 7, 7, 14, 30, 45, 90, 200))
    return day + timedelta(days=rng.randrange(1, days + 1)), rng.randrange(86_400)


def _wish(rng: Random, naive: Naive, policy: Policy, order: int, day: date) -> tuple[str, dict[str, int]]:
    dice = rng.random()
    if policy.plan_names and dice < 0.3:
        kind = rng.choice(("plan_start", "plan_start", "plan_cancel", "plan_renew"))
        return kind, {"plan": rng.choice((1, 1, 1, 2))} if kind == "plan_start" else {}
    if dice < 0.32:
        return "join", {}
    if dice < 0.34:
        return "plan_cancel", {}
    if day >= naive.today:
        naive.live_until(day)
    list_cents = max(0, int(rng.choice((99, 2_550, 12_345, 30_000, 99_999)) * rng.uniform(-0.02, 2.0)))
    quote = naive.quote(list_cents)
    points = rng.choice((0, 0, quote, quote, quote, quote + 1, quote // 2, naive.usable() + 1, 7))
    if rng.random() < 0.01:
        list_cents = -1
    return "purchase", {"order": order, "list_cents": list_cents, "redeem_points": points}
