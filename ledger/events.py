"""Events: what a shop tells the ledger. A record each, so that millions fit in one array."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from ledger.journal import NONE
from policies.rules import records


class Kind(IntEnum):
    """What happened; beside each the fields of EVENT it reads, beyond member, day and second."""

    JOIN = 0  # invited, referred, birth_month, birth_day
    PURCHASE = 1  # order, list_cents, lines, channel, redeem_points, stored_cents, coupons
    PLAN_START = 2  # which: plan; order; trial: 1 to begin with the trial
    PLAN_CANCEL = 3  # the plan runs to the end of its paid period and is not renewed
    PLAN_RENEW = 4  # the member asks for one more period
    REFUND = 5  # order; lines or cents: list price given back, ALL for the rest
    DELIVER = 6  # order
    ACTIVITY = 7  # which: activity
    REFERRAL = 8  # somebody the member has referred has done what earns
    REWARD = 9  # which: reward
    SPIN = 10  # chance: 0 to 999,999, drawn by the caller
    PARTNER_EARN = 11  # which: partner; points
    PARTNER_BURN = 12  # which: partner; points
    TOP_UP = 13  # order: number of the top-up; cents
    TOP_UP_REFUND = 14  # order: number of the top-up
    PLAN_CHANGE = 15  # which: the other plan
    PLAN_REFUND = 16  # the plan ends now, and the money goes back by the plan's rule
    INVITE = 17  # which: tier
    GRANT = 18  # points
    ADJUST = 19  # points: above zero up, below zero down
    EXTEND = 20  # until_day: no points die before it
    REINSTATE = 21  # points
    SEND = 22  # points; other: who gets them
    RECEIVE = 23  # points, earned_day, until_day: their dead day; promotional
    HOUSEHOLD = 24  # other: number of the household, NONE to leave it
    LEAVE = 25  # the account is closed


ALL = -1
"""``cents`` of a refund: all that is left of the order."""

COUPONS_AN_ORDER = 3
"""Most coupons used in one order."""

EVENT = np.dtype(
    [
        ("kind", "i8"),
        ("member", "i8"),
        ("day", "i8"),  # business day in the program's time zone
        ("second", "i8"),  # of that day, for order and reports
        ("order", "i8"),  # the shop's number of the order or top-up, NONE if none
        ("list_cents", "i8"),  # goods at list price, all lines together
        ("redeem_points", "i8"),  # points the member wants to pay with
        ("stored_cents", "i8"),  # stored value the member wants to pay with
        ("coupons", "i8", (COUPONS_AN_ORDER,)),  # codes by number from 1; 0: none
        ("channel", "i8"),  # ANY or a channel of the policy
        ("first_line", "i8"),  # where the order's lines begin in the array of lines
        ("lines", "i8"),  # how many; 0: one line of no category
        ("which", "i8"),  # plan from 1; activity, reward, partner or tier from 0
        ("points", "i8"),
        ("cents", "i8"),
        ("chance", "i8"),
        ("other", "i8"),
        ("earned_day", "i8"),
        ("until_day", "i8"),
        ("promotional", "i8"),
        ("invited", "i8"),
        ("referred", "i8"),
        ("birth_month", "i8"),  # 0: not known
        ("birth_day", "i8"),
        ("trial", "i8"),
    ],
    align=True,
)
"""One event."""

LINE = np.dtype(
    [
        ("category", "i8"),  # ANY or a category of the policy
        ("list_cents", "i8"),
        ("cost_cents", "i8"),  # what the goods of the line cost the shop
    ],
    align=True,
)
"""One line of an order or of a refund."""


def event(kind: Kind, day: int, **fields: object) -> np.record:
    """One event record; fields that are not given are zero, numbers of orders and others NONE."""
    row = records(1, EVENT)
    row.order = NONE
    row.other = NONE
    for name, value in {"kind": kind, "day": day, **fields}.items():
        row[name] = value
    return row[0]


def no_lines() -> np.recarray:
    """Lines of orders that have none, LINE (1,)."""
    return records(1, LINE)
