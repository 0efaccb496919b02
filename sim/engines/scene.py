"""A member as the equations of behaviour see it, for the readable engine: questions asked from Python.

Each question is a kernel that takes the scene as one argument, as handing over large records one by one takes time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ledger.advance import advance
from ledger.apply import apply
from ledger.held_orders import place_of_order
from ledger.journal import Journal
from policies.earning import rule_on
from policies.kernel import kernel
from policies.rules import Rules
from sim.members.checkout import (
    basket_of,
    fill_order,
    follows,
    plan_wanted,
    referral_pays,
    return_after,
    returned_cents,
    reward_wanted,
    spin_chance,
    top_up_wanted,
)
from sim.members.choices import renews_plan
from sim.members.churn import churn_multiplier, drops_out
from sim.members.intensity import purchase_intensity, window_fails
from sim.members.people import remember_all, remember_spending
from sim.members.timing import live_until, time_of_leaving, wait_for_candidate


class Scene(NamedTuple):
    """What a question is about; single records stand in arrays of one, which cross over to compiled code faster."""

    world: np.recarray  # sim.market.world.GROUND (1,)
    rules: Rules
    member: np.recarray  # (1,): the account
    person: np.recarray  # PERSON (1,)
    event: np.recarray  # EVENT (1,): what is told to the ledger
    lines: np.recarray  # LINE (l,): lines of a script, or room for the line of a drawn order
    transfers: np.recarray  # TRANSFER (capacity,): the rows of the journal
    fill: np.recarray  # ledger.journal.FILL (1,)
    terms: np.ndarray  # float64 (len(Term),): the last purchase intensity, term by term


@kernel
def nights_to(scene, day):
    """Let every night up to a day pass over the books."""
    return advance(scene.rules, scene.member[0], day, Journal(scene.transfers, scene.fill[0]))


@kernel
def tell_ledger(scene):
    """Tell the ledger what has happened."""
    journal = Journal(scene.transfers, scene.fill[0])
    return apply(scene.rules, scene.member[0], scene.event[0], scene.lines, journal)


@kernel
def take_note(scene):
    """Let the person take note of the transfers in the journal."""
    remember_all(scene.rules, scene.person[0], Journal(scene.transfers, scene.fill[0]))


@kernel
def spend(scene, day, cents):
    """Let the person remember an order."""
    remember_spending(scene.person[0], day, cents)


@kernel
def leaves_at(scene):
    """When the person leaves for good if nothing changes."""
    return time_of_leaving(scene.world[0], scene.person[0])


@kernel
def live_to(scene, time):
    """Let time pass."""
    live_until(scene.world[0], scene.person[0], time)


@kernel
def wait_for_order(scene):
    """Draw the next occasion for an order."""
    scene.person[0].candidate += 1
    wait_for_candidate(scene.world[0], scene.person[0])


@kernel
def follows_on(scene, doing):
    """Whether an activity follows the order."""
    return follows(scene.world[0], scene.person[0], doing)


@kernel
def returned_on(scene, list_cents):
    """List price of what comes back; 0 for all of it."""
    return returned_cents(scene.world[0], scene.person[0], list_cents)


@kernel
def held_on(scene, order, day):
    """Whether an order can still be returned."""
    return place_of_order(scene.member[0], order, day) >= 0


@kernel
def pull_on(scene, day):
    """Purchase intensity on a day as a multiple of the person's own rate."""
    rule = rule_on(scene.rules, day)
    return purchase_intensity(scene.world[0], rule, scene.member[0], scene.person[0], scene.terms, day)


@kernel
def danger_on(scene, day):
    """Hazard of leaving for good, a day."""
    rule = rule_on(scene.rules, day)
    return scene.person[0].death_rate * churn_multiplier(scene.world[0], rule, scene.member[0], scene.person[0], day)


@kernel
def drops_on(scene, day):
    """Whether the person leaves at once, where leaving follows orders."""
    return drops_out(scene.world[0], rule_on(scene.rules, day), scene.member[0], scene.person[0], day)


@kernel
def fails_on(scene, day):
    """Whether a window closes this night more than half way to the next tier."""
    return window_fails(rule_on(scene.rules, day), scene.member[0].head, day)


@kernel
def plan_on(scene, day):
    """The plan that is bought before the order, 0 for none."""
    return plan_wanted(scene.world[0], rule_on(scene.rules, day), scene.member[0], scene.person[0], day)


@kernel
def renews_on(scene, day, number):
    """Whether a plan member wants another period."""
    return renews_plan(scene.world[0], rule_on(scene.rules, day), scene.member[0].head, scene.person[0], day, number)


@kernel
def basket_on(scene, day):
    """List price of the order, minor units."""
    return basket_of(scene.world[0], scene.person[0], scene.member[0].head.plan, day)


@kernel
def top_up_on(scene, day, list_cents):
    """Money for stored value before an order, minor units; 0 for none."""
    return top_up_wanted(scene.world[0], rule_on(scene.rules, day), scene.member[0], scene.person[0], list_cents)


@kernel
def order_on(scene, day, list_cents):
    """Fill in an order: goods, channel, coupon, points, stored value."""
    rule = rule_on(scene.rules, day)
    row = scene.event[0]
    return fill_order(scene.world[0], rule, scene.member[0], scene.person[0], row, scene.lines, day, list_cents)


@kernel
def return_on(scene, day):
    """Days after which something of the order comes back; 0 if nothing does."""
    return return_after(scene.world[0], rule_on(scene.rules, day), scene.person[0])


@kernel
def reward_on(scene, day, second):
    """The reward that is taken after the order, by place; -1 for none."""
    return reward_wanted(scene.world[0], rule_on(scene.rules, day), scene.member[0], scene.person[0], day, second)


@kernel
def spin_on(scene, day):
    """What the wheel shows that is turned after the order, in millionths; -1 if it is not turned."""
    return spin_chance(scene.world[0], rule_on(scene.rules, day), scene.member[0], scene.person[0], day)


@kernel
def pays_on(scene, day):
    """When a referral pays who referred."""
    return referral_pays(rule_on(scene.rules, day))
