"""Lots of points as entries in order of death: put in, taken out, put in order again. Nothing is posted here."""

from __future__ import annotations

from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def dies_after(lot, dead_day, earned_day, number):
    """Whether a lot stands behind another one in the order (dead_day, earned_day, lot)."""
    if lot.dead_day != dead_day:
        return lot.dead_day > dead_day
    if lot.earned_day != earned_day:
        return lot.earned_day > earned_day
    return lot.lot > number


@kernel
def insert_lot(member, number, points, earned_day, active_day, dead_day):
    """Open an entry at its place in the order and return it; the caller fills in the rest. Needs one free entry."""
    head = member.head
    place = head.lots
    while place > 0 and dies_after(member.lots[place - 1], dead_day, earned_day, number):
        member.lots[place] = member.lots[place - 1]
        place -= 1
    lot = member.lots[place]
    lot.lot = number
    lot.points = points
    lot.earned_day = earned_day
    lot.active_day = active_day
    lot.dead_day = dead_day
    head.lots += 1
    return lot


@kernel
def sort_lots(member):
    """Put the lots in order again after their dates have changed."""
    for index in range(1, member.head.lots):
        place = index
        while place > 0 and dies_after(
            member.lots[place - 1], member.lots[place].dead_day, member.lots[place].earned_day, member.lots[place].lot
        ):
            # The first entry behind those in use is free: it holds the one that moves.
            spare = member.lots.size - 1
            member.lots[spare] = member.lots[place - 1]
            member.lots[place - 1] = member.lots[place]
            member.lots[place] = member.lots[spare]
            place -= 1


@kernel
def drop_empty_lots(member):
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
def place_of_lot(member, number):
    """Place of the lot of that number, or -1."""
    for index in range(member.head.lots):
        if member.lots[index].lot == number:
            return index
    return -1


@kernel
def find_next_active_day(member):
    """Note the earliest activation among pending lots."""
    head = member.head
    head.next_active_day = NEVER_DAY
    for index in range(head.lots):
        if member.lots[index].pending == 1:
            head.next_active_day = min(head.next_active_day, member.lots[index].active_day)


@kernel
def usable_points(member, day):
    """Points that can be used on a day, by the dates of the lots alone, whether or not a night has run since."""
    total = 0
    if day >= member.head.inactive_day:
        return total
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
