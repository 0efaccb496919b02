"""Stored value: topped up, spent, returned, refunded; principal and bonus apart, top-up by top-up."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.journal import NONE, post
from policies.calendar import add_period
from policies.choices import RefundBonus
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def offer_of(rule, paid_cents):
    """The best offer that an amount reaches, or -1."""
    found = -1
    for offer in range(rule.offers):
        if paid_cents >= rule.offer_pay_cents[offer]:
            found = offer
    return found


@kernel
def place_of_top_up(member, number):
    """Place of a top-up, or -1."""
    for place in range(member.head.stored):
        if member.stored[place].top_up == number:
            return place
    return -1


@kernel
def top_up(rule, member, journal, when, number, cents):
    """Money in, principal and bonus out to the member. Returns the tier that the offer grants, or -1."""
    head = member.head
    offer = offer_of(rule, cents)
    bonus = rule.offer_bonus_cents[offer] if offer >= 0 else 0
    entry = member.stored[head.stored]
    entry.top_up = number
    entry.day = when[0]
    entry.version = when[2]
    entry.paid_cents = cents
    entry.granted_cents = bonus
    entry.principal_cents = cents
    entry.bonus_cents = bonus
    entry.bonus_dead_day = NEVER_DAY
    if rule.bonus_count > 0:
        entry.bonus_dead_day = add_period(when[0], rule.bonus_period, rule.bonus_count)
    entry.refunded = 0
    entry.charged_cents = 0
    entry.tier = -1
    entry.former_tier = 0
    entry.former_review_day = 0
    entry.former_best = 0
    entry.former_top_up = NONE
    entry.former_day = 0
    head.stored += 1
    head.principal_cents += cents
    head.bonus_cents += bonus
    find_bonus_day(member)
    _move(journal, head, when, Cause.TOP_UP, Unit.MONEY, Account.CASH, Account.STORED_VALUE, cents, number)
    sold, held = Account.PRINCIPAL_SOLD, Account.PRINCIPAL_HELD
    _move(journal, head, when, Cause.PRINCIPAL_IN, Unit.PRINCIPAL, sold, held, cents, number)
    issued, held = Account.BONUS_ISSUED, Account.BONUS_HELD
    _move(journal, head, when, Cause.BONUS_IN, Unit.BONUS, issued, held, bonus, number)
    return rule.offer_tier[offer] if offer >= 0 else -1


@kernel
def _move(journal, head, when, cause, unit, debit, credit, cents, number):
    """One transfer of a top-up; `which` is its number."""
    post(journal, head, when, cause, unit, debit, credit, cents, NONE, NONE, number)


@kernel
def find_bonus_day(member):
    """Note the next day on which a bonus dies."""
    head = member.head
    head.bonus_day = NEVER_DAY
    for place in range(head.stored):
        if member.stored[place].bonus_cents > 0:
            head.bonus_day = min(head.bonus_day, member.stored[place].bonus_dead_day)


@kernel
def spend_stored(member, journal, when, principal, bonus, order, remembered):
    """Pay an order: principal from the oldest top-up on, bonus from the one that dies first."""
    head = member.head
    head.principal_cents -= principal
    head.bonus_cents -= bonus
    spent = Account.PRINCIPAL_SPENT
    for place in range(head.stored):
        part = min(principal, member.stored[place].principal_cents)
        member.stored[place].principal_cents -= part
        principal -= part
        number = member.stored[place].top_up
        held = Account.PRINCIPAL_HELD
        post(journal, head, when, Cause.PRINCIPAL_SPEND, Unit.PRINCIPAL, held, spent, part, NONE, order, number)
        _remember(member, remembered, order, Unit.PRINCIPAL, part, number)
    while bonus > 0:
        entry = member.stored[_first_to_die(member)]
        part = min(bonus, entry.bonus_cents)
        entry.bonus_cents -= part
        bonus -= part
        held, gone = Account.BONUS_HELD, Account.BONUS_SPENT
        post(journal, head, when, Cause.BONUS_SPEND, Unit.BONUS, held, gone, part, NONE, order, entry.top_up)
        _remember(member, remembered, order, Unit.BONUS, part, entry.top_up)
    find_bonus_day(member)


@kernel
def _first_to_die(member):
    """Place of the top-up with a bonus that dies first; of equals the oldest."""
    found = -1
    for place in range(member.head.stored):
        entry = member.stored[place]
        if entry.bonus_cents > 0 and (found < 0 or entry.bonus_dead_day < member.stored[found].bonus_dead_day):
            found = place
    return found


@kernel
def _remember(member, remembered, order, unit, amount, number):
    """Note what an order has used, so that it can go back there."""
    if amount > 0 and remembered:
        use = member.uses[member.head.uses]
        use.order = order
        use.unit = unit
        use.amount = amount
        use.lot = number
        use.earned_day = 0
        use.dead_day = 0
        use.own_dead_day = 0
        use.lot_order = NONE
        use.version = 0
        use.promotional = 0
        member.head.uses += 1


@kernel
def give_back_stored(member, journal, when, use, cents, order):
    """Principal or bonus of a returned order goes back to its top-up; a bonus that has died meanwhile stays dead."""
    head = member.head
    entry = member.stored[place_of_top_up(member, use.lot)]
    use.amount -= cents
    if use.unit == Unit.PRINCIPAL:
        entry.principal_cents += cents
        head.principal_cents += cents
        spent, held = Account.PRINCIPAL_SPENT, Account.PRINCIPAL_HELD
        post(journal, head, when, Cause.PRINCIPAL_RETURN, Unit.PRINCIPAL, spent, held, cents, NONE, order, use.lot)
        return
    spent = Account.BONUS_SPENT
    if entry.bonus_dead_day <= when[0]:
        entry.granted_cents -= cents
        gone = Account.BONUS_EXPIRED
        post(journal, head, when, Cause.BONUS_EXPIRE, Unit.BONUS, spent, gone, cents, NONE, order, use.lot)
        return
    # The money of a refunded top-up has gone back: its bonus stays only where it was charged for.
    kept = cents if entry.refunded == 0 else min(cents, entry.charged_cents)
    if entry.refunded == 1:
        entry.charged_cents -= kept
        entry.granted_cents -= cents - kept
    entry.bonus_cents += kept
    head.bonus_cents += kept
    find_bonus_day(member)
    held, back = Account.BONUS_HELD, Account.BONUS_TAKEN_BACK
    post(journal, head, when, Cause.BONUS_RETURN, Unit.BONUS, spent, held, kept, NONE, order, use.lot)
    post(journal, head, when, Cause.BONUS_TAKE_BACK, Unit.BONUS, spent, back, cents - kept, NONE, order, use.lot)


@kernel
def expire_bonus(member, journal, when):
    """Bonus whose time has come, top-up by top-up."""
    for place in range(member.head.stored):
        entry = member.stored[place]
        if entry.bonus_dead_day <= when[0]:
            _end_bonus(member, journal, when, entry, Cause.BONUS_EXPIRE, Account.BONUS_EXPIRED)
    find_bonus_day(member)


@kernel
def _end_bonus(member, journal, when, entry, cause, account):
    """All that is left of a bonus moves to where it ends."""
    part = entry.bonus_cents
    entry.bonus_cents = 0
    entry.granted_cents -= part
    member.head.bonus_cents -= part
    _move(journal, member.head, when, cause, Unit.BONUS, Account.BONUS_HELD, account, part, entry.top_up)


@kernel
def refund_top_up(rule, member, journal, when, entry):
    """Unspent principal goes back as money; unspent bonus is taken back, spent bonus charged if the policy says so.

    A refund charges what earlier ones had no principal left for. Returns the money that goes back.
    """
    head = member.head
    _end_bonus(member, journal, when, entry, Cause.BONUS_TAKE_BACK, Account.BONUS_TAKEN_BACK)
    back = entry.principal_cents
    charged = 0
    if rule.refund_bonus == RefundBonus.CHARGE_SPENT:
        charged = min(max(0, entry.granted_cents - entry.charged_cents), back)
    entry.charged_cents += charged
    entry.principal_cents = 0
    entry.refunded = 1
    head.principal_cents -= back
    number = entry.top_up
    charge, value = Account.CHARGED, Account.STORED_VALUE
    _move(journal, head, when, Cause.BONUS_CHARGED, Unit.MONEY, value, charge, charged, number)
    held, refunded = Account.PRINCIPAL_HELD, Account.PRINCIPAL_REFUNDED
    _move(journal, head, when, Cause.PRINCIPAL_OUT, Unit.PRINCIPAL, held, refunded, back, number)
    _move(journal, head, when, Cause.TOP_UP_RETURN, Unit.MONEY, value, Account.CASH, back - charged, number)
    find_bonus_day(member)
    return back - charged


@kernel
def close_stored(rule, member, journal, when):
    """The account is closed: every top-up is refunded."""
    for place in range(member.head.stored):
        refund_top_up(rule, member, journal, when, member.stored[place])
