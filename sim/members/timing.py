"""When things happen: occasions for orders, activities, friends, and the moment of leaving.

Occasions come at random and know nothing of any policy, so a member meets the same ones under all of them. Seasons and
shocks make clocks go faster and slower: on its clock a process is even. Times are in days since the start of the run.
"""

from __future__ import annotations

import math

from policies.kernel import kernel
from sim.effects import MAXIMUM
from sim.market.world import DOINGS_MOST
from sim.members.distributions import exponential
from sim.members.streams import Stream, unit, unit32, words

HEARTBEAT_DAYS = 28.0
"""Churn is looked at anew at every event of the member's own, every night with something due, and so often."""

NEVER = math.inf
YEAR_DAYS = 365.0


@kernel
def clock_at(clock, last, time):
    """What a clock shows at a time; behind its last day it goes on at an even pace."""
    if time >= last:
        return clock[last] + (time - last)
    day = int(time)
    return clock[day] + (time - day) * (clock[day + 1] - clock[day])


@kernel
def time_by(clock, last, since, shown):
    """When a clock will show so much, not before a time."""
    if shown >= clock[last]:
        return last + (shown - clock[last])
    # Mostly it is a few days ahead: strides that double, then halving.
    low, stride = int(since), 1
    while low + stride < last and clock[low + stride] <= shown:
        low += stride
        stride *= 2
    high = min(low + stride, last)
    while high - low > 1:
        middle = (low + high) // 2
        if clock[middle] <= shown:
            low = middle
        else:
            high = middle
    return low + (shown - clock[low]) / (clock[low + 1] - clock[low])


@kernel
def begin_occasions(world, person):
    """The first occasion of every kind."""
    person.heartbeat = person.time + HEARTBEAT_DAYS
    person.order_clock = (
        clock_at(world.order_clock, world.days, person.time) if world.span.seasons == 1 else person.time
    )
    wait_for_candidate(world, person)
    doings = world.segments[person.segment].doings
    for doing in range(doings):
        person.doing_time[doing] = person.time
        person.doing_count[doing] = 0
        wait_for_doing(world, person, doing)
    person.next_doing = next_doing_time(person, doings)
    person.next_friend = person.time
    wait_for_friend(world, person)


@kernel
def wait_for_candidate(world, person):
    """Set when the next occasion for an order comes: at the largest possible intensity, on the clock of orders."""
    mark = words(world.span.seed, person.member, Stream.CANDIDATE, person.candidate)
    pace = person.rate * MAXIMUM * world.segments[person.segment].regularity
    person.accept_luck = unit32(mark[2])
    person.redeem_luck = unit32(mark[3])
    person.order_clock += exponential(unit(mark[0], mark[1])) / pace
    person.next_order = person.order_clock
    if world.span.seasons == 1:
        person.next_order = time_by(world.order_clock, world.days, person.time, person.order_clock)


@kernel
def wait_for_doing(world, person, doing):
    """Set when the person does an activity for the next time."""
    segment = world.segments[person.segment]
    if segment.doing_rate[doing] <= 0.0:
        person.doing_time[doing] = NEVER
        return
    count = person.doing_count[doing] * DOINGS_MOST + segment.doing_place[doing]
    mark = words(world.span.seed, person.member, Stream.DOING, count)
    person.doing_count[doing] += 1
    person.doing_time[doing] += exponential(unit(mark[0], mark[1])) / segment.doing_rate[doing]


@kernel
def next_doing_time(person, doings):
    """When the first of all activities comes."""
    first = NEVER
    for doing in range(doings):
        first = min(first, person.doing_time[doing])
    return first


@kernel
def wait_for_friend(world, person):
    """Set when the person next speaks of the program to somebody who would join."""
    rate = world.response.rate_ref
    if rate <= 0.0:
        person.next_friend = NEVER
        return
    mark = words(world.span.seed, person.member, Stream.FRIEND, person.friends)
    person.next_friend += exponential(unit(mark[0], mark[1])) * YEAR_DAYS / rate


@kernel
def time_of_leaving(world, person):
    """When the person leaves for good if the hazard stays as it is."""
    if person.hazard <= 0.0:
        return NEVER
    wait = person.life_left / person.hazard
    if world.span.shocks == 0:
        return person.time + wait
    shown = clock_at(world.leaving_clock, world.days, person.time)
    return time_by(world.leaving_clock, world.days, person.time, shown + wait)


@kernel
def live_until(world, person, time):
    """Let time pass: it uses up the budget of life."""
    passed = time - person.time
    if world.span.shocks == 1:
        passed = clock_at(world.leaving_clock, world.days, time)
        passed -= clock_at(world.leaving_clock, world.days, person.time)
    person.life_left -= person.hazard * passed
    person.time = time
