"""The qualifying amount of a member: what counts for tiers, entry by entry with the day on which it no longer does."""

from __future__ import annotations

from ledger.reach_books import widen
from policies.choices import Metric, Upgrade
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from policies.tiers import counts_until, rise_day


@kernel
def count_for_tiers(rule, member, when, amount):
    """Add a qualifying amount of the day to the window, and note when a rise is looked at. Needs one free entry."""
    if amount == 0:
        return
    head = member.head
    until = counts_until(rule, head.joined_day, when[0])
    head.qualifying += amount
    widen(rule, head, when[0], until, amount)
    if rule.upgrade != Upgrade.IMMEDIATELY:
        head.upgrade_day = min(head.upgrade_day, rise_day(rule, head.joined_day, when[0]))
    if head.grace_from_day < NEVER_DAY:
        head.grace_gained += amount
    # A version with a shorter window may follow one with a longer: a later amount can be the first to go.
    place = head.windows
    while place > 0 and member.window[place - 1].until_day > until:
        place -= 1
    if place > 0 and member.window[place - 1].until_day == until:
        member.window[place - 1].amount += amount
        return
    for index in range(head.windows, place, -1):
        member.window[index] = member.window[index - 1]
    member.window[place].until_day = until
    member.window[place].amount = amount
    head.windows += 1


@kernel
def uncount_for_tiers(member, until_day, counted_day, amount):
    """Take an amount back that counted until a day, as far as it is still there; `counted_day` is when it came."""
    head = member.head
    if head.grace_from_day <= counted_day:
        head.grace_gained = max(0, head.grace_gained - amount)
    for place in range(head.windows):
        entry = member.window[place]
        if entry.until_day == until_day:
            part = min(amount, entry.amount)
            entry.amount -= part
            head.qualifying -= part
            if entry.amount == 0:
                head.windows -= 1
                for index in range(place, head.windows):
                    member.window[index] = member.window[index + 1]
            return


@kernel
def uncount_latest(member, counted_day, amount):
    """Take an amount back whose entries are not known, the latest first; it came on or after `counted_day`."""
    head = member.head
    if head.grace_from_day <= counted_day:
        head.grace_gained = max(0, head.grace_gained - amount)
    while amount > 0 and head.windows > 0:
        entry = member.window[head.windows - 1]
        part = min(amount, entry.amount)
        entry.amount -= part
        head.qualifying -= part
        amount -= part
        if entry.amount == 0:
            head.windows -= 1


@kernel
def count_active_day(rule, member, when):
    """A day with an order or an activity, once; returns 1 if it counted now."""
    head = member.head
    if rule.metric != Metric.ACTIVE_DAYS or head.last_counted_day >= when[0]:
        return 0
    head.last_counted_day = when[0]
    count_for_tiers(rule, member, when, 1)
    return 1


@kernel
def forget_past_window(member, day):
    """Take amounts out that no longer count on the day."""
    head = member.head
    past = 0
    while past < head.windows and member.window[past].until_day <= day:
        head.qualifying -= member.window[past].amount
        past += 1
    if past > 0:
        head.windows -= past
        for index in range(head.windows):
            member.window[index] = member.window[index + past]


@kernel
def empty_window(member):
    """Count from nothing again."""
    member.head.windows = 0
    member.head.qualifying = 0
