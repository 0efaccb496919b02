"""Tiers that come with a top-up, and go when its money goes back."""

from __future__ import annotations

from ledger.journal import NONE
from ledger.loss_books import take_pack_back
from ledger.tier_books import fall_to, grant_tier
from policies.choices import Upgrade
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from policies.tiers import level_earned


@kernel
def grant_with_top_up(rule, member, journal, when, entry, level):
    """Give the tier of an offer, unless the member's own is higher, and note how things stood."""
    head = member.head
    if level < 0 or level < head.own_tier:
        return
    entry.tier = level
    entry.former_tier = head.own_tier
    entry.former_review_day = head.review_day
    entry.former_best = head.best_tier
    entry.former_top_up = head.tier_top_up
    entry.former_day = when[0]
    grant_tier(rule, member, journal, when, level)
    head.tier_top_up = entry.top_up


@kernel
def take_granted_tier_back(rule, member, journal, when, entry, cash_cents):
    """The money of a top-up has gone back, and with it the tier that it granted.

    A later top-up whose term began on top of this one then stands on what was before this one.
    """
    head = member.head
    if entry.tier < 0:
        return
    for place in range(head.stored):
        later = member.stored[place]
        if later.tier >= 0 and later.former_top_up == entry.top_up:
            later.former_tier = entry.former_tier
            later.former_review_day = entry.former_review_day
            later.former_best = entry.former_best
            later.former_top_up = entry.former_top_up
            later.former_day = entry.former_day
    granted = entry.tier
    entry.tier = -1
    if head.tier_top_up == entry.top_up:
        _stand_as_before(rule, member, journal, when, entry)
    if head.best_tier == granted and head.best[granted].day == NEVER_DAY and not _still_granted(member, granted):
        head.best_tier = max(min(head.best_tier, entry.former_best), head.own_tier)
    for lost in range(head.own_tier + 1, rule.levels):
        if entry.former_day <= head.pack_day[lost] < NEVER_DAY and head.pack[lost].day == NEVER_DAY:
            cash_cents -= take_pack_back(rule, member, journal, when, lost, NONE, cash_cents)


@kernel
def _stand_as_before(rule, member, journal, when, entry):
    """The tier and the term that the member had before, or what the amount earns if that term is over."""
    head = member.head
    best = head.best_tier
    if best == head.own_tier and head.best[best].day == NEVER_DAY:
        best = min(best, entry.former_best)
    level = entry.former_tier
    earned = level_earned(rule, best, head.qualifying)
    if entry.former_review_day <= when[0] or (rule.upgrade == Upgrade.IMMEDIATELY and earned > level):
        fall_to(rule, member, journal, when, earned, when[0], NONE)
        return
    fall_to(rule, member, journal, when, level, when[0], NONE)
    head.review_day = entry.former_review_day
    head.tier_top_up = entry.former_top_up


@kernel
def _still_granted(member, level):
    """Whether another top-up grants the tier or a higher one."""
    highest = -1
    for place in range(member.head.stored):
        highest = max(highest, member.stored[place].tier)
    return highest >= level
