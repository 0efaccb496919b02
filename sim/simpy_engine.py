"""The readable engine: a member's life as a SimPy process. It is the oracle the compiled engine must equal.

Slow and obvious: one process a member, one Python object a member, every transfer kept. The ledger
functions and the equations of behaviour are the very ones that production and the compiled engine call;
what stands here a second time is the order of things in a life.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import simpy

from ledger.advance import advance
from ledger.apply import apply, quote
from ledger.events import Kind, event
from ledger.journal import TRANSFER, new_journal, room_for, taken
from ledger.state import grown, new_member
from ledger.status import Status
from policies.earning import rule_on
from policies.rules import Rules, records
from sim.behaviour import churn_multiplier, joins_plan, points_to_redeem, purchase_intensity, renews_plan
from sim.distributions import exponential
from sim.effects import MAXIMUM
from sim.people import PERSON, basket_of, draw_person, forget, remember_all, remember_spending
from sim.streams import Stream, unit, unit32, words
from sim.world import PLAN_CANCEL, PLAN_JOIN, World

WEEKS_4 = 28.0
NEVER = float("inf")


@dataclass
class Story:
    """What a run of the readable engine leaves behind."""

    transfers: np.ndarray  # TRANSFER (n,), by member, then by sequence
    events: int
    orders: int
    survivors: int


@dataclass
class Shopper:
    """A member and the person behind it."""

    world: World
    rules: Rules
    number: int
    transfers: list[np.ndarray] = field(default_factory=list)
    events: int = 0
    orders: int = 0
    alive: bool = True

    def __post_init__(self) -> None:
        self.account = new_member(self.number)
        self.journal = new_journal(room_for(self.account.lots.size))
        self.person = records(1, PERSON)[0]
        self.seed = int(self.world.span.seed)

    def books_to(self, day: int) -> None:
        """Let every night up to a day pass over the books."""
        while advance(self.rules, self.account, day, self.journal) != Status.OK:
            self._keep_transfers()
        self._keep_transfers()

    def post(self, kind: Kind, day: int, second: int, **what: int) -> None:
        """Tell the ledger what happened, giving the account more room when it asks for it."""
        row = event(kind, day, member=self.number, second=second, **what)
        while (status := apply(self.rules, self.account, row, self.journal)) == Status.MEMBER_FULL:
            self.account = grown(self.account)
            self.journal = new_journal(room_for(self.account.lots.size))
        if status != Status.OK:
            raise RuntimeError(f"member {self.number}: the ledger refused {kind.name} with {Status(status).name}")
        self._keep_transfers()
        self.events += 1

    def buy(self, day: int, second: int, list_cents: int, redeem_points: int) -> None:
        """One order."""
        self.post(Kind.PURCHASE, day, second, order=self.orders, list_cents=list_cents, redeem_points=redeem_points)
        self.orders += 1
        remember_spending(self.person, day, list_cents)

    def _keep_transfers(self) -> None:
        if self.journal.fill.used:
            remember_all(self.rules, self.person, self.journal)
            self.transfers.append(taken(self.journal))

    def luck(self, stream: Stream, counter: int) -> tuple[int, int, int, int]:
        """Four random words that belong to this member, whatever the policy."""
        return words(self.seed, self.number, int(stream), counter)

    def hazard(self, day: int) -> float:
        """Hazard of leaving for good, a day."""
        rule = rule_on(self.rules, day)
        return self.person.death_rate * churn_multiplier(self.world, rule, self.account, self.person, day)

    def intensity(self, day: int) -> float:
        """Purchase intensity as a multiple of the person's own rate."""
        return purchase_intensity(self.world, rule_on(self.rules, day), self.account, self.person, day)

    def renewal_eve(self) -> float:
        """Day on which a plan's renewal must be decided."""
        head = self.account.head
        if head.plan == 0 or self.person.decided_until_day == head.plan_until_day:
            return NEVER
        return head.plan_until_day - 1

    def decide_renewal(self, day: int) -> None:
        """Keep the plan for another period, or not."""
        head = self.account.head
        self.person.decided_until_day = head.plan_until_day
        luck = self.luck(Stream.RENEWAL, int(head.plan_until_day))
        rule = rule_on(self.rules, day)
        wanted = renews_plan(self.world, rule, head, self.person, day, unit(luck[0], luck[1]))
        if wanted and head.plan_renews == 0:
            self.post(Kind.PLAN_RENEW, day, head.second)
        if not wanted and head.plan_renews == 1:
            self.post(Kind.PLAN_CANCEL, day, head.second)

    def checkout(self, candidate: int, day: int, second: int) -> None:
        """At the checkout: perhaps join the plan, perhaps use points, then pay."""
        world, person, head = self.world, self.person, self.account.head
        rule = rule_on(self.rules, day)
        mark, choice = self.luck(Stream.CANDIDATE, candidate), self.luck(Stream.CHOICE, candidate)
        if joins_plan(world, rule, head, person, day, unit32(choice[1]), unit32(choice[2])):
            self.post(Kind.PLAN_START, day, second, plan=1)
        price = basket_of(world, person, head.plan, candidate)
        points = points_to_redeem(world, rule, self.account, person, day, price, unit32(mark[3]), unit32(choice[0]))
        self.buy(day, second, price, points)

    def leave(self, day: int) -> None:
        """Gone for good: no more orders, no more renewals."""
        self.alive = False
        if self.account.head.plan > 0:
            self.post(Kind.PLAN_CANCEL, day, self.account.head.second)


def life(env: simpy.Environment, shopper: Shopper) -> Iterator[simpy.Event]:
    """A member's life, from joining to the last day of the run or to leaving for good."""
    first, end = shopper.world.span.first_day, shopper.world.span.end_day
    person = shopper.person
    draw_person(shopper.world, person, shopper.number)
    shopper.post(Kind.JOIN, first, 0)

    now, beat, candidate = 0.0, WEEKS_4, 0
    order = wait(shopper, candidate)
    hazard = shopper.hazard(first)
    while True:
        death = now + person.life_left / hazard
        night = float(min(shopper.account.head.due_day, shopper.renewal_eve()) - first)
        then = min(order, night, beat, death, float(end - first))
        person.life_left -= hazard * (then - now)
        yield env.timeout(max(0.0, then - env.now))
        now = then
        if now >= end - first:
            break
        day = int(first + int(now))
        shopper.books_to(day)
        if now == death:
            shopper.leave(day)
            break
        bought = False
        if now == order:
            luck = shopper.luck(Stream.CANDIDATE, candidate)
            bought = unit32(luck[2]) * MAXIMUM < shopper.intensity(day)
            if bought:
                shopper.checkout(candidate, day, int((now - int(now)) * 86_400))
            candidate += 1
            order += wait(shopper, candidate)
        elif shopper.renewal_eve() <= day:
            shopper.decide_renewal(day)
        if now == beat:
            beat += WEEKS_4
        if bought or now in (night, beat - WEEKS_4):
            hazard = shopper.hazard(day)
    shopper.books_to(end - 1)


def wait(shopper: Shopper, candidate: int) -> float:
    """Days to the next occasion on which the person might buy."""
    luck = shopper.luck(Stream.CANDIDATE, candidate)
    return exponential(unit(luck[0], luck[1])) / (shopper.person.rate * MAXIMUM)


def script(env: simpy.Environment, shopper: Shopper) -> Iterator[simpy.Event]:
    """The life of a member that was written by hand."""
    world = shopper.world
    first, end = world.span.first_day, world.span.end_day
    shopper.person.member = shopper.number
    forget(shopper.person)
    lines = world.lines[world.line_from[shopper.number] : world.line_from[shopper.number + 1]]
    for number, line in enumerate(lines):
        day, second = int(line.day), int(line.second)
        yield env.timeout(max(0.0, day - first + second / 86_400 - env.now))
        shopper.books_to(day)
        if number == 0:
            shopper.post(Kind.JOIN, day, second)
        holds = shopper.account.head.plan > 0
        if line.plan == PLAN_JOIN and not holds and shopper.rules[0].plans > 0:
            shopper.post(Kind.PLAN_START, day, second, plan=1)
        if line.plan == PLAN_CANCEL and holds:
            shopper.post(Kind.PLAN_CANCEL, day, second)
        price = int(line.list_cents)
        points = quote(rule_on(shopper.rules, day), shopper.account, price) if line.redeem else 0
        shopper.buy(day, second, price, points)
    shopper.books_to(end - 1)


def tell(world: World, rules: Rules, members: int) -> Story:
    """Let so many members live through the run, all in one SimPy environment."""
    env = simpy.Environment()
    shoppers = [Shopper(world, rules, number) for number in range(members)]
    process = script if world.line_from.size > 1 else life
    for shopper in shoppers:
        env.process(process(env, shopper))
    env.run()
    parts = [rows for shopper in shoppers for rows in shopper.transfers]
    return Story(
        transfers=np.concatenate(parts) if parts else np.zeros(0, TRANSFER),
        events=sum(each.events for each in shoppers),
        orders=sum(each.orders for each in shoppers),
        survivors=sum(each.alive for each in shoppers),
    )
