"""The readable engine: a member's life as a SimPy process. It is the oracle the compiled engine must equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import simpy

from ledger.events import EVENT, LINE
from ledger.journal import TRANSFER
from policies.rules import NEVER_DAY, Rules, records
from sim.engines.scene import leaves_at, live_to, wait_for_order
from sim.engines.shopper import Shopper
from sim.engines.tally import SECONDS_A_DAY
from sim.market.world import GROUND, World
from sim.members.people import forget
from sim.members.timing import wait_for_friend
from sim.members.traits import draw_person

WEEKS_4 = 28.0
"""Said once more: an oracle that asked the kernels for it would not notice a mistake there."""


@dataclass
class Story:
    """What a run of the readable engine leaves behind: member after member, each followed by the friends."""

    transfers: np.ndarray  # TRANSFER (n,), of a member by sequence
    events: int
    happened: np.ndarray  # EVENT (events,), of a member in order of time
    lines: np.ndarray  # LINE (m,): lines of drawn orders, in the same order
    orders: int
    survivors: int
    refused: tuple[dict[str, int], ...]  # of each member: deeds that the rules refused, by the name of the refusal


def life(env: simpy.Environment, shopper: Shopper) -> Iterator[simpy.Event]:
    """A member's life, from joining to the last day of the run or to leaving for good."""
    world, person = shopper.world, shopper.person
    first, length = shopper.first_day, float(world.span.end_day - world.span.first_day)
    shopper.join()
    while shopper.alive:
        death = leaves_at(shopper.scene)
        night = min(shopper.head.due_day, shopper.arrival(), shopper.renewal_eve(), shopper.errand_day()) - first
        occasion = min(person.next_order, person.next_doing, person.next_friend)
        now = min(occasion, night, person.heartbeat, death, length)
        shopper.news = env.event()
        yield env.timeout(max(0.0, now - env.now)) | shopper.news
        if shopper.news.triggered:
            continue  # a friend has done what earns: there is one more errand
        live_to(shopper.scene, now)
        if now >= length:
            break
        day = first + int(now)
        shopper.mornings(day)
        if now == death:
            shopper.leave()
            break
        bought = now == person.next_order and shopper.takes_occasion(day)
        if bought:
            shopper.checkout(day, shopper.second_of(now))
        if now == person.next_order:
            wait_for_order(shopper.scene)
        if did := now == person.next_doing:
            shopper.activities(now, day)
        if beat := now == person.heartbeat:
            person.heartbeat += WEEKS_4
        if bought or did or beat or now == night:
            shopper.look_ahead(day)
        if now == person.next_friend and shopper.alive:
            if shopper.refers(day):
                env.process(life(env, shopper.befriend(day)))
            person.friends += 1
            wait_for_friend(world, person)
    yield from aftermath(env, shopper)


def aftermath(env: simpy.Environment, shopper: Shopper) -> Iterator[simpy.Event]:
    """Whoever has left still brings goods back and is paid for friends, until the books close."""
    first, length = shopper.first_day, float(shopper.world.span.end_day) - shopper.first_day
    while True:
        now = min(shopper.errand_day() - first, length)
        shopper.news = env.event()
        yield env.timeout(max(0.0, now - env.now)) | shopper.news
        if shopper.news.triggered:
            continue
        if now >= length:
            break
        shopper.books_to(first + int(now))
        shopper.run_errands(first + int(now))
    shopper.close()


def script(env: simpy.Environment, shopper: Shopper, deeds: np.recarray) -> Iterator[simpy.Event]:
    """The life of a member that was written by hand."""
    shopper.person.member = shopper.number
    forget(shopper.person)
    for deed in deeds:
        day = int(deed.day)
        yield env.timeout(max(0.0, day - shopper.first_day + int(deed.second) / SECONDS_A_DAY - env.now))
        shopper.books_to(day)
        shopper.play(deed)
    shopper.close()
    shopper.alive = shopper.head.closed_day == NEVER_DAY


def tell(world: World, rules: Rules, members: int) -> Story:
    """Let so many members live through the run, all in one SimPy environment."""
    env = simpy.Environment()
    ground = records(1, GROUND)
    ground[0] = world.ground()
    lines = world.script_lines if world.scripted else records(1, LINE)
    shoppers = [Shopper(ground, rules, number, lines) for number in range(members)]
    for number, shopper in enumerate(shoppers):
        if world.scripted:
            env.process(script(env, shopper, world.script[world.script_from[number] : world.script_from[number + 1]]))
        else:
            draw_person(ground[0], shopper.person, number)
            env.process(life(env, shopper))
    env.run()
    everybody = [each for shopper in shoppers for each in shopper.family()]
    happened = [row for each in everybody for row in each.happened]
    return Story(
        transfers=np.concatenate([np.zeros(0, TRANSFER), *(rows for each in everybody for rows in each.transfers)]),
        events=len(happened),
        happened=np.array(happened, EVENT),
        lines=np.concatenate([np.zeros(0, LINE), *(row for each in everybody for row in each.lines_told)]),
        orders=sum(int(each.person.orders) for each in everybody),
        survivors=sum(each.alive for each in everybody),
        refused=tuple(dict(sorted(each.refused.items())) for each in shoppers),
    )
