"""What tiers rest on: the amounts by which they were judged, so that a return takes away what would not have come."""

from __future__ import annotations

from policies.choices import Window
from policies.kernel import kernel
from policies.rules import NEVER_DAY
from policies.tiers import counts_until


@kernel
def rest_on(rule, head, basis, day, limit):
    """Note that something rests on the qualifying amount as it stands, by a day, and what it took."""
    basis.day = day
    basis.until_day = counts_until(rule, head.joined_day, day)
    basis.amount = head.qualifying
    basis.limit = limit


@kernel
def rest_on_nothing(head):
    """Nothing that the member has is judged by an amount any more."""
    head.term.day = NEVER_DAY
    for level in range(head.best.size):
        head.best[level].day = NEVER_DAY
        head.pack[level].day = NEVER_DAY


@kernel
def widen(rule, head, day, until_day, amount):
    """What comes later in the same window belongs to what rests on it; in a rolling one every day has its own."""
    if rule.window == Window.ROLLING_MONTHS or rule.window == Window.ROLLING_DAYS:
        return
    _widen(head.term, day, until_day, amount)
    for level in range(1, head.best_tier + 1):
        _widen(head.best[level], day, until_day, amount)
        _widen(head.pack[level], day, until_day, amount)


@kernel
def _widen(basis, day, until_day, amount):
    if basis.day < NEVER_DAY and basis.until_day == until_day:
        basis.day = day
        basis.amount += amount


@kernel
def narrow(rule, head, from_day, until_day, amount):
    """Take off what has gone back, which counted from one day until another, wherever something rests on it."""
    if from_day >= head.term_from_day:
        _narrow(head.term, from_day, until_day, amount)
    for level in range(1, rule.levels):
        _narrow(head.best[level], from_day, until_day, amount)
        _narrow(head.pack[level], from_day, until_day, amount)


@kernel
def _narrow(basis, from_day, until_day, amount):
    if from_day <= basis.day < min(until_day, NEVER_DAY):
        basis.amount -= amount


@kernel
def gives_way(rule, head, basis, day, limit):
    """True if something no longer rests on enough. What counts today may carry it as well: then it rests on that."""
    if basis.day == NEVER_DAY or basis.amount >= basis.limit:
        return False
    if head.qualifying >= limit:
        rest_on(rule, head, basis, day, limit)
        return False
    basis.day = NEVER_DAY
    return True
