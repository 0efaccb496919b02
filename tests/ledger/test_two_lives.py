"""A life in which every order, plan and top-up is taken back ends like the same life without them.

Top-ups grant no tiers here. Taken back by itself such a top-up leaves nothing either (``tests/ledger/tricks.py``), but
mixed with orders that come back in between, a pack or the easier way back to its tier may stay: a known limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from policies import Policy
from policies.rules import NEVER_DAY
from tests.ledger.lives import Compiled, policy_of_text

LIVES = 30
MANY_LIVES = 600
STEPS = 24
METRICS = ("spend", "net_spend", "orders", "growth", "points_earned")
Deed = tuple[str, dict[str, object]]


def shop(rng: Random, caps: bool) -> Policy:
    """A policy without time limits: packs, gifts, plans and top-ups, whatever tiers count."""
    metric = rng.choice(METRICS)
    gold = {"orders": 2}.get(metric, 60) * rng.randrange(1, 4)
    levels = [("basic", 0), ("gold", gold), ("black", gold * rng.randrange(2, 4))]
    # Growth in a pack may carry the tier that gave it: there is none here.
    gifts = ["coupon:w", "coupon:tenth", "points:50", *(["growth:20"] if metric == "growth" else [])]

    def some(of: list[str] = gifts) -> str:
        chosen = rng.choices(of, k=rng.randrange(1, 3))
        return "[" + ", ".join(f'"{each}"' for each in chosen) + "]"

    lines = [
        'title = "Two lives"\n[tiers]',
        f'metric = "{metric}"\nwindow = "lifetime"\non_refund = "now"',
        *(["debt_counts = true"] if metric == "points_earned" else []),
    ]
    for name, enter in levels:
        lines.append(f'[[tiers.level]]\nname = "{name}"\nenter = {enter}')
        if enter:
            lines.append(f"re_enter = {rng.randrange(enter // 2, enter + 1)}\nupgrade_pack = {some(gifts[:3])}")
            lines.append(f'pack_when = "{rng.choice(("first_reach", "every_rise"))}"')
            lines.append(f"multiplier = {rng.choice((1, 1.5, 2))}\ndiscount = {rng.choice((0, 0.03))}")
    if metric == "growth":
        lines.append("[growth]\nper_unit_spent = 1\nactivities = { review = 15 }")
    lines += [
        f'[points]\nvalue = "0.1"\nearn_on = "{rng.choice(("list", "net_of_points_and_bonus"))}"\nearn = [',
        '{ on = "purchase", per_unit = 1 }, { on = "review", points = 20, give = ["coupon:w"] },',
        f'{{ on = "first_order", points = 30, give = {some()} }},',
        f'{{ on = "nth_order", every = 2, points = 10, give = {some()} }},',
        '{ on = "referral", referred = 25 }]',
        *(['caps = [ { per = "month", points = 150 } ]'] if caps else []),
        '[points.cash]\n[refunds]\nwithin = "always"',
        '[[coupons]]\ncode = "w"\noff = "3.00"\nstacks = true',
        '[[coupons]]\ncode = "tenth"\noff_share = 0.1\nstacks = true',
    ]
    for name in ("plus", "prem"):
        refund = rng.choice(("pro_rata", "full_within:300 days", "less_benefits_used"))
        tier = rng.choice(("", '\ngrants_tier = "gold"'))
        lines.append(f'[[plans]]\nname = "{name}"\nprice = "{rng.randrange(20, 90)}.00"\nperiod = "1 year"{tier}')
        lines.append(f'discount = 0.05\nrefund = "{refund}"\nmonthly_benefits = {some()}\ntrial = "300 days"')
    lines += [
        '[stored_value]\noffers = [ { pay = "10.00", bonus = "1.00" }, { pay = "100.00", bonus = "9.99" } ]',
        f'spend = "{rng.choice(("principal_first", "bonus_first", "pro_rata"))}"',
        f'refund_bonus = "{rng.choice(("charge_spent", "take_back_unspent"))}"',
    ]
    return policy_of_text("\n".join(lines))


class TwoLives:
    """The same member twice: once with deeds that are taken back, once without them."""

    def __init__(self, seed: int, caps: bool) -> None:
        self.rng = Random(seed)
        self.policy = shop(self.rng, caps)
        self.rich, self.plain = Compiled(self.policy), Compiled(self.policy)
        self.day, self.number = date(2027, 1, 1), 0
        self.open: list[Deed] = []
        self.filled: list[int] = []
        self.both("join", {"referred": 1})

    def both(self, kind: str, what: dict[str, object]) -> None:
        """Something that happens in either life."""
        answers = [life.happens(kind, self.day, 60 * self.number, **dict(what)) for life in (self.rich, self.plain)]
        assert answers == ["ok", "ok"]

    def try_out(self, kind: str, what: dict[str, object]) -> bool:
        """Something that happens in the first life only; whether it does."""
        return self.rich.happens(kind, self.day, 60 * self.number, **dict(what)) == "ok"

    def wait(self) -> None:
        """Time passes, within all limits."""
        self.day += timedelta(days=self.rng.choice((0, 0, 1, 3, 9)))
        self.number += 1
        self.rich.live_until(self.day)

    def go(self, take_back: Callable[[], None]) -> None:
        """All of it, and an end to everything that is still open."""
        for _ in range(STEPS):
            self.wait()
            dice = self.rng.random()
            if dice < 0.25:
                self.both(*self.rng.choice((("grant", {"points": 40}), ("activity", {"which": 0}))))
            elif dice < 0.55 and self.open:
                take_back()
            else:
                self.borrow()
        while self.open:
            self.wait()
            take_back()
        for number in self.filled:
            # An order that came back after its top-up has brought stored value back.
            self.try_out("top_up_refund", {"order": number})
        for life in (self.rich, self.plain):
            life.live_until(self.day + timedelta(days=1))

    def borrow(self) -> None:
        """An order, a plan or a top-up."""
        rng, plan = self.rng, self.rich.member.head.plan
        kind = rng.choice(("order", "order", "order", "top_up", "plan"))
        if kind == "order":
            what = self.order()
            back = {"order": self.number, "cents": -1}
            if self.try_out("purchase", what):
                self.open.append(("refund", back))
        elif kind == "top_up":
            if self.try_out("top_up", {"order": self.number, "cents": rng.choice((1_000, 5_000, 10_000))}):
                self.open.append(("top_up_refund", {"order": self.number}))
                self.filled.append(self.number)
        elif plan:
            self.try_out("plan_change", {"which": 3 - plan})
        elif self.try_out("plan_start", {"which": rng.randrange(1, 3), "trial": rng.randrange(2)}):
            self.open.append(("plan_refund", {}))

    def order(self) -> dict[str, object]:
        """An order that uses what there is."""
        rng, head = self.rng, self.rich.member.head
        cents = rng.randrange(2_000, 15_000)
        what: dict[str, object] = {"order": self.number, "list_cents": cents}
        held = self.rich.member.coupons["coupon"][: head.coupons].tolist()
        if rng.random() < 0.6:
            what["coupons"] = tuple(rng.sample(held, min(len(held), rng.randrange(3))))
        if rng.random() < 0.3:
            what["redeem_points"] = min(self.rich.quote(cents), cents // 40)
        if rng.random() < 0.4:
            what["stored_cents"] = min(int(head.principal_cents + head.bonus_cents), cents // 3)
        return what

    def undo(self, place: int) -> None:
        """Take one of the open deeds back."""
        kind, what = self.open.pop(place)
        assert self.try_out(kind, what), (kind, what)

    def undo_in_part(self) -> None:
        """Take one of them back, or a part of an order."""
        place = self.rng.randrange(len(self.open))
        kind, what = self.open[place]
        if kind == "refund" and self.rng.random() < 0.5:
            self.try_out(kind, {**what, "cents": self.rng.choice((100, 777, 2_000))})
        else:
            self.undo(place)


def estate(life: Compiled) -> dict[str, object]:
    """What a member has and is."""
    head = life.member.head
    return {
        "points": int(head.active_points + head.pending_points - head.debt_points),
        "growth": int(head.growth),
        "counted": int(head.qualifying),
        "own": int(head.own_tier),
        "best": int(head.best_tier),
        "seat": int(head.tier),
        "coupons": Counter(life.member.coupons["coupon"][: head.coupons].tolist()),
        "packs": frozenset(level for level in range(3) if head.pack_day[level] < NEVER_DAY),
        "stored": int(head.principal_cents + head.bonus_cents),
    }


def taken_in(life: Compiled) -> int:
    """Cash that the shop has kept."""
    moved = [(debit, credit, amount) for *_, debit, credit, amount, _, _, _ in life.transfers]
    return sum(amount * ((debit == "cash") - (credit == "cash")) for debit, credit, amount in moved)


def check_last_in_first_out(seed: int) -> None:
    """Taken back in the order opposite to that in which it came, nothing is left at all."""
    print(f"seed {seed}")
    two = TwoLives(seed, caps=False)
    two.go(lambda: two.undo(-1))
    assert estate(two.rich) == estate(two.plain)
    assert taken_in(two.rich) >= 0


def check_any_order(seed: int) -> None:
    """Taken back in any order and piece by piece, nothing is won."""
    print(f"seed {seed}")
    two = TwoLives(seed, caps=seed % 3 == 0)
    two.go(two.undo_in_part)
    rich, plain = estate(two.rich), estate(two.plain)
    assert rich.pop("coupons") <= plain.pop("coupons")
    assert rich.pop("packs") <= plain.pop("packs")
    assert {name for name, value in rich.items() if value > plain[name]} == set()
    assert taken_in(two.rich) >= 0


CHECKS = [check_last_in_first_out, check_any_order]


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_taken_back_leaves_nothing(check: Callable[[int], None]) -> None:
    for seed in range(LIVES):
        check(seed)


@pytest.mark.proof
@pytest.mark.parametrize("check", CHECKS)
def test_what_is_taken_back_leaves_nothing_in_many_lives(check: Callable[[int], None]) -> None:
    for seed in range(1_000, 1_000 + MANY_LIVES):
        check(seed)
