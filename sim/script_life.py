"""A hand-written member in the compiled engine: the script as it stands, and what the rules answer.

A deed that the rules refuse is counted and has not happened; the member goes on with the next one.
"""

from __future__ import annotations

from ledger.events import ALL, Kind
from ledger.status import Status
from policies.burning import balance_in_steps, points_pay_cents, redeemable_points
from policies.earning import rule_on
from policies.kernel import inlined, kernel
from policies.pricing import discount_bp, discounted_cents
from policies.rules import NEVER_DAY
from sim.life import begins_with_trial, post, receive_deliveries
from sim.people import forget, remember_spending
from sim.tally import (
    Count,
    month_of,
    tally_capped,
    tally_end,
    tally_free_period,
    tally_order,
    tally_returned,
    tally_unserved,
)


@inlined
def live_script(life, outcome):
    """Let a member do everything that the scenario says, under any policy."""
    world = life.world
    head = life.member.head
    life.person.member = head.member
    forget(life.person)
    for place in range(world.script_from[head.member], world.script_from[head.member + 1]):
        deed = world.script[place]
        status = receive_deliveries(life, outcome, deed.day)
        if status == Status.OK:
            status = _play(life, outcome, deed)
        if status != Status.OK:
            return status
    status = receive_deliveries(life, outcome, world.span.end_day - 1)
    tally_end(world, life.rules, life.member, life.person, outcome, head.closed_day == NEVER_DAY)
    return status


@kernel
def fill_in(rule, member, event, lines):
    """Turn the wishes of an event (ALL) into what is there on its day: points, stored value, a coupon, a trial."""
    head = member.head
    if event.kind == Kind.PLAN_START and event.trial == ALL:
        event.trial = 1 if begins_with_trial(rule, head, event.which) else 0
    due = _due_cents(rule, head, event, lines)
    if event.redeem_points == ALL:
        event.redeem_points = 0 if head.debt_points > 0 else redeemable_points(rule, head.active_points, due)
    if event.stored_cents == ALL:
        stored = head.principal_cents + head.bonus_cents
        event.stored_cents = min(stored, due - points_pay_cents(rule, event.redeem_points, due))
    if event.coupons[0] == ALL:
        event.coupons[0] = member.coupons[0].coupon if head.coupons > 0 else 0


@kernel
def _due_cents(rule, head, event, lines):
    """What an order comes to after the discount, minor units."""
    off_bp = discount_bp(rule, head.tier, head.plan)
    if event.lines == 0:
        return discounted_cents(event.list_cents, off_bp)
    total = 0
    for place in range(event.first_line, event.first_line + event.lines):
        total += discounted_cents(lines[place].list_cents, off_bp)
    return total


@kernel
def _play(life, outcome, deed):
    """One deed: posted, or refused and counted."""
    head = life.member.head
    plan, from_day, until_day = head.plan, head.plan_from_day, head.plan_until_day
    free = head.plan_paid_cents == 0
    returned = outcome.returned_cents
    life.events[0] = deed
    row = life.event
    fill_in(rule_on(life.rules, deed.day), life.member, row, life.lines)
    used = row.redeem_points
    wished = balance_in_steps(rule_on(life.rules, deed.day), head.active_points)
    status = post(life, outcome, deed.kind, deed.day, deed.second)
    if status >= Status.ALREADY_A_MEMBER and deed.coupons[0] == ALL and row.coupons[0] > 0:
        # The coupon does not suit the order: it is placed without.
        row.coupons[0] = 0
        status = post(life, outcome, deed.kind, deed.day, deed.second)
    if status >= Status.ALREADY_A_MEMBER:
        life.tally.refused[status] += 1
        life.events[0] = life.events[1]
        return Status.OK
    if status != Status.OK:
        return status
    if deed.kind == Kind.PURCHASE:
        _count_order(life, outcome, deed, 0 < used < wished)
    elif deed.kind == Kind.REFUND:
        cents = outcome.returned_cents - returned
        tally_returned(life.world, outcome, life.tally, deed.day, cents, life.world.span.script_margin_bp)
    elif deed.kind == Kind.JOIN:
        life.tally.counts[month_of(life.world, deed.day), Count.JOINS] += 1
    else:
        _count_rest(life, outcome, deed, plan, from_day, until_day, free)
    return status


@inlined
def _count_order(life, outcome, deed, capped):
    """Count an order; it takes all the points it may, so whatever the balance had more was cut by a cap."""
    if capped and deed.redeem_points == ALL:
        tally_capped(life.world, outcome, life.tally, deed.day)
    margin_bp = life.world.span.script_margin_bp
    tally_order(life.world, life.person, outcome, life.tally, deed.day, deed.list_cents, margin_bp)
    remember_spending(life.person, deed.day, deed.list_cents)


@inlined
def _count_rest(life, outcome, deed, plan, from_day, until_day, free):
    """A plan that ends before its time needs no more service; one that begins without a fee needs it all the same."""
    head = life.member.head
    if deed.kind == Kind.LEAVE:
        life.tally.counts[month_of(life.world, deed.day), Count.LEAVERS] += 1
    if plan > 0 and (deed.kind == Kind.PLAN_CHANGE or deed.kind == Kind.PLAN_REFUND or deed.kind == Kind.LEAVE):
        rule = rule_on(life.rules, from_day)
        tally_unserved(life.world, rule, plan, outcome, life.tally, from_day, until_day, free, deed.day)
    if (deed.kind == Kind.PLAN_START or deed.kind == Kind.PLAN_CHANGE) and head.plan_paid_cents == 0:
        tally_free_period(life.world, rule_on(life.rules, deed.day), head, outcome, life.tally, deed.day)
