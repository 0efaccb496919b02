"""Room: whether one more event or night of a member is sure to fit, and a fresh start for the next member."""

from __future__ import annotations

from policies.kernel import kernel
from policies.rules import ITEMS_MOST, NEVER_DAY, NO_LIMIT

CREDITS_MOST = 64 + ITEMS_MOST
"""Lots or coupons that one event or night can bring at most."""


@kernel
def entries(head):
    """Entries of a member that one event or night may each touch with a transfer."""
    return head.lots + head.coupons + head.stored + head.uses


@kernel
def member_has_room(member, lines):
    """True if one more event with so many lines, or one more night, is sure to fit."""
    head = member.head
    return (
        head.lots + head.uses + CREDITS_MOST <= member.lots.size
        and head.coupons + CREDITS_MOST <= member.coupons.size
        and head.windows + 4 <= member.window.size
        and head.faded + 2 <= member.faded.size
        and head.held_orders < member.orders.size
        and head.held_lines + lines <= member.lines.size
        and head.uses + head.lots + 2 * head.stored + 2 <= member.uses.size
        and head.stored < member.stored.size
    )


@kernel
def clear_counters(member):
    """Counters and streaks of an account that has not joined yet."""
    for place in range(member.counters.size):
        member.counters[place].period = NO_LIMIT
        member.counters[place].used = 0
    for place in range(member.streaks.size):
        member.streaks[place].day = -NEVER_DAY
        member.streaks[place].length = 0
