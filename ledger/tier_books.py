"""A member's tier: rises at once or at night, reviews, grace, falls, upgrade packs, and the seat that all see."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.gift_books import give
from ledger.journal import NONE, post
from ledger.lots import sort_lots
from ledger.point_books import expire_lots, set_inactive_day
from ledger.reach_books import rest_on
from policies.choices import Leaving, Upgrade
from policies.expiry import dead_day, has_inactivity, inactive_day
from policies.kernel import kernel
from policies.pricing import has_bit
from policies.rules import GIFT_PACK, NEVER_DAY, NO_LIMIT
from policies.tiers import (
    level_after_miss,
    level_earned,
    month_start_after,
    review_day,
    threshold,
)


@kernel
def enter_lowest_tier(rule, head, journal, when):
    """The seat of a new member."""
    post(journal, head, when, Cause.JOIN, Unit.TIER, Account.OUTSIDE, Account.TIER_FIRST, 1, NONE, NONE, NONE)
    head.tier = 0
    head.tier_since_day = when[0]
    start_month(rule, head, when[0])


@kernel
def rise_if_earned(rule, member, journal, when, order):
    """After something has counted: rise, if the policy lets members rise at once."""
    head = member.head
    if rule.upgrade == Upgrade.IMMEDIATELY and level_earned(rule, head.best_tier, head.qualifying) > head.own_tier:
        rise_to_earned(rule, member, journal, when, when[0], order)


@kernel
def rise_to_earned(rule, member, journal, when, last_valid_day, order):
    """Rise to what the window earns, and on, should a pack bring growth."""
    head = member.head
    earned = level_earned(rule, head.best_tier, head.qualifying)
    while earned > head.own_tier:
        rise_to(rule, member, journal, when, earned, last_valid_day, order)
        earned = level_earned(rule, head.best_tier, head.qualifying)


@kernel
def rise_to(rule, member, journal, when, level, last_valid_day, order):
    """The own tier rises, with a new term and the pack of every level on the way.

    `last_valid_day` decides the year in which a calendar term starts: today, or yesterday for a rise at night.
    """
    head = member.head
    former = head.own_tier
    _begin_term(rule, head, when, level, last_valid_day, threshold(rule, head.best_tier, level))
    move_seat(rule, member, journal, when, order)
    best = head.best_tier
    head.best_tier = max(best, level)
    for reached in range(best + 1, level + 1):
        rest_on(rule, head, head.best[reached], last_valid_day, rule.enter[reached])
    given = 0
    for passed in range(former + 1, level + 1):
        if rule.gift_count[GIFT_PACK + passed] > 0 and not has_bit(head.packs, passed):
            given |= 1 << passed
            head.pack_day[passed] = when[0]
            rest_on(rule, head, head.pack[passed], last_valid_day, threshold(rule, best, passed))
    head.packs |= given
    for passed in range(former + 1, level + 1):
        if has_bit(given, passed):
            give(rule, member, journal, when, GIFT_PACK + passed, order)


@kernel
def grant_tier(rule, member, journal, when, level):
    """An invitation or a top-up gives a tier, or the one held a new term: it rests on no amount."""
    head = member.head
    former = head.own_tier
    best = head.best_tier
    rise_to(rule, member, journal, when, level, when[0], NONE)
    head.term.day = NEVER_DAY
    for granted in range(best + 1, level + 1):
        head.best[granted].day = NEVER_DAY
    for granted in range(former + 1, level + 1):
        if head.pack_day[granted] == when[0]:
            head.pack[granted].day = NEVER_DAY


@kernel
def _begin_term(rule, head, when, level, last_valid_day, limit):
    """A tier from today on. It rests on what counts by the last valid day, if that reaches the limit."""
    head.own_tier = level
    head.review_day = review_day(rule, head.joined_day, level, when[0], last_valid_day)
    head.grace_from_day = NEVER_DAY
    head.tier_top_up = NONE
    head.term.day = NEVER_DAY
    head.term_from_day = -NEVER_DAY
    if level > 0 and head.qualifying >= limit:
        rest_on(rule, head, head.term, last_valid_day, limit)


@kernel
def fall_to(rule, member, journal, when, level, last_valid_day, order):
    """The own tier falls, with a new term. `last_valid_day` decides the year in which a calendar term starts."""
    head = member.head
    _begin_term(rule, head, when, level, last_valid_day, threshold(rule, head.best_tier, level))
    move_seat(rule, member, journal, when, order)


@kernel
def review_tier(rule, member, journal, when):
    """At the end of validity, or of grace: keep or fall by the window as it stood on the last valid day."""
    head = member.head
    level = head.own_tier
    earned = level_earned(rule, head.best_tier, head.qualifying)
    in_grace = head.grace_from_day < NEVER_DAY
    kept = head.grace_gained >= head.grace_missing if in_grace else head.qualifying >= rule.keep[level]
    if earned > level:
        rise_to_earned(rule, member, journal, when, when[0] - 1, NONE)
    elif kept or earned == level:
        _keep_tier(rule, head, when, level, in_grace and kept)
    elif rule.grace_days > 0 and not in_grace:
        head.grace_from_day = when[0]
        head.grace_missing = rule.keep[level] - head.qualifying
        head.grace_gained = 0
        head.review_day = when[0] + rule.grace_days
    else:
        after = level_after_miss(rule, head.best_tier, level, head.qualifying)
        for lost in range(after + 1, level + 1):
            if rule.pack_every_rise[lost] == 1:
                head.packs &= ~(1 << lost)
        fall_to(rule, member, journal, when, after, when[0] - 1, NONE)


@kernel
def _keep_tier(rule, head, when, level, by_grace):
    """A new term, which rests on what the window held, or on what has come during grace."""
    grace_from_day = head.grace_from_day
    enough = head.qualifying >= rule.keep[level]
    limit = rule.keep[level] if enough else threshold(rule, head.best_tier, level)
    _begin_term(rule, head, when, level, when[0] - 1, limit)
    if by_grace:
        head.term_from_day = grace_from_day
        head.term.day = when[0] - 1
        head.term.until_day = NO_LIMIT
        head.term.amount = head.grace_gained
        head.term.limit = head.grace_missing


@kernel
def fall_one_level(rule, member, journal, when):
    """The night after a refund: one level down, if the threshold is still missed."""
    head = member.head
    head.fall_day = NEVER_DAY
    own = head.own_tier
    if own > 0 and head.qualifying < threshold(rule, head.best_tier, own):
        fall_to(rule, member, journal, when, own - 1, when[0] - 1, NONE)


@kernel
def move_seat(rule, member, journal, when, order):
    """Sit where the own tier or the plan allows, whichever is higher, with all that hangs on the seat."""
    head = member.head
    seat = head.own_tier
    if head.plan > 0:
        seat = max(seat, rule.plan_tier[head.plan])
    if seat == head.tier:
        return
    cause = Cause.UPGRADE if seat > head.tier else Cause.DOWNGRADE
    post_seat(head, journal, when, cause, head.tier, seat, order)
    lived, live = rule.points_live[head.tier], rule.points_live[seat]
    head.tier = seat
    head.tier_since_day = when[0]
    start_month(rule, head, when[0])
    if lived == 0 and live == 1:
        set_inactive_day(rule, head, head.inactive_day)
        for index in range(head.lots):
            member.lots[index].dead_day = NEVER_DAY
        sort_lots(member)
    elif lived == 1 and live == 0:
        _let_points_die_again(rule, member, journal, when)


@kernel
def post_seat(head, journal, when, cause, former, seat, order):
    """Move the member's seat to another tier."""
    debit, credit = Account.TIER_FIRST + former, Account.TIER_FIRST + seat
    post(journal, head, when, cause, Unit.TIER, debit, credit, 1, NONE, order, NONE)


@kernel
def _let_points_die_again(rule, member, journal, when):
    """The member leaves a tier whose points do not expire."""
    head = member.head
    day = head.asleep_day
    if day <= when[0]:
        anew = rule.leaving == Leaving.LIFE_FROM_LEAVING and has_inactivity(rule)
        day = inactive_day(rule, when[0]) if anew else when[0] + 1
    set_inactive_day(rule, head, day)
    for index in range(member.head.lots):
        lot = member.lots[index]
        if rule.leaving == Leaving.LIFE_FROM_LEAVING:
            lot.own_dead_day = max(lot.own_dead_day, dead_day(rule, when[0], when[0]))
        lot.dead_day = lot.own_dead_day
    sort_lots(member)
    expire_lots(rule, member, journal, when)


@kernel
def start_month(rule, head, day):
    """From the first of next month on the seat costs something, if it does at all."""
    if rule.cost_per_month_cents[head.tier] > 0 and head.month_day == NEVER_DAY:
        head.month_day = month_start_after(day)


@kernel
def pay_month(rule, head, journal, when):
    """The monthly cost of the seat's benefits."""
    cost = rule.cost_per_month_cents[head.tier]
    head.month_day = month_start_after(when[0]) if cost > 0 else NEVER_DAY
    debit, credit = Account.BENEFIT_COSTS, Account.PAYABLE
    post(journal, head, when, Cause.BENEFIT_MONTH, Unit.MONEY, debit, credit, cost, NONE, NONE, NONE)
