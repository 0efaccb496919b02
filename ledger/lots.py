"""Lots of points: put in, activated, spent first-to-die first, expired. The books of points live here."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.journal import post
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def add_lot(member, journal, when, points, active_day, dead_day, order):
    """Book earned points as a new lot, in order (dead_day, earned_day, lot). Needs one free entry."""
    if points == 0:
        return
    head = member.head
    place = head.lots
    while place > 0 and member.lots[place - 1].dead_day > dead_day:
        member.lots[place] = member.lots[place - 1]
        place -= 1
    lot = member.lots[place]
    lot.lot = head.next_lot
    lot.points = points
    lot.earned_day = when[0]
    lot.active_day = active_day
    lot.dead_day = dead_day
    lot.order = order
    lot.pending = 1 if active_day > when[0] else 0
    head.lots += 1
    head.next_lot += 1
    head.issued_points += points
    if lot.pending == 1:
        head.pending_points += points
        head.next_active_day = min(head.next_active_day, active_day)
        credit = Account.POINTS_PENDING
    else:
        head.active_points += points
        credit = Account.POINTS_ACTIVE
    post(journal, head, when, Cause.EARN, Unit.POINTS, Account.POINTS_ISSUED, credit, points, lot.lot, order)


@kernel
def activate_lots(member, journal, when):
    """Make every pending lot usable whose active day has come."""
    head = member.head
    head.next_active_day = NEVER_DAY
    for index in range(head.lots):
        lot = member.lots[index]
        if lot.pending == 0:
            continue
        if lot.active_day > when[0]:
            head.next_active_day = min(head.next_active_day, lot.active_day)
            continue
        lot.pending = 0
        head.pending_points -= lot.points
        head.active_points += lot.points
        post(
            journal,
            head,
            when,
            Cause.ACTIVATE,
            Unit.POINTS,
            Account.POINTS_PENDING,
            Account.POINTS_ACTIVE,
            lot.points,
            lot.lot,
            lot.order,
        )


@kernel
def expire_lots(member, journal, when):
    """Take out every lot that is dead on the day. Lots are in order of death, so they stand in front."""
    head = member.head
    dead = 0
    while dead < head.lots and member.lots[dead].dead_day <= when[0]:
        lot = member.lots[dead]
        if lot.pending == 1:
            head.pending_points -= lot.points
            debit = Account.POINTS_PENDING
        else:
            head.active_points -= lot.points
            debit = Account.POINTS_ACTIVE
        head.expired_points += lot.points
        post(
            journal,
            head,
            when,
            Cause.EXPIRE,
            Unit.POINTS,
            debit,
            Account.POINTS_EXPIRED,
            lot.points,
            lot.lot,
            lot.order,
        )
        lot.points = 0
        dead += 1
    if dead > 0:
        _drop_empty_lots(member)


@kernel
def spend_lots(member, journal, when, points, order):
    """Redeem points from active lots, first to die first. The caller has checked that they are there."""
    head = member.head
    left = points
    for index in range(head.lots):
        if left == 0:
            break
        lot = member.lots[index]
        if lot.pending == 1:
            continue
        part = min(left, lot.points)
        lot.points -= part
        left -= part
        post(
            journal,
            head,
            when,
            Cause.REDEEM,
            Unit.POINTS,
            Account.POINTS_ACTIVE,
            Account.POINTS_REDEEMED,
            part,
            lot.lot,
            order,
        )
    head.active_points -= points
    head.redeemed_points += points
    _drop_empty_lots(member)


@kernel
def _drop_empty_lots(member):
    """Close the gaps that spent and dead lots left, keeping the order."""
    head = member.head
    kept = 0
    for index in range(head.lots):
        if member.lots[index].points > 0:
            if kept != index:
                member.lots[kept] = member.lots[index]
            kept += 1
    head.lots = kept


@kernel
def usable_points(member, day):
    """Points that can be used on a day, by the dates of the lots alone, whether or not a night has run since."""
    total = 0
    for index in range(member.head.lots):
        lot = member.lots[index]
        if lot.active_day <= day < lot.dead_day:
            total += lot.points
    return total


@kernel
def first_dead_day(member):
    """First day on which some lot dies; NEVER_DAY if none does."""
    if member.head.lots == 0:
        return NEVER_DAY
    return member.lots[0].dead_day
