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
    PRINCIPAL = 5  # stored value that was paid for, minor units
    BONUS = 6  # stored value on top, minor units
    COUPON = 7  # pieces; `which` says of which coupon
    GIFT = 8  # pieces of goods or tickets; `which` says of which reward or prize
    NOTE = 9  # points that did not move, only noted: cut by a cap, waived, extended


class Account(IntEnum):
    """Where amounts are held. Tiers and plans are numbered upward from their first account."""

    POINTS_ISSUED = 1
    POINTS_PENDING = 2
    POINTS_ACTIVE = 3
    POINTS_REDEEMED = 4
    POINTS_EXPIRED = 5
    POINTS_CLAWED_BACK = 6
    POINTS_CANCELLED = 7
    POINTS_DEBT = 8  # what the member owes: its balance is negative
    POINTS_MOVED = 9  # between members
    GROWTH_ISSUED = 10
    GROWTH_HELD = 11
    CASH = 20
    SALES = 21
    DISCOUNTS = 22
    POINTS_TENDER = 23
    FEES = 24
    COUPONS_TENDER = 25
    PRINCIPAL_TENDER = 26
    BONUS_TENDER = 27
    COST_OF_GOODS = 28
    INVENTORY = 29
    OUTSIDE = 30
    NO_PLAN = 31
    BENEFIT_COSTS = 32
    PAYABLE = 33  # what the program owes for benefits, goods and partners
    REWARD_COSTS = 34
    STORED_VALUE = 35  # money received for principal
    PARTNERS = 36  # money due from partners for points they bought
    CHARGED = 37  # money held back from members at a refund
    PARTNER_INCOME = 38
    PRINCIPAL_SOLD = 40
    PRINCIPAL_HELD = 41
    PRINCIPAL_SPENT = 42
    PRINCIPAL_REFUNDED = 43
    BONUS_ISSUED = 50
    BONUS_HELD = 51
    BONUS_SPENT = 52
    BONUS_EXPIRED = 53
    BONUS_TAKEN_BACK = 54
    COUPONS_ISSUED = 60
    COUPONS_HELD = 61
    COUPONS_USED = 62
    COUPONS_EXPIRED = 63
    COUPONS_TAKEN_BACK = 64
    GIFTS_ISSUED = 70
    GIFTS_GIVEN = 71
    NOTED = 80
    CAP_CUT = 81
    WAIVED = 82
    EXTENDED = 83
    TIER_FIRST = 100
    PLAN_FIRST = 200  # PLAN_FIRST + 1 is the first plan: slot 0 is "no plan"


class Cause(IntEnum):
    """Which rule moved it. Consecutive from 0, so that a run can sum by cause in an array.

    A return posts its cause the other way round or has a cause of its own: nothing is edited.
    """

    JOIN = 0
    SALE_CASH = 1  # what the member paid in money
    SALE_DISCOUNT = 2  # what tier or plan took off the list price
    SALE_POINTS = 3  # what points paid
    EARN = 4  # by the amount of an order
    ACTIVATE = 5
    REDEEM = 6  # inside an order
    EXPIRE = 7
    GROW = 8
    UPGRADE = 9
    DOWNGRADE = 10
    PLAN_START = 11
    PLAN_LAPSE = 12
    PLAN_FEE = 13
    SALE_COUPON = 14
    SALE_PRINCIPAL = 15
    SALE_BONUS = 16
    SALE_COST = 17  # what the goods cost the shop
    EARN_CAMPAIGN = 18  # what a campaign adds; `which` is its number
    EARN_FIXED = 19  # first or nth order; `which` is the row of points.earn
    EARN_ACTIVITY = 20
    EARN_REFERRAL = 21
    EARN_PARTNER = 22
    EARN_GIFT = 23  # points among gifts; `which` is the gift list
    EARN_PRIZE = 24
    GRANT = 25  # goodwill
    ADJUST_UP = 26
    ADJUST_DOWN = 27
    DEBT_REPAID = 28  # a credit that debt absorbs
    CAP = 29  # what a cap cut; `which` is its number
    RETURN_CASH = 30
    RETURN_DISCOUNT = 31
    RETURN_POINTS = 32  # the money side of points that are given back
    RETURN_COUPON = 33
    RETURN_PRINCIPAL = 34
    RETURN_BONUS = 35
    RETURN_COST = 36
    CLAW_BACK = 37  # points of a returned order
    CLAW_BACK_DEBT = 38  # those that were gone
    CLAW_BACK_WAIVED = 39  # those that were gone and are not asked for; counted, not moved
    WITHHELD = 40  # or held back from the money
    UNREDEEM = 41  # points of a returned order, back in their lot
    UNREDEEM_DEAD = 42  # whose lot has died: gone
    UNGROW = 43
    DECAY = 44
    REDEEM_REWARD = 45
    REDEEM_WHEEL = 46
    REDEEM_PARTNER = 47
    REWARD_COST = 48
    PARTNER_COST = 49
    PARTNER_SALE = 50  # the partner pays for points
    GIFT_GIVEN = 51
    BENEFIT_ORDER = 52
    BENEFIT_MONTH = 53
    BENEFIT_REFUND = 54
    COUPON_ISSUE = 55
    COUPON_USE = 56
    COUPON_EXPIRE = 57
    COUPON_RETURN = 58  # of a returned order, held again
    COUPON_TAKE_BACK = 59
    TOP_UP = 60  # money for principal
    PRINCIPAL_IN = 61
    BONUS_IN = 62
    PRINCIPAL_SPEND = 63
    BONUS_SPEND = 64
    PRINCIPAL_RETURN = 65
    BONUS_RETURN = 66
    BONUS_EXPIRE = 67
    BONUS_TAKE_BACK = 68
    PRINCIPAL_OUT = 69
    TOP_UP_RETURN = 70  # money back for principal
    BONUS_CHARGED = 71
    PLAN_CREDIT = 72  # unused days of the plan that is left for another
    PLAN_RETURN = 73  # money back for a plan
    SEND = 74
    RECEIVE = 75
    CANCEL = 76  # points of an account that is closed
    LEAVE = 77
    REINSTATE = 78
    EXTEND = 79  # a lot's new date: counted, not moved


UNIT_OF_CAUSE = {
    **dict.fromkeys(Cause, Unit.POINTS),
    **dict.fromkeys((Cause.JOIN, Cause.UPGRADE, Cause.DOWNGRADE, Cause.LEAVE), Unit.TIER),
    **dict.fromkeys((Cause.GROW, Cause.UNGROW, Cause.DECAY), Unit.GROWTH),
    **dict.fromkeys((Cause.PLAN_START, Cause.PLAN_LAPSE), Unit.PLAN),
    **dict.fromkeys(
        (Cause.PRINCIPAL_IN, Cause.PRINCIPAL_SPEND, Cause.PRINCIPAL_RETURN, Cause.PRINCIPAL_OUT), Unit.PRINCIPAL
    ),
    **dict.fromkeys(
        (Cause.BONUS_IN, Cause.BONUS_SPEND, Cause.BONUS_RETURN, Cause.BONUS_EXPIRE, Cause.BONUS_TAKE_BACK), Unit.BONUS
    ),
    **dict.fromkeys(
        (Cause.COUPON_ISSUE, Cause.COUPON_USE, Cause.COUPON_EXPIRE, Cause.COUPON_RETURN, Cause.COUPON_TAKE_BACK),
        Unit.COUPON,
    ),
    Cause.GIFT_GIVEN: Unit.GIFT,
    **dict.fromkeys((Cause.CAP, Cause.CLAW_BACK_WAIVED, Cause.EXTEND), Unit.NOTE),
    **dict.fromkeys(
        (
            Cause.SALE_CASH, Cause.SALE_DISCOUNT, Cause.SALE_POINTS, Cause.SALE_COUPON, Cause.SALE_PRINCIPAL,
            Cause.SALE_BONUS, Cause.SALE_COST, Cause.RETURN_CASH, Cause.RETURN_DISCOUNT, Cause.RETURN_POINTS,
            Cause.RETURN_COUPON, Cause.RETURN_PRINCIPAL, Cause.RETURN_BONUS, Cause.RETURN_COST, Cause.WITHHELD,
            Cause.PLAN_FEE, Cause.PLAN_CREDIT, Cause.PLAN_RETURN, Cause.REWARD_COST, Cause.PARTNER_COST,
            Cause.PARTNER_SALE, Cause.BENEFIT_ORDER, Cause.BENEFIT_MONTH, Cause.BENEFIT_REFUND, Cause.TOP_UP,
            Cause.TOP_UP_RETURN, Cause.BONUS_CHARGED,
        ),
        Unit.MONEY,
    ),
}  # fmt: skip
"""The unit that a cause moves."""


def account_name(account: int) -> str:
    """Readable name: "points_active", "tier_2", "plan_1"."""
    if account >= Account.PLAN_FIRST:
        return f"plan_{account - Account.PLAN_FIRST}"
    if account >= Account.TIER_FIRST:
        return f"tier_{account - Account.TIER_FIRST}"
    return Account(account).name.lower()
