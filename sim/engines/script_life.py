"""A hand-written member in the compiled engine: the script as it stands, and what the rules answer.

A deed that the rules refuse is counted and has not happened; the member goes on with the next one.
"""

from __future__ import annotations

from ledger.events import ALL, Kind
from ledger.status import Status
from policies.burning import balance_in_steps, points_pay_cents, redeemable_points
from policies.earning import rule_on
from policies.kernel import kernel
from policies.pricing import discount_bp, discounted_cents
from policies.rules import NEVER_DAY
from sim.engines.counts import Count, month_of
from sim.engines.life import begins_with_trial, post, receive_deliveries
from sim.engines.service import serve_free_period, unserved
from sim.engines.tally_life import tally_capped, tally_order, tally_returned
from sim.members.people import forget, remember_spending


@kernel
def live_script(life, outcome):
    """Let a member do everything that the scenario says, under any policy."""
    world = life.world
    head = life.member.head
    life.person.member = head.member
    forget(life.person)
    for place in range(life.script.first[head.member], life.script.first[head.member + 1]):
        deed = life.script.events[place]
        status = receive_deliveries(life, outcome, deed.day)
        if status == Status.OK:
            status = _play(life, outcome, deed)
        if status != Status.OK:
            return status
    life.person.gone = 1 if head.closed_day < NEVER_DAY else 0
    life.person.left_day = head.closed_day
    return receive_deliveries(life, outcome, world.span.end_day - 1)


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
    life.work.events[0] = deed
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
        life.work.events[0] = life.work.events[1]
        return Status.OK
    if status != Status.OK:
        return status
    if deed.kind == Kind.PURCHASE:
        _count_order(life, outcome, deed, used, 0 < used < wished)
    elif deed.kind == Kind.REFUND:
        cents = outcome.returned_cents - returned
        tally_returned(life, outcome, deed.day, cents, life.world.span.script_margin_bp)
    elif deed.kind == Kind.JOIN:
        month = month_of(life.world, deed.day)
        life.tally.counts[month, Count.JOINS] += 1
        life.tally.counts[month, Count.REFERRED] += deed.referred
        outcome.persons += 1
    else:
        _count_rest(life, outcome, deed, plan, from_day, until_day, free)
    return status


@kernel
def _count_order(life, outcome, deed, used, capped):
    """Count an order; it takes all the points it may, so whatever the balance had more was cut by a cap."""
    person = life.person
    if used > 0:
        person.redemptions += 1
        person.capped = 1 if capped else 0
    if capped and deed.redeem_points == ALL:
        tally_capped(life, outcome, deed.day)
    tally_order(life, outcome, deed.day, deed.list_cents, life.world.span.script_margin_bp)
    remember_spending(person, deed.day, deed.list_cents)
    person.orders += 1


@kernel
def _count_rest(life, outcome, deed, plan, from_day, until_day, free):
    """A plan that ends before its time needs no more service; one that begins without a fee needs it all the same."""
    head = life.member.head
    if deed.kind == Kind.LEAVE:
        life.tally.counts[month_of(life.world, deed.day), Count.LEAVERS] += 1
    if plan > 0 and (deed.kind == Kind.PLAN_CHANGE or deed.kind == Kind.PLAN_REFUND or deed.kind == Kind.LEAVE):
        unserved(life, outcome, rule_on(life.rules, from_day), plan, from_day, until_day, free, deed.day)
    if deed.kind == Kind.PLAN_START or deed.kind == Kind.PLAN_CHANGE:
        trial = 1 if deed.kind == Kind.PLAN_START and head.plan_on_trial == 1 else 0
        outcome.trials += trial
        life.tally.counts[month_of(life.world, deed.day), Count.TRIALS] += trial
        if head.plan_paid_cents == 0:
            serve_free_period(life, outcome, rule_on(life.rules, deed.day), deed.day)
