"""Coupons and gifts: given, used, expired, taken back; and growth value, which may be among the gifts."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.events import COUPONS_AN_ORDER
from ledger.journal import NONE, post
from ledger.point_books import credit
from ledger.window_books import count_for_tiers
from policies.calendar import add_period
from policies.choices import Item, Metric
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def give(rule, member, journal, when, gifts, order):
    """Give all items of a gift list. Needs a free entry per item."""
    first = rule.gift_first[gifts]
    for place in range(first, first + rule.gift_count[gifts]):
        number = rule.item_number[place]
        if rule.item_kind[place] == Item.POINTS:
            credit(rule, member, journal, when, Cause.EARN_GIFT, number, when[0], 1, order, gifts)
        elif rule.item_kind[place] == Item.COUPON:
            issue_coupon(rule, member, journal, when, number, gifts, order)
        else:
            grow(rule, member, journal, when, number, order, gifts)


@kernel
def items_among(rule, gifts):
    """(points, growth, number of coupons) in a gift list; growth only where tiers count it, as in ``grow``."""
    points = 0
    growth = 0
    coupons = 0
    first = rule.gift_first[gifts]
    for place in range(first, first + rule.gift_count[gifts]):
        if rule.item_kind[place] == Item.POINTS:
            points += rule.item_number[place]
        elif rule.item_kind[place] == Item.COUPON:
            coupons += 1
        elif rule.metric == Metric.GROWTH:
            growth += rule.item_number[place]
    return points, growth, coupons


@kernel
def grow(rule, member, journal, when, growth, order, which):
    """Add growth value, which tiers count if that is their metric."""
    if rule.metric != Metric.GROWTH or growth == 0:
        return
    head = member.head
    head.growth += growth
    issued, held = Account.GROWTH_ISSUED, Account.GROWTH_HELD
    post(journal, head, when, Cause.GROW, Unit.GROWTH, issued, held, growth, NONE, order, which)
    count_for_tiers(rule, member, when, growth)


@kernel
def issue_coupon(rule, member, journal, when, code, gifts, order):
    """Hand out a coupon (code by number from 1). Needs one free entry."""
    head = member.head
    until = NEVER_DAY
    if rule.coupon_count[code - 1] > 0:
        until = add_period(when[0], rule.coupon_period[code - 1], rule.coupon_count[code - 1])
    hold_coupon(member, head.next_coupon, code, until, gifts, order)
    head.next_coupon += 1
    issued, held = Account.COUPONS_ISSUED, Account.COUPONS_HELD
    post(journal, head, when, Cause.COUPON_ISSUE, Unit.COUPON, issued, held, 1, NONE, order, code)


@kernel
def hold_coupon(member, serial, code, until_day, gifts, order):
    """Put a coupon among those held, ascending by (until_day, serial)."""
    head = member.head
    place = head.coupons
    while place > 0 and (
        member.coupons[place - 1].until_day > until_day
        or (member.coupons[place - 1].until_day == until_day and member.coupons[place - 1].serial > serial)
    ):
        member.coupons[place] = member.coupons[place - 1]
        place -= 1
    coupon = member.coupons[place]
    coupon.serial = serial
    coupon.coupon = code
    coupon.until_day = until_day
    coupon.list = gifts
    coupon.order = order
    head.coupons += 1


@kernel
def place_of_coupon(member, code, skipped):
    """Place of the held coupon of a code that dies first, after so many others of it; -1 if there is none."""
    for place in range(member.head.coupons):
        if member.coupons[place].coupon == code:
            if skipped == 0:
                return place
            skipped -= 1
    return -1


@kernel
def drop_coupon(member, place):
    """Take a coupon out of those held."""
    head = member.head
    head.coupons -= 1
    for index in range(place, head.coupons):
        member.coupons[index] = member.coupons[index + 1]


@kernel
def expire_coupons(member, journal, when):
    """Coupons whose validity has ended; they stand in front."""
    head = member.head
    while head.coupons > 0 and member.coupons[0].until_day <= when[0]:
        end_coupon(member, journal, when, 0, Cause.COUPON_EXPIRE, Account.COUPONS_EXPIRED, member.coupons[0].order)


@kernel
def end_coupon(member, journal, when, place, cause, account, order):
    """Move a held coupon to where it ends."""
    code = member.coupons[place].coupon
    drop_coupon(member, place)
    post(journal, member.head, when, cause, Unit.COUPON, Account.COUPONS_HELD, account, 1, NONE, order, code)


@kernel
def take_back_coupons(member, journal, when, first_list, last_list, order, first_serial):
    """Coupons from the gift lists first_list .. last_list and from a serial number on go back, and how many were held.

    Of one order only, unless that is NONE. Those that an order has used do not come back with that order.
    """
    taken = 0
    place = 0
    while place < member.head.coupons:
        coupon = member.coupons[place]
        ours = first_list <= coupon.list <= last_list and coupon.serial >= first_serial
        if ours and (order == NONE or coupon.order == order):
            back = Account.COUPONS_TAKEN_BACK
            end_coupon(member, journal, when, place, Cause.COUPON_TAKE_BACK, back, coupon.order)
            taken += 1
        else:
            place += 1
    for place in range(member.head.held_orders):
        used = member.orders[place]
        for slot in range(COUPONS_AN_ORDER):
            ours = first_list <= used.coupon_list[slot] <= last_list and used.coupon_serial[slot] >= first_serial
            if used.coupon[slot] > 0 and ours and (order == NONE or used.coupon_order[slot] == order):
                used.coupon_until_day[slot] = when[0]
    return taken
