"""The compiled engine: one member's life after another, without a queue.

Members do not meet, so each life runs from beginning to end in one loop with constant memory; who is referred lives
inside the tree of who refers. The SimPy engine beside it tells the same lives as processes; both must give the same
journal. Time is in days since the start of the run; a whole number is the morning of a day.
"""

from __future__ import annotations

from ledger.advance import advance
from ledger.events import Kind
from ledger.journal import NONE
from ledger.laws import add_totals
from ledger.status import Status
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from sim.effects import MAXIMUM
from sim.engines.counts import Count, month_of
from sim.engines.deeds import decide_renewal, decision_day, do_activity, order, run_errand
from sim.engines.life import FRIEND, STOPPED, begin_life, delivery_day, generation, join, post, receive_deliveries
from sim.engines.script_life import live_script
from sim.engines.tally import SECONDS_A_DAY
from sim.engines.tally_life import tally_acquired, tally_end, tally_pull
from sim.market.world import MBG_NBD
from sim.members.checkout import AT_JOINING, referral_pays
from sim.members.churn import churn_multiplier, drops_out
from sim.members.errands import errand_day, new_errand
from sim.members.intensity import purchase_intensity, window_fails
from sim.members.timing import (
    HEARTBEAT_DAYS,
    begin_occasions,
    live_until,
    next_doing_time,
    time_of_leaving,
    wait_for_candidate,
    wait_for_doing,
    wait_for_friend,
)
from sim.members.traits import draw_friend, draw_person, friend_number, place_of_arrival


@kernel
def live_many(life, first_member, outcomes):
    """Let members first_member .. first_member + len(outcomes) live through the run, one after the other.

    Returns Status.OK; MEMBER_FULL or JOURNAL_FULL if there was no room: the part must then be run again with more
    of it; or STOPPED.
    """
    scripted = life.work.scripted == 1
    for index in range(outcomes.size):
        if life.stop[0] == 1:
            return STOPPED
        life.work.depth = 0
        now = generation(life, 0)
        if scripted:
            begin_life(now, first_member + index)
            status = live_script(now, outcomes[index])
            if status == Status.OK:
                status = _close_books(now, outcomes[index])
        else:
            status = _live_tree(life, now, outcomes[index], first_member + index)
        if status != Status.OK:
            return status
    return Status.OK


@kernel
def _live_tree(life, now, outcome, number):
    """A member and everybody referred by that member: a friend's life is told when it begins, then the own goes on."""
    draw_person(life.world, now.person, number)
    tally_acquired(now, outcome, life.world.arrivals[place_of_arrival(life.world, number)])
    status = _begin(now, outcome, number, NONE)
    while status == Status.OK and life.work.depth >= 0:
        now = generation(life, life.work.depth)
        status = go_on(now, outcome)
        if status == FRIEND:
            if life.work.depth + 1 == life.stack.generations:
                return Status.MEMBER_FULL
            status = _begin_friend(generation(life, life.work.depth + 1), outcome, now.person)
        elif status == Status.OK:
            life.work.depth -= 1
            if life.work.depth >= 0:
                status = _thank(generation(life, life.work.depth), now.person)
    return status


@kernel
def _begin(life, outcome, number, parent):
    """Draw the first occasions and join."""
    begin_life(life, number)
    world, person = life.world, life.person
    begin_occasions(world, person)
    status = join(life, outcome, person.joined_day, _second(person.time), parent)
    person.hazard = _hazard(life, person.joined_day)
    if world.segments[person.segment].process == MBG_NBD:
        person.gone = 1 if _drops(life, person.joined_day) else 0
    return status


@kernel
def _begin_friend(life, outcome, parent):
    """Somebody whom the parent has referred becomes a member."""
    number = friend_number(life.world.span.seed, parent)
    draw_friend(life.world, life.person, number, parent)
    parent.friends += 1
    parent.referrer = 1
    wait_for_friend(life.world, parent)
    life.work.depth += 1
    return _begin(life, outcome, number, parent.member)


@kernel
def _thank(life, friend):
    """The life of a friend is told: who has referred is paid on the morning after the friend has done what earns."""
    pays = referral_pays(rule_on(life.rules, friend.joined_day))
    day = friend.joined_day if pays == AT_JOINING else friend.first_order_day
    if day == NEVER_DAY:
        return Status.OK
    if life.person.errands == life.stack.errands_most:
        return Status.MEMBER_FULL
    new_errand(life.person, life.errands, day + 1, Kind.REFERRAL, friend.member)
    return Status.OK


@kernel
def go_on(life, outcome):
    """Live on: nights, occasions, errands, heartbeats, the end. FRIEND: a friend joins now, call again afterwards."""
    world, person, head = life.world, life.person, life.member.head
    first = world.span.first_day
    length = float(world.span.end_day - first)
    while person.gone == 0:
        leaves = time_of_leaving(world, person)
        morning = min(min(head.due_day, delivery_day(world, life.member)), decision_day(head, person))
        night = float(min(morning, errand_day(person, life.errands)) - first)
        now = min(min(person.next_order, night), min(person.heartbeat, leaves))
        now = min(min(now, length), min(person.next_doing, person.next_friend))
        live_until(world, person, now)
        if now >= length:
            return _close(life, outcome)
        day = first + int(now)
        status = _morning(life, outcome, day)
        if status != Status.OK:
            return status
        if now == leaves:
            person.gone = 1
            break
        changed = now == night or now == person.heartbeat
        if now == person.next_order:
            taken = _takes_occasion(life, day)
            if taken:
                changed = True
                status = order(life, outcome, day, _second(now))
                if status != Status.OK:
                    return status
                if person.drop_chance > 0.0 and _drops(life, day):
                    person.gone = 1
            person.candidate += 1
            wait_for_candidate(world, person)
        if now == person.next_doing:
            changed = True
            status = _activities(life, outcome, day, now)
            if status != Status.OK:
                return status
        if now == person.heartbeat:
            person.heartbeat += HEARTBEAT_DAYS
        if changed:
            person.hazard = _hazard(life, day)
        if now == person.next_friend and person.gone == 0:
            if referral_pays(rule_on(life.rules, day)) > 0:
                return FRIEND
            person.friends += 1
            wait_for_friend(world, person)
    return _close(life, outcome)


@kernel
def _morning(life, outcome, day):
    """Let the nights pass, deliveries arrive, and do what is to be done in the morning."""
    head, person = life.member.head, life.person
    fails = head.due_day <= day and window_fails(rule_on(life.rules, day), head, day)
    tier = head.tier
    if head.due_day > day and life.world.span.deliveries == 0:
        status = advance(life.rules, life.member, day, life.journal)
    else:
        status = receive_deliveries(life, outcome, day)
    if fails and head.tier <= tier:
        person.failure_day = day
    if status == Status.OK and decision_day(head, person) <= day:
        status = decide_renewal(life, outcome, day)
    while status == Status.OK and errand_day(person, life.errands) <= day:
        status = run_errand(life, outcome, day)
    return status


@kernel
def _takes_occasion(life, day):
    """Whether an occasion becomes an order: thinning by the purchase intensity of the moment."""
    world, person = life.world, life.person
    regularity = world.segments[person.segment].regularity
    pull = purchase_intensity(world, rule_on(life.rules, day), life.member, person, life.work.terms, day)
    tally_pull(life.tally, life.work.terms, pull, regularity)
    if person.accept_luck * MAXIMUM >= pull:
        return False
    person.ticks -= 1
    if person.ticks > 0:
        return False
    person.ticks = regularity
    return True


@kernel
def _activities(life, outcome, day, now):
    """Whatever the person does at this moment beside buying."""
    world, person = life.world, life.person
    doings = world.segments[person.segment].doings
    status = Status.OK
    for doing in range(doings):
        if status == Status.OK and person.doing_time[doing] == now:
            status = do_activity(life, outcome, doing, day, _second(now))
            wait_for_doing(world, person, doing)
    person.next_doing = next_doing_time(person, doings)
    return status


@kernel
def _second(time):
    """Second of the day."""
    return int((time - int(time)) * SECONDS_A_DAY)


@kernel
def _hazard(life, day):
    """Hazard of leaving for good, a day, until the next event."""
    person = life.person
    if person.death_rate == 0.0:
        return 0.0
    rule = rule_on(life.rules, day)
    return person.death_rate * churn_multiplier(life.world, rule, life.member, person, day)


@kernel
def _drops(life, day):
    """Whether the person leaves at once, where leaving follows orders."""
    return drops_out(life.world, rule_on(life.rules, day), life.member, life.person, day)


@kernel
def _close(life, outcome):
    """The end: who has left lets the plan run out and still brings goods back; the books close on the last day."""
    world, head, person = life.world, life.member.head, life.person
    status = Status.OK
    if person.gone == 1:
        day = world.span.first_day + int(person.time)
        person.left_day = day
        life.tally.counts[month_of(world, day), Count.LEAVERS] += 1
        if head.plan > 0 and head.plan_renews == 1:
            status = post(life, outcome, Kind.PLAN_CANCEL, day, head.second)
    while status == Status.OK and errand_day(person, life.errands) < world.span.end_day:
        day = errand_day(person, life.errands)
        status = receive_deliveries(life, outcome, day)
        if status == Status.OK:
            status = run_errand(life, outcome, day)
    if status == Status.OK:
        status = receive_deliveries(life, outcome, world.span.end_day - 1)
    return _close_books(life, outcome) if status == Status.OK else status


@kernel
def _close_books(life, outcome):
    """Sum up a member whose books stand at the last day."""
    tally_end(life, outcome)
    add_totals(life.member, life.tally.totals)
    return Status.OK
