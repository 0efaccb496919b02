"""The compiled engine: one member's life after another, without a queue.

Members do not meet, so each life runs from beginning to end in one loop with constant memory.
The SimPy engine beside it tells the same life as a process; both must give the same journal.
Time is in days since the start of the run; a whole number is the morning of a day.
"""

from __future__ import annotations

from ledger.apply import quote
from ledger.events import Kind
from ledger.laws import add_totals
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import big_kernel, kernel
from policies.rules import NEVER_DAY
from sim.behaviour import churn_multiplier, joins_plan, points_to_redeem, purchase_intensity, renews_plan
from sim.distributions import exponential
from sim.effects import MAXIMUM
from sim.life import bring_forward, buy, post
from sim.people import basket_of, draw_person, forget
from sim.streams import Stream, unit, unit32, words
from sim.tally import Count, month_of, tally_end
from sim.world import PLAN_CANCEL, PLAN_JOIN

HEARTBEAT_DAYS = 28.0
"""Churn is looked at anew at every event of the member's own, every night with something due, and so often."""

SECONDS_A_DAY = 86_400


@big_kernel
def live_many(life, first_member, outcomes):
    """Let members first_member .. first_member + len(outcomes) live through the run, one after the other.

    Returns Status.OK, or MEMBER_FULL or JOURNAL_FULL if there was no room: the part must then be
    run again with more of it.
    """
    for index in range(outcomes.size):
        life.heads[0] = life.heads[1]
        life.member.head.member = first_member + index
        scripted = life.world.line_from.size > 1
        status = _live_script(life, outcomes[index]) if scripted else _live(life, outcomes[index])
        if status != Status.OK:
            return status
        add_totals(life.member, life.tally.totals)
    return Status.OK


@big_kernel
def _live(life, outcome):
    """One member's life: candidates for an order, nights, heartbeats, the end."""
    span = life.world.span
    head = life.member.head
    person = life.person
    draw_person(life.world, person, head.member)
    length = float(span.end_day - span.first_day)
    life.tally.counts[0, Count.JOINS] += 1
    status = post(life, outcome, Kind.JOIN, span.first_day, 0)

    time = 0.0
    candidate = 0
    next_order = wait_for_candidate(span.seed, person, candidate)
    heartbeat = HEARTBEAT_DAYS
    hazard = hazard_of(life, span.first_day)
    while status == Status.OK:
        end = time + person.life_left / hazard
        night = float(min(head.due_day, decision_day(head, person)) - span.first_day)
        now = min(min(min(next_order, night), min(heartbeat, end)), length)
        person.life_left -= hazard * (now - time)
        time = now
        if time >= length:
            break
        day = span.first_day + int(time)
        status = bring_forward(life, outcome, day)
        if status != Status.OK or time == end:
            break
        if time == next_order:
            second = int((time - int(time)) * SECONDS_A_DAY)
            accepted = accepts(life, candidate, day)
            if accepted:
                status = _order(life, outcome, candidate, day, second)
            candidate += 1
            next_order += wait_for_candidate(span.seed, person, candidate)
            if not accepted:
                continue
        elif decision_day(head, person) <= day:
            status = _decide_renewal(life, outcome, day)
        if time == heartbeat:
            heartbeat += HEARTBEAT_DAYS
        hazard = hazard_of(life, day)
    if status != Status.OK:
        return status
    return _close(life, outcome, time, length)


@kernel
def wait_for_candidate(seed, person, candidate):
    """Days from one candidate for an order to the next: exponential at the largest possible intensity."""
    mark = words(seed, person.member, Stream.CANDIDATE, candidate)
    return exponential(unit(mark[0], mark[1])) / (person.rate * MAXIMUM)


@kernel
def accepts(life, candidate, day):
    """Whether a candidate becomes an order: thinning by the purchase intensity of the moment."""
    mark = words(life.world.span.seed, life.person.member, Stream.CANDIDATE, candidate)
    rule = rule_on(life.rules, day)
    pull = purchase_intensity(life.world, rule, life.member, life.person, day)
    return unit32(mark[2]) * MAXIMUM < pull


@big_kernel
def hazard_of(life, day):
    """Hazard of leaving for good, a day, until the next event."""
    person = life.person
    rule = rule_on(life.rules, day)
    return person.death_rate * churn_multiplier(life.world, rule, life.member, person, day)


@kernel
def decision_day(head, person):
    """The eve of the plan's anchor day while its renewal is undecided; else a day that does not come."""
    if head.plan == 0 or person.decided_until_day == head.plan_until_day:
        return NEVER_DAY
    return head.plan_until_day - 1


@kernel
def _decide_renewal(life, outcome, day):
    """On the eve: cancel an automatic renewal that is not wanted, ask for one that is not automatic."""
    head = life.member.head
    person = life.person
    person.decided_until_day = head.plan_until_day
    word = words(life.world.span.seed, head.member, Stream.RENEWAL, head.plan_until_day)
    rule = rule_on(life.rules, day)
    wanted = renews_plan(life.world, rule, head, person, day, unit(word[0], word[1]))
    if wanted == (head.plan_renews == 1):
        return Status.OK
    return post(life, outcome, Kind.PLAN_RENEW if wanted else Kind.PLAN_CANCEL, day, head.second)


@big_kernel
def _order(life, outcome, candidate, day, second):
    """An accepted candidate: perhaps a plan, perhaps points, then the order."""
    head = life.member.head
    person = life.person
    rule = rule_on(life.rules, day)
    mark = words(life.world.span.seed, person.member, Stream.CANDIDATE, candidate)
    choice = words(life.world.span.seed, person.member, Stream.CHOICE, candidate)
    if joins_plan(life.world, rule, head, person, day, unit32(choice[1]), unit32(choice[2])):
        life.event.plan = 1
        status = post(life, outcome, Kind.PLAN_START, day, second)
        if status != Status.OK:
            return status
    list_cents = basket_of(life.world, person, head.plan, candidate)
    redeem = points_to_redeem(
        life.world, rule, life.member, person, day, list_cents, unit32(mark[3]), unit32(choice[0])
    )
    return buy(life, outcome, day, second, list_cents, redeem, life.world.segments[person.segment].margin_bp)


@kernel
def _close(life, outcome, time, length):
    """The end: someone who leaves lets the plan run out; the books are closed on the last day."""
    span = life.world.span
    head = life.member.head
    alive = time >= length
    if not alive:
        day = span.first_day + int(time)
        life.tally.counts[month_of(life.world, day), Count.LEAVERS] += 1
        if head.plan > 0:
            status = post(life, outcome, Kind.PLAN_CANCEL, day, head.second)
            if status != Status.OK:
                return status
    status = bring_forward(life, outcome, span.end_day - 1)
    tally_end(life.world, life.rules, life.member, life.person, outcome, alive)
    return status


@big_kernel
def _live_script(life, outcome):
    """A member written by hand: the orders as they stand in the scenario, under any policy."""
    world = life.world
    head = life.member.head
    person = life.person
    person.member = head.member
    forget(person)
    first = world.line_from[head.member]
    for index in range(first, world.line_from[head.member + 1]):
        line = world.lines[index]
        status = bring_forward(life, outcome, line.day)
        if status == Status.OK and index == first:
            life.tally.counts[month_of(world, line.day), Count.JOINS] += 1
            status = post(life, outcome, Kind.JOIN, line.day, line.second)
        if status == Status.OK:
            status = _script_plan(life, outcome, line)
        if status == Status.OK:
            redeem = quote(rule_on(life.rules, line.day), life.member, line.list_cents) if line.redeem == 1 else 0
            status = buy(life, outcome, line.day, line.second, line.list_cents, redeem, world.span.script_margin_bp)
        if status != Status.OK:
            return status
    status = bring_forward(life, outcome, world.span.end_day - 1)
    tally_end(world, life.rules, life.member, person, outcome, True)
    return status


@kernel
def _script_plan(life, outcome, line):
    """Join or cancel a plan before the order, where the policy has one and it makes sense."""
    head = life.member.head
    if line.plan == PLAN_JOIN and head.plan == 0 and life.rules[0].plans > 0:
        life.event.plan = 1
        return post(life, outcome, Kind.PLAN_START, line.day, line.second)
    if line.plan == PLAN_CANCEL and head.plan > 0:
        return post(life, outcome, Kind.PLAN_CANCEL, line.day, line.second)
    return Status.OK
