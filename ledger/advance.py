"""The night: everything that falls due by the calendar, in one declared order."""

from __future__ import annotations

from ledger.journal import has_room
from ledger.lots import activate_lots, expire_lots, first_dead_day
from ledger.plan_books import settle_plan
from ledger.status import Status
from ledger.tier_books import forget_past_window, review_tier
from policies.earning import rule_on
from policies.kernel import big_kernel, kernel

NIGHT_ORDER = ("activate pending points", "expire points", "settle plan fees", "review tiers", "close windows")
"""What a night does, in this order; the day's events follow by second, then by sequence."""


@big_kernel
def advance(rules, member, day, journal):
    """Bring a member's books to the morning of a day: everything due on or before it is booked.

    Returns Status.OK, or Status.JOURNAL_FULL after a whole number of nights: empty the journal
    and call again. Going back in time changes nothing.
    """
    head = member.head
    while head.due_day <= day:
        if not has_room(journal, head.lots):
            return Status.JOURNAL_FULL
        _night(rules, member, head.due_day, journal)
    forget_past_window(member, day)
    if day > head.day:
        head.day = day
        head.second = 0
    return Status.OK


@kernel
def _night(rules, member, day, journal):
    """One night, as NIGHT_ORDER says."""
    head = member.head
    rule = rule_on(rules, day)
    when = (day, 0, rule.version)
    if head.next_active_day <= day:
        activate_lots(member, journal, when)
    expire_lots(member, journal, when)
    if head.plan_until_day <= day:
        settle_plan(rule, head, journal, when)
    # A review looks at the window as it stood yesterday, so amounts that end today still count.
    forget_past_window(member, day - 1)
    if head.review_day <= day:
        review_tier(rule, member, journal, when)
    forget_past_window(member, day)
    find_due_day(member)


@kernel
def find_due_day(member):
    """Note the next day on which a night has something to do."""
    head = member.head
    head.due_day = min(
        min(head.next_active_day, first_dead_day(member)),
        min(head.plan_until_day, head.review_day),
    )
