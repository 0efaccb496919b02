"""A returned order, whole or in part: money, points and stored value go back, and what it earned is taken back.

What is left of an order is priced and rewarded by the rules of the sale; a return posts the difference
between before and after. So ten small returns come to the same as one large.
"""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.claw_books import claw_back
from ledger.earning_books import use_counter, used_of
from ledger.events import ALL, COUPONS_AN_ORDER
from ledger.gift_books import hold_coupon, take_back_coupons
from ledger.held_orders import amounts_left, left_cents_of, list_cents_of
from ledger.journal import NONE, post
from ledger.loss_books import lose_what_it_brought, shrink
from ledger.lots import insert_lot, place_of_lot
from ledger.point_books import settle_debt
from ledger.reach_books import narrow
from ledger.stored_books import give_back_stored
from ledger.window_books import uncount_for_tiers
from policies.arithmetic import proportion
from policies.choices import Metric, Per
from policies.earning import growth_of, points_of_lines, qualifying_of
from policies.kernel import kernel
from policies.limits import period_number
from policies.pricing import has_bit, parts_paid, points_kept
from policies.rules import EARN_MOST, GIFT_EARN, GIFT_LISTS, NEVER_DAY


@kernel
def post_refund(rules, rule, member, event, lines, journal, when, order):
    """Book the return of a part of a kept order, or of all that is left of it."""
    head = member.head
    sale = rules[order.version]
    before = amounts_left(sale, order, member.lines)
    earned_before = _points_of(sale, order, member.lines, before[0])
    counted_before = qualifying_of(sale, order, before[2], 0, before[0] > 0 and order.ordinal > 0)

    _take_lines(member, event, lines, order)
    after = amounts_left(sale, order, member.lines)
    cash = _post_money(head, journal, when, order, before, after)
    _give_points_back(rule, member, journal, when, order, before, after)
    _give_stored_back(member, journal, when, order, before, after)
    _take_plan_benefit_back(member, order, before[0], after[0])
    if after[0] == 0:
        _give_coupons_back(member, journal, when, order)
    settle_debt(member, journal, when)

    claim = earned_before - _points_of(sale, order, member.lines, after[0])
    _, owed, withheld, unpaid = claw_back(rule, member, journal, when, claim, order.order, cash)
    growth = growth_of(sale, before[2]) - growth_of(sale, after[2])
    if after[0] == 0:
        growth += order.fixed_growth
        _uncount_order(rule, member, journal, when, order, unpaid)
    shrink(member, journal, when, growth, order.order)
    counted = counted_before - qualifying_of(sale, order, after[2], 0, after[0] > 0 and order.ordinal > 0)
    earned = claim - (order.gift_points if after[0] == 0 else 0)
    if sale.metric == Metric.POINTS_EARNED:
        counted = max(0, earned if rule.debt_counts == 1 else earned - owed)
    elif sale.metric == Metric.GROWTH:
        counted = growth
    if sale.metric == rule.metric:
        uncount_for_tiers(member, order.counts_until_day, order.day, counted)
        narrow(rule, head, order.day, order.counts_until_day, counted)
    _give_room_back(rule, member, order, earned)
    cost = rule.cost_per_refund_cents[head.tier]
    costs, payable = Account.BENEFIT_COSTS, Account.PAYABLE
    post(journal, head, when, Cause.BENEFIT_REFUND, Unit.MONEY, costs, payable, cost, NONE, order.order, NONE)
    lose_what_it_brought(rule, member, journal, when, order.order, cash - withheld)


@kernel
def _uncount_order(rule, member, journal, when, order, unpaid):
    """An order returned whole is none. If nothing stays of its rewards, the next of its number gets them anew."""
    head = member.head
    coupons = 0
    if rule.gifts_stay == 0:
        coupons = take_back_coupons(member, journal, when, GIFT_EARN, GIFT_LISTS - 1, order.order, 0)
    if order.ordinal == 0:
        return
    head.orders -= 1
    if order.ordinal == head.orders_high and unpaid == 0 and coupons == order.gift_coupons:
        head.orders_high = order.high_before
        head.referred = max(head.referred, order.referred)


@kernel
def _points_of(sale, order, lines, list_cents):
    """Points that what is left of an order has earned, never more than were granted."""
    if list_cents == 0:
        return 0
    wanted = points_of_lines(sale, order, lines, sale.campaigns)
    for campaign in range(sale.campaigns):
        if has_bit(order.campaigns, campaign):
            wanted += sale.campaign_points[campaign]
    return min(order.earned_points, wanted) + order.fixed_points


@kernel
def _take_lines(member, event, lines, order):
    """Take what is returned off the order's lines."""
    if event.lines == 0:
        _take(member, order, -1, amounts_to_take(member, event, order))
    for index in range(event.lines):
        given = lines[event.first_line + index]
        _take(member, order, given.category, given.list_cents)


@kernel
def amounts_to_take(member, event, order):
    """List price that an event without lines returns."""
    if event.cents != ALL:
        return event.cents
    return left_cents_of(member, order)


@kernel
def _take(member, order, category, cents):
    """Take an amount of list price off the lines of a category (any if it is below zero), first line first."""
    for place in range(order.first_line, order.first_line + order.lines):
        line = member.lines[place]
        if category < 0 or line.category == category:
            part = min(cents, line.left_cents)
            line.left_cents -= part
            cents -= part


@kernel
def _post_money(head, journal, when, order, before, after):
    """The sale is taken back means by means. Returns the money that goes back."""
    points_before, principal_before, bonus_before, cash_before = parts_paid(order, before[2])
    points_after, principal_after, bonus_after, cash_after = parts_paid(order, after[2])
    number = order.order
    _back(head, journal, when, Cause.RETURN_CASH, Account.CASH, cash_before - cash_after, number)
    discount = before[0] - before[1] - after[0] + after[1]
    _back(head, journal, when, Cause.RETURN_DISCOUNT, Account.DISCOUNTS, discount, number)
    coupon = before[1] - before[2] - after[1] + after[2]
    _back(head, journal, when, Cause.RETURN_COUPON, Account.COUPONS_TENDER, coupon, number)
    _back(head, journal, when, Cause.RETURN_POINTS, Account.POINTS_TENDER, points_before - points_after, number)
    principal = principal_before - principal_after
    _back(head, journal, when, Cause.RETURN_PRINCIPAL, Account.PRINCIPAL_TENDER, principal, number)
    _back(head, journal, when, Cause.RETURN_BONUS, Account.BONUS_TENDER, bonus_before - bonus_after, number)
    goods, inventory = Account.COST_OF_GOODS, Account.INVENTORY
    cost = before[3] - after[3]
    post(journal, head, when, Cause.RETURN_COST, Unit.MONEY, inventory, goods, cost, NONE, number, NONE)
    return cash_before - cash_after


@kernel
def _back(head, journal, when, cause, credit, amount, order):
    """One means of payment of a sale, the other way round."""
    post(journal, head, when, cause, Unit.MONEY, Account.SALES, credit, amount, NONE, order, NONE)


@kernel
def _give_points_back(rule, member, journal, when, order, before, after):
    """Points that what is returned had used go back to where they came from, last use first."""
    kept_before = points_kept(order, parts_paid(order, before[2])[0], before[0] > 0)
    back = kept_before - points_kept(order, parts_paid(order, after[2])[0], after[0] > 0)
    for place in range(member.head.uses - 1, -1, -1):
        use = member.uses[place]
        if back > 0 and use.order == order.order and use.unit == Unit.POINTS:
            part = min(back, use.amount)
            back -= part
            if part > 0:
                _give_use_back(rule, member, journal, when, use, part)


@kernel
def _give_use_back(rule, member, journal, when, use, points):
    """Points back into their lot with its dates, or into one of courtesy if it has died. Needs a free entry."""
    head = member.head
    use.amount -= points
    head.redeemed_points -= points
    place = place_of_lot(member, use.lot)
    live = rule.points_live[head.tier] == 1
    dead = NEVER_DAY if live else use.own_dead_day
    if place < 0 and dead <= when[0]:
        if rule.courtesy_days == 0:
            head.expired_points += points
            redeemed, expired = Account.POINTS_REDEEMED, Account.POINTS_EXPIRED
            cause = Cause.UNREDEEM_DEAD
            post(journal, head, when, cause, Unit.POINTS, redeemed, expired, points, use.lot, use.order, NONE)
            return
        dead = when[0] + rule.courtesy_days
        use.own_dead_day = dead
    head.active_points += points
    redeemed, active = Account.POINTS_REDEEMED, Account.POINTS_ACTIVE
    post(journal, head, when, Cause.UNREDEEM, Unit.POINTS, redeemed, active, points, use.lot, use.order, NONE)
    if place >= 0:
        member.lots[place].points += points
        return
    lot = insert_lot(member, use.lot, points, use.earned_day, use.earned_day, dead)
    lot.own_dead_day = use.own_dead_day
    lot.order = use.lot_order
    lot.version = use.version
    lot.promotional = use.promotional
    lot.pending = 0


@kernel
def _give_stored_back(member, journal, when, order, before, after):
    """Principal and bonus that what is returned had used go back to their top-ups, last use first."""
    _, principal_before, bonus_before, _ = parts_paid(order, before[2])
    _, principal_after, bonus_after, _ = parts_paid(order, after[2])
    principal, bonus = principal_before - principal_after, bonus_before - bonus_after
    for place in range(member.head.uses - 1, -1, -1):
        use = member.uses[place]
        if use.order == order.order and use.unit == Unit.PRINCIPAL and principal > 0:
            part = min(principal, use.amount)
            principal -= part
            give_back_stored(member, journal, when, use, part, order.order)
        elif use.order == order.order and use.unit == Unit.BONUS and bonus > 0:
            part = min(bonus, use.amount)
            bonus -= part
            give_back_stored(member, journal, when, use, part, order.order)


@kernel
def _take_plan_benefit_back(member, order, before, after):
    """What the plan saved by what is returned, it has not saved; `before` and `after` are list prices left."""
    head = member.head
    if order.plan_benefit_cents == 0:
        return
    listed = list_cents_of(member, order)
    saved = proportion(order.plan_benefit_cents, before, listed) - proportion(order.plan_benefit_cents, after, listed)
    head.plan_benefit_cents -= saved


@kernel
def _give_coupons_back(member, journal, when, order):
    """Coupons that an order returned whole had used, unless they have died meanwhile."""
    head = member.head
    for slot in range(COUPONS_AN_ORDER):
        code = order.coupon[slot]
        if code > 0 and order.coupon_until_day[slot] > when[0]:
            until, gifts = order.coupon_until_day[slot], order.coupon_list[slot]
            hold_coupon(member, order.coupon_serial[slot], code, until, gifts, order.coupon_order[slot])
            used, held = Account.COUPONS_USED, Account.COUPONS_HELD
            post(journal, head, when, Cause.COUPON_RETURN, Unit.COUPON, used, held, 1, NONE, order.order, code)


@kernel
def _give_room_back(rule, member, order, points):
    """Caps that still count the time of the sale have room again."""
    for cap in range(rule.caps):
        if rule.cap_per[cap] != Per.ORDER:
            period = period_number(rule.cap_per[cap], order.day)
            used = used_of(member, EARN_MOST + cap, period)
            if used > 0:
                use_counter(member, EARN_MOST + cap, period, -min(points, used))
