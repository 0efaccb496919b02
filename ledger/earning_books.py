"""What an event earns: the parts it wants, what caps leave of them, and their credit."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.gift_books import give, items_among
from ledger.journal import NONE, add_part, post
from ledger.point_books import credit
from policies.choices import Per, Trigger
from policies.earning import points_of_lines
from policies.expiry import active_day
from policies.kernel import kernel
from policies.limits import period_number
from policies.pricing import has_bit
from policies.rules import EARN_MOST, GIFT_EARN, NO_LIMIT


@kernel
def want_order_points(rule, member, journal, order):
    """Points for the amount of an order, and what each campaign adds to them."""
    base = points_of_lines(rule, order, member.lines, 0)
    add_part(journal, Cause.EARN, NONE, base, 0)
    if order.campaigns == 0:
        return
    before = base
    for campaign in range(rule.campaigns):
        if has_bit(order.campaigns, campaign):
            after = points_of_lines(rule, order, member.lines, campaign + 1)
            add_part(journal, Cause.EARN_CAMPAIGN, campaign, after - before + rule.campaign_points[campaign], 1)
            before = after


@kernel
def is_due(rule, row, ordinal):
    """Whether a row rewards the how-many-th order this is; 0: none that counts."""
    if rule.earn_trigger[row] == Trigger.FIRST_ORDER:
        return ordinal == 1
    return rule.earn_trigger[row] == Trigger.NTH_ORDER and ordinal > 0 and ordinal % rule.earn_every[row] == 0


@kernel
def want_fixed_points(rule, journal, ordinal):
    """Points for being the first or the nth order."""
    for row in range(rule.earn_rows):
        if is_due(rule, row, ordinal):
            add_part(journal, Cause.EARN_FIXED, row, rule.earn_points[row], 1)


@kernel
def want_referred_points(rule, journal, at_join):
    """Points for having been referred."""
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] == Trigger.REFERRAL and rule.earn_at_join[row] == at_join:
            add_part(journal, Cause.EARN_REFERRAL, row, rule.earn_referred[row], 1)


@kernel
def cap_parts(rule, member, journal, when, order, is_order):
    """Cut what an event earns to what the caps leave, from the last part backwards, and note what was cut."""
    for cap in range(rule.caps):
        if rule.cap_per[cap] == Per.ORDER and not is_order:
            continue
        room = max(0, rule.cap_points[cap] - _used(rule, member, cap, when[0]))
        total = _sum_of_parts(journal)
        if total > room:
            cut = total if rule.cap_reject[cap] == 1 else total - room
            noted, account = Account.NOTED, Account.CAP_CUT
            post(journal, member.head, when, Cause.CAP, Unit.NOTE, noted, account, cut, NONE, order, cap)
            for place in range(journal.fill.parts - 1, -1, -1):
                part = min(cut, journal.fill.paper[place].points)
                journal.fill.paper[place].points -= part
                cut -= part
    total = _sum_of_parts(journal)
    if total > 0:
        for cap in range(rule.caps):
            if rule.cap_per[cap] != Per.ORDER:
                use_counter(member, EARN_MOST + cap, period_number(rule.cap_per[cap], when[0]), total)


@kernel
def _used(rule, member, cap, day):
    """What was earned under a cap in the period of a day."""
    per = rule.cap_per[cap]
    return 0 if per == Per.ORDER else used_of(member, EARN_MOST + cap, period_number(per, day))


@kernel
def _sum_of_parts(journal):
    total = 0
    for place in range(journal.fill.parts):
        total += journal.fill.paper[place].points
    return total


@kernel
def used_of(member, place, period):
    """What a counter stands at in a period."""
    counter = member.counters[place]
    return counter.used if counter.period == period else 0


@kernel
def use_counter(member, place, period, amount):
    """Count an amount in a period; an earlier period is forgotten."""
    counter = member.counters[place]
    if counter.period != period:
        counter.period = period
        counter.used = 0
    counter.used += amount


@kernel
def within_limit(member, place, limit, per, day):
    """Whether one more use fits a limit."""
    return limit == NO_LIMIT or used_of(member, place, period_number(per, day)) < limit


@kernel
def credit_parts(rule, member, journal, when, order):
    """Credit what the caps have left, part by part. Returns (points for the amount, other points)."""
    earned = 0
    other = 0
    for place in range(journal.fill.parts):
        part = journal.fill.paper[place]
        if part.cause == Cause.EARN or part.cause == Cause.EARN_CAMPAIGN:
            earned += part.points
        else:
            other += part.points
        waits = part.cause != Cause.EARN_REFERRAL and part.cause != Cause.EARN_ACTIVITY
        active = active_day(rule, when[0]) if waits else when[0]
        credit(rule, member, journal, when, part.cause, part.points, active, part.promotional, order, part.which)
    return earned, other


@kernel
def give_for_order(rule, member, journal, when, order, ordinal, referred):
    """Gifts of the first or nth order, then for having been referred. Notes in the order what they were."""
    for row in range(rule.earn_rows):
        if is_due(rule, row, ordinal):
            _give_row(rule, member, journal, when, order, row)
    if referred:
        for row in range(rule.earn_rows):
            if rule.earn_trigger[row] == Trigger.REFERRAL and rule.earn_at_join[row] == 0:
                _give_row(rule, member, journal, when, order, row)


@kernel
def _give_row(rule, member, journal, when, order, row):
    """The gifts of one row."""
    give(rule, member, journal, when, GIFT_EARN + row, order.order)
    points, growth, coupons = items_among(rule, GIFT_EARN + row)
    order.fixed_points += points
    order.gift_points += points
    order.fixed_growth += growth
    order.gift_coupons += coupons
