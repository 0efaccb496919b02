"""The books of points: credited, activated, spent first-to-die first, expired."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.journal import NONE, post
from ledger.lots import drop_empty_lots, find_next_active_day, insert_lot, sort_lots
from policies.choices import LifeFrom, Reset
from policies.expiry import dead_day, has_inactivity, inactive_day
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def restart_clock(rule, head, day, kind):
    """An event of a kind (Reset) puts off the end for want of activity."""
    if has_inactivity(rule) and rule.reset_by & kind != 0:
        set_inactive_day(rule, head, inactive_day(rule, day))


@kernel
def set_inactive_day(rule, head, day):
    """Note the day on which all points die; in a tier whose points do not expire the clock sleeps."""
    asleep = rule.points_live[head.tier] == 1
    head.inactive_day = NEVER_DAY if asleep else day
    head.asleep_day = day if asleep else NEVER_DAY


@kernel
def credit(rule, member, journal, when, cause, points, active_day, promotional, order, which):
    """Issue points: debt takes its part first, the rest becomes a lot. Needs one free entry."""
    if points <= 0:
        return
    head = member.head
    restart_clock(rule, head, when[0], Reset.EARN)
    head.issued_points += points
    if head.debt_points > 0:
        absorbed = min(points, head.debt_points)
        head.debt_points -= absorbed
        points -= absorbed
        debit, debt = Account.POINTS_ISSUED, Account.POINTS_DEBT
        post(journal, head, when, Cause.DEBT_REPAID, Unit.POINTS, debit, debt, absorbed, NONE, order, which)
    if points == 0:
        return
    own_dead_day = dead_day(rule, when[0], active_day)
    dead = NEVER_DAY if rule.points_live[head.tier] == 1 else own_dead_day
    lot = insert_lot(member, head.next_lot, points, when[0], active_day, dead)
    lot.own_dead_day = own_dead_day
    lot.order = order
    lot.version = when[2]
    lot.promotional = promotional
    lot.pending = 1 if active_day > when[0] else 0
    head.next_lot += 1
    account = Account.POINTS_ACTIVE
    if lot.pending == 1:
        head.pending_points += points
        head.next_active_day = min(head.next_active_day, active_day)
        account = Account.POINTS_PENDING
    else:
        head.active_points += points
    post(journal, head, when, cause, Unit.POINTS, Account.POINTS_ISSUED, account, points, lot.lot, order, which)


@kernel
def activate_lots(member, journal, when):
    """Make every pending lot usable whose active day has come."""
    head = member.head
    for index in range(head.lots):
        lot = member.lots[index]
        if lot.pending == 1 and lot.active_day <= when[0]:
            _activate(member, journal, when, lot)
    find_next_active_day(member)


@kernel
def _activate(member, journal, when, lot):
    head = member.head
    lot.pending = 0
    head.pending_points -= lot.points
    head.active_points += lot.points
    pending, active = Account.POINTS_PENDING, Account.POINTS_ACTIVE
    post(journal, head, when, Cause.ACTIVATE, Unit.POINTS, pending, active, lot.points, lot.lot, lot.order, NONE)


@kernel
def deliver(rules, rule, member, journal, when, order):
    """The goods have arrived: the order's points, each by the rules that made them, can be used from now on."""
    head = member.head
    for index in range(head.lots):
        lot = member.lots[index]
        if lot.pending == 1 and lot.order == order and lot.active_day == NEVER_DAY:
            lot.active_day = when[0]
            made_by = rules[lot.version]
            if made_by.life_from == LifeFrom.ACTIVATION:
                lot.own_dead_day = dead_day(made_by, lot.earned_day, when[0])
                lot.dead_day = NEVER_DAY if rule.points_live[head.tier] == 1 else lot.own_dead_day
            _activate(member, journal, when, lot)
    sort_lots(member)


@kernel
def expire_lots(rule, member, journal, when):
    """Take out every lot that is dead on the day. Lots are in order of death, so they stand in front."""
    head = member.head
    dead = 0
    while dead < head.lots and member.lots[dead].dead_day <= when[0]:
        take_lot(rule, member, journal, when, member.lots[dead], Cause.EXPIRE, Account.POINTS_EXPIRED)
        dead += 1
    if dead > 0:
        drop_empty_lots(member)


@kernel
def expire_all_lots(rule, member, journal, when):
    """Nothing has happened for too long: all points die. For what comes back later the clock starts anew."""
    set_inactive_day(rule, member.head, inactive_day(rule, when[0]))
    for index in range(member.head.lots):
        take_lot(rule, member, journal, when, member.lots[index], Cause.EXPIRE, Account.POINTS_EXPIRED)
    drop_empty_lots(member)


@kernel
def take_lot(rule, member, journal, when, lot, cause, account):
    """Move all that is left of a lot out of the member's hands; the caller drops empty lots."""
    part = lot.points
    take_part(member, journal, when, lot, part, cause, account, lot.order, NONE)
    if cause == Cause.EXPIRE:
        remember_expired(rule, member, when[0], part)


@kernel
def take_part(member, journal, when, lot, part, cause, account, order, which):
    """Move a part of a lot out of the member's hands, and into the sum that belongs to the account."""
    head = member.head
    lot.points -= part
    debit = Account.POINTS_ACTIVE
    if lot.pending == 1:
        head.pending_points -= part
        debit = Account.POINTS_PENDING
    else:
        head.active_points -= part
    if account == Account.POINTS_EXPIRED:
        head.expired_points += part
    elif account == Account.POINTS_REDEEMED:
        head.redeemed_points += part
    elif account == Account.POINTS_CLAWED_BACK:
        head.clawed_points += part
    elif account == Account.POINTS_MOVED:
        head.moved_points += part
    elif account == Account.POINTS_DEBT:
        head.debt_points -= part
    else:
        head.cancelled_points += part
    post(journal, head, when, cause, Unit.POINTS, debit, account, part, lot.lot, order, which)


@kernel
def remember_expired(rule, member, day, points):
    """Dead points can be given back for a while, where the policy allows it. Needs one free entry."""
    head = member.head
    if rule.reinstatement_days == 0 or points == 0:
        return
    forgotten = 0
    while forgotten < head.faded and member.faded[forgotten].until_day <= day:
        forgotten += 1
    if forgotten > 0:
        head.faded -= forgotten
        for index in range(head.faded):
            member.faded[index] = member.faded[index + forgotten]
    until = day + rule.reinstatement_days
    if head.faded > 0 and member.faded[head.faded - 1].until_day == until:
        member.faded[head.faded - 1].amount += points
        return
    member.faded[head.faded].until_day = until
    member.faded[head.faded].amount = points
    head.faded += 1


@kernel
def spend_lots(rule, member, journal, when, points, cause, account, order, which):
    """Use points from active lots, first to die first. The caller has checked that they are there."""
    left = points
    for index in range(member.head.lots):
        if left == 0:
            break
        lot = member.lots[index]
        if lot.pending == 0:
            part = min(left, lot.points)
            left -= part
            take_part(member, journal, when, lot, part, cause, account, order, which)
    drop_empty_lots(member)
    restart_clock(rule, member.head, when[0], Reset.REDEEM)


@kernel
def settle_debt(member, journal, when):
    """Points that have come back pay what the member owes, first to die first."""
    head = member.head
    for index in range(head.lots):
        lot = member.lots[index]
        if head.debt_points == 0:
            break
        if lot.pending == 0:
            part = min(lot.points, head.debt_points)
            take_part(member, journal, when, lot, part, Cause.DEBT_REPAID, Account.POINTS_DEBT, NONE, NONE)
    drop_empty_lots(member)
