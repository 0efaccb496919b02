"""A shop that offers everything, its members' random days, and what its books hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from sqlalchemy import inspect, text

from ledger.facts import Fact, Line, Moment
from ledger.store import (
    Activity,
    Adjust,
    Delivery,
    Extend,
    Grant,
    Household,
    Invite,
    Join,
    Leave,
    Ledger,
    PartnerBurn,
    PartnerEarn,
    PlanCancel,
    PlanChange,
    PlanRefund,
    PlanRenew,
    PlanStart,
    PointsTransfer,
    Purchase,
    Referral,
    Refund,
    Reinstate,
    Reward,
    Spin,
    TopUp,
    TopUpRefund,
)
from policies import Policy, load_policy
from tests.kernel_rules import day

SHOP: Policy = load_policy(Path(__file__).parent / "shop.toml")

Deed = Callable[[Random, int, Moment], Fact]


def _purchase(rng: Random, member: int, at: Moment) -> Fact:
    order = rng.randrange(10**6)
    points, stored = rng.choice((0, 0, 0, 100, 200)), rng.choice((0, 0, 0, 1_000, 5_000))
    coupons = rng.choice(((), (), (), ("TEN",), ("TENTH",), ("TEN", "TENTH")))
    channel = rng.choice((None, "app", "app", "counter"))
    paid = {"redeem_points": points, "stored_cents": stored, "coupons": coupons, "channel": channel}
    if rng.random() < 0.5:
        lines = [
            Line(
                category=rng.choice((None, "beauty", "toys")),
                list_cents=rng.randrange(100, 30_000),
                cost_cents=rng.randrange(0, 9_000),
            )
            for _ in range(rng.randrange(1, 4))
        ]
        return Purchase(member=member, at=at, order=order, lines=lines, **paid)
    return Purchase(member=member, at=at, order=order, list_cents=rng.choice((99, 5_000, 25_900, 80_000)), **paid)


DEEDS: tuple[tuple[int, Deed], ...] = (
    (40, _purchase),
    (4, lambda rng, member, at: Activity(member=member, at=at, name=rng.choice(("review", "check_in", "share")))),
    (4, lambda rng, member, at: Referral(member=member, at=at, of=rng.choice((member, *[member + 1] * 4)))),
    (3, lambda rng, member, at: Reward(member=member, at=at, name=rng.choice(("mug", "voucher")))),
    (3, lambda rng, member, at: Spin(member=member, at=at, chance=rng.randrange(1_000_000))),
    (2, lambda rng, member, at: PartnerEarn(member=member, at=at, name="airline", points=rng.randrange(500))),
    (2, lambda rng, member, at: PartnerBurn(member=member, at=at, name="hotel", points=rng.choice((100, 150)))),
    (
        4,
        lambda rng, member, at: TopUp(member=member, at=at, number=rng.randrange(6), cents=rng.choice((9_000, 50_000))),
    ),
    (2, lambda rng, member, at: TopUpRefund(member=member, at=at, number=rng.randrange(6))),
    (4, lambda rng, member, at: PlanStart(member=member, at=at, plan="club", trial=rng.random() < 0.4)),
    (2, lambda rng, member, at: PlanChange(member=member, at=at, plan=rng.choice(("club", "club_plus")))),
    (1, lambda rng, member, at: PlanRefund(member=member, at=at)),
    (1, lambda rng, member, at: PlanCancel(member=member, at=at)),
    (1, lambda rng, member, at: PlanRenew(member=member, at=at)),
    (1, lambda rng, member, at: Invite(member=member, at=at, tier=rng.choice(("private", "gold")))),
    (2, lambda rng, member, at: Grant(member=member, at=at, points=rng.randrange(300))),
    (2, lambda rng, member, at: Adjust(member=member, at=at, points=rng.randrange(-200, 200))),
    (1, lambda rng, member, at: Extend(member=member, at=at, until=at.day + rng.randrange(90))),
    (1, lambda rng, member, at: Reinstate(member=member, at=at, points=rng.randrange(1, 50))),
    (
        5,
        lambda rng, member, at: PointsTransfer(
            member=member, at=at, to=rng.randrange(1, 9), points=rng.randrange(5, 60)
        ),
    ),
    (2, lambda rng, member, at: Household(member=member, at=at, number=rng.choice((1, 1, 2, None)))),
    (1, lambda rng, member, at: Leave(member=member, at=at)),
)
"""What a member does, and how often."""


def random_facts(seed: int, members: int, count: int) -> list[Fact]:
    """A shop's days in the order in which they are told: mostly legal, sometimes late, twice or nonsense."""
    rng = Random(seed)
    now = Moment(day("2027-01-01"))
    facts: list[Fact] = [
        Join(
            member=member,
            at=now,
            birthday=(rng.randrange(1, 13), 28),
            referred_by=rng.choice((None, member - 1, member - 1)),
        )
        for member in range(1, members + 1)
    ]
    weights, deeds = zip(*DEEDS, strict=True)
    orders: list[Purchase] = []
    while len(facts) < count:
        now = Moment(now.day + rng.choice((0, 0, 0, 1, 3)), rng.randrange(86_400))
        at = Moment(now.day - rng.choice((0,) * 20 + (2,)), now.second)
        member = rng.randrange(1, members + 2)
        dice = rng.random()
        if dice < 0.05:
            facts.append(rng.choice(facts))
        elif dice < 0.15 and orders:
            sold = rng.choice(orders)
            facts.append(rng.choice((_back, _delivered))(rng, sold, at))
        else:
            facts.append(rng.choices(deeds, weights)[0](rng, member, at))
            if isinstance(facts[-1], Purchase):
                orders.append(facts[-1])
    return facts


def _back(rng: Random, sold: Purchase, at: Moment) -> Fact:
    if sold.lines and rng.random() < 0.5:
        return Refund(member=sold.member, at=at, order=sold.order, lines=sold.lines[:1])
    cents = rng.choice((None, None, 50, 100))
    return Refund(member=sold.member, at=at, order=sold.order, cents=cents, number=rng.randrange(1, 4))


def _delivered(rng: Random, sold: Purchase, at: Moment) -> Fact:
    return Delivery(member=sold.member, at=at, order=sold.order)


def contents(books: Ledger) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with books.engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        return {name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr) for name in names}
