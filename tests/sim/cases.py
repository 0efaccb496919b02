"""A member made by hand with a person behind it, for the equations of behaviour one by one: see docs/behaviour.md."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from ledger.state import HEAD, Member, new_member
from policies import Policy, load_policy
from policies.days import day_of
from policies.rules import records
from sim.effects import RESPONSE, Term, preset
from sim.market.world import World
from sim.members.churn import churn_multiplier
from sim.members.intensity import purchase_intensity
from sim.members.people import PERSON, forget
from sim.scenario import load_scenario

TODAY = day_of(date(2027, 9, 1))
BASKET = 20_000.0
"""Mean basket, minor units."""
RATE = 0.6 / 7
"""Orders a day."""


_named = cache(load_policy)


@cache
def _world(policy: Policy) -> World:
    return load_scenario("beauty_mall").world(policy, "mechanical")


class Case:
    """A member with a person behind it, a policy, and a response of which all is off that the test does not name."""

    def __init__(self, policy: str | Policy, /, **effects: float) -> None:
        self.policy = _named(policy) if isinstance(policy, str) else policy
        response = records(1, RESPONSE)[0]
        for symbol, size in (preset("null") | effects).items():
            response[symbol] = size
        self.world = _world(self.policy)._replace(response=response).ground()
        self.rule = self.policy.rules[0]
        self.member: Member = new_member(0)
        self.head = self.member.head
        self.head.joined_day, self.head.day = TODAY - 400, TODAY
        self.person = records(1, PERSON)[0]
        forget(self.person)
        self.person.rate, self.person.death_rate = RATE, 0.01 / 7
        self.person.basket_cents, self.person.light = BASKET, 1.0
        self.person.flexible, self.person.threshold_cents = 1, 0.3 * BASKET

    def lot(self, points: int, dead_day: int = 10**6) -> Case:
        """Give active points that die on a day."""
        row = self.member.lots[self.head.lots]
        row.points, row.dead_day, row.active_day = points, dead_day, TODAY - 1
        self.head.lots += 1
        self.head.active_points += points
        self.head.issued_points += points
        return self

    def coupon(self, code: str, until_day: int = 10**6) -> Case:
        """Give a coupon that is good until a day (excluded); in ascending order of these days."""
        row = self.member.coupons[self.head.coupons]
        row.coupon, row.until_day = self.policy.coupon_codes.index(code) + 1, until_day
        self.head.coupons += 1
        return self

    def set(self, **values: Any) -> Case:
        """Change fields of the account or of the person, wherever they stand; a tier is the member's own."""
        if "tier" in values:
            values["own_tier"] = values["tier"]
        for name, value in values.items():
            for row, names in ((self.person, PERSON.names), (self.head, HEAD.names)):
                if name in names:
                    row[name] = value
        return self

    def terms(self, day: int = TODAY) -> dict[Term, float]:
        """Terms of the log intensity that are not zero."""
        terms = np.full(len(Term), 9.9)  # what stood there before does not count
        purchase_intensity(self.world, self.rule, self.member, self.person, terms, day)
        return {term: float(terms[term]) for term in Term if terms[term] != 0.0}

    def pull(self, day: int = TODAY) -> float:
        """Log of the purchase intensity."""
        terms = np.zeros(len(Term))
        return math.log(purchase_intensity(self.world, self.rule, self.member, self.person, terms, day))

    def churn(self, day: int = TODAY) -> float:
        """Log of the churn multiplier."""
        return math.log(churn_multiplier(self.world, self.rule, self.member, self.person, day))


def busy(policy: str | Policy, **effects: float) -> Case:
    """A member to whom everything has happened lately."""
    case = Case(policy, **effects).lot(99, TODAY + 3)
    levels, plans = int(case.rule.levels), int(case.rule.plans)
    case.set(tier=max(0, levels - 2), plan=plans, qualifying=int(case.rule.enter[levels - 1]) * 3 // 4)
    case.set(plan_from_day=TODAY - 30, plan_until_day=TODAY + 30, plan_periods=2, review_day=TODAY + 60)
    case.set(redeem_day=TODAY - 2, redemptions=1, demotion_day=TODAY - 5, failure_day=TODAY - 9)
    case.set(expiry_day=TODAY - 6, lost_cents=5_000.0, referred=1, endowed_points=50, orders=7)
    case.set(principal_cents=30_000, birth_month=9, birth_day=2)
    return case.coupon(case.policy.coupon_codes[0], TODAY + 4) if case.rule.coupons else case


def chance_of(wish: float) -> float:
    """Probability of a log odds."""
    return 1 / (1 + math.exp(-wish))
