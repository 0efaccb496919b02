"""Points taken back: from the lots of an order, then from others, then as debt, waived, or held back from money."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.journal import NONE, post
from ledger.lots import drop_empty_lots, find_next_active_day
from ledger.point_books import take_part
from policies.burning import points_value_cents
from policies.choices import Negative
from policies.kernel import kernel


@kernel
def claw_back(rule, member, journal, when, points, order, cash_cents):
    """Take points back that an order had brought. `cash_cents` is the money that goes back with it.

    Returns (points taken from lots, points that became debt, money held back, points nobody made good).
    """
    if points <= 0:
        return 0, 0, 0, 0
    left = points
    for pending in (1, 0):
        left = _from_lots(member, journal, when, left, order, pending, True)
    for pending in (0, 1):
        left = _from_lots(member, journal, when, left, order, pending, False)
    drop_empty_lots(member)
    find_next_active_day(member)
    if left == 0:
        return points, 0, 0, 0
    head = member.head
    if rule.negative == Negative.DEBT:
        head.debt_points += left
        head.clawed_points += left
        debt, clawed = Account.POINTS_DEBT, Account.POINTS_CLAWED_BACK
        post(journal, head, when, Cause.CLAW_BACK_DEBT, Unit.POINTS, debt, clawed, left, NONE, order, NONE)
        return points - left, left, 0, 0
    withheld = 0
    unpaid = left
    if rule.negative == Negative.WITHHOLD_CASH:
        worth = points_value_cents(rule, left)
        withheld = min(worth, cash_cents)
        unpaid = 0 if withheld == worth else left
        charged, cash = Account.CHARGED, Account.CASH
        post(journal, head, when, Cause.WITHHELD, Unit.MONEY, cash, charged, withheld, NONE, order, NONE)
    noted, waived = Account.NOTED, Account.WAIVED
    post(journal, head, when, Cause.CLAW_BACK_WAIVED, Unit.NOTE, noted, waived, left, NONE, order, NONE)
    return points - left, 0, withheld, unpaid


@kernel
def _from_lots(member, journal, when, points, order, pending, own):
    """Take from pending or active lots, of the order or of others, first to die first. Returns what is left to take."""
    for index in range(member.head.lots):
        lot = member.lots[index]
        if points == 0:
            break
        if lot.pending == pending and lot.points > 0 and (lot.order == order) == own:
            part = min(points, lot.points)
            points -= part
            clawed = Account.POINTS_CLAWED_BACK
            take_part(member, journal, when, lot, part, Cause.CLAW_BACK, clawed, order, NONE)
    return points
