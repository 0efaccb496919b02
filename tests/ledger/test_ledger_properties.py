"""What holds after every event, whatever happens, under every policy."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from ledger.accounts import UNIT_OF_CAUSE, Cause
from ledger.laws import Total, add_totals, new_totals
from ledger.lots import usable_points
from ledger.state import Member
from ledger.stored import packed, unpacked
from policies import Policy
from policies.days import date_of, day_of
from policies.rules import NEVER_DAY
from tests.ledger.lives import NAMES, Compiled, policy_named, random_life

EVENTS = 40

HELD = {
    ("points", "points_issued"): "issued_points",
    ("points", "points_pending"): "pending_points",
    ("points", "points_active"): "active_points",
    ("points", "points_redeemed"): "redeemed_points",
    ("points", "points_expired"): "expired_points",
    ("points", "points_clawed_back"): "clawed_points",
    ("points", "points_cancelled"): "cancelled_points",
    ("points", "points_moved"): "moved_points",
    ("points", "points_debt"): "debt_points",
    ("growth", "growth_held"): "growth",
    ("principal", "principal_held"): "principal_cents",
    ("bonus", "bonus_held"): "bonus_cents",
    ("coupon", "coupons_held"): "coupons",
}
"""Balances that the account knows as a sum; issued points and debt stand there with the other sign."""

Balance = Counter
"""By unit and account, and for coupons by unit, account and coupon: credits less debits."""


def check(member: Member, balance: Balance) -> None:
    """The laws of one account, by its own books and by its transfers."""
    head = member.head
    totals = new_totals()
    add_totals(member, totals)
    assert totals[Total.UNSOUND] == 0
    lots = member.lots[: head.lots]
    order = list(zip(*(lots[name].tolist() for name in ("dead_day", "earned_day", "lot")), strict=True))
    assert order == sorted(order)
    assert all(points > 0 for points in lots["points"].tolist())
    assert int(lots["points"].sum()) == head.pending_points + head.active_points
    windows = member.window["until_day"][: head.windows].tolist()
    assert windows == sorted(set(windows))
    assert int(member.window["amount"][: head.windows].sum()) == head.qualifying
    coupons = member.coupons[: head.coupons]
    order = list(zip(coupons["until_day"].tolist(), coupons["serial"].tolist(), strict=True))
    assert order == sorted(order)
    assert head.due_day > head.day
    for name in set(HELD.values()) - {"moved_points", "cancelled_points"}:
        assert head[name] >= 0, name
    assert head.qualifying >= 0
    held = head.pending_points + head.active_points + head.redeemed_points + head.expired_points
    assert (
        head.issued_points == held + head.clawed_points + head.cancelled_points + head.moved_points - head.debt_points
    )
    check_balances(member, balance)


def check_balances(member: Member, balance: Balance) -> None:
    """What the account says it holds is what the transfers have moved there."""
    head = member.head
    for account, name in HELD.items():
        sign = -1 if name in ("issued_points", "debt_points") else 1
        assert sign * balance[account] == head[name], name
    codes = Counter(member.coupons["coupon"][: head.coupons].tolist())
    assert codes == {
        key[2]: number for key, number in balance.items() if key[1:2] == ("coupons_held",) and key[2:] and number
    }
    seats = {key[1]: number for key, number in balance.items() if key[0] == "tier" and number}
    joined = head.joined_day < NEVER_DAY and head.closed_day == NEVER_DAY
    assert seats == ({"outside": -1, f"tier_{head.tier}": 1} if joined else {})
    plans = {key[1]: number for key, number in balance.items() if key[0] == "plan" and number}
    assert plans == ({"no_plan": -1, f"plan_{head.plan}": 1} if head.plan else {})


def add_transfers(balance: Balance, transfers: list[tuple]) -> None:
    """Move what the transfers move, and look at each of them."""
    for _, _, _, cause, unit, debit, credit, amount, _, _, which in transfers:
        assert amount > 0
        assert UNIT_OF_CAUSE[Cause[cause.upper()]].name.lower() == unit
        balance[unit, debit] -= amount
        balance[unit, credit] += amount
        if unit == "coupon":
            balance[unit, debit, which] -= amount
            balance[unit, credit, which] += amount


@pytest.mark.parametrize("name", NAMES)
def test_laws_after_every_event(name: str) -> None:
    live_by_the_laws(policy_named(name), 7, EVENTS)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_laws_after_every_event_of_long_lives(name: str) -> None:
    for seed in range(100, 104):
        live_by_the_laws(policy_named(name), seed, 4 * EVENTS)


def live_by_the_laws(policy: Policy, seed: int, events: int) -> None:
    """A random life, checked after every night and event; refusals change nothing."""
    print(f"seed {seed}")
    life, balance, known = Compiled(policy), Counter(), 0
    for kind, day, second, what in random_life(Random(seed), policy, events):
        if day_of(day) >= life.member.head.day:
            life.live_until(day)
        add_transfers(balance, life.transfers[known:])
        known = len(life.transfers)
        check_balances(life.member, balance)
        before = packed(life.member)
        life.live_until(day)
        assert packed(life.member) == before, "a night that is repeated changes nothing"
        if life.happens(kind, day, second, **what) == "ok":
            add_transfers(balance, life.transfers[known:])
            known = len(life.transfers)
            check(life.member, balance)
            foresee(policy, life, 45)
        else:
            assert packed(life.member) == before, "a refusal changes nothing"


def foresee(policy: Policy, life: Compiled, days: int) -> None:
    """Of what was there, nothing dead on a later day counts then, whether or not a night has run."""
    later = date_of(int(life.member.head.day)) + timedelta(days=days)
    foreseen = usable_points(life.member, day_of(later))
    ahead = Compiled(policy)
    ahead.member = unpacked(packed(life.member), 0)
    ahead.live_until(later)
    assert usable_points(ahead.member, day_of(later)) == ahead.member.head.active_points
    moved = any(each[3] in ("earn_gift", "downgrade", "upgrade", "plan_lapse") for each in ahead.transfers)
    if not moved and ahead.member.head.version == life.member.head.version:
        assert foreseen == ahead.member.head.active_points
