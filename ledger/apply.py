"""The state transition: one event of one member. Production, simulation and replay all call this function."""

from __future__ import annotations

from ledger.account_books import close_account, open_account
from ledger.accounts import Cause
from ledger.activity_books import post_activity, post_referral
from ledger.burn_books import (
    adjust_down,
    burn_at_partner,
    earn_from_partner,
    extend_lots,
    receive_points,
    redeem_reward,
    reinstate,
    send_points,
    spin_wheel,
)
from ledger.clocks import find_due_day, set_clocks
from ledger.events import Kind
from ledger.held_orders import place_of_order
from ledger.journal import NONE, has_room
from ledger.order_books import post_order
from ledger.plan_books import change_plan, refund_plan, start_plan
from ledger.point_books import credit, deliver
from ledger.refund_books import post_refund
from ledger.refusals import refusal_of
from ledger.room import entries, member_has_room
from ledger.status import Status
from ledger.stored_books import place_of_top_up, refund_top_up, top_up
from ledger.tier_books import grant_tier, rise_if_earned
from ledger.top_up_tiers import grant_with_top_up, take_granted_tier_back
from policies.burning import balance_in_steps, redeemable_points
from policies.earning import rule_on
from policies.kernel import kernel
from policies.pricing import discount_bp, discounted_cents
from policies.rules import NEVER_DAY


@kernel
def apply(rules, member, event, lines, journal):
    """Post one event to a member whose books stand at the event's day.

    `lines` holds the lines of orders and returns, LINE (n,). The caller has run ``advance`` to that day.
    Returns a Status: OK, MEMBER_FULL or JOURNAL_FULL (make room and call again), NIGHT_MISSING (advance first),
    or a refusal. Whatever is not OK has changed nothing.
    """
    head = member.head
    if not has_room(journal, entries(head)):
        return Status.JOURNAL_FULL
    if not member_has_room(member, max(event.lines, 1)):
        return Status.MEMBER_FULL
    if head.due_day <= event.day or (head.windows > 0 and member.window[0].until_day <= event.day):
        return Status.NIGHT_MISSING
    rule = rule_on(rules, event.day)
    refusal = refusal_of(rule, member, event, lines)
    if refusal != Status.OK:
        return refusal
    when = (event.day, event.second, rule.version)
    head.day = event.day
    head.second = event.second
    if event.kind == Kind.PURCHASE:
        # The question whether anything speaks against it has left it prepared in the first free entry.
        post_order(rule, member, event, journal, when, member.orders[head.held_orders])
        head.win_back_day = event.day + rule.win_back_days if rule.win_back_days > 0 else NEVER_DAY
    elif event.kind == Kind.JOIN:
        _join(rules, rule, member, event, journal, when)
    elif Kind.REFUND <= event.kind <= Kind.REFERRAL:
        _after_sale(rules, rule, member, event, lines, journal, when)
    elif Kind.REWARD <= event.kind <= Kind.PARTNER_BURN:
        _burn(rule, member, event, journal, when)
    elif Kind.TOP_UP <= event.kind <= Kind.TOP_UP_REFUND:
        _stored(rule, member, event, journal, when)
    elif event.kind <= Kind.PLAN_REFUND:
        _plan(rule, member, event, journal, when)
    else:
        _account(rule, member, event, journal, when)
    find_due_day(member)
    return Status.OK


@kernel
def _join(rules, rule, member, event, journal, when):
    """The account, and the clocks that run from now on."""
    head = member.head
    open_account(rule, member, event, journal, when)
    set_clocks(rules, rule, head, event.day)


@kernel
def _after_sale(rules, rule, member, event, lines, journal, when):
    """Returns, deliveries, activities, referrals."""
    if event.kind == Kind.REFUND:
        order = member.orders[place_of_order(member, event.order, event.day)]
        post_refund(rules, rule, member, event, lines, journal, when, order)
    elif event.kind == Kind.DELIVER:
        deliver(rules, rule, member, journal, when, event.order)
    elif event.kind == Kind.ACTIVITY:
        post_activity(rule, member, journal, when, event.which)
    else:
        post_referral(rule, member, journal, when)


@kernel
def _burn(rule, member, event, journal, when):
    """Points used outside of orders, and points from partners."""
    if event.kind == Kind.REWARD:
        redeem_reward(rule, member, journal, when, event.which)
    elif event.kind == Kind.SPIN:
        spin_wheel(rule, member, journal, when, event.chance)
    elif event.kind == Kind.PARTNER_EARN:
        earn_from_partner(rule, member, journal, when, event.which, event.points)
    else:
        burn_at_partner(rule, member, journal, when, event.which, event.points)


@kernel
def _stored(rule, member, event, journal, when):
    """Stored value in and out."""
    if event.kind == Kind.TOP_UP:
        tier = top_up(rule, member, journal, when, event.order, event.cents)
        grant_with_top_up(rule, member, journal, when, member.stored[member.head.stored - 1], tier)
    else:
        entry = member.stored[place_of_top_up(member, event.order)]
        cash = refund_top_up(rule, member, journal, when, entry)
        take_granted_tier_back(rule, member, journal, when, entry, cash)


@kernel
def _plan(rule, member, event, journal, when):
    """A paid plan begins, goes on, changes, ends."""
    head = member.head
    if event.kind == Kind.PLAN_START:
        start_plan(rule, member, journal, when, event.which, event.order, event.trial)
        rise_if_earned(rule, member, journal, when, NONE)
    elif event.kind == Kind.PLAN_CHANGE:
        change_plan(rule, member, journal, when, event.which)
        rise_if_earned(rule, member, journal, when, NONE)
    elif event.kind == Kind.PLAN_REFUND:
        refund_plan(rule, member, journal, when)
    else:
        head.plan_renews = 1 if event.kind == Kind.PLAN_RENEW else 0


@kernel
def _account(rule, member, event, journal, when):
    """Invitations, corrections, transfers between members, and the end."""
    head = member.head
    if event.kind == Kind.INVITE:
        if event.which >= head.own_tier:
            grant_tier(rule, member, journal, when, event.which)
    elif event.kind == Kind.GRANT:
        credit(rule, member, journal, when, Cause.GRANT, event.points, event.day, 1, NONE, NONE)
    elif event.kind == Kind.ADJUST:
        if event.points > 0:
            credit(rule, member, journal, when, Cause.ADJUST_UP, event.points, event.day, 0, NONE, NONE)
        else:
            adjust_down(member, journal, when, -event.points)
    elif event.kind == Kind.EXTEND:
        extend_lots(rule, member, journal, when, event.until_day)
    elif event.kind == Kind.REINSTATE:
        reinstate(rule, member, journal, when, event.points)
    elif event.kind == Kind.SEND:
        send_points(rule, member, journal, when, event.points, event.invited)
    elif event.kind == Kind.RECEIVE:
        _receive(rule, member, event, journal, when)
    elif event.kind == Kind.HOUSEHOLD:
        head.household = event.other
    else:
        close_account(rule, member, journal, when)


@kernel
def _receive(rule, member, event, journal, when):
    receive_points(rule, member, journal, when, event.points, event.earned_day, event.until_day, event.promotional)


@kernel
def cut_by_cap(rule, member, list_cents, redeem_points):
    """True if these points are all that the order allows, although the balance alone would allow more."""
    return quote(rule, member, list_cents) == redeem_points < balance_in_steps(rule, member.head.active_points)


@kernel
def quote(rule, member, list_cents):
    """Most points this member may use for an order of that list price, once the books stand at the day of the rule."""
    head = member.head
    if head.debt_points > 0:
        return 0
    due = discounted_cents(list_cents, discount_bp(rule, head.tier, head.plan))
    return redeemable_points(rule, head.active_points, due)
