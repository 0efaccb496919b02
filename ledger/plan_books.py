"""A member's paid plan: trial, fee, renewal at the anchor day, change, refund, lapse, benefits month by month."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.claw_books import claw_back
from ledger.gift_books import give, items_among, take_back_coupons
from ledger.journal import NONE, post
from ledger.loss_books import lose_what_it_brought, shrink
from ledger.reach_books import narrow
from ledger.tier_books import move_seat
from ledger.window_books import uncount_latest
from policies.calendar import add_months
from policies.choices import Metric, PlanRefund
from policies.kernel import kernel
from policies.plans import fee_cents, plan_refund_cents, unused_cents
from policies.rules import GIFT_PLAN, NEVER_DAY, PLAN_SLOTS


@kernel
def start_plan(rule, member, journal, when, plan, order, trial):
    """A plan begins with its first fee, or with the trial."""
    _no_benefits_yet(member, when[0])
    _enter(rule, member, journal, when, plan, order, trial, 0, True)


@kernel
def _enter(rule, member, journal, when, plan, order, trial, credit, refundable):
    """Seat the member in the plan; book the first fee less a credit, or begin with the trial.

    A credit that comes from a fee which is not refundable does not become so by a change of plan.
    """
    head = member.head
    head.plan = plan
    head.plan_anchor_day = when[0]
    head.plan_periods = 0
    head.plan_months = 0
    head.plan_on_trial = trial
    account = Account.PLAN_FIRST + plan
    post(journal, head, when, Cause.PLAN_START, Unit.PLAN, Account.NO_PLAN, account, 1, NONE, order, NONE)
    if trial == 1:
        head.trials |= 1 << plan
        head.plan_from_day = when[0]
        head.plan_until_day = when[0] + rule.plan_trial_days[plan]
        head.plan_renews = rule.plan_auto_renew[plan]
        head.plan_paid_cents = 0
    else:
        _pay_period(rule, head, journal, when, order)
        credited = min(credit, head.plan_paid_cents)
        if not refundable:
            head.plan_paid_cents -= credited
        fees, cash = Account.FEES, Account.CASH
        post(journal, head, when, Cause.PLAN_CREDIT, Unit.MONEY, fees, cash, credited, NONE, order, NONE)
    move_seat(rule, member, journal, when, order)
    # The benefits of a month come once, however often the plan is changed, given up and begun again in it.
    if head.plan_gifts == 0 or add_months(head.plan_gift_start_day, head.plan_gifts) <= when[0]:
        head.plan_gifts = 0
        head.plan_gift_start_day = when[0]
    head.plan_gift_day = NEVER_DAY
    if rule.gift_count[GIFT_PLAN + plan] > 0:
        head.plan_gift_day = add_months(head.plan_gift_start_day, head.plan_gifts)
        if head.plan_gift_day <= when[0]:
            give_benefits(rule, member, journal, when)


@kernel
def settle_plan(rule, member, journal, when):
    """At the end of the time paid for: renew at today's price, or let the plan lapse."""
    head = member.head
    if head.plan_renews == 0:
        end_plan(rule, member, journal, when)
        return
    if head.plan_on_trial == 1:
        head.plan_on_trial = 0
        head.plan_anchor_day = when[0]
    _no_benefits_yet(member, when[0])
    _pay_period(rule, head, journal, when, NONE)


@kernel
def end_plan(rule, member, journal, when):
    """The plan lapses, and with it the seat that it granted."""
    head = member.head
    debit = Account.PLAN_FIRST + head.plan
    post(journal, head, when, Cause.PLAN_LAPSE, Unit.PLAN, debit, Account.NO_PLAN, 1, NONE, NONE, NONE)
    head.plan = 0
    head.plan_until_day = NEVER_DAY
    head.plan_gift_day = NEVER_DAY
    move_seat(rule, member, journal, when, NONE)


@kernel
def change_plan(rule, member, journal, when, plan):
    """Leave a plan for another in mid-term: the unused days of the old one are taken off the new fee."""
    head = member.head
    credit = unused_cents(head.plan_paid_cents, head.plan_from_day, head.plan_until_day, when[0])
    debit = Account.PLAN_FIRST + head.plan
    post(journal, head, when, Cause.PLAN_LAPSE, Unit.PLAN, debit, Account.NO_PLAN, 1, NONE, NONE, NONE)
    refundable = rule.plan_refund[head.plan] != PlanRefund.NONE
    _enter(rule, member, journal, when, plan, NONE, 0, credit, refundable)


@kernel
def refund_plan(rule, member, journal, when):
    """The plan ends now: money goes back by its rule, and the benefits of the period that it was paid for."""
    head = member.head
    back = 0 if head.plan_on_trial == 1 else plan_refund_cents(rule, head, when[0])
    post(journal, head, when, Cause.PLAN_RETURN, Unit.MONEY, Account.FEES, Account.CASH, back, NONE, NONE, NONE)
    _take_benefits_back(rule, member, journal, when, back)
    end_plan(rule, member, journal, when)


@kernel
def _take_benefits_back(rule, member, journal, when, cash_cents):
    """Benefits of the running period go; if nothing of them stays, a new start brings them anew."""
    head = member.head
    last = GIFT_PLAN + PLAN_SLOTS - 1
    coupons = take_back_coupons(member, journal, when, GIFT_PLAN, last, NONE, head.plan_first_coupon)
    claim = head.plan_given_points
    _, _, withheld, unpaid = claw_back(rule, member, journal, when, claim, NONE, cash_cents)
    growth = shrink(member, journal, when, head.plan_given_growth, NONE)
    if rule.metric == Metric.GROWTH:
        uncount_latest(member, head.plan_since_day, growth)
        narrow(rule, head, head.plan_since_day, NEVER_DAY, growth)
    if unpaid == 0 and growth == head.plan_given_growth and coupons == head.plan_given_coupons:
        head.plan_gifts = 0
    lose_what_it_brought(rule, member, journal, when, NONE, cash_cents - withheld)


@kernel
def give_benefits(rule, member, journal, when):
    """The benefits of one month of the plan; the months are counted from its start."""
    head = member.head
    head.plan_gifts += 1
    head.plan_gift_day = add_months(head.plan_gift_start_day, head.plan_gifts)
    give(rule, member, journal, when, GIFT_PLAN + head.plan, NONE)
    points, growth, coupons = items_among(rule, GIFT_PLAN + head.plan)
    head.plan_given_points += points
    head.plan_given_growth += growth
    head.plan_given_coupons += coupons


@kernel
def _no_benefits_yet(member, day):
    """A period begins. What orders saved before has been paid for, even if they are returned later."""
    head = member.head
    for place in range(head.held_orders):
        member.orders[place].plan_benefit_cents = 0
    head.plan_since_day = day
    head.plan_benefit_cents = 0
    head.plan_first_coupon = head.next_coupon
    head.plan_given_points = 0
    head.plan_given_growth = 0
    head.plan_given_coupons = 0


@kernel
def _pay_period(rule, head, journal, when, order):
    """Book one fee. The end is counted from the anchor, so that 31 January stays a month's end.

    Paid months are added up, because a period may have another length in another version of the rules.
    """
    fee = fee_cents(rule, head.plan, head.intros)
    head.intros |= 1 << head.plan
    post(journal, head, when, Cause.PLAN_FEE, Unit.MONEY, Account.CASH, Account.FEES, fee, NONE, order, NONE)
    head.plan_periods += 1
    head.plan_months += rule.plan_period_months[head.plan]
    head.plan_from_day = when[0]
    head.plan_until_day = NEVER_DAY
    if rule.plan_period_months[head.plan] > 0:
        head.plan_until_day = add_months(head.plan_anchor_day, head.plan_months)
    head.plan_renews = rule.plan_auto_renew[head.plan]
    head.plan_paid_cents = fee
