"""A member of the readable engine and the person behind it: one Python object each, every transfer kept.

The ledger functions and the equations of behaviour are the very ones that production and the compiled engine call;
what stands here a second time is the order of things in a life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import simpy

from ledger.batch import journal_for
from ledger.events import ALL, EVENT, Kind, event
from ledger.journal import FILL, NONE, Journal, taken
from ledger.state import Member, grown, new_member
from ledger.status import Status
from policies.earning import rule_on
from policies.rules import NEVER_DAY, Rules, records
from sim.effects import MAXIMUM, Term
from sim.engines.life import DELIVERY_DAYS, begins_with_trial
from sim.engines.scene import (
    Scene,
    basket_on,
    danger_on,
    drops_on,
    fails_on,
    follows_on,
    held_on,
    nights_to,
    order_on,
    pays_on,
    plan_on,
    pull_on,
    renews_on,
    return_on,
    returned_on,
    reward_on,
    spend,
    spin_on,
    take_note,
    tell_ledger,
    top_up_on,
)
from sim.engines.script_life import fill_in
from sim.engines.tally import SECONDS_A_DAY
from sim.market.world import MBG_NBD
from sim.members.checkout import AT_FIRST_ORDER, AT_JOINING, REVIEW_DAYS, loses_card
from sim.members.people import PERSON
from sim.members.streams import Stream, unit, words
from sim.members.timing import begin_occasions, next_doing_time, wait_for_doing
from sim.members.traits import draw_friend, friend_number

NEVER = float("inf")


@dataclass
class Shopper:
    """A member and the person behind it."""

    ground: np.recarray  # sim.market.world.GROUND (1,)
    rules: Rules
    number: int
    lines: np.recarray  # LINE (l,): lines of a script, or room for the line of a drawn order
    parent: Shopper | None = None
    transfers: list[np.ndarray] = field(default_factory=list)
    happened: list[np.record] = field(default_factory=list)  # EVENT: what the ledger has said yes to
    lines_told: list[np.ndarray] = field(default_factory=list)  # LINE: lines of drawn orders
    friends: list[Shopper] = field(default_factory=list)
    errands: list[tuple[int, Kind, dict[str, int]]] = field(default_factory=list)  # day, what, with which fields
    alive: bool = True
    news: simpy.Event | None = None  # somebody else has done something that concerns the member
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.world = self.ground[0]
        self.people, self.asked = records(1, PERSON), records(1, EVENT)
        self.person = self.people[0]
        self.seed = int(self.world.span.seed)
        self.first_day = int(self.world.span.first_day)
        self._open(new_member(self.number))

    def _open(self, account: Member) -> None:
        """Take an account into use. Its head and its lots are parts of it, found once as they are read so often."""
        accounts, fill = records(1, account.dtype), records(1, FILL)
        accounts[0] = account
        self.account = accounts[0]
        self.head, self.lots = self.account.head, self.account["lots"]
        rows = journal_for(account, 0).rows
        self.journal = Journal(rows, fill[0])
        terms = np.zeros(len(Term))
        self.scene = Scene(self.ground, self.rules, accounts, self.people, self.asked, self.lines, rows, fill, terms)

    # Books

    def books_to(self, day: int) -> None:
        """Let every night up to a day pass over the books, and every order arrive that is due."""
        while (arrival := self.arrival()) <= day:
            self._nights_to(int(arrival))
            for order in self._orders_under_way(int(arrival)):
                self.post(Kind.DELIVER, int(arrival), self.head.second, order=order)
        self._nights_to(day)

    def _nights_to(self, day: int) -> None:
        while (status := nights_to(self.scene, day)) != Status.OK:
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

    def post(self, kind: Kind, day: int, second: int, **what: int) -> None:
        """Tell the ledger what happened, giving the account more room when it asks for it."""
        self._tell(event(kind, day, member=self.number, second=second, **what))

    def _tell(self, row: np.record) -> None:
        status = self._try(row)
        if status != Status.OK:
            raise RuntimeError(f"member {self.number}: the ledger refused {Kind(row.kind).name} with {status.name}")
        self._keep_transfers()
        self.happened.append(row)

    def _try(self, row: np.record) -> Status:
        """Ask the ledger, giving the account more room when it asks for it."""
        self.asked[0] = row
        while (status := tell_ledger(self.scene)) == Status.MEMBER_FULL:
            self._make_room()
        return Status(status)

    def _keep_transfers(self) -> None:
        if self.journal.fill.used:
            take_note(self.scene)
            self.transfers.append(taken(self.journal))

    # What a member of the population does

    def join(self) -> None:
        """Become a member, perhaps referred by another one; where that takes an invitation, there is one."""
        world, person = self.world, self.person
        begin_occasions(world, person)
        day = int(person.joined_day)
        born = {"birth_month": int(person.birth_month), "birth_day": int(person.birth_day)}
        other = self.parent.number if self.parent else NONE
        invited = {"invited": 1, "referred": int(person.referred), "other": other}
        self.post(Kind.JOIN, day, self.second_of(person.time), **invited, **born)
        person.endowed_points = self.head.issued_points
        self.look_ahead(day)
        if world.segments[person.segment].process == MBG_NBD and drops_on(self.scene, day):
            self.leave()
        if self.parent and pays_on(self.scene, day) == AT_JOINING:
            self.parent.thank(self, day)

    def look_ahead(self, day: int) -> None:
        """How near the person is to leaving, until something happens again."""
        self.person.hazard = danger_on(self.scene, day)

    def befriend(self, day: int) -> Shopper:
        """Somebody whom the member has referred just now."""
        friend = Shopper(self.ground, self.rules, friend_number(self.seed, self.person), self.lines, self)
        draw_friend(self.world, friend.person, friend.number, self.person)
        self.friends.append(friend)
        return friend

    def thank(self, friend: Shopper, day: int) -> None:
        """Be paid for a friend, on the morning after the day on which the friend has done what earns."""
        self.remind(day + 1, Kind.REFERRAL, other=friend.number)
        if self.news is not None and not self.news.triggered:
            self.news.succeed()

    def second_of(self, time: float) -> int:
        """Second of the day."""
        return int((time - int(time)) * SECONDS_A_DAY)

    def checkout(self, day: int, second: int) -> None:
        """At the checkout: perhaps join a plan, perhaps top up, then order, and what follows from it."""
        scene, person = self.scene, self.person
        if plan := plan_on(scene, day):
            trial = begins_with_trial(rule_on(self.rules, day), self.head, plan)
            self.post(Kind.PLAN_START, day, second, which=plan, trial=int(trial))
        price = basket_on(scene, day)
        if money := top_up_on(scene, day, price):
            person.card_lost = max(int(person.card_lost), int(loses_card(self.world, person)))
            self.post(Kind.TOP_UP, day, second, order=int(person.top_ups), cents=money)
            person.top_ups += 1
        order = event(Kind.PURCHASE, day, member=self.number, second=second)
        self.asked[0] = order
        order_on(scene, day, price)
        order = self.asked[0].copy()
        self._tell(order)
        self._note_line(order)
        person.redemptions += int(order.redeem_points > 0)
        spend(scene, day, int(order.list_cents))
        person.orders += 1
        if self.parent and person.orders == 1 and pays_on(self.scene, int(person.joined_day)) == AT_FIRST_ORDER:
            self.parent.thank(self, day)
        self._plan_errands(day, int(order.list_cents))
        self._burn(day, second)
        if drops_on(self.scene, day):
            self.leave()

    def _note_line(self, order: np.record) -> None:
        """Keep a copy of the line, as the next order overwrites it."""
        if order.lines:
            order.first_line = len(self.lines_told)
            self.lines_told.append(self.lines[:1].copy())

    def _plan_errands(self, day: int, list_cents: int) -> None:
        """Goods that will come back, and activities that will follow."""
        if days := return_on(self.scene, day):
            cents = returned_on(self.scene, list_cents)
            self.remind(day + days, Kind.REFUND, order=int(self.person.orders) - 1, cents=cents or ALL)
        segment = self.world.segments[self.person.segment]
        for doing in range(int(segment.doings)):
            if follows_on(self.scene, doing):
                self.remind(day + REVIEW_DAYS, Kind.ACTIVITY, which=int(segment.doing[doing]))

    def _burn(self, day: int, second: int) -> None:
        """After the order: perhaps a reward, perhaps a turn of the wheel."""
        if (reward := reward_on(self.scene, day, second)) >= 0:
            self.post(Kind.REWARD, day, second, which=reward)
            self.person.redemptions += int(rule_on(self.rules, day).reward_points[reward] > 0)
        if (chance := spin_on(self.scene, day)) >= 0:
            self.post(Kind.SPIN, day, second, chance=chance)
            self.person.redemptions += int(rule_on(self.rules, day).wheel_points > 0)

    def remind(self, day: int, kind: Kind, **what: int) -> None:
        """Put an errand on the list: by day, then by kind, then friend by friend."""
        self.errands.append((day, kind, what))
        self.errands.sort(key=lambda each: (each[0], each[1], each[2].get("other", 0)))

    def run_errands(self, day: int) -> None:
        """Do what is due: goods go back if they still can, activities follow, friends have done what earns."""
        while self.errands and self.errands[0][0] <= day:
            _, kind, what = self.errands.pop(0)
            late = kind == Kind.REFUND and not held_on(self.scene, what["order"], day)
            idle = kind == Kind.REFERRAL and not self.refers(day)
            past = kind == Kind.ACTIVITY and not self.alive
            if not (late or idle or past):
                self.post(kind, day, self.head.second, **what)

    def activities(self, now: float, day: int) -> None:
        """Whatever the person does at this moment beside buying."""
        segment = self.world.segments[self.person.segment]
        for doing in range(int(segment.doings)):
            if self.person.doing_time[doing] == now:
                self.post(Kind.ACTIVITY, day, self.second_of(now), which=int(segment.doing[doing]))
                wait_for_doing(self.world, self.person, doing)
        self.person.next_doing = next_doing_time(self.person, int(segment.doings))

    def refers(self, day: int) -> bool:
        """Whether the policy pays for referrals on a day."""
        return pays_on(self.scene, day) > 0

    def errand_day(self) -> float:
        """Day of the next errand."""
        return self.errands[0][0] if self.errands else NEVER

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
        word = words(self.seed, self.number, int(Stream.RENEWAL), int(head.plan_until_day))
        wanted = renews_on(self.scene, day, unit(word[0], word[1]))
        if wanted and head.plan_renews == 0:
            self.post(Kind.PLAN_RENEW, day, head.second)
        if not wanted and head.plan_renews == 1:
            self.post(Kind.PLAN_CANCEL, day, head.second)

    def mornings(self, day: int) -> None:
        """Let the nights pass, deliveries arrive, and do what is to be done in the morning."""
        fails = fails_on(self.scene, day) if self.head.due_day <= day else False
        tier = int(self.head.tier)
        self.books_to(day)
        if fails and self.head.tier <= tier:
            self.person.failure_day = day
        if self.renewal_eve() <= day:
            self.decide_renewal(day)
        self.run_errands(day)

    def takes_occasion(self, day: int) -> bool:
        """Whether an occasion becomes an order: as likely as the person is keen to buy on this day."""
        person = self.person
        if person.accept_luck * MAXIMUM >= pull_on(self.scene, day):
            return False
        person.ticks -= 1
        if person.ticks > 0:
            return False
        person.ticks = self.world.segments[person.segment].regularity
        return True

    def leave(self) -> None:
        """Gone for good: no more orders, no more renewals."""
        self.alive = False
        self.person.gone = 1
        if self.head.plan > 0 and self.head.plan_renews == 1:
            self.post(Kind.PLAN_CANCEL, self.first_day + int(self.person.time), self.head.second)

    def close(self) -> None:
        """Bring the books to the last day of the run."""
        self.books_to(int(self.world.span.end_day) - 1)

    # What a member does that was written by hand

    def play(self, deed: np.record) -> None:
        """One deed: it may be refused, and an order a coupon that does not suit it."""
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
            self.person.orders += 1
            spend(self.scene, int(row.day), int(row.list_cents))

    def family(self) -> Iterator[Shopper]:
        """The member, then every friend in order of joining, each with friends of their own."""
        yield self
        for friend in self.friends:
            yield from friend.family()
