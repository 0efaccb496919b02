"""What is remembered of one member's life: integers, so that sums are exact and any grouping gives the same.

Members whom somebody has referred are counted with the member at the root of their tree: who refers and who is
referred stand or fall together, so trees are what a sample consists of. Days and flags are those of the root alone.
"""

from __future__ import annotations

import numpy as np

OUTCOME = np.dtype(
    [
        # sums over the tree
        ("persons", "i8"),  # members: 1, and who was referred
        ("orders", "i8"),
        ("returns", "i8"),  # orders of which something came back
        ("list_cents", "i8"),  # goods at list price, as they were ordered
        ("returned_cents", "i8"),  # of these, goods that came back
        ("cash_cents", "i8"),  # paid for goods in money, or with stored value that was paid for; less what went back
        ("discount_cents", "i8"),  # discounts of tier and plan; less what came back, as all below
        ("coupon_cents", "i8"),  # taken off by coupons
        ("bonus_cents", "i8"),  # paid with the bonus on stored value
        ("points_paid_cents", "i8"),  # paid in points
        ("fees_cents", "i8"),  # paid for plans, less what was credited or went back
        ("service_cents", "i8"),  # cost to serve plan members and of tier benefits
        ("reward_cents", "i8"),  # rewards, prizes, and what partners are paid, less what partners pay
        ("acquisition_cents", "i8"),  # what it cost to win the member
        ("margin_cents", "i8"),  # list price less cost of goods that were kept, before any program cost
        ("top_up_cents", "i8"),  # money for stored value, less what went back
        ("stored_left_cents", "i8"),  # paid for and not spent at the end
        ("stored_lost_cents", "i8"),  # of these, of members who are gone or have lost the card
        ("issued_points", "i8"),
        ("redeemed_points", "i8"),
        ("redemptions", "i8"),  # orders that used points, and rewards and turns of the wheel
        ("capped_redemptions", "i8"),  # orders whose cap cut what the balance would have given
        ("expired_points", "i8"),
        ("expired_gone_points", "i8"),  # of these, after the member had left for good
        ("expired_small_points", "i8"),  # of these, from a balance below the smallest redemption
        ("expired_capped_points", "i8"),  # of these, from a member whose last redemption a cap had cut
        ("clawed_points", "i8"),  # taken back with returned orders
        ("outstanding_points", "i8"),  # pending and active at the end
        ("outstanding_cents", "i8"),  # the same at face value
        ("outstanding_gone_points", "i8"),  # of these, of members who are gone
        ("member_months", "i8"),  # months from joining to the end of the run, begun ones included
        ("active", "i8"),  # members with an order in the last 90 days
        ("active_year", "i8"),  # members with an order in the last 365 days
        ("surviving", "i8"),  # members not gone for good at the end
        ("upper_tier", "i8"),  # members above the lowest tier at the end
        ("redeemers", "i8"),  # members who have used points at least once
        ("buyers", "i8"),  # members with at least one order
        ("repeaters", "i8"),  # members with at least two
        ("referrers", "i8"),  # members who have referred somebody
        ("plan_members", "i8"),  # members who have paid for a plan
        ("trials", "i8"),  # trials begun
        ("conversions", "i8"),  # trials that became a paid plan
        ("renewals_due", "i8"),  # paid periods that came to their end
        ("renewals", "i8"),  # of these, renewed
        # of the root alone
        ("segment", "i8"),
        ("acquired", "i8"),  # channel of acquisition by number, 0: there on the first day
        ("joined_day", "i8"),
        ("left_day", "i8"),  # day of leaving for good; NEVER_DAY if not gone
        ("first_order_day", "i8"),  # NEVER_DAY if there was none
        ("last_order_day", "i8"),  # -NEVER_DAY if there was none
        ("first_redemption_day", "i8"),  # NEVER_DAY if there was none
        ("year_orders", "i8"),  # orders of the last 365 days
        ("year_cents", "i8"),  # and their list price
        ("tier", "i8"),  # at the end
    ],
    align=True,
)
"""One tree of members."""
