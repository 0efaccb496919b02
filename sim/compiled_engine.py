"""The compiled engine: one member's life after another, without a queue.

Members do not meet, so each life runs from beginning to end in one loop with constant memory.
The SimPy engine beside it tells the same life as a process; both must give the same journal.
Time is in days since the start of the run; a whole number is the morning of a day.
"""

from __future__ import annotations

from ledger.events import Kind
from ledger.laws import add_totals
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import inlined, kernel
from policies.rules import NEVER_DAY
from sim.behaviour import churn_multiplier, joins_plan, points_to_redeem, purchase_intensity, renews_plan
from sim.distributions import exponential
from sim.effects import MAXIMUM
from sim.life import begin_life, buy, delivery_day, join, join_plan, post, receive_deliveries
from sim.people import basket_of, draw_person
from sim.script_life import live_script
from sim.streams import Stream, unit, unit32, words
from sim.tally import Count, month_of, tally_end

HEARTBEAT_DAYS = 28.0
"""Churn is looked at anew at every event of the member's own, every night with something due, and so often."""

SECONDS_A_DAY = 86_400


@inlined
def live_many(life, first_member, outcomes):
    """Let members first_member .. first_member + len(outcomes) live through the run, one after the other.

    Returns Status.OK, or MEMBER_FULL or JOURNAL_FULL if there was no room: the part must then be
    run again with more of it.
    """
    for index in range(outcomes.size):
        begin_life(life, first_member + index)
        scripted = life.world.script_from.size > 1
        status = live_script(life, outcomes[index]) if scripted else _live(life, outcomes[index])
        if status != Status.OK:
            return status
        add_totals(life.member, life.tally.totals)
    return Status.OK


@inlined
def _live(life, outcome):
    """One member's life: candidates for an order, nights, heartbeats, the end."""
    span = life.world.span
    head = life.member.head
    person = life.person
    draw_person(life.world, person, head.member)
    length = float(span.end_day - span.first_day)
    life.tally.counts[0, Count.JOINS] += 1
    status = join(life, outcome, span.first_day, 0)

    time = 0.0
    candidate = 0
    next_order = wait_for_candidate(span.seed, person, candidate)
    heartbeat = HEARTBEAT_DAYS
    hazard = hazard_of(life, span.first_day)
    while status == Status.OK:
        end = time + person.life_left / hazard
        morning = min(delivery_day(life.world, life.member), decision_day(head, person))
        night = float(min(head.due_day, morning) - span.first_day)
        now = min(min(min(next_order, night), min(heartbeat, end)), length)
        person.life_left -= hazard * (now - time)
        time = now
        if time >= length:
            break
        day = span.first_day + int(time)
        status = receive_deliveries(life, outcome, day)
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


@inlined
def accepts(life, candidate, day):
    """Whether a candidate becomes an order: thinning by the purchase intensity of the moment."""
    mark = words(life.world.span.seed, life.person.member, Stream.CANDIDATE, candidate)
    rule = rule_on(life.rules, day)
    pull = purchase_intensity(life.world, rule, life.member, life.person, day)
    return unit32(mark[2]) * MAXIMUM < pull


@kernel
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


@inlined
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


@inlined
def _order(life, outcome, candidate, day, second):
    """An accepted candidate: perhaps a plan, perhaps points, then the order."""
    head = life.member.head
    person = life.person
    rule = rule_on(life.rules, day)
    mark = words(life.world.span.seed, person.member, Stream.CANDIDATE, candidate)
    choice = words(life.world.span.seed, person.member, Stream.CHOICE, candidate)
    if joins_plan(life.world, rule, head, person, day, unit32(choice[1]), unit32(choice[2])):
        status = join_plan(life, outcome, day, second)
        if status != Status.OK:
            return status
    list_cents = basket_of(life.world, person, head.plan, candidate)
    redeem = points_to_redeem(
        life.world, rule, life.member, person, day, list_cents, unit32(mark[3]), unit32(choice[0])
    )
    return buy(life, outcome, day, second, list_cents, redeem, life.world.segments[person.segment].margin_bp)


@inlined
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
    status = receive_deliveries(life, outcome, span.end_day - 1)
    tally_end(life.world, life.rules, life.member, life.person, outcome, alive)
    return status
