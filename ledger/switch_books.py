"""An account carried over: to another policy in place of the old one, and its limits to any later version."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.events import COUPONS_AN_ORDER
from ledger.gift_books import end_coupon
from ledger.journal import NONE, post
from ledger.lots import sort_lots
from ledger.reach_books import rest_on_nothing
from ledger.tier_books import fall_to, post_seat, rise_to_earned
from ledger.window_books import empty_window
from policies.choices import OldLots, OldTiers
from policies.expiry import dead_day
from policies.kernel import kernel
from policies.rules import (
    CAPS_MOST,
    EARN_MOST,
    GIFT_EARN,
    GIFT_PACK,
    GIFT_PLAN,
    LEVELS_MOST,
    NEVER_DAY,
    NO_LIMIT,
    PLAN_SLOTS,
)
from policies.tiers import level_earned, review_day


@kernel
def carry_over(former, rule, member, journal, when):
    """The policy is replaced: plan, seat, lots and coupons are taken over as the new one says."""
    head = member.head
    if former.metric != rule.metric:
        empty_window(member)
        rest_on_nothing(head)
    _carry_numbers(rule, member, when[0])
    _carry_plan(rule, head, journal, when)
    _carry_seat(rule, head, journal, when)
    _carry_lots(rule, member, when[0])
    _carry_coupons(rule, member, journal, when)
    if former.metric != rule.metric and head.grace_from_day < NEVER_DAY:
        head.grace_gained = 0
        head.grace_missing = rule.keep[head.own_tier]
    if rule.switch_tiers == OldTiers.AT_ONCE:
        _judge_at_once(rule, member, journal, when)


@kernel
def carry_counters(rule, member, journal):
    """What was counted of the limits of rows and caps goes on with the rows and caps that take their place."""
    _carry(member, journal, rule.former_earn, 0, rule.earn_rows, EARN_MOST)
    _carry(member, journal, rule.former_cap, EARN_MOST, rule.caps, CAPS_MOST)


@kernel
def _carry(member, journal, former, first, count, most):
    """Rearrange counters; where nothing came before, the count begins anew."""
    paper = journal.fill.paper
    for place in range(most):
        paper[place].points = member.counters[first + place].used
        paper[place].which = member.counters[first + place].period
    for place in range(most):
        counter = member.counters[first + place]
        known = place < count and former[place] >= 0
        counter.used = paper[former[place]].points if known else 0
        counter.period = paper[former[place]].which if known else NO_LIMIT


@kernel
def _carry_numbers(rule, member, day):
    """Coupons remember their gift list by number, and top-ups their tiers: those have others in the new policy."""
    for place in range(member.head.coupons):
        coupon = member.coupons[place]
        coupon.list = _new_list(rule, coupon.list)
    for place in range(member.head.held_orders):
        order = member.orders[place]
        for slot in range(COUPONS_AN_ORDER):
            order.coupon_list[slot] = _new_list(rule, order.coupon_list[slot])
            if order.coupon[slot] > 0 and rule.switch_coupon[order.coupon[slot] - 1] <= 0:
                order.coupon_until_day[slot] = day
    for place in range(member.head.stored):
        entry = member.stored[place]
        if entry.tier >= 0:
            entry.tier = rule.switch_level[entry.tier]
            entry.former_tier = rule.switch_level[entry.former_tier]
            entry.former_best = rule.switch_level[entry.former_best]


@kernel
def _new_list(rule, gifts):
    """New number of an old gift list; NONE if there is nothing in its place."""
    if gifts < GIFT_PACK:
        return gifts
    if gifts < GIFT_PLAN:
        return GIFT_PACK + rule.switch_level[gifts - GIFT_PACK]
    if gifts < GIFT_EARN:
        plan = rule.switch_plan[gifts - GIFT_PLAN]
        return GIFT_PLAN + plan if plan > 0 else NONE
    for row in range(rule.earn_rows):
        if rule.former_earn[row] == gifts - GIFT_EARN:
            return GIFT_EARN + row
    return NONE


@kernel
def _new_bits(rule, bits):
    """Bits of old plans as bits of new ones."""
    new = 0
    for plan in range(1, PLAN_SLOTS):
        if rule.switch_plan[plan] > 0:
            new |= ((bits >> plan) & 1) << rule.switch_plan[plan]
    return new


@kernel
def _carry_plan(rule, head, journal, when):
    """A plan that the new policy does not have ends; trials and first prices stay used."""
    head.trials = _new_bits(rule, head.trials)
    head.intros = _new_bits(rule, head.intros)
    if head.plan == 0:
        return
    number = rule.switch_plan[head.plan]
    if number == head.plan:
        return
    debit = Account.PLAN_FIRST + head.plan
    post(journal, head, when, Cause.PLAN_LAPSE, Unit.PLAN, debit, Account.NO_PLAN, 1, NONE, NONE, NONE)
    head.plan = number
    if number == 0:
        head.plan_until_day = NEVER_DAY
        head.plan_gift_day = NEVER_DAY
        return
    account = Account.PLAN_FIRST + number
    post(journal, head, when, Cause.PLAN_START, Unit.PLAN, Account.NO_PLAN, account, 1, NONE, NONE, NONE)


@kernel
def _carry_seat(rule, head, journal, when):
    """Every old tier has a place among the new ones, and packs count as given where any of them gave one."""
    _carry_packs(rule, head, journal.fill.paper)
    head.own_tier = rule.switch_level[head.own_tier]
    head.best_tier = rule.switch_level[head.best_tier]
    if head.own_tier == 0:
        head.review_day = NEVER_DAY
        head.grace_from_day = NEVER_DAY
    elif head.review_day == NEVER_DAY:
        head.review_day = review_day(rule, head.joined_day, head.own_tier, when[0], when[0])
    seat = max(head.own_tier, rule.plan_tier[head.plan])
    if seat != head.tier:
        cause = Cause.UPGRADE if seat > head.tier else Cause.DOWNGRADE
        post_seat(head, journal, when, cause, head.tier, seat, NONE)
        head.tier = seat
        head.tier_since_day = when[0]


@kernel
def _carry_packs(rule, head, paper):
    """Packs given, and what they and the best tier rest on, go with the levels; of several the earliest counts."""
    packs = head.packs
    head.packs = 0
    for level in range(LEVELS_MOST):
        _note(paper[level], head.best[level])
        _note(paper[LEVELS_MOST + level], head.pack[level])
        paper[2 * LEVELS_MOST + level].points = head.pack_day[level]
        head.best[level].day = NEVER_DAY
        head.pack[level].day = NEVER_DAY
        head.pack_day[level] = NEVER_DAY
    for level in range(LEVELS_MOST):
        place = rule.switch_level[level]
        head.packs |= ((packs >> level) & 1) << place
        if paper[level].cause < head.best[place].day:
            _read(head.best[place], paper[level])
        pack_day = paper[2 * LEVELS_MOST + level].points
        if pack_day < head.pack_day[place]:
            head.pack_day[place] = pack_day
            _read(head.pack[place], paper[LEVELS_MOST + level])


@kernel
def _note(note, basis):
    """Write what something rests on onto the paper."""
    note.cause = basis.day
    note.which = basis.until_day
    note.points = basis.amount
    note.promotional = basis.limit


@kernel
def _read(basis, note):
    """And back."""
    basis.day = note.cause
    basis.until_day = note.which
    basis.amount = note.points
    basis.limit = note.promotional


@kernel
def _carry_lots(rule, member, day):
    """Old points keep their dates, or get those of the new rule; nobody is hit earlier than the notice says."""
    live = rule.points_live[member.head.tier] == 1
    for index in range(member.head.lots):
        lot = member.lots[index]
        if rule.switch_lots != OldLots.KEEP_DATES:
            earned = day if rule.switch_lots == OldLots.FULL_NEW_PERIOD else lot.earned_day
            new = dead_day(rule, earned, max(lot.active_day, earned))
            if new < lot.own_dead_day:
                new = max(new, min(lot.own_dead_day, day + rule.switch_notice_days))
            lot.own_dead_day = new
            lot.version = rule.version
        lot.dead_day = NEVER_DAY if live else lot.own_dead_day
    sort_lots(member)


@kernel
def _carry_coupons(rule, member, journal, when):
    """Coupons that the new policy does not have end."""
    place = 0
    while place < member.head.coupons:
        coupon = member.coupons[place]
        number = rule.switch_coupon[coupon.coupon - 1]
        if number > 0:
            coupon.coupon = number
            place += 1
        else:
            expired = Account.COUPONS_EXPIRED
            end_coupon(member, journal, when, place, Cause.COUPON_EXPIRE, expired, coupon.order)


@kernel
def _judge_at_once(rule, member, journal, when):
    """Tiers do not wait for the end of their time."""
    head = member.head
    earned = level_earned(rule, head.best_tier, head.qualifying)
    if earned > head.own_tier:
        rise_to_earned(rule, member, journal, when, when[0], NONE)
    elif earned < head.own_tier and rule.invite_only[head.own_tier] == 0:
        fall_to(rule, member, journal, when, earned, when[0], NONE)
