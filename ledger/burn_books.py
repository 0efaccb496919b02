"""Points used outside of orders, and points from elsewhere: rewards, wheel, partners, corrections, transfers."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.earning_books import use_counter
from ledger.gift_books import issue_coupon
from ledger.journal import NONE, post
from ledger.lots import drop_empty_lots, insert_lot, sort_lots
from ledger.point_books import credit, set_inactive_day, settle_debt, spend_lots, take_part
from ledger.state import COUNTER_TRANSFER, COUNTER_WHEEL
from policies.arithmetic import divide
from policies.choices import Prize, Rounding
from policies.expiry import dead_day
from policies.kernel import kernel
from policies.limits import period_number
from policies.rules import BASIS, NEVER_DAY, REWARDS_MOST


@kernel
def redeem_reward(rule, member, journal, when, reward):
    """Points for a reward of the catalogue."""
    points, redeemed = rule.reward_points[reward], Account.POINTS_REDEEMED
    spend_lots(rule, member, journal, when, points, Cause.REDEEM_REWARD, redeemed, NONE, reward)
    kind, coupon, cost = rule.reward_prize[reward], rule.reward_coupon[reward], rule.reward_cost_cents[reward]
    _hand_out(rule, member, journal, when, kind, coupon, cost, reward)


@kernel
def spin_wheel(rule, member, journal, when, chance):
    """One turn of the wheel; `chance` is drawn by the caller, in millionths."""
    use_counter(member, COUNTER_WHEEL, period_number(rule.wheel_limit_per, when[0]), 1)
    redeemed = Account.POINTS_REDEEMED
    spend_lots(rule, member, journal, when, rule.wheel_points, Cause.REDEEM_WHEEL, redeemed, NONE, NONE)
    prize = 0
    reached = rule.prize_chance[0]
    while reached <= chance:
        prize += 1
        reached += rule.prize_chance[prize]
    points = rule.prize_points[prize]
    credit(rule, member, journal, when, Cause.EARN_PRIZE, points, when[0], 1, NONE, prize)
    kind, coupon, cost = rule.prize_kind[prize], rule.prize_coupon[prize], rule.prize_cost_cents[prize]
    _hand_out(rule, member, journal, when, kind, coupon, cost, REWARDS_MOST + prize)


@kernel
def _hand_out(rule, member, journal, when, kind, coupon, cost, which):
    """Cost of a reward or prize, and the thing itself."""
    head = member.head
    costs, payable = Account.REWARD_COSTS, Account.PAYABLE
    post(journal, head, when, Cause.REWARD_COST, Unit.MONEY, costs, payable, cost, NONE, NONE, which)
    if kind == Prize.COUPON:
        issue_coupon(rule, member, journal, when, coupon, NONE, NONE)
    elif kind == Prize.GOODS or kind == Prize.TICKET:
        issued, given = Account.GIFTS_ISSUED, Account.GIFTS_GIVEN
        post(journal, head, when, Cause.GIFT_GIVEN, Unit.GIFT, issued, given, 1, NONE, NONE, which)


@kernel
def earn_from_partner(rule, member, journal, when, partner, points):
    """Points earned elsewhere, which the partner pays for."""
    credit(rule, member, journal, when, Cause.EARN_PARTNER, points, when[0], 1, NONE, partner)
    cents = divide(points * rule.partner_price_bp[partner], BASIS, Rounding.HALF_UP)
    due, income = Account.PARTNERS, Account.PARTNER_INCOME
    post(journal, member.head, when, Cause.PARTNER_SALE, Unit.MONEY, due, income, cents, NONE, NONE, partner)


@kernel
def burn_at_partner(rule, member, journal, when, partner, points):
    """Points used elsewhere, for which the program pays the partner."""
    redeemed = Account.POINTS_REDEEMED
    spend_lots(rule, member, journal, when, points, Cause.REDEEM_PARTNER, redeemed, NONE, partner)
    cents = points // rule.partner_points[partner] * rule.partner_pay_cents[partner]
    costs, payable = Account.REWARD_COSTS, Account.PAYABLE
    post(journal, member.head, when, Cause.PARTNER_COST, Unit.MONEY, costs, payable, cents, NONE, NONE, partner)


@kernel
def adjust_down(member, journal, when, points):
    """A correction downward: active points first, then pending ones."""
    left = points
    for pending in (0, 1):
        for index in range(member.head.lots):
            lot = member.lots[index]
            if lot.pending == pending and left > 0:
                part = min(left, lot.points)
                left -= part
                cancelled = Account.POINTS_CANCELLED
                take_part(member, journal, when, lot, part, Cause.ADJUST_DOWN, cancelled, NONE, NONE)
    drop_empty_lots(member)


@kernel
def extend_lots(rule, member, journal, when, until_day):
    """No points die before a day."""
    head = member.head
    for index in range(head.lots):
        lot = member.lots[index]
        if lot.dead_day < until_day:
            lot.dead_day = until_day
            lot.own_dead_day = until_day
            noted, extended = Account.NOTED, Account.EXTENDED
            post(journal, head, when, Cause.EXTEND, Unit.NOTE, noted, extended, lot.points, lot.lot, NONE, NONE)
    sort_lots(member)
    if min(head.inactive_day, head.asleep_day) < NEVER_DAY:
        set_inactive_day(rule, head, max(min(head.inactive_day, head.asleep_day), until_day))


@kernel
def faded_points(member, day):
    """Points that have died and can still be given back on a day."""
    total = 0
    for place in range(member.head.faded):
        if member.faded[place].until_day > day:
            total += member.faded[place].amount
    return total


@kernel
def reinstate(rule, member, journal, when, points):
    """Dead points live anew, as one lot with a new life."""
    head = member.head
    left = points
    for place in range(head.faded):
        entry = member.faded[place]
        if entry.until_day > when[0]:
            part = min(left, entry.amount)
            entry.amount -= part
            left -= part
    head.expired_points -= points
    _put_in(rule, member, journal, when, Cause.REINSTATE, points, when[0], dead_day(rule, when[0], when[0]), 1)
    settle_debt(member, journal, when)


@kernel
def send_points(rule, member, journal, when, points, within_household):
    """Points leave for another member, first to die first."""
    if within_household == 0:
        use_counter(member, COUNTER_TRANSFER, period_number(rule.transfer_limit_per, when[0]), 1)
    spend_lots(rule, member, journal, when, points, Cause.SEND, Account.POINTS_MOVED, NONE, NONE)


@kernel
def receive_points(rule, member, journal, when, points, earned_day, until_day, promotional):
    """Points of another member come in with their dates; debt takes its part first."""
    head = member.head
    head.moved_points -= points
    absorbed = min(points, head.debt_points)
    head.debt_points -= absorbed
    moved, debt = Account.POINTS_MOVED, Account.POINTS_DEBT
    post(journal, head, when, Cause.DEBT_REPAID, Unit.POINTS, moved, debt, absorbed, NONE, NONE, NONE)
    if points > absorbed:
        _put_in(rule, member, journal, when, Cause.RECEIVE, points - absorbed, earned_day, until_day, promotional)


@kernel
def _put_in(rule, member, journal, when, cause, points, earned_day, own_dead_day, promotional):
    """Open an active lot with given dates for points that were issued before."""
    head = member.head
    dead = NEVER_DAY if rule.points_live[head.tier] == 1 else own_dead_day
    lot = insert_lot(member, head.next_lot, points, earned_day, when[0], dead)
    lot.own_dead_day = own_dead_day
    lot.order = NONE
    lot.version = when[2]
    lot.promotional = promotional
    lot.pending = 0
    head.next_lot += 1
    head.active_points += points
    source = Account.POINTS_EXPIRED if cause == Cause.REINSTATE else Account.POINTS_MOVED
    post(journal, head, when, cause, Unit.POINTS, source, Account.POINTS_ACTIVE, points, lot.lot, NONE, NONE)
