"""A membership program as one writes it down in SimPy without a ledger: a process a member, and one for each lot.

It shares no line with the rooms of the project. Money is a float, the books are sums by account.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import simpy

from bench.plain_program import (
    BASKET_SHAPE,
    DAYS_A_MONTH,
    DAYS_A_YEAR,
    DISCOUNTS,
    INTENSITY_MOST,
    LIFE_DAYS,
    LIFT_MOST,
    MULTIPLIERS,
    PENDING_DAYS,
    POINT_VALUE,
    SHARE_OF_ORDER,
    STEP_POINTS,
    THRESHOLDS,
    traits,
)


@dataclass
class Lot:
    """Points that were earned together."""

    points: int
    active: bool = False


@dataclass
class Shopper:
    """A member: traits, balance, tier."""

    rate: float  # orders a day
    hazard: float  # of leaving, a day
    basket: float
    never: bool
    lots: list[Lot] = field(default_factory=list)
    balance: int = 0
    growth: float = 0.0
    tier: int = 0


@dataclass
class Shop:
    """What all members share: the clock, chance, the books."""

    env: simpy.Environment
    luck: random.Random
    books: Counter[str] = field(default_factory=Counter)
    events: int = 0
    bookings: int = 0

    def book(self, debit: str, credit: str, amount: float) -> None:
        """Move an amount from one account to another."""
        if amount:
            self.books[debit] -= amount
            self.books[credit] += amount
            self.bookings += 1


def simulate(members: int, months: int, seed: int) -> Shop:
    """Let so many members live for so many months."""
    shop = Shop(simpy.Environment(), random.Random(seed))
    for rate, hazard, basket, never in zip(*traits(np.random.default_rng(seed), members), strict=True):
        shopper = Shopper(float(rate), float(hazard), float(basket), bool(never))
        shop.events += 1
        shop.env.process(life(shop, shopper))
        shop.env.process(reviews(shop, shopper))
    shop.env.run(until=months * DAYS_A_MONTH)
    return shop


def life(shop: Shop, shopper: Shopper) -> Iterator[simpy.Event]:
    """Candidates for an order come at the highest intensity; each becomes one with the intensity of the moment."""
    end = shop.luck.expovariate(shopper.hazard)
    while True:
        yield shop.env.timeout(shop.luck.expovariate(shopper.rate * INTENSITY_MOST))
        if shop.env.now >= end:
            return
        if shop.luck.random() * INTENSITY_MOST < pull(shopper):
            order(shop, shopper)


def pull(shopper: Shopper) -> float:
    """Intensity of buying: the nearer the first redemption, the higher."""
    if shopper.never or shopper.balance >= STEP_POINTS:
        return 1.0
    weeks = (STEP_POINTS - shopper.balance) / (shopper.basket * shopper.rate * 7)
    return math.exp(LIFT_MOST * shopper.balance / STEP_POINTS * math.exp(-weeks / 26))


def order(shop: Shop, shopper: Shopper) -> None:
    """Buy, perhaps with points; earn; perhaps rise."""
    shop.events += 1
    listed = shop.luck.gammavariate(BASKET_SHAPE, shopper.basket / BASKET_SHAPE)
    due = listed * (1 - DISCOUNTS[shopper.tier])
    used = points_used(shop, shopper, due)
    spend(shop, shopper, used)
    paid = due - used * POINT_VALUE
    shop.book("cash", "sales", paid)
    shop.book("points tender", "sales", used * POINT_VALUE)
    shop.book("discounts", "sales", listed - due)
    earned = int(paid * MULTIPLIERS[shopper.tier])
    if earned > 0:
        lot = Lot(earned)
        shopper.lots.append(lot)
        shop.book("issued", "pending", earned)
        shop.env.process(age(shop, shopper, lot))
    shopper.growth += due
    earned_tier = tier_of(shopper.growth)
    if earned_tier > shopper.tier:
        shop.book(f"tier {shopper.tier}", f"tier {earned_tier}", 1)
        shopper.tier = earned_tier


def points_used(shop: Shop, shopper: Shopper, due: float) -> int:
    """None, or all that the order allows."""
    allowed = int(min(shopper.balance, due * SHARE_OF_ORDER / POINT_VALUE)) // STEP_POINTS * STEP_POINTS
    if shopper.never or allowed == 0:
        return 0
    wish = 2.0 * math.log(shopper.balance * POINT_VALUE / (0.3 * shopper.basket))
    return allowed if shop.luck.random() < 1 / (1 + math.exp(-wish)) else 0


def spend(shop: Shop, shopper: Shopper, points: int) -> None:
    """Take points from the oldest active lots."""
    left = points
    for lot in shopper.lots:
        if left == 0:
            break
        if lot.active:
            part = min(left, lot.points)
            lot.points -= part
            left -= part
            shop.book("active", "redeemed", part)
    shopper.balance -= points
    shopper.lots = [lot for lot in shopper.lots if lot.points > 0]


def age(shop: Shop, shopper: Shopper, lot: Lot) -> Iterator[simpy.Event]:
    """A lot can be used after a while, and dies after a year."""
    yield shop.env.timeout(PENDING_DAYS)
    lot.active = True
    shopper.balance += lot.points
    shop.book("pending", "active", lot.points)
    yield shop.env.timeout(LIFE_DAYS - PENDING_DAYS)
    if lot.points > 0:
        shopper.balance -= lot.points
        shop.book("active", "expired", lot.points)
        lot.points = 0
        shopper.lots.remove(lot)


def reviews(shop: Shop, shopper: Shopper) -> Iterator[simpy.Event]:
    """At the end of a year the tier is what the year has earned."""
    while True:
        yield shop.env.timeout(DAYS_A_YEAR)
        earned_tier = tier_of(shopper.growth)
        if earned_tier != shopper.tier:
            shop.book(f"tier {shopper.tier}", f"tier {earned_tier}", 1)
        shopper.tier = earned_tier
        shopper.growth = 0.0


def tier_of(growth: float) -> int:
    """The tier that an amount earns."""
    return max(level for level, threshold in enumerate(THRESHOLDS) if growth >= threshold)
