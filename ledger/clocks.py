"""When something falls due: the clocks that a version of the rules sets going, and the next night of a member."""

from __future__ import annotations

from ledger.lots import first_dead_day
from ledger.point_books import set_inactive_day
from ledger.tier_books import start_month
from policies.calendar import add_months, civil_from_day, day_from_civil, days_in_month, year_of, year_start
from policies.choices import LeapDay
from policies.expiry import has_inactivity, inactive_day
from policies.kernel import kernel
from policies.rules import GIFT_BIRTHDAY, GIFT_PLAN, GIFT_WIN_BACK, GIFT_YEAR_END, NEVER_DAY
from policies.tiers import month_start_after


@kernel
def set_clocks(rules, rule, head, after_day):
    """Set every clock by the rules of a version to what falls due after a day."""
    had_inactivity = head.version >= 0 and has_inactivity(rules[head.version])
    head.version = rule.version
    head.version_day = NEVER_DAY
    if rule.version + 1 < rules.size:
        head.version_day = rules[rule.version + 1].effective_day
    if not has_inactivity(rule):
        set_inactive_day(rule, head, NEVER_DAY)
    elif not had_inactivity or rule.switch == 1:
        set_inactive_day(rule, head, inactive_day(rule, max(after_day, head.joined_day)))
    head.decay_day = next_decay(rule, after_day)
    head.birthday_day = next_birthday(rule, head, after_day)
    head.year_end_day = next_year_end(rule, after_day)
    back = head.last_order_day + rule.win_back_days
    waits = rule.win_back_days > 0 and rule.gift_count[GIFT_WIN_BACK] > 0
    head.win_back_day = back if waits and back > after_day else NEVER_DAY
    _set_plan_gifts(rule, head, after_day)
    start_month(rule, head, after_day)


@kernel
def _set_plan_gifts(rule, head, after_day):
    """The next month of the plan whose benefits are still to come."""
    head.plan_gift_day = NEVER_DAY
    if head.plan > 0 and rule.gift_count[GIFT_PLAN + head.plan] > 0:
        head.plan_gifts = 0
        while add_months(head.plan_gift_start_day, head.plan_gifts) <= after_day:
            head.plan_gifts += 1
        head.plan_gift_day = add_months(head.plan_gift_start_day, head.plan_gifts)


@kernel
def next_decay(rule, day):
    """First of the next month, or 1 January, on which growth decays."""
    if rule.decay_months == 0:
        return NEVER_DAY
    return month_start_after(day) if rule.decay_months == 1 else year_start(year_of(day) + 1)


@kernel
def next_birthday(rule, head, day):
    """The next birthday after a day, if it is known and something is given."""
    if rule.gift_count[GIFT_BIRTHDAY] == 0 or head.birth_month == 0:
        return NEVER_DAY
    year = year_of(day)
    this_year = _birthday_in(rule, head, year)
    return this_year if this_year > day else _birthday_in(rule, head, year + 1)


@kernel
def _birthday_in(rule, head, year):
    """The day on which a birthday is kept in a year."""
    if head.birth_day > days_in_month(year, head.birth_month):
        return day_from_civil(year, 3, 1) if rule.leap_day == LeapDay.MAR_1 else day_from_civil(year, 2, 28)
    return day_from_civil(year, head.birth_month, head.birth_day)


@kernel
def next_year_end(rule, day):
    """The next 31 December after a day, if something is given."""
    if rule.gift_count[GIFT_YEAR_END] == 0:
        return NEVER_DAY
    year, month, day_of_month = civil_from_day(day)
    return year_start(year + (2 if month == 12 and day_of_month == 31 else 1)) - 1


@kernel
def find_due_day(member):
    """Note the next day on which a night has something to do."""
    head = member.head
    points = min(min(head.next_active_day, first_dead_day(member)), min(head.inactive_day, head.bonus_day))
    coupon = member.coupons[0].until_day if head.coupons > 0 else NEVER_DAY
    plan = min(min(head.plan_until_day, head.plan_gift_day), coupon)
    tier = min(min(head.upgrade_day, head.review_day), min(head.fall_day, head.month_day))
    gift = min(min(head.birthday_day, head.year_end_day), min(head.win_back_day, head.decay_day))
    head.due_day = min(min(points, plan), min(min(tier, gift), head.version_day))
