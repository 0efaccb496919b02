"""At the checkout: what a person orders and pays with, and what follows from an order. Both engines ask here.

Every occasion has its own luck, drawn by its number, whatever happened before: one more order under one policy does
not change the luck of all later ones.
"""

from __future__ import annotations

import math

from policies.burning import balance_in_steps, points_pay_cents, redeemable_points
from policies.choices import Trigger
from policies.kernel import kernel
from policies.pricing import coupon_off_cents, discount_bp, discounted_cents
from policies.rules import ANY, MILLION, NO_LIMIT
from sim.market.world import DOINGS_MOST, LOGNORMAL
from sim.members.choices import (
    best_coupon,
    offer_to_take,
    plan_to_join,
    points_to_redeem,
    raised_basket,
    reward_to_take,
)
from sim.members.distributions import gamma
from sim.members.intensity import may_spin
from sim.members.people import LARGEST_BASKET_CENTS, normal_of
from sim.members.streams import Stream, unit32, words

AT_JOINING, AT_FIRST_ORDER = 1, 2

RETURN_DAYS_MOST = 14
REVIEW_DAYS = 3
"""How long after an order what follows it happens."""


@kernel
def luck(world, person, stream):
    """Four random words that belong to the present occasion."""
    return words(world.span.seed, person.member, stream, person.candidate)


@kernel
def basket_of(world, person, plan, day):
    """List price of the order at the present occasion, minor units, at least one."""
    segment = world.segments[person.segment]
    seed = world.span.seed
    if segment.basket == LOGNORMAL:
        spread = normal_of(seed, person.member, Stream.BASKET, person.candidate) * segment.within
        drawn = person.basket_cents * math.exp(spread - 0.5 * segment.within**2)
    else:
        shape = gamma(seed, person.member, Stream.BASKET, person.candidate, segment.p)
        drawn = shape * person.basket_cents / segment.p
    drawn *= world.basket_factor[day - world.span.first_day]
    if plan > 0:
        drawn *= 1.0 + world.response.b_bask
    # What is beyond any order is left to the ledger to refuse; it must only fit into an integer here.
    return max(1, int(min(drawn + 0.5, LARGEST_BASKET_CENTS)))


@kernel
def plan_wanted(world, rule, member, person, day):
    """The plan that is bought before the order, 0 for none."""
    if rule.plans == 0:
        return 0
    choice = luck(world, person, Stream.CHOICE)
    return plan_to_join(world, rule, member.head, person, day, unit32(choice[1]), unit32(choice[2]))


@kernel
def top_up_wanted(world, rule, member, person, list_cents):
    """Money for stored value before an order, minor units; 0 for none."""
    if rule.offers == 0:
        return 0
    head = member.head
    due = discounted_cents(list_cents, discount_bp(rule, head.tier, head.plan))
    offer = offer_to_take(world, rule, member, person, due, unit32(luck(world, person, Stream.WALLET)[0]))
    return rule.offer_pay_cents[offer] if offer >= 0 else 0


@kernel
def loses_card(world, person):
    """Whether the top-up of this occasion is never spent."""
    return unit32(luck(world, person, Stream.WALLET)[1]) < world.response.sv_loss


@kernel
def fill_order(world, rule, member, person, row, lines, day, list_cents):
    """Fill in an order: goods, channel, coupon, points, stored value. Returns the gross margin of its goods.

    ``row`` is a blank event; a line stands in the first entry of ``lines`` if the policy knows the category.
    """
    head = member.head
    segment = world.segments[person.segment]
    goods = luck(world, person, Stream.GOODS)
    if world.response.pi_b > 0.0 and unit32(luck(world, person, Stream.WALLET)[3]) < world.response.pi_b:
        list_cents = raised_basket(rule, member, person, list_cents)
    category, margin_bp = ANY, segment.margin_bp
    if segment.categories > 0:
        place = _drawn(segment.category_through, segment.categories, unit32(goods[1]))
        category, margin_bp = segment.category[place], segment.category_margin_bp[place]
    if segment.channels > 0:
        row.channel = segment.channel[_drawn(segment.channel_through, segment.channels, unit32(goods[0]))]
    row.order = person.orders
    row.list_cents = list_cents
    if category != ANY:
        row.lines = 1
        lines[0].category = category
        lines[0].list_cents = list_cents
    due = discounted_cents(list_cents, discount_bp(rule, head.tier, head.plan))
    if head.coupons > 0 and unit32(luck(world, person, Stream.WALLET)[2]) < world.response.coupon_use:
        code = best_coupon(rule, member, category, list_cents)
        if code > 0:
            row.coupons[0] = code
            due -= coupon_off_cents(rule, code, due)
    _fill_payment(world, rule, member, person, row, day, due)
    return margin_bp


@kernel
def _fill_payment(world, rule, member, person, row, day, due):
    """Points and stored value of an order that comes to an amount."""
    head = member.head
    points = 0
    if head.active_points > 0:
        choice = luck(world, person, Stream.CHOICE)
        points = points_to_redeem(world, rule, member, person, day, due, person.redeem_luck, unit32(choice[0]))
    row.redeem_points = points
    if points > 0:
        allowed = redeemable_points(rule, head.active_points, due)
        person.capped = 1 if points == allowed < balance_in_steps(rule, head.active_points) else 0
    stored = head.principal_cents + head.bonus_cents
    if stored > 0 and person.card_lost == 0 and rule.stored == 1:
        row.stored_cents = min(stored, due - points_pay_cents(rule, points, due))


@kernel
def _drawn(through, count, number):
    """Place that a number in (0, 1) falls into among cumulative shares."""
    place = 0
    while place + 1 < count and number > through[place]:
        place += 1
    return place


@kernel
def return_after(world, rule, person):
    """Days after which something of the order comes back; 0 if nothing does, or if the policy takes nothing back."""
    segment = world.segments[person.segment]
    if segment.return_share <= 0.0 or rule.return_days == 0:
        return 0
    goods = luck(world, person, Stream.GOODS)
    if unit32(goods[2]) >= segment.return_share:
        return 0
    days = 1 + int(unit32(goods[3]) * RETURN_DAYS_MOST)
    return days if rule.return_days == NO_LIMIT or days <= rule.return_days else 0


@kernel
def returned_cents(world, person, list_cents):
    """List price of what comes back; 0 for all of it."""
    segment = world.segments[person.segment]
    number = unit32(luck(world, person, Stream.LATER)[3])
    if number >= segment.partial_share:
        return 0
    # The same number, stretched to (0, 1), says how much: a fifth to four fifths.
    return max(1, int(list_cents * (0.2 + 0.6 * number / segment.partial_share)))


@kernel
def follows(world, person, doing):
    """Whether an activity follows the order of this occasion."""
    segment = world.segments[person.segment]
    if segment.doing_share[doing] <= 0.0:
        return False
    counter = person.candidate * DOINGS_MOST + segment.doing_place[doing]
    word = words(world.span.seed, person.member, Stream.FOLLOWING, counter)
    return unit32(word[0]) < segment.doing_share[doing]


@kernel
def reward_wanted(world, rule, member, person, day, second):
    """The reward that is taken after the order, by place; -1 for none."""
    if rule.rewards == 0:
        return -1
    return reward_to_take(world, rule, member, person, day, second, unit32(luck(world, person, Stream.LATER)[0]))


@kernel
def spin_chance(world, rule, member, person, day):
    """What the wheel shows that is turned after the order, in millionths; -1 if it is not turned."""
    if not may_spin(rule, member, day):
        return -1
    later = luck(world, person, Stream.LATER)
    if unit32(later[1]) >= world.response.spin:
        return -1
    return int(unit32(later[2]) * MILLION)


@kernel
def referral_pays(rule):
    """When a referral pays who referred: 0 never, AT_JOINING, or AT_FIRST_ORDER of the friend."""
    pays = 0
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] == Trigger.REFERRAL:
            if rule.earn_at_join[row] == 1:
                return AT_JOINING
            pays = AT_FIRST_ORDER
    return pays
