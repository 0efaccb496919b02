"""The state of one member, as arrays that compiled and interpreted code share."""

from __future__ import annotations

from functools import cache

import numpy as np

from ledger.events import COUPONS_AN_ORDER
from policies.rules import ACTIVITIES_MOST, CAPS_MOST, EARN_MOST, LEVELS_MOST, NEVER_DAY, NO_LIMIT, records

COUNTER_WHEEL = EARN_MOST + CAPS_MOST
COUNTER_TRANSFER = COUNTER_WHEEL + 1
COUNTERS = COUNTER_TRANSFER + 1
"""Counters of a member: rows of ``points.earn``, then caps, then turns of the wheel and points given away."""

BASIS = np.dtype(
    [
        ("day", "i8"),  # that the amount was judged by; NEVER_DAY: rests on no amount
        ("until_day", "i8"),  # until when amounts of that day count
        ("amount", "i8"),  # qualifying amount of that day, less what was returned of it
        ("limit", "i8"),  # what it took
    ],
    align=True,
)
"""The qualifying amount on which a tier, its upgrade pack, or the easier way back rests."""

HEAD = np.dtype(
    [
        ("member", "i8"),  # opaque identity
        ("joined_day", "i8"),  # NEVER_DAY before joining
        ("closed_day", "i8"),  # NEVER_DAY until the account is closed
        ("day", "i8"),  # the books are complete up to the morning of this day
        ("second", "i8"),  # second of the last event on that day
        ("version", "i8"),  # of the rules under which the books were last kept; -1 before joining
        ("version_day", "i8"),  # first day of the next version
        ("due_day", "i8"),  # next day with something to book at night
        ("birth_month", "i8"),  # 0: not known
        ("birth_day", "i8"),
        ("household", "i8"),  # NONE: in no household
        # tiers
        ("tier", "i8"),  # the seat: the higher one of the own tier and of what the plan grants
        ("own_tier", "i8"),  # reached by the qualifying amount, by invitation or by a top-up
        ("best_tier", "i8"),  # highest own tier ever
        ("best", BASIS, (LEVELS_MOST,)),  # what the first reaching of a tier rests on
        ("pack", BASIS, (LEVELS_MOST,)),  # and its upgrade pack
        ("term", BASIS),  # and the own tier until its review
        ("term_from_day", "i8"),  # amounts count for that from this day on: the first of grace, or -NEVER_DAY
        ("pack_day", "i8", (LEVELS_MOST,)),  # when the upgrade pack of a tier was given; NEVER_DAY if it was not
        ("packs", "i8"),  # bits of the tiers whose next rise brings no pack
        ("tier_top_up", "i8"),  # the top-up that gave the own tier its present term; NONE if something else did
        ("tier_since_day", "i8"),
        ("review_day", "i8"),  # first day on which the own tier must be reviewed
        ("grace_from_day", "i8"),  # the review that was missed; NEVER_DAY if not in grace
        ("grace_missing", "i8"),  # qualifying amount that was missing then
        ("grace_gained", "i8"),  # and what has come since
        ("upgrade_day", "i8"),  # next day on which a rise is looked at, if not at once
        ("fall_day", "i8"),  # night of a fall by one level after a refund
        ("month_day", "i8"),  # next first of a month on which the tier costs something
        ("qualifying", "i8"),  # amount that counts for tiers now
        ("last_counted_day", "i8"),  # last day that counted as active
        ("growth", "i8"),
        ("decay_day", "i8"),  # next day on which growth decays
        # plan
        ("plan", "i8"),  # 0: none
        ("plan_anchor_day", "i8"),  # renewals count from here and never drift
        ("plan_periods", "i8"),  # periods paid since the anchor
        ("plan_months", "i8"),  # months paid since the anchor
        ("plan_from_day", "i8"),  # first day of the period now paid for
        ("plan_until_day", "i8"),  # first day no longer paid for
        ("plan_renews", "i8"),  # 1: will be renewed at plan_until_day
        ("plan_on_trial", "i8"),
        ("plan_paid_cents", "i8"),  # fee of the period, whatever a former plan was credited
        ("plan_benefit_cents", "i8"),  # what the plan has saved the member in this period
        ("plan_gift_day", "i8"),  # next day of the monthly benefits
        ("plan_gift_start_day", "i8"),  # those months count from here, also through a change of the plan
        ("plan_gifts", "i8"),  # and so many were given
        ("plan_since_day", "i8"),  # day of the present period's first benefits, also through a change of the plan
        ("plan_first_coupon", "i8"),  # number of the first coupon that the present period could bring
        ("plan_given_points", "i8"),  # benefits of the present period
        ("plan_given_growth", "i8"),
        ("plan_given_coupons", "i8"),
        ("trials", "i8"),  # bits of the plans whose trial was used
        ("intros", "i8"),  # bits of the plans whose introductory price was used
        # gifts, activities, clocks
        ("bonus_day", "i8"),  # next day on which a bonus dies
        ("birthday_day", "i8"),  # next birthday; NEVER_DAY if not known or nothing is given
        ("year_end_day", "i8"),  # next 31 December; NEVER_DAY if nothing is given
        ("win_back_day", "i8"),  # day of the win-back gift
        ("inactive_day", "i8"),  # day on which all points die for want of activity
        ("asleep_day", "i8"),  # the same day while the member sits in a tier whose points do not expire
        ("last_order_day", "i8"),
        ("orders", "i8"),  # orders that came to anything, less those that were returned whole
        ("orders_high", "i8"),  # so many have had their rewards of the first or nth order
        ("referred", "i8"),  # 1: by another member, and the points for that are still to come
        # entries in use, and next numbers
        ("windows", "i8"),
        ("lots", "i8"),
        ("next_lot", "i8"),
        ("next_active_day", "i8"),  # earliest activation among pending lots
        ("held_orders", "i8"),
        ("held_lines", "i8"),
        ("uses", "i8"),
        ("coupons", "i8"),
        ("next_coupon", "i8"),
        ("stored", "i8"),
        ("faded", "i8"),
        ("sequence", "i8"),  # transfers posted so far
        # sums
        ("pending_points", "i8"),
        ("active_points", "i8"),
        ("issued_points", "i8"),
        ("redeemed_points", "i8"),
        ("expired_points", "i8"),
        ("clawed_points", "i8"),
        ("cancelled_points", "i8"),
        ("moved_points", "i8"),  # sent less received
        ("debt_points", "i8"),
        ("principal_cents", "i8"),
        ("bonus_cents", "i8"),
    ],
    align=True,
)
"""The scalars of a member."""

LOT = np.dtype(
    [
        ("lot", "i8"),  # sequence number, unique for the member
        ("points", "i8"),  # left
        ("earned_day", "i8"),
        ("active_day", "i8"),  # first day of use; NEVER_DAY while it waits for delivery
        ("dead_day", "i8"),  # first day no longer usable
        ("own_dead_day", "i8"),  # the same, were it not for a tier whose points do not expire
        ("order", "i8"),  # the order that made it
        ("version", "i8"),  # of the rules that made it
        ("pending", "i8"),  # 1 until it is activated
        ("promotional", "i8"),  # 1: given, 0: earned by a sale
    ],
    align=True,
)
"""Points that were earned together and die together."""

WINDOW = np.dtype([("until_day", "i8"), ("amount", "i8")], align=True)
"""A qualifying amount and the first day on which it no longer counts; or dead points and until when they can return."""

ORDER = np.dtype(
    [
        ("order", "i8"),
        ("day", "i8"),
        ("until_day", "i8"),  # first day on which it can no longer be returned
        ("version", "i8"),  # place of the rules of the sale among the versions
        ("tier", "i8"),  # seat at the sale
        ("best_tier", "i8"),
        ("plan", "i8"),
        ("channel", "i8"),
        ("campaigns", "i8"),  # bits of the campaigns that counted
        ("first_line", "i8"),  # place in `lines`
        ("lines", "i8"),
        ("coupon", "i8", (COUPONS_AN_ORDER,)),  # codes by number from 1; 0: none
        ("coupon_until_day", "i8", (COUPONS_AN_ORDER,)),
        ("coupon_list", "i8", (COUPONS_AN_ORDER,)),  # gift list that gave it
        ("coupon_serial", "i8", (COUPONS_AN_ORDER,)),
        ("coupon_order", "i8", (COUPONS_AN_ORDER,)),  # order that brought it
        ("coupon_off_cents", "i8", (COUPONS_AN_ORDER,)),
        ("ordinal", "i8"),  # the how-many-th order it was; 0 if it came to nothing
        ("high_before", "i8"),  # orders that had had their rewards before
        ("referred", "i8"),  # 1 if it has paid the member for having been referred
        ("plan_benefit_cents", "i8"),  # what the plan saved the member by it
        ("gift_coupons", "i8"),  # coupons given for being the first or nth order
        ("qualifying_before", "i8"),
        ("counts_until_day", "i8"),  # until when its amount counts for tiers
        ("counted", "i8"),  # 1 if it made its day an active one
        # what the order came to when it was sold
        ("due_cents", "i8"),  # after discounts and coupons
        ("points_cents", "i8"),  # paid by points
        ("points", "i8"),  # so many
        ("stored_cents", "i8"),
        ("principal_cents", "i8"),  # of that
        ("earned_points", "i8"),  # granted for the amount and by campaigns
        ("fixed_points", "i8"),  # granted for being the first or nth order, and gifts of points
        ("fixed_growth", "i8"),  # gifts of growth
        ("gift_points", "i8"),  # those gifts of points alone
    ],
    align=True,
)
"""An order that can still be returned, with all that its rules need to be applied to what remains of it."""

HELD_LINE = np.dtype(
    [
        ("category", "i8"),
        ("list_cents", "i8"),
        ("left_cents", "i8"),  # of the list price: not returned
        ("coupon_cents", "i8"),  # taken off by coupons
        ("cost_cents", "i8"),
    ],
    align=True,
)
"""A line of such an order."""

USE = np.dtype(
    [
        ("order", "i8"),
        ("unit", "i8"),  # Unit.POINTS, PRINCIPAL or BONUS
        ("amount", "i8"),  # not given back yet
        ("lot", "i8"),  # or number of the top-up
        ("earned_day", "i8"),
        ("dead_day", "i8"),
        ("own_dead_day", "i8"),
        ("lot_order", "i8"),
        ("version", "i8"),
        ("promotional", "i8"),
    ],
    align=True,
)
"""Points or stored value that such an order has spent, and where they came from."""

COUPON = np.dtype(
    [
        ("serial", "i8"),  # unique for the member
        ("coupon", "i8"),  # code by number from 1
        ("until_day", "i8"),  # first day no longer valid
        ("list", "i8"),  # gift list that gave it, NONE if bought or won
        ("order", "i8"),  # the order that brought it
    ],
    align=True,
)
"""A coupon in the member's hands; ascending by (until_day, serial)."""

STORED = np.dtype(
    [
        ("top_up", "i8"),  # the shop's number
        ("day", "i8"),
        ("version", "i8"),
        ("paid_cents", "i8"),
        ("granted_cents", "i8"),  # bonus
        ("principal_cents", "i8"),  # left
        ("bonus_cents", "i8"),  # left
        ("bonus_dead_day", "i8"),
        ("charged_cents", "i8"),  # for spent bonus, at refunds
        ("refunded", "i8"),
        ("tier", "i8"),  # tier whose term it began, -1 if none; and how things stood before:
        ("former_tier", "i8"),
        ("former_review_day", "i8"),
        ("former_best", "i8"),
        ("former_top_up", "i8"),
        ("former_day", "i8"),  # since when the tier goes back to top-ups
    ],
    align=True,
)
"""One top-up; in the order in which they came."""

COUNTER = np.dtype([("period", "i8"), ("used", "i8")], align=True)
"""What was used of a limit in a period (a day, week, month or year by number)."""

STREAK = np.dtype([("day", "i8"), ("length", "i8")], align=True)
"""Last day of an activity, and for how many days in a row."""

ROOM = {
    "lots": (LOT, 4096),  # in order (dead_day, earned_day, lot)
    "window": (WINDOW, 1024),  # ascending by until_day
    "orders": (ORDER, 512),  # as they came
    "lines": (HELD_LINE, 2048),  # order after order
    "uses": (USE, 4096),  # as they came
    "coupons": (COUPON, 1024),  # ascending by (until_day, serial)
    "stored": (STORED, 256),  # as they came
    "faded": (WINDOW, 512),  # dead points that can be given back, ascending by until_day
}
"""Entries of each array of an account of the usual size; `head` says how many of them are in use."""

Member = np.record
"""A member's account, one record: HEAD as ``head``, the arrays of ROOM, ``counters`` and ``streaks``.

Everything is changed in place. A record is passed as one pointer; the arrays one by one would be seventy words.
"""


@cache
def member_dtype(scale: int = 1) -> np.dtype:
    """An account with so many times the usual room."""
    arrays = [(name, dtype, (entries * scale,)) for name, (dtype, entries) in ROOM.items()]
    counters = [("counters", COUNTER, (COUNTERS,)), ("streaks", STREAK, (ACTIVITIES_MOST,))]
    return np.dtype([("head", HEAD), *counters, *arrays], align=True)


def new_member(member: int = 0, scale: int = 1) -> Member:
    """An account that has not joined yet."""
    account = records(1, member_dtype(scale))[0]
    head = account.head
    head.member = member
    head.day = -NEVER_DAY
    head.version = -1
    head.household = -1
    head.tier_top_up = -1
    for name in HEAD.names:
        if name.endswith("_day") and name not in ("birth_day", "last_order_day", "last_counted_day", "term_from_day"):
            head[name] = NEVER_DAY
    for basis in (head.best, head.pack, head.term):
        basis["day"] = NEVER_DAY
    for name in ("last_order_day", "last_counted_day", "term_from_day"):
        head[name] = -NEVER_DAY
    account.counters["period"] = NO_LIMIT
    account.streaks["day"] = -NEVER_DAY
    return account


def grown(member: Member) -> Member:
    """The same account with twice the room in every array that grows.

    Kernels are compiled for each size: an account that outgrows the usual one is rare, and the first costs a while.
    """
    larger = records(1, member_dtype(2 * member.lots.size // ROOM["lots"][1]))[0]
    for name in ("head", "counters", "streaks"):
        larger[name] = member[name]
    for name in ROOM:
        larger[name][: member[name].size] = member[name]
    return larger
