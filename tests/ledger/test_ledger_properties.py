"""What holds after every event, whatever happens, under every policy."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.accounts import UNIT_OF_CAUSE, Cause
from ledger.laws import Total, add_totals, new_totals
from ledger.lots import usable_points
from ledger.state import Member
from ledger.stored import copied
from policies.days import day_of
from tests.ledger.lives import NAMES, Compiled, policy_named, random_life

DEEDS = st.tuples(
    st.sampled_from(("purchase", "purchase", "purchase", "plan_start", "plan_cancel", "plan_renew")),
    st.integers(0, 400),
    st.integers(0, 200_000),
    st.sampled_from((0, 1, 2)),
)


def check(member: Member) -> None:
    """The laws of one account."""
    totals = new_totals()
    add_totals(member, totals)
    assert totals[Total.UNSOUND] == 0
    lots = member.lots[: member.head.lots]
    order = list(zip(lots.dead_day.tolist(), lots.earned_day.tolist(), lots.lot.tolist(), strict=True))
    assert order == sorted(order)
    assert all(points > 0 for points in lots.points.tolist())
    windows = member.window[: member.head.windows].until_day.tolist()
    assert windows == sorted(set(windows))
    assert member.head.due_day > member.head.day
    assert min(member.head.growth, member.head.pending_points, member.head.active_points) >= 0


@settings(max_examples=120, deadline=None, print_blob=True)
@given(st.sampled_from(NAMES), st.lists(DEEDS, max_size=25))
def test_laws_after_every_event(name: str, deeds: list[tuple[str, int, int, int]]) -> None:
    life = Compiled(policy_named(name))
    day = date(2027, 1, 15)
    life.happens("join", day, 0)
    for order, (kind, days, list_cents, share) in enumerate(deeds):
        day += timedelta(days=days if days < 390 else 0)
        life.live_until(day)
        check(life.member)
        what = {"plan": 1} if kind == "plan_start" else {}
        if kind == "purchase":
            wanted = int(life.member.head.active_points) * share // 2
            what = {"order": order, "list_cents": list_cents, "redeem_points": wanted}
        life.happens(kind, day, order, **what)
        check(life.member)
        # What the lots say by their dates alone is what the nights will have booked.
        later = day + timedelta(days=days)
        foreseen = usable_points(life.member, day_of(later))
        ahead = Compiled(policy_named(name))
        ahead.member = copied(life.member)
        ahead.live_until(later)
        assert foreseen == ahead.member.head.active_points == usable_points(ahead.member, day_of(later))


@pytest.mark.parametrize("name", NAMES)
def test_accounts_are_what_was_moved(name: str) -> None:
    """Balances from the journal alone: credits less debits of every account of the member."""
    life = Compiled(policy_named(name))
    for kind, day, second, what in random_life(Random(7), policy_named(name), 60):
        life.happens(kind, day, second, **what)
    balance: dict[tuple[str, str], int] = {}
    for _, _, _, cause, unit, debit, credit, amount, _, _ in life.transfers:
        assert amount > 0
        assert UNIT_OF_CAUSE[Cause[cause.upper()]].name.lower() == unit
        balance[unit, debit] = balance.get((unit, debit), 0) - amount
        balance[unit, credit] = balance.get((unit, credit), 0) + amount
    head = life.member.head
    fields = {
        "points_issued": -head.issued_points,
        "points_pending": head.pending_points,
        "points_active": head.active_points,
        "points_redeemed": head.redeemed_points,
        "points_expired": head.expired_points,
    }
    assert {name: balance.get(("points", name), 0) for name in fields} == fields
    assert balance.get(("growth", "growth_held"), 0) == head.growth
    seats = {account: amount for (unit, account), amount in balance.items() if unit == "tier" and amount}
    assert seats == {"outside": -1, f"tier_{head.tier}": 1}
    held = {account: amount for (unit, account), amount in balance.items() if unit == "plan" and amount}
    assert held == ({"no_plan": -1, f"plan_{head.plan}": 1} if head.plan else {})
