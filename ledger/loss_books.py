"""What goes when its cause is taken back: growth, upgrade packs, the easier way back, the own tier."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.claw_books import claw_back
from ledger.gift_books import items_among, take_back_coupons
from ledger.journal import NONE, post
from ledger.reach_books import gives_way, narrow
from ledger.tier_books import fall_to
from ledger.window_books import uncount_for_tiers
from policies.choices import OnRefund
from policies.kernel import kernel
from policies.rules import GIFT_PACK, NEVER_DAY
from policies.tiers import counts_until, level_earned


@kernel
def shrink(member, journal, when, growth, order):
    """Take growth back as far as it is still there; returns how much that was."""
    head = member.head
    part = min(growth, head.growth)
    head.growth -= part
    held, issued = Account.GROWTH_HELD, Account.GROWTH_ISSUED
    post(journal, head, when, Cause.UNGROW, Unit.GROWTH, held, issued, part, NONE, order, NONE)
    return part


@kernel
def lose_what_it_brought(rule, member, journal, when, order, cash_cents):
    """Take away what no longer rests on enough, after ``narrow``: upgrade packs, the easier way back, the own tier.

    Growth in a higher pack may be what a lower one rests on, so the highest goes first.

    `cash_cents` is the money that goes back, from which points may be held back.
    """
    head = member.head
    for level in range(rule.levels - 1, 0, -1):
        basis = head.pack[level]
        if gives_way(rule, head, basis, when[0], basis.limit):
            cash_cents -= take_pack_back(rule, member, journal, when, level, order, cash_cents)
    while head.best_tier > 0:
        basis = head.best[head.best_tier]
        if not gives_way(rule, head, basis, when[0], basis.limit):
            break
        head.best_tier -= 1
    _fall(rule, member, journal, when, order)


@kernel
def take_pack_back(rule, member, journal, when, level, order, cash_cents):
    """The upgrade pack of a tier goes, unless gifts stay. Returns the money held back for its points.

    A pack of which anything stays is not given again.
    """
    head = member.head
    day = head.pack_day[level]
    head.pack_day[level] = NEVER_DAY
    head.pack[level].day = NEVER_DAY
    whole = False
    withheld = 0
    if rule.gifts_stay == 0:
        gifts = GIFT_PACK + level
        points, growth, coupons = items_among(rule, gifts)
        _, _, withheld, unpaid = claw_back(rule, member, journal, when, points, order, cash_cents)
        shrunk = shrink(member, journal, when, growth, order)
        until_day = counts_until(rule, head.joined_day, day)
        uncount_for_tiers(member, until_day, day, growth)
        narrow(rule, head, day, until_day, growth)
        taken = take_back_coupons(member, journal, when, gifts, gifts, NONE, 0)
        whole = unpaid == 0 and shrunk == growth and taken >= coupons
    bit = 1 << level
    head.packs = head.packs & ~bit if whole else head.packs | bit
    return withheld


@kernel
def _fall(rule, member, journal, when, order):
    """The own tier, when what it rests on is gone."""
    head = member.head
    own = head.own_tier
    if own > head.best_tier:
        # The easier way back has just closed, and with it what it took to reach the tier.
        head.term.limit = max(head.term.limit, rule.enter[own])
    limit = head.term.limit
    if head.term_from_day > -NEVER_DAY:
        limit = max(rule.keep[own], rule.enter[own] if own > head.best_tier else 0)
    judged_by = head.term.day
    if not gives_way(rule, head, head.term, when[0], limit):
        if head.term.day != judged_by:
            head.term_from_day = -NEVER_DAY
        return
    if rule.on_refund == OnRefund.NEXT_REVIEW or rule.invite_only[own] == 1:
        return
    if rule.on_refund == OnRefund.NOW:
        level = level_earned(rule, head.best_tier, head.qualifying)
        if level < own:
            fall_to(rule, member, journal, when, level, when[0], order)
    else:
        head.fall_day = when[0] + 1
