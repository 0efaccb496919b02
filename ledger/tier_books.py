"""A member's tier: the qualifying window, upgrades at once, reviews at the end of validity."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.journal import NONE, post
from policies.kernel import kernel
from policies.tiers import counts_until, level_after_review, level_earned, review_day


@kernel
def count_for_tiers(rule, member, when, amount):
    """Add a qualifying amount of the day to the window. Needs one free entry."""
    if amount == 0:
        return
    head = member.head
    until = counts_until(rule, when[0])
    head.qualifying += amount
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
def enter_lowest_tier(head, journal, when):
    """The seat of a new member."""
    post(journal, head, when, Cause.JOIN, Unit.TIER, Account.OUTSIDE, Account.TIER_FIRST, 1, NONE, NONE)
    head.tier = 0
    head.tier_since_day = when[0]


@kernel
def upgrade_at_once(rule, member, journal, when, order):
    """After an order: rise to the level that the window now earns."""
    head = member.head
    earned = level_earned(rule, head.qualifying)
    if earned > head.tier:
        _move(head, journal, when, Cause.UPGRADE, earned, order)
        head.review_day = review_day(rule, earned, when[0], when[0])


@kernel
def review_tier(rule, member, journal, when):
    """At the end of validity: keep or fall by the window as it stood on the last valid day."""
    head = member.head
    level = level_after_review(rule, head.tier, head.qualifying)
    if level < head.tier:
        _move(head, journal, when, Cause.DOWNGRADE, level, NONE)
    elif level > head.tier:
        _move(head, journal, when, Cause.UPGRADE, level, NONE)
    head.review_day = review_day(rule, level, when[0], when[0] - 1)


@kernel
def _move(head, journal, when, cause, level, order):
    """Move the member's seat to another tier."""
    debit = Account.TIER_FIRST + head.tier
    credit = Account.TIER_FIRST + level
    post(journal, head, when, cause, Unit.TIER, debit, credit, 1, NONE, order)
    head.tier = level
    head.tier_since_day = when[0]
