"""Rules: a policy as arrays, the only form in which the ledger sees it.

A policy file becomes a list of versions, one per effective day. All numbers are integers:
money in minor units, points as points, rates in basis points, dates as day numbers
(days since 1970-01-01). Nothing here decides anything; the modules beside it do.
"""

from __future__ import annotations

import numpy as np

NEVER_DAY = 2**40
"""A day that does not come: the dead day of a lot that never expires."""

NO_LIMIT = -1
"""Stands for "no cap" in fields where zero is a legal cap."""

BASIS = 10_000
"""Basis points of one: 1.25 is 12,500."""

MILLION = 1_000_000
"""Chances of the wheel are counted in millionths."""

ANY = 0
"""No category or channel in particular; named ones count from 1."""

LEVELS_MOST = 16
"""Most tiers a policy can have."""

PLAN_SLOTS = 8
"""Most paid plans a policy can have, plus slot 0 for "no plan"."""

DATES_MOST = 12
"""Most fixed expiry dates a year."""

EARN_MOST = 24
"""Most rows of ``points.earn``."""

STREAKS_MOST = 6
"""Most streaks of one row."""

ACTIVITIES_MOST = 32
"""Most activities, the built-in ones included."""

REFERRAL_ACTIVITY = 7
"""Number of the built-in activity that a completed referral is."""

CAPS_MOST = 6
CAMPAIGNS_MOST = 16
COUPONS_MOST = 32
REWARDS_MOST = 32
PRIZES_MOST = 16
OFFERS_MOST = 8
PARTNERS_MOST = 8
ITEMS_MOST = 128
"""Most gifts of a policy, all lists together."""

NAMES_MOST = 62
"""Most categories, and most channels: sets of them are bits of one integer, bit 0 for ANY."""

GIFT_JOIN, GIFT_BIRTHDAY, GIFT_YEAR_END, GIFT_WIN_BACK = range(4)
GIFT_PACK = 4
"""Gift list of level 0; the others follow."""
GIFT_PLAN = GIFT_PACK + LEVELS_MOST
"""Gift list of plan slot 0: the benefits of a month."""
GIFT_EARN = GIFT_PLAN + PLAN_SLOTS
"""Gift list of the first row of ``points.earn``."""
GIFT_LISTS = GIFT_EARN + EARN_MOST

_LEVELS = (LEVELS_MOST,)
_PLANS = (PLAN_SLOTS,)
_DATES = (DATES_MOST,)
_EARN = (EARN_MOST,)
_CAPS = (CAPS_MOST,)
_CAMPAIGNS = (CAMPAIGNS_MOST,)
_COUPONS = (COUPONS_MOST,)
_REWARDS = (REWARDS_MOST,)
_PRIZES = (PRIZES_MOST,)
_OFFERS = (OFFERS_MOST,)
_PARTNERS = (PARTNERS_MOST,)

_TIERS = [
    ("join_open", "i8"),  # 1: anybody may join; 0: by invitation only
    ("levels", "i8"),  # number of tiers, at least 1
    ("metric", "i8"),  # Metric
    ("window", "i8"),  # Window
    ("window_count", "i8"),  # months or days of a rolling window
    ("upgrade", "i8"),  # Upgrade
    ("validity", "i8"),  # Validity
    ("validity_count", "i8"),  # years after the year of reaching, or months
    ("downgrade", "i8"),  # Downgrade
    ("grace_days", "i8"),  # after a missed review, to make up what is missing
    ("on_refund", "i8"),  # OnRefund
    ("gifts_stay", "i8"),  # 1: an upgrade pack is kept although the order that brought it is returned
    ("debt_counts", "i8"),  # 1: points a refund leaves as debt are taken off what tiers count
    ("split_order", "i8"),  # 1: the part of an order above a threshold earns at the new tier
    ("enter", "i8", _LEVELS),  # qualifying amount that reaches a tier: minor units, or what the metric counts
    ("keep", "i8", _LEVELS),  # qualifying amount that keeps it at a review
    ("re_enter", "i8", _LEVELS),  # qualifying amount that reaches it for who has held it before
    ("multiplier_bp", "i8", _LEVELS),  # of points
    ("discount_bp", "i8", _LEVELS),  # off the list price
    ("invite_only", "i8", _LEVELS),  # 1: no amount reaches the tier
    ("points_live", "i8", _LEVELS),  # 1: points do not expire in this tier
    ("pack_every_rise", "i8", _LEVELS),  # 1: the pack is given at every rise, else at the first
    ("cost_per_order_cents", "i8", _LEVELS),  # of the tier's benefits
    ("cost_per_month_cents", "i8", _LEVELS),
    ("cost_per_refund_cents", "i8", _LEVELS),
    ("growth_per_unit_bp", "i8"),  # growth per major unit of money spent
    ("growth_activity", "i8", (ACTIVITIES_MOST,)),  # growth of one activity
    ("decay_bp", "i8"),  # share of growth lost at the end of a period
    ("decay_months", "i8"),  # 1: monthly, 12: yearly, 0: never
]

_EARNING = [
    ("earn_on", "i8"),  # EarnOn
    ("rounding", "i8"),  # Rounding
    ("round_per", "i8"),  # RoundPer
    ("block_cents", "i8"),  # the base counts in full blocks of so much; 0: proportionally
    ("combine", "i8"),  # Combine
    ("multiplier_cap_bp", "i8"),  # of all multipliers together; NO_LIMIT if none
    ("pending_days", "i8"),  # days between earning and first use
    ("until_delivered", "i8"),  # 1: points of an order wait for its delivery
    ("negative", "i8"),  # Negative
    ("earn_rows", "i8"),
    ("earn_trigger", "i8", _EARN),  # Trigger
    ("earn_category", "i8", _EARN),  # ANY or a category
    ("earn_channel", "i8", _EARN),  # ANY or a channel
    ("earn_activity", "i8", _EARN),  # number of the activity
    ("earn_rate_bp", "i8", _EARN),  # points per major unit of the base
    ("earn_points", "i8", _EARN),  # fixed points; of a referral: for who referred
    ("earn_referred", "i8", _EARN),  # of a referral: for who was referred
    ("earn_at_join", "i8", _EARN),  # of a referral: 1 at joining, 0 at the first order
    ("earn_every", "i8", _EARN),  # of NTH_ORDER
    ("earn_limit", "i8", _EARN),  # times per period; NO_LIMIT if none
    ("earn_limit_per", "i8", _EARN),  # Per
    ("streak_days", "i8", (EARN_MOST, STREAKS_MOST)),  # length of a streak of days; 0: none
    ("streak_points", "i8", (EARN_MOST, STREAKS_MOST)),  # on top, on the day the streak is complete
    ("caps", "i8"),
    ("cap_per", "i8", _CAPS),  # Per
    ("cap_points", "i8", _CAPS),
    ("cap_reject", "i8", _CAPS),  # 1: what does not fit is refused whole, 0: it is cut
    ("campaigns", "i8"),
    ("campaign_days", "i8", _CAMPAIGNS),  # CampaignDays
    ("campaign_number", "i8", _CAMPAIGNS),  # the day of the month, or of the week
    ("campaign_from_day", "i8", _CAMPAIGNS),  # first and
    ("campaign_through_day", "i8", _CAMPAIGNS),  # last day
    ("campaign_factor_bp", "i8", _CAMPAIGNS),  # of points
    ("campaign_points", "i8", _CAMPAIGNS),  # on top, per order
    ("campaign_tiers", "i8", _CAMPAIGNS),  # bits of the tiers that take part
    ("campaign_channels", "i8", _CAMPAIGNS),  # bits of the channels
    ("campaign_categories", "i8", _CAMPAIGNS),  # bits of the categories
    ("campaign_budget_cents", "i8", _CAMPAIGNS),  # worth of points for all members together; NO_LIMIT if none
    ("campaign_closed_day", "i8", _CAMPAIGNS),  # when the budget was used up: whoever keeps all books sets it
    ("campaign_closed_second", "i8", _CAMPAIGNS),
]

_POINTS = [
    ("point_value_bp", "i8"),  # worth of a point as cash, in basis points of a minor unit
    ("expiry", "i8"),  # Expiry
    ("life_period", "i8"),  # Period
    ("life_count", "i8"),  # how many of it a lot lives
    ("life_from", "i8"),  # LifeFrom
    ("life_round", "i8"),  # RoundTo
    ("years_after", "i8"),  # for fixed dates: years added to the next date
    ("wipe_dates", "i8"),  # how many fixed dates a year
    ("wipe_month", "i8", _DATES),  # ascending
    ("wipe_day_of_month", "i8", _DATES),  # 29 February means the last day of February
    ("inactivity_period", "i8"),  # Period
    ("inactivity_count", "i8"),
    ("reset_by", "i8"),  # bits of Reset
    ("leaving", "i8"),  # Leaving
    ("extension_days", "i8"),  # farthest day from today to which the life of points can be extended; 0: not offered
    ("reinstatement_days", "i8"),  # how long after their death points can be given back; 0: not offered
    ("cash", "i8"),  # 1 if points can be used as money inside an order
    ("cash_minimum_points", "i8"),  # smallest redemption
    ("cash_step_points", "i8"),  # redemptions are multiples of this
    ("cash_share_bp", "i8"),  # largest share of an order paid in points
    ("cash_per_order_cents", "i8"),  # largest amount of an order paid in points, NO_LIMIT if none
    ("boost_from_cents", "i8"),  # orders from this amount on take points at a higher value; NO_LIMIT if none
    ("boost_factor_bp", "i8"),
    ("rewards", "i8"),
    ("reward_points", "i8", _REWARDS),
    ("reward_cost_cents", "i8", _REWARDS),
    ("reward_prize", "i8", _REWARDS),  # Prize
    ("reward_coupon", "i8", _REWARDS),
    ("reward_stock", "i8", _REWARDS),  # for all members together; NO_LIMIT if none
    ("reward_closed_day", "i8", _REWARDS),  # when the stock was used up: whoever keeps all books sets it
    ("reward_closed_second", "i8", _REWARDS),
    ("wheel", "i8"),  # 1 if there is one
    ("wheel_points", "i8"),  # of one turn
    ("wheel_limit", "i8"),  # turns per period; NO_LIMIT if none
    ("wheel_limit_per", "i8"),  # Per
    ("prizes", "i8"),
    ("prize_chance", "i8", _PRIZES),  # in millionths
    ("prize_kind", "i8", _PRIZES),  # Prize
    ("prize_points", "i8", _PRIZES),
    ("prize_cost_cents", "i8", _PRIZES),
    ("prize_coupon", "i8", _PRIZES),
    ("partners_earn", "i8"),
    ("partner_price_bp", "i8", _PARTNERS),  # what the partner pays for a point, in basis points of a minor unit
    ("partners_burn", "i8"),
    ("partner_points", "i8", _PARTNERS),  # points are taken in multiples of this
    ("partner_pay_cents", "i8", _PARTNERS),  # and each multiple costs the program this
    ("transfers", "i8"),  # 1: points can be given to another member
    ("transfer_minimum_points", "i8"),
    ("transfer_limit", "i8"),  # times per period; NO_LIMIT if none
    ("transfer_limit_per", "i8"),  # Per
    ("households", "i8"),  # 1: members of one household share without limits
    ("return_days", "i8"),  # how long an order can be returned; NO_LIMIT: always; 0: never
    ("courtesy_days", "i8"),  # life of returned points whose lot has died; 0: they are gone
]

_MONEY = [
    ("plans", "i8"),  # number of plans, not counting slot 0
    ("plan_price_cents", "i8", _PLANS),  # fee of one period
    ("plan_intro_cents", "i8", _PLANS),  # fee of the first period of a new plan member; NO_LIMIT if the same
    ("plan_period_months", "i8", _PLANS),  # 0: for life
    ("plan_trial_days", "i8", _PLANS),  # 0: none
    ("plan_auto_renew", "i8", _PLANS),  # 1: renews at its anchor day unless cancelled before
    ("plan_multiplier_bp", "i8", _PLANS),  # of points
    ("plan_discount_bp", "i8", _PLANS),  # off the list price
    ("plan_tier", "i8", _PLANS),  # tier that the plan grants, -1 if none
    ("plan_refund", "i8", _PLANS),  # PlanRefund
    ("plan_refund_days", "i8", _PLANS),  # of FULL_WITHIN
    ("plan_cost_to_serve_cents", "i8", _PLANS),  # cost to the shop of one member for one month
    ("offers", "i8"),  # stored value: number of top-up offers, ascending by pay
    ("offer_pay_cents", "i8", _OFFERS),
    ("offer_bonus_cents", "i8", _OFFERS),
    ("offer_tier", "i8", _OFFERS),  # tier that the top-up grants, -1 if none
    ("stored", "i8"),  # 1 if there is stored value
    ("stored_spend", "i8"),  # SpendStored
    ("bonus_period", "i8"),  # Period
    ("bonus_count", "i8"),  # life of a bonus; 0: for ever
    ("refund_bonus", "i8"),  # RefundBonus
    ("coupons", "i8"),
    ("coupon_off_cents", "i8", _COUPONS),  # fixed amount, or
    ("coupon_off_bp", "i8", _COUPONS),  # share of what it applies to
    ("coupon_cap_cents", "i8", _COUPONS),  # most a share takes off; NO_LIMIT if none
    ("coupon_minimum_cents", "i8", _COUPONS),  # of what it applies to
    ("coupon_period", "i8", _COUPONS),  # Period
    ("coupon_count", "i8", _COUPONS),  # validity; 0: for ever
    ("coupon_categories", "i8", _COUPONS),  # bits of the categories it applies to
    ("coupon_stacks", "i8", _COUPONS),  # 1: can be used together with others that do
    ("gift_first", "i8", (GIFT_LISTS,)),  # first item of a gift list
    ("gift_count", "i8", (GIFT_LISTS,)),  # and how many there are
    ("item_kind", "i8", (ITEMS_MOST,)),  # Item
    ("item_number", "i8", (ITEMS_MOST,)),  # points, growth, or number of the coupon
    ("leap_day", "i8"),  # LeapDay
    ("year_end_tier", "i8"),  # lowest tier that gets the gift of the year's end
    ("win_back_days", "i8"),  # days without an order after which the gift is given; 0: never
]

_SWITCH = [
    ("switch", "i8"),  # 1: the first version of a policy that replaces another
    ("switch_lots", "i8"),  # OldLots
    ("switch_tiers", "i8"),  # OldTiers
    ("switch_notice_days", "i8"),  # points that would have lived longer are spared for so long after the change
    ("switch_level", "i8", _LEVELS),  # new number of each old tier
    ("switch_plan", "i8", _PLANS),  # new number of each old plan; 0: it runs out
    ("switch_coupon", "i8", _COUPONS),  # new number of each old coupon; -1: it dies
    ("former_earn", "i8", _EARN),  # row of the version before that goes on as this one; -1: none
    ("former_cap", "i8", _CAPS),  # cap of the version before that goes on as this one; -1: none
]

RULE = np.dtype(
    [
        ("version", "i8"),  # number of this version, from 0
        ("effective_day", "i8"),  # first day on which it rules; the first version rules from the beginning of time
        ("minor_per_major", "i8"),  # 100 for CNY, 1 for JPY
        *_TIERS,
        *_EARNING,
        *_POINTS,
        *_MONEY,
        *_SWITCH,
    ],
    align=True,
)
"""One version of a policy."""

Rules = np.recarray
"""A compiled policy: RULE (versions,), ascending by effective day."""


def records(shape: int | tuple[int, ...], dtype: np.dtype) -> np.recarray:
    """Zeroed records whose fields read as attributes, compiled or not."""
    return np.zeros(shape, dtype).view(np.recarray)
