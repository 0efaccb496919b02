"""The choices that rules are made of: every word of a policy file that stands for one of several ways."""

from __future__ import annotations

from enum import IntEnum


class Metric(IntEnum):
    """What the tiers count."""

    SPEND = 0  # price after discounts, however it is paid, less what is returned
    GROWTH = 1
    NET_SPEND = 2  # the part of it that is not paid in points or bonus
    ORDERS = 3
    POINTS_EARNED = 4
    ACTIVE_DAYS = 5  # days with an order or an activity


class Window(IntEnum):
    """Over which time the tiers count it."""

    LIFETIME = 0
    CALENDAR_YEAR = 1
    ROLLING_MONTHS = 2
    ROLLING_DAYS = 3
    MEMBERSHIP_YEAR = 4  # from one anniversary of joining to the next


class Upgrade(IntEnum):
    """When a member who has enough moves up."""

    IMMEDIATELY = 0
    DAILY = 1
    MONTH_END = 2
    WINDOW_END = 3


class Validity(IntEnum):
    """How long a tier that was reached is kept before its review."""

    UNTIL_REVIEW = 0
    YEAR_END = 1
    MONTHS = 2


class Downgrade(IntEnum):
    """Where a member lands who misses the keep threshold at a review."""

    NONE = 0
    ONE_LEVEL = 1
    TO_EARNED = 2


class OnRefund(IntEnum):
    """When a refund that takes a threshold away moves the member down."""

    NEXT_REVIEW = 0
    NOW = 1  # to what the window still earns
    SAME_NIGHT_ONE_LEVEL = 2


class EarnOn(IntEnum):
    """The part of an order that earns points."""

    LIST = 0
    AFTER_DISCOUNTS = 1
    NET_OF_POINTS = 2
    NET_OF_POINTS_AND_BONUS = 3


class Rounding(IntEnum):
    """What becomes of a fraction."""

    FLOOR = 0
    HALF_UP = 1
    CEIL = 2


class RoundPer(IntEnum):
    """What is rounded once."""

    ORDER = 0
    RULE = 1  # all lines that earn by the same row
    LINE = 2


class Combine(IntEnum):
    """How multipliers of tier, plan and campaigns go together."""

    MULTIPLY = 0
    ADD = 1  # 1.5 and 2.0 make 2.5: each adds what it has above one


class Negative(IntEnum):
    """What becomes of points that a refund takes back and that are no longer there."""

    DEBT = 0
    FLOOR = 1
    WITHHOLD_CASH = 2


class Trigger(IntEnum):
    """What earns."""

    PURCHASE = 0
    FIRST_ORDER = 1
    NTH_ORDER = 2
    ACTIVITY = 3
    REFERRAL = 4


class Per(IntEnum):
    """Over which time a limit counts."""

    ORDER = 0
    DAY = 1
    WEEK = 2
    MONTH = 3
    YEAR = 4
    EVER = 5


class Expiry(IntEnum):
    """What ends the life of a lot."""

    NEVER = 0
    LOT = 1
    FIXED_DATES = 2
    INACTIVITY = 3
    LOT_AND_INACTIVITY = 4


class LifeFrom(IntEnum):
    """When the life of a lot begins."""

    EARNING = 0
    ACTIVATION = 1


class Leaving(IntEnum):
    """What becomes of the points of a tier whose points do not expire when the member leaves it."""

    KEEP_DATES = 0
    LIFE_FROM_LEAVING = 1


class Reset(IntEnum):
    """Bits of the events that restart the clock of inactivity."""

    PURCHASE = 1
    EARN = 2
    REDEEM = 4
    ACTIVITY = 8


class Period(IntEnum):
    """Unit of a length of time."""

    DAYS = 0
    MONTHS = 1


class RoundTo(IntEnum):
    """To the end of which calendar period an expiry date is moved."""

    NONE = 0
    MONTH = 1
    QUARTER = 2
    YEAR = 3


class CampaignDays(IntEnum):
    """On which days of its time a campaign counts."""

    ALL = 0
    DAY_OF_MONTH = 1
    WEEKDAY = 2  # Monday is 0
    BIRTHDAY_MONTH = 3


class Prize(IntEnum):
    """What a reward or a turn of the wheel gives."""

    NOTHING = 0
    POINTS = 1
    COUPON = 2
    GOODS = 3
    TICKET = 4


class Item(IntEnum):
    """What a gift is made of."""

    POINTS = 0
    COUPON = 1
    GROWTH = 2


class PlanRefund(IntEnum):
    """What a member gets back who gives up a paid plan."""

    NONE = 0
    PRO_RATA = 1
    FULL_WITHIN = 2
    LESS_BENEFITS_USED = 3


class SpendStored(IntEnum):
    """Which part of the stored value pays first."""

    PRINCIPAL_FIRST = 0
    BONUS_FIRST = 1
    PRO_RATA = 2


class RefundBonus(IntEnum):
    """What becomes of the bonus of a top-up that is refunded."""

    TAKE_BACK_UNSPENT = 0
    CHARGE_SPENT = 1  # and what was spent of it is held back from the money


class LeapDay(IntEnum):
    """When a birthday on 29 February is kept in a common year."""

    FEB_28 = 0
    MAR_1 = 1


class OldLots(IntEnum):
    """What a change of policy does to the points that members hold."""

    KEEP_DATES = 0
    NEW_RULE = 1  # the new rule, counted from the day on which they were earned
    FULL_NEW_PERIOD = 2  # the new rule, counted from the day of the change


class OldTiers(IntEnum):
    """What a change of policy does to the tiers that members hold."""

    UNTIL_VALIDITY = 0
    AT_ONCE = 1
