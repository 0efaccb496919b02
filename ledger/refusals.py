"""Why an event cannot be booked: each refusal is a named status, and posts nothing."""

from __future__ import annotations

from ledger.burn_books import faded_points
from ledger.earning_books import within_limit
from ledger.events import ALL, Kind
from ledger.held_orders import left_cents_of, list_cents_of, place_of_order
from ledger.journal import NONE
from ledger.order_refusals import order_refusal
from ledger.refund_books import amounts_to_take
from ledger.state import COUNTER_TRANSFER, COUNTER_WHEEL
from ledger.status import Status
from ledger.stored_books import place_of_top_up
from policies.calendar import days_in_month
from policies.choices import Prize, Trigger
from policies.earning import LARGEST_ORDER_CENTS
from policies.kernel import kernel
from policies.limits import sold_out
from policies.plans import plan_refund_cents
from policies.pricing import has_bit
from policies.rules import ACTIVITIES_MOST, BASIS, MILLION, NEVER_DAY, NO_LIMIT

PARTNER_POINTS_MOST = 10**9
"""Most points that a partner can buy for a member at once."""


@kernel
def refusal_of(rule, member, event, lines):
    """Why the event cannot be booked, or OK. Kinds are asked in the order of their numbers."""
    head = member.head
    joined = head.joined_day < NEVER_DAY
    if event.kind == Kind.JOIN:
        if joined:
            return Status.ALREADY_A_MEMBER
        return _join(rule, event)
    if not joined:
        return Status.NOT_A_MEMBER
    if head.closed_day < NEVER_DAY:
        return Status.ACCOUNT_CLOSED
    if event.day < head.day or (event.day == head.day and event.second < head.second):
        return Status.EVENT_OUT_OF_ORDER
    if event.kind == Kind.PURCHASE:
        return order_refusal(rule, member, event, lines)
    if event.kind == Kind.REFUND:
        return _refund(rule, member, event, lines)
    if Kind.PLAN_START <= event.kind <= Kind.PLAN_RENEW or Kind.PLAN_CHANGE <= event.kind <= Kind.PLAN_REFUND:
        return _plan(rule, head, event)
    if event.kind == Kind.DELIVER:
        return _delivery(member, event)
    if event.kind == Kind.ACTIVITY or event.kind == Kind.REFERRAL:
        return _activity(rule, event)
    if Kind.REWARD <= event.kind <= Kind.PARTNER_BURN:
        return _burn(rule, member, event)
    if event.kind == Kind.TOP_UP or event.kind == Kind.TOP_UP_REFUND:
        return _stored(rule, member, event)
    if Kind.INVITE <= event.kind <= Kind.LEAVE:
        return _account(rule, member, event)
    return Status.EVENT_UNKNOWN


@kernel
def _join(rule, event):
    if event.birth_month != 0 or event.birth_day != 0:
        # A year with a 29 February, whatever the year of birth.
        if event.birth_month < 1 or event.birth_month > 12:
            return Status.BIRTHDAY_INVALID
        if event.birth_day < 1 or event.birth_day > days_in_month(2000, event.birth_month):
            return Status.BIRTHDAY_INVALID
    return Status.INVITATION_NEEDED if rule.join_open == 0 and event.invited == 0 else Status.OK


@kernel
def _refund(rule, member, event, lines):
    place = place_of_order(member, event.order, event.day)
    if place < 0:
        return Status.REFUND_NOT_OFFERED if rule.return_days == 0 else Status.ORDER_UNKNOWN
    order = member.orders[place]
    left = left_cents_of(member, order)
    if left == 0:
        return Status.ORDER_ALREADY_REFUNDED if list_cents_of(member, order) > 0 else Status.REFUND_EXCEEDS_ORDER
    if event.lines > 0:
        return _refund_lines(member, event, lines, order)
    if event.cents != ALL and event.cents <= 0:
        return Status.AMOUNT_NEGATIVE
    return Status.REFUND_EXCEEDS_ORDER if amounts_to_take(member, event, order) > left else Status.OK


@kernel
def _refund_lines(member, event, lines, order):
    """Lines that name what is returned: as much of each category as is left of it."""
    for index in range(event.lines):
        if lines[event.first_line + index].list_cents <= 0:
            return Status.AMOUNT_NEGATIVE
    for index in range(event.lines):
        category = lines[event.first_line + index].category
        wanted = 0
        for other in range(event.lines):
            if lines[event.first_line + other].category == category:
                wanted += min(lines[event.first_line + other].list_cents, LARGEST_ORDER_CENTS)
        left = 0
        for each in range(order.first_line, order.first_line + order.lines):
            left += member.lines[each].left_cents if member.lines[each].category == category else 0
        if wanted > left:
            return Status.REFUND_EXCEEDS_ORDER
    return Status.OK


@kernel
def _plan(rule, head, event):
    starts = event.kind == Kind.PLAN_START or event.kind == Kind.PLAN_CHANGE
    if event.kind != Kind.PLAN_START and head.plan == 0:
        return Status.PLAN_NOT_HELD
    if starts and (event.which < 1 or event.which > rule.plans):
        return Status.PLAN_UNKNOWN
    if event.kind == Kind.PLAN_CHANGE:
        return Status.PLAN_SAME if event.which == head.plan else Status.OK
    if event.kind == Kind.PLAN_START:
        if head.plan > 0:
            return Status.PLAN_ALREADY_HELD
        if event.trial == 1 and rule.plan_trial_days[event.which] == 0:
            return Status.PLAN_TRIAL_NOT_OFFERED
        return Status.PLAN_TRIAL_USED if event.trial == 1 and has_bit(head.trials, event.which) else Status.OK
    paid_for = event.kind == Kind.PLAN_REFUND and head.plan_on_trial == 0
    if paid_for and plan_refund_cents(rule, head, event.day) == NO_LIMIT:
        late = rule.plan_refund_days[head.plan] > 0
        return Status.PLAN_REFUND_PERIOD_OVER if late else Status.PLAN_REFUND_NOT_OFFERED
    return Status.OK


@kernel
def _delivery(member, event):
    for index in range(member.head.lots):
        lot = member.lots[index]
        if lot.order == event.order and lot.pending == 1 and lot.active_day == NEVER_DAY:
            return Status.OK
    held = place_of_order(member, event.order, event.day) >= 0
    return Status.ALREADY_DELIVERED if held else Status.ORDER_UNKNOWN


@kernel
def _activity(rule, event):
    if event.kind == Kind.ACTIVITY:
        return Status.OK if 0 <= event.which < ACTIVITIES_MOST else Status.ACTIVITY_UNKNOWN
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] == Trigger.REFERRAL:
            return Status.OK
    return Status.REFERRAL_NOT_OFFERED


@kernel
def _burn(rule, member, event):
    if event.kind == Kind.PARTNER_EARN:
        unknown = event.which < 0 or event.which >= rule.partners_earn
        if unknown or rule.partner_price_bp[event.which] < 0:
            return Status.PARTNER_UNKNOWN
        return Status.AMOUNT_TOO_LARGE if event.points > _partner_points_most(rule, event) else _amount(event.points)
    points = event.points
    if event.kind == Kind.REWARD:
        unknown = event.which < 0 or event.which >= rule.rewards
        if unknown or rule.reward_prize[event.which] == Prize.NOTHING:
            return Status.REWARD_UNKNOWN
        points = rule.reward_points[event.which]
    elif event.kind == Kind.SPIN:
        if rule.wheel == 0:
            return Status.WHEEL_NOT_OFFERED
        if event.chance < 0 or event.chance >= MILLION:
            return Status.AMOUNT_NEGATIVE
        points = rule.wheel_points
    elif event.which < 0 or event.which >= rule.partners_burn or rule.partner_points[event.which] == 0:
        return Status.PARTNER_UNKNOWN
    elif points <= 0:
        return Status.AMOUNT_NEGATIVE
    elif points // rule.partner_points[event.which] > _multiples_most(rule, event):
        return Status.AMOUNT_TOO_LARGE
    if member.head.debt_points > 0:
        return Status.REDEEM_BLOCKED_BY_DEBT
    if event.kind == Kind.REWARD and sold_out(rule, event.which, event.day, event.second):
        return Status.REWARD_OUT_OF_STOCK
    if event.kind == Kind.SPIN and not within_limit(
        member, COUNTER_WHEEL, rule.wheel_limit, rule.wheel_limit_per, event.day
    ):
        return Status.LIMIT_REACHED
    if event.kind == Kind.PARTNER_BURN and points % rule.partner_points[event.which] != 0:
        return Status.PARTNER_POINTS_NOT_IN_MULTIPLES
    return Status.REDEEM_EXCEEDS_ACTIVE_POINTS if points > member.head.active_points else Status.OK


@kernel
def _partner_points_most(rule, event):
    """Most points at once: not absurdly many, nor for absurdly much money."""
    price = max(rule.partner_price_bp[event.which], 1)
    return min(PARTNER_POINTS_MOST, LARGEST_ORDER_CENTS * BASIS // price)


@kernel
def _multiples_most(rule, event):
    """Most multiples of a partner's points at once: what they cost is not absurdly much."""
    return LARGEST_ORDER_CENTS // max(rule.partner_pay_cents[event.which], 1)


@kernel
def _amount(points):
    """Points that come in must be some, and not absurdly many."""
    if points <= 0:
        return Status.AMOUNT_NEGATIVE
    return Status.AMOUNT_TOO_LARGE if points > LARGEST_ORDER_CENTS else Status.OK


@kernel
def _stored(rule, member, event):
    place = place_of_top_up(member, event.order)
    if event.kind == Kind.TOP_UP_REFUND:
        if place < 0:
            return Status.TOP_UP_UNKNOWN
        entry = member.stored[place]
        gone = entry.refunded == 1 and entry.principal_cents == 0 and entry.bonus_cents == 0
        return Status.TOP_UP_ALREADY_REFUNDED if gone else Status.OK
    if rule.stored == 0:
        return Status.STORED_VALUE_NOT_OFFERED
    amount = _amount(event.cents)
    if amount != Status.OK:
        return amount
    return Status.ORDER_ALREADY_POSTED if place >= 0 else Status.OK


@kernel
def _account(rule, member, event):
    head = member.head
    if event.kind == Kind.INVITE:
        if event.which < 1 or event.which >= rule.levels:
            return Status.TIER_UNKNOWN
        return Status.OK if rule.invite_only[event.which] == 1 else Status.TIER_NOT_BY_INVITATION
    if event.kind == Kind.GRANT:
        return _amount(event.points)
    if event.kind == Kind.ADJUST:
        held = head.active_points + head.pending_points
        if event.points < 0:
            return Status.ADJUST_EXCEEDS_POINTS if event.points < -held else Status.OK
        return _amount(event.points)
    if event.kind == Kind.EXTEND:
        offered = rule.extension_days > 0 and event.until_day <= event.day + rule.extension_days
        return Status.OK if offered else Status.EXTENSION_NOT_OFFERED
    if event.kind == Kind.REINSTATE:
        return _reinstate(rule, member, event)
    if event.kind == Kind.SEND:
        return _send(rule, member, event)
    if event.kind == Kind.RECEIVE:
        amount = _amount(event.points)
        return Status.AMOUNT_NEGATIVE if amount == Status.OK and event.until_day <= event.day else amount
    if event.kind == Kind.HOUSEHOLD:
        return Status.OK if rule.households == 1 else Status.HOUSEHOLD_NOT_OFFERED
    return Status.OK


@kernel
def _reinstate(rule, member, event):
    if rule.reinstatement_days == 0:
        return Status.REINSTATEMENT_NOT_OFFERED
    if event.points <= 0:
        return Status.AMOUNT_NEGATIVE
    enough = event.points <= faded_points(member, event.day)
    return Status.OK if enough else Status.REINSTATEMENT_EXCEEDS_EXPIRED_POINTS


@kernel
def _send(rule, member, event):
    head = member.head
    if event.other == head.member:
        return Status.TRANSFER_TO_ONESELF
    if event.points <= 0:
        return Status.AMOUNT_NEGATIVE
    if event.invited == 1:
        if rule.households == 0 or head.household == NONE:
            return Status.HOUSEHOLD_NOT_OFFERED
    elif rule.transfers == 0:
        return Status.TRANSFER_NOT_OFFERED
    elif event.points < rule.transfer_minimum_points:
        return Status.TRANSFER_BELOW_MINIMUM
    elif not within_limit(member, COUNTER_TRANSFER, rule.transfer_limit, rule.transfer_limit_per, event.day):
        return Status.LIMIT_REACHED
    if head.debt_points > 0:
        return Status.REDEEM_BLOCKED_BY_DEBT
    return Status.REDEEM_EXCEEDS_ACTIVE_POINTS if event.points > head.active_points else Status.OK
