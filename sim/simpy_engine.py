"""The readable engine: a member's life as a SimPy process. It is the oracle the compiled engine must equal.

Slow and obvious: one process a member, one Python object a member, every transfer kept. The ledger
functions and the equations of behaviour are the very ones that production and the compiled engine call;
what stands here a second time is the order of things in a life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import simpy

from ledger.advance import advance
from ledger.apply import apply
from ledger.batch import journal_for
from ledger.events import ALL, EVENT, Kind, event
from ledger.journal import TRANSFER, taken
from ledger.state import Member, grown, new_member
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import NEVER_DAY, Rules, records
from sim.behaviour import churn_multiplier, joins_plan, points_to_redeem, purchase_intensity, renews_plan
from sim.distributions import exponential
from sim.effects import MAXIMUM
from sim.life import DELIVERY_DAYS, begins_with_trial
from sim.people import PERSON, basket_of, birthday_of, draw_person, forget, remember_all, remember_spending
from sim.script_life import fill_in
from sim.streams import Stream, unit, unit32, words
from sim.world import World

WEEKS_4 = 28.0
NEVER = float("inf")


@dataclass
class Story:
    """What a run of the readable engine leaves behind."""

    transfers: np.ndarray  # TRANSFER (n,), by member, then by sequence
    events: int
    happened: np.ndarray  # EVENT (events,), by member, then in order of time
    orders: int
    survivors: int
    refused: tuple[dict[str, int], ...]  # of each member: deeds that the rules refused, by the name of the refusal


class Scene(NamedTuple):
    """A member as the equations of behaviour see it, in one argument: handing over large records takes time."""

    world: World
    rules: Rules
    member: Member
    person: np.record  # PERSON


@kernel
def pull_on(scene, day):
    """Purchase intensity on a day as a multiple of the person's own rate."""
    return purchase_intensity(scene.world, rule_on(scene.rules, day), scene.member, scene.person, day)


@kernel
def danger_on(scene, day):
    """Hazard of leaving for good, a day."""
    rule = rule_on(scene.rules, day)
    return scene.person.death_rate * churn_multiplier(scene.world, rule, scene.member, scene.person, day)


@kernel
def joins_on(scene, day, offer_number, choice_number):
    """Whether the person at the checkout buys the first plan."""
    rule = rule_on(scene.rules, day)
    return joins_plan(scene.world, rule, scene.member.head, scene.person, day, offer_number, choice_number)


@kernel
def points_on(scene, day, list_cents, number, amount_number):
    """Points that the person uses for an order."""
    rule = rule_on(scene.rules, day)
    return points_to_redeem(scene.world, rule, scene.member, scene.person, day, list_cents, number, amount_number)


@dataclass
class Shopper:
    """A member and the person behind it."""

    world: World
    rules: Rules
    number: int
    transfers: list[np.ndarray] = field(default_factory=list)
    happened: list[np.record] = field(default_factory=list)  # EVENT: what the ledger has said yes to
    orders: int = 0
    alive: bool = True
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.lines = self.world.script_lines
        self.person = records(1, PERSON)[0]
        self.seed = int(self.world.span.seed)
        self._open(new_member(self.number))

    def _open(self, account: Member) -> None:
        """Take an account into use. Its head and its lots are parts of it, found once as they are read so often."""
        self.account, self.head, self.lots = account, account.head, account["lots"]
        self.journal = journal_for(account, 0)
        self.scene = Scene(self.world, self.rules, account, self.person)

    def books_to(self, day: int) -> None:
        """Let every night up to a day pass over the books, and every order arrive that is due."""
        while (arrival := self.arrival()) <= day:
            self._nights_to(int(arrival))
            for order in self._orders_under_way(int(arrival)):
                self.post(Kind.DELIVER, int(arrival), self.head.second, order=order)
        self._nights_to(day)

    def _nights_to(self, day: int) -> None:
        while (status := advance(self.rules, self.account, day, self.journal)) != Status.OK:
            self._keep_transfers()
            if status == Status.MEMBER_FULL:
                self._make_room()
        self._keep_transfers()

    def _make_room(self) -> None:
        self._open(grown(self.account))

    def arrival(self) -> float:
        """Day on which the next order arrives whose points wait for it."""
        if self.head.pending_points == 0:
            return NEVER
        waiting = self._waiting_lots()
        return int(waiting["earned_day"].min()) + DELIVERY_DAYS if waiting.size else NEVER

    def _waiting_lots(self) -> np.ndarray:
        lots = self.lots[: self.head.lots]
        return lots[(lots["pending"] == 1) & (lots["active_day"] == NEVER_DAY)]

    def _orders_under_way(self, day: int) -> list[int]:
        """Orders that arrive on a day, by number."""
        waiting = self._waiting_lots()
        return sorted(set(waiting["order"][waiting["earned_day"] + DELIVERY_DAYS == day].tolist()))

    def join(self, day: int, second: int) -> None:
        """Become a member; where that takes an invitation, there is one."""
        month, day_of_month = birthday_of(self.world, self.number)
        self.post(Kind.JOIN, day, second, invited=1, birth_month=month, birth_day=day_of_month)

    def join_plan(self, day: int, second: int) -> None:
        """Begin the first plan, with its trial if that is still to be had."""
        trial = begins_with_trial(rule_on(self.rules, day), self.head, 1)
        self.post(Kind.PLAN_START, day, second, which=1, trial=int(trial))

    def post(self, kind: Kind, day: int, second: int, **what: int) -> None:
        """Tell the ledger what happened, giving the account more room when it asks for it."""
        row = event(kind, day, member=self.number, second=second, **what)
        status = self._try(row)
        if status != Status.OK:
            raise RuntimeError(f"member {self.number}: the ledger refused {kind.name} with {status.name}")
        self._keep_transfers()
        self.happened.append(row)

    def play(self, deed: np.record) -> None:
        """One deed of a member written by hand: it may be refused, and an order a coupon that does not suit it."""
        row = deed.copy()
        fill_in(rule_on(self.rules, int(row.day)), self.account, row, self.lines)
        status = self._try(row)
        if status != Status.OK and deed.coupons[0] == ALL and row.coupons[0] > 0:
            row.coupons[0] = 0
            status = self._try(row)
        if status != Status.OK:
            self.refused[status.name.lower()] += 1
            return
        self._keep_transfers()
        self.happened.append(row)
        if row.kind == Kind.PURCHASE:
            self.orders += 1
            remember_spending(self.person, int(row.day), int(row.list_cents))

    def _try(self, row: np.record) -> Status:
        """Ask the ledger, giving the account more room when it asks for it."""
        while (status := apply(self.rules, self.account, row, self.lines, self.journal)) == Status.MEMBER_FULL:
            self._make_room()
        return Status(status)

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

    def renewal_eve(self) -> float:
        """Day on which a plan's renewal must be decided."""
        head = self.head
        if head.plan == 0 or self.person.decided_until_day == head.plan_until_day:
            return NEVER
        return head.plan_until_day - 1

    def decide_renewal(self, day: int) -> None:
        """Keep the plan for another period, or not."""
        head = self.head
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
        mark, choice = self.luck(Stream.CANDIDATE, candidate), self.luck(Stream.CHOICE, candidate)
        if joins_on(self.scene, day, unit32(choice[1]), unit32(choice[2])):
            self.join_plan(day, second)
        price = basket_of(self.world, self.person, self.head.plan, candidate)
        points = points_on(self.scene, day, price, unit32(mark[3]), unit32(choice[0]))
        self.buy(day, second, price, points)

    def leave(self, day: int) -> None:
        """Gone for good: no more orders, no more renewals."""
        self.alive = False
        if self.head.plan > 0:
            self.post(Kind.PLAN_CANCEL, day, self.head.second)


def life(env: simpy.Environment, shopper: Shopper) -> Iterator[simpy.Event]:
    """A member's life, from joining to the last day of the run or to leaving for good."""
    first, end = shopper.world.span.first_day, shopper.world.span.end_day
    person = shopper.person
    draw_person(shopper.world, person, shopper.number)
    shopper.join(first, 0)

    now, beat, candidate = 0.0, WEEKS_4, 0
    order = wait(shopper, candidate)
    hazard = danger_on(shopper.scene, first)
    while True:
        death = now + person.life_left / hazard
        morning = min(shopper.head.due_day, shopper.renewal_eve(), shopper.arrival())
        night = float(morning - first)
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
            bought = unit32(luck[2]) * MAXIMUM < pull_on(shopper.scene, day)
            if bought:
                shopper.checkout(candidate, day, int((now - int(now)) * 86_400))
            candidate += 1
            order += wait(shopper, candidate)
        elif shopper.renewal_eve() <= day:
            shopper.decide_renewal(day)
        if now == beat:
            beat += WEEKS_4
        if bought or now in (night, beat - WEEKS_4):
            hazard = danger_on(shopper.scene, day)
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
    for row in world.script[world.script_from[shopper.number] : world.script_from[shopper.number + 1]]:
        day = int(row.day)
        yield env.timeout(max(0.0, day - first + int(row.second) / 86_400 - env.now))
        shopper.books_to(day)
        shopper.play(row)
    shopper.books_to(end - 1)
    shopper.alive = shopper.head.closed_day == NEVER_DAY


def tell(world: World, rules: Rules, members: int) -> Story:
    """Let so many members live through the run, all in one SimPy environment."""
    env = simpy.Environment()
    shoppers = [Shopper(world, rules, number) for number in range(members)]
    process = script if world.script_from.size > 1 else life
    for shopper in shoppers:
        env.process(process(env, shopper))
    env.run()
    parts = [rows for shopper in shoppers for rows in shopper.transfers]
    happened = [row for shopper in shoppers for row in shopper.happened]
    return Story(
        transfers=np.concatenate(parts) if parts else np.zeros(0, TRANSFER),
        events=len(happened),
        happened=np.array(happened, EVENT),
        orders=sum(each.orders for each in shoppers),
        survivors=sum(each.alive for each in shoppers),
        refused=tuple(dict(sorted(each.refused.items())) for each in shoppers),
    )
