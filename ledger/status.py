"""What the ledger answers: done, needs more room, or a named refusal that posted nothing."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Answer to an event or to an advance. Everything from ALREADY_A_MEMBER on is a refusal."""

    OK = 0
    JOURNAL_FULL = 1  # empty the journal and call again; whole nights already booked stay booked
    MEMBER_FULL = 2  # nothing was posted by the event; give the member more room and call again
    NIGHT_MISSING = 3  # nothing was posted; advance to the event's day first
    ALREADY_A_MEMBER = 10
    NOT_A_MEMBER = 11
    EVENT_OUT_OF_ORDER = 12
    AMOUNT_NEGATIVE = 13
    REDEEM_NOT_OFFERED = 14
    REDEEM_EXCEEDS_ACTIVE_POINTS = 15
    REDEEM_BELOW_MINIMUM = 16
    REDEEM_NOT_IN_STEPS = 17
    REDEEM_EXCEEDS_ORDER_CAP = 18
    PLAN_UNKNOWN = 19
    PLAN_ALREADY_HELD = 20
    PLAN_NOT_HELD = 21
    EVENT_UNKNOWN = 22
    AMOUNT_TOO_LARGE = 23
    IDEMPOTENCY_CONFLICT = 24  # only a store knows keys: the same key came with another content
    ACCOUNT_CLOSED = 25
    INVITATION_NEEDED = 26
    TIER_UNKNOWN = 27
    TIER_NOT_BY_INVITATION = 28
    REDEEM_BLOCKED_BY_DEBT = 29
    COUPON_NOT_HELD = 30
    COUPON_BELOW_MINIMUM_SPEND = 31
    COUPONS_DO_NOT_STACK = 32
    STORED_VALUE_NOT_OFFERED = 33
    STORED_VALUE_EXCEEDS_BALANCE = 34
    STORED_VALUE_EXCEEDS_ORDER = 35
    ORDER_UNKNOWN = 36  # or too long ago to be returned
    ORDER_ALREADY_REFUNDED = 37
    ORDER_ALREADY_POSTED = 38
    REFUND_NOT_OFFERED = 39
    REFUND_EXCEEDS_ORDER = 40
    ALREADY_DELIVERED = 41
    ACTIVITY_UNKNOWN = 42
    LIMIT_REACHED = 43
    REWARD_UNKNOWN = 44
    REWARD_OUT_OF_STOCK = 45
    WHEEL_NOT_OFFERED = 46
    PARTNER_UNKNOWN = 47
    PARTNER_POINTS_NOT_IN_MULTIPLES = 48
    PLAN_TRIAL_NOT_OFFERED = 49
    PLAN_TRIAL_USED = 50
    PLAN_SAME = 51
    PLAN_REFUND_NOT_OFFERED = 52
    PLAN_REFUND_PERIOD_OVER = 53
    TOP_UP_UNKNOWN = 54
    TOP_UP_ALREADY_REFUNDED = 55
    TRANSFER_NOT_OFFERED = 56
    TRANSFER_TO_ONESELF = 57
    TRANSFER_BELOW_MINIMUM = 58
    HOUSEHOLD_NOT_OFFERED = 59
    EXTENSION_NOT_OFFERED = 60
    REINSTATEMENT_NOT_OFFERED = 61
    REINSTATEMENT_EXCEEDS_EXPIRED_POINTS = 62
    REFERRAL_NOT_OFFERED = 63
    ADJUST_EXCEEDS_POINTS = 64
    CATEGORY_UNKNOWN = 65
    CHANNEL_UNKNOWN = 66
    LINES_DO_NOT_ADD_UP = 67
    BIRTHDAY_INVALID = 68
    REFERRAL_UNKNOWN = 69  # only a store knows who was referred: nobody by this member, or not as far yet
    REFERRAL_ALREADY_POSTED = 70

    @property
    def refused(self) -> bool:
        return self >= Status.ALREADY_A_MEMBER
