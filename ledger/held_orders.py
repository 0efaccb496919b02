"""Orders that can still be returned: prepared, kept, found, forgotten. Nothing is posted here."""

from __future__ import annotations

from ledger.accounts import Unit
from ledger.events import COUPONS_AN_ORDER
from ledger.gift_books import place_of_coupon
from ledger.journal import NONE
from policies.arithmetic import proportion
from policies.kernel import kernel
from policies.limits import campaigns_of_order
from policies.pricing import cost_cents, coupon_off_cents, discount_bp, discounted_cents, due_cents, has_bit
from policies.rules import ANY, NEVER_DAY, NO_LIMIT


@kernel
def prepare_order(rule, member, event, lines):
    """Write an order of an event into the first free entry, up to the amount to pay, and return it.

    Needs a free entry and as many free lines as the order has. Nothing is kept unless ``keep_order`` follows.
    """
    head = member.head
    order = member.orders[head.held_orders]
    order.order = event.order
    order.day = event.day
    order.version = rule.version
    order.tier = head.tier
    order.best_tier = head.best_tier
    order.plan = head.plan
    order.channel = event.channel
    order.qualifying_before = head.qualifying
    order.first_line = head.held_lines
    order.lines = max(event.lines, 1)
    order.ordinal = 0
    order.high_before = 0
    order.gift_coupons = 0
    order.referred = 0
    order.plan_benefit_cents = 0
    order.counts_until_day = 0
    order.counted = 0
    order.points = 0
    order.points_cents = 0
    order.stored_cents = 0
    order.principal_cents = 0
    for index in range(order.lines):
        line = member.lines[order.first_line + index]
        line.category = ANY
        line.list_cents = event.list_cents
        line.cost_cents = 0
        if event.lines > 0:
            given = lines[event.first_line + index]
            line.category = given.category
            line.list_cents = given.list_cents
            line.cost_cents = given.cost_cents
        line.left_cents = line.list_cents
        line.coupon_cents = 0
    for slot in range(COUPONS_AN_ORDER):
        _take_coupon_off(rule, member, event, order, slot)
    order.due_cents = amounts_left(rule, order, member.lines)[2]
    order.campaigns = campaigns_of_order(rule, order, member.lines, event.day, event.second, head.birth_month)
    return order


@kernel
def _take_coupon_off(rule, member, event, order, slot):
    """Spread what a coupon takes off over the lines that it applies to."""
    code = event.coupons[slot]
    order.coupon[slot] = code
    order.coupon_until_day[slot] = 0
    order.coupon_list[slot] = 0
    order.coupon_serial[slot] = 0
    order.coupon_order[slot] = 0
    order.coupon_off_cents[slot] = 0
    if code == 0:
        return
    held = member.coupons[place_of_coupon(member, code, same_before(event, slot))]
    order.coupon_until_day[slot] = held.until_day
    order.coupon_list[slot] = held.list
    order.coupon_serial[slot] = held.serial
    order.coupon_order[slot] = held.order
    base = _coupon_base(rule, member, order, code)
    off = coupon_off_cents(rule, code, base)
    order.coupon_off_cents[slot] = off
    off_bp = discount_bp(rule, order.tier, order.plan)
    for place in range(order.first_line, order.first_line + order.lines):
        line = member.lines[place]
        if has_bit(rule.coupon_categories[code - 1], line.category) and base > 0:
            due = due_cents(line, off_bp)
            part = proportion(off, due, base)
            off -= part
            base -= due
            line.coupon_cents += part


@kernel
def same_before(event, slot):
    """How many earlier slots of an event use the same coupon."""
    count = 0
    for earlier in range(slot):
        count += 1 if event.coupons[earlier] == event.coupons[slot] else 0
    return count


@kernel
def _coupon_base(rule, member, order, code):
    """What is to be paid for the lines that a coupon applies to."""
    base = 0
    for place in range(order.first_line, order.first_line + order.lines):
        line = member.lines[place]
        if has_bit(rule.coupon_categories[code - 1], line.category):
            base += due_cents(line, discount_bp(rule, order.tier, order.plan))
    return base


@kernel
def amounts_left(rule, order, lines):
    """(list price, after discount, to pay, cost of goods) of what is left of an order, minor units."""
    off_bp = discount_bp(rule, order.tier, order.plan)
    listed = 0
    discounted = 0
    due = 0
    cost = 0
    for place in range(order.first_line, order.first_line + order.lines):
        line = lines[place]
        listed += line.left_cents
        discounted += discounted_cents(line.left_cents, off_bp)
        due += due_cents(line, off_bp)
        cost += cost_cents(line)
    return listed, discounted, due, cost


@kernel
def is_kept(rule, order):
    """Whether an order can be returned later."""
    return order.order != NONE and rule.return_days != 0


@kernel
def keep_order(rule, member, order):
    """Keep the prepared order until it can no longer be returned, and forget those whose time has passed."""
    head = member.head
    order.until_day = NEVER_DAY if rule.return_days == NO_LIMIT else order.day + rule.return_days + 1
    head.held_orders += 1
    head.held_lines += order.lines
    day = order.day
    late = 0
    for place in range(head.held_orders):
        late += 1 if member.orders[place].until_day <= day else 0
    if late > 0:
        _forget_orders(member, day)


@kernel
def _forget_orders(member, day):
    """Close the gaps in orders, lines and uses."""
    head = member.head
    orders = 0
    lines = 0
    for place in range(head.held_orders):
        order = member.orders[place]
        if order.until_day <= day:
            _forget_uses(member, order.order)
            continue
        for index in range(order.lines):
            member.lines[lines + index] = member.lines[order.first_line + index]
        order.first_line = lines
        lines += order.lines
        if orders != place:
            member.orders[orders] = member.orders[place]
        orders += 1
    head.held_orders = orders
    head.held_lines = lines


@kernel
def _forget_uses(member, order):
    """What an order has spent can no longer come back."""
    head = member.head
    kept = 0
    for place in range(head.uses):
        if member.uses[place].order != order:
            if kept != place:
                member.uses[kept] = member.uses[place]
            kept += 1
    head.uses = kept


@kernel
def list_cents_of(member, order):
    """What a held order came to at list price when it was sold."""
    total = 0
    for place in range(order.first_line, order.first_line + order.lines):
        total += member.lines[place].list_cents
    return total


@kernel
def left_cents_of(member, order):
    """List price of what has not come back of a held order."""
    total = 0
    for place in range(order.first_line, order.first_line + order.lines):
        total += member.lines[place].left_cents
    return total


@kernel
def place_of_order(member, number, day):
    """Place of an order that can still be returned on a day, or -1."""
    for place in range(member.head.held_orders):
        if member.orders[place].order == number and member.orders[place].until_day > day:
            return place
    return -1


@kernel
def remember_points(member, points, order):
    """Note from which lots an order's points are about to come."""
    head = member.head
    left = points
    for index in range(head.lots):
        lot = member.lots[index]
        if left == 0:
            break
        if lot.pending == 0:
            use = member.uses[head.uses]
            use.order = order
            use.unit = Unit.POINTS
            use.amount = min(left, lot.points)
            use.lot = lot.lot
            use.earned_day = lot.earned_day
            use.dead_day = lot.dead_day
            use.own_dead_day = lot.own_dead_day
            use.lot_order = lot.order
            use.version = lot.version
            use.promotional = lot.promotional
            left -= use.amount
            head.uses += 1
