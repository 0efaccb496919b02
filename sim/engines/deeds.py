"""What drawn members do in the compiled engine: order, renew, run errands, leave. The readable engine says the same."""

from __future__ import annotations

from ledger.events import ALL, Kind
from ledger.held_orders import place_of_order
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from sim.engines.counts import Count, month_of
from sim.engines.life import join_plan, post
from sim.engines.tally_life import tally_capped, tally_order, tally_returned
from sim.members.checkout import (
    REVIEW_DAYS,
    basket_of,
    fill_order,
    follows,
    loses_card,
    plan_wanted,
    referral_pays,
    return_after,
    returned_cents,
    reward_wanted,
    spin_chance,
    top_up_wanted,
)
from sim.members.choices import renews_plan
from sim.members.errands import drop_first, new_errand
from sim.members.people import remember_spending
from sim.members.streams import Stream, unit, words


@kernel
def order(life, outcome, day, second):
    """An occasion that is taken: perhaps a plan, perhaps a top-up, then the order, and what follows from it."""
    world, person = life.world, life.person
    rule = rule_on(life.rules, day)
    if person.errands + 1 + world.segments[person.segment].doings > life.stack.errands_most:
        return Status.MEMBER_FULL
    plan = plan_wanted(world, rule, life.member, person, day)
    if plan > 0:
        status = join_plan(life, outcome, plan, day, second)
        if status != Status.OK:
            return status
    list_cents = basket_of(world, person, life.member.head.plan, day)
    status = _top_up(life, outcome, rule, day, second, list_cents)
    if status != Status.OK:
        return status
    margin_bp = fill_order(world, rule, life.member, person, life.event, life.lines, day, list_cents)
    list_cents, points = life.event.list_cents, life.event.redeem_points
    status = post(life, outcome, Kind.PURCHASE, day, second)
    if status != Status.OK:
        return status
    if points > 0:
        person.redemptions += 1
        if person.capped == 1:
            tally_capped(life, outcome, day)
    tally_order(life, outcome, day, list_cents, margin_bp)
    remember_spending(person, day, list_cents)
    person.orders += 1
    _plan_errands(life, rule, day, list_cents, margin_bp)
    return _burn(life, outcome, rule, day, second)


@kernel
def _top_up(life, outcome, rule, day, second, list_cents):
    """Load stored value before an order that it would not pay."""
    cents = top_up_wanted(life.world, rule, life.member, life.person, list_cents)
    if cents == 0:
        return Status.OK
    life.event.order = life.person.top_ups
    life.event.cents = cents
    life.person.top_ups += 1
    if loses_card(life.world, life.person):
        life.person.card_lost = 1
    return post(life, outcome, Kind.TOP_UP, day, second)


@kernel
def _plan_errands(life, rule, day, list_cents, margin_bp):
    """Goods that will come back, and activities that will follow."""
    world, person = life.world, life.person
    days = return_after(world, rule, person)
    if days > 0:
        errand = new_errand(person, life.errands, day + days, Kind.REFUND, 0)
        errand.order = person.orders - 1
        errand.cents = returned_cents(world, person, list_cents)
        errand.margin_bp = margin_bp
    for doing in range(world.segments[person.segment].doings):
        if follows(world, person, doing):
            errand = new_errand(person, life.errands, day + REVIEW_DAYS, Kind.ACTIVITY, 0)
            errand.which = world.segments[person.segment].doing[doing]


@kernel
def _burn(life, outcome, rule, day, second):
    """After the order: perhaps a reward, perhaps a turn of the wheel."""
    reward = reward_wanted(life.world, rule, life.member, life.person, day, second)
    if reward >= 0:
        life.event.which = reward
        status = post(life, outcome, Kind.REWARD, day, second)
        if status != Status.OK:
            return status
    chance = spin_chance(life.world, rule, life.member, life.person, day)
    if chance >= 0:
        life.event.chance = chance
        return post(life, outcome, Kind.SPIN, day, second)
    return Status.OK


@kernel
def decision_day(head, person):
    """The eve of the plan's anchor day while its renewal is undecided; else a day that does not come."""
    if head.plan == 0 or person.decided_until_day == head.plan_until_day:
        return NEVER_DAY
    return head.plan_until_day - 1


@kernel
def decide_renewal(life, outcome, day):
    """On the eve: cancel an automatic renewal that is not wanted, ask for one that is not automatic."""
    head, person = life.member.head, life.person
    person.decided_until_day = head.plan_until_day
    word = words(life.world.span.seed, head.member, Stream.RENEWAL, head.plan_until_day)
    rule = rule_on(life.rules, day)
    wanted = renews_plan(life.world, rule, head, person, day, unit(word[0], word[1]))
    if head.plan_on_trial == 1:
        outcome.conversions += wanted
        life.tally.counts[month_of(life.world, day), Count.CONVERSIONS] += wanted
    else:
        outcome.renewals_due += 1
        outcome.renewals += wanted
    if wanted == (head.plan_renews == 1):
        return Status.OK
    return post(life, outcome, Kind.PLAN_RENEW if wanted else Kind.PLAN_CANCEL, day, head.second)


@kernel
def run_errand(life, outcome, day):
    """The first errand: goods go back, an activity follows, or a friend has done what earns."""
    errand, row, second = life.errands[0], life.event, life.member.head.second
    kind, margin_bp = errand.kind, errand.margin_bp
    order_number, cents, which, other = errand.order, errand.cents, errand.which, errand.other
    drop_first(life.person, life.errands)
    if kind == Kind.REFUND:
        if place_of_order(life.member, order_number, day) < 0:
            return Status.OK
        row.order = order_number
        row.cents = cents if cents > 0 else ALL
        returned = outcome.returned_cents
        status = post(life, outcome, kind, day, second)
        if status == Status.OK:
            tally_returned(life, outcome, day, outcome.returned_cents - returned, margin_bp)
        return status
    if kind == Kind.ACTIVITY:
        if life.person.gone == 1:
            return Status.OK
        row.which = which
    elif referral_pays(rule_on(life.rules, day)) == 0:
        return Status.OK
    else:
        row.other = other
    return post(life, outcome, kind, day, second)


@kernel
def do_activity(life, outcome, doing, day, second):
    """Something the person does from time to time."""
    life.event.which = life.world.segments[life.person.segment].doing[doing]
    return post(life, outcome, Kind.ACTIVITY, day, second)
