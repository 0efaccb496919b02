"""The words of the journal: units, accounts, causes.

Every transfer moves one amount of one unit from the debited to the credited account. The
member's own holdings are credit accounts, so a balance is credits less debits, and over all
accounts of a unit the balances sum to zero.
"""

from __future__ import annotations

from enum import IntEnum


class Unit(IntEnum):
    """What a transfer moves. Units are never mixed."""

    POINTS = 0
    GROWTH = 1
    MONEY = 2  # minor units of the program's currency
    TIER = 3  # one seat a member: it moves from tier to tier, so the tier mix is a balance
    PLAN = 4  # one seat a member, likewise


class Account(IntEnum):
    """Where amounts are held. Tiers and plans are numbered upward from their first account."""

    POINTS_ISSUED = 1
    POINTS_PENDING = 2
    POINTS_ACTIVE = 3
    POINTS_REDEEMED = 4
    POINTS_EXPIRED = 5
    GROWTH_ISSUED = 10
    GROWTH_HELD = 11
    CASH = 20
    SALES = 21
    DISCOUNTS = 22
    POINTS_TENDER = 23
    FEES = 24
    OUTSIDE = 30
    NO_PLAN = 31
    TIER_FIRST = 100
    PLAN_FIRST = 200  # PLAN_FIRST + 1 is the first plan: slot 0 is "no plan"


class Cause(IntEnum):
    """Which rule moved it. Consecutive from 0, so that a run can sum by cause in an array."""

    JOIN = 0
    SALE_CASH = 1  # what the member paid in money
    SALE_DISCOUNT = 2  # what tier or plan took off the list price
    SALE_POINTS = 3  # what points paid
    EARN = 4
    ACTIVATE = 5
    REDEEM = 6
    EXPIRE = 7
    GROW = 8
    UPGRADE = 9
    DOWNGRADE = 10
    PLAN_START = 11
    PLAN_LAPSE = 12
    PLAN_FEE = 13


UNIT_OF_CAUSE = {
    Cause.JOIN: Unit.TIER,
    Cause.SALE_CASH: Unit.MONEY,
    Cause.SALE_DISCOUNT: Unit.MONEY,
    Cause.SALE_POINTS: Unit.MONEY,
    Cause.EARN: Unit.POINTS,
    Cause.ACTIVATE: Unit.POINTS,
    Cause.REDEEM: Unit.POINTS,
    Cause.EXPIRE: Unit.POINTS,
    Cause.GROW: Unit.GROWTH,
    Cause.UPGRADE: Unit.TIER,
    Cause.DOWNGRADE: Unit.TIER,
    Cause.PLAN_START: Unit.PLAN,
    Cause.PLAN_LAPSE: Unit.PLAN,
    Cause.PLAN_FEE: Unit.MONEY,
}
"""The unit that a cause moves."""


def account_name(account: int) -> str:
    """Readable name: "points_active", "tier_2", "plan_1"."""
    if account >= Account.PLAN_FIRST:
        return f"plan_{account - Account.PLAN_FIRST}"
    if account >= Account.TIER_FIRST:
        return f"tier_{account - Account.TIER_FIRST}"
    return Account(account).name.lower()
