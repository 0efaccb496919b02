"""A member's paid plan: fee at the start, renewal at the anchor day, lapse."""

from __future__ import annotations

from ledger.accounts import Account, Cause, Unit
from ledger.journal import NONE, post
from policies.calendar import add_months
from policies.kernel import kernel
from policies.rules import NEVER_DAY


@kernel
def start_plan(rule, head, journal, when, plan, order):
    """Book the first fee and seat the member in the plan."""
    head.plan = plan
    head.plan_anchor_day = when[0]
    head.plan_periods = 0
    head.plan_months = 0
    post(
        journal,
        head,
        when,
        Cause.PLAN_START,
        Unit.PLAN,
        Account.NO_PLAN,
        Account.PLAN_FIRST + plan,
        1,
        NONE,
        order,
    )
    _pay_period(rule, head, journal, when, order)


@kernel
def settle_plan(rule, head, journal, when):
    """At the anchor day: renew at today's price, or let the plan lapse."""
    if head.plan_renews == 1:
        _pay_period(rule, head, journal, when, NONE)
        return
    debit = Account.PLAN_FIRST + head.plan
    post(journal, head, when, Cause.PLAN_LAPSE, Unit.PLAN, debit, Account.NO_PLAN, 1, NONE, NONE)
    head.plan = 0
    head.plan_until_day = NEVER_DAY


@kernel
def _pay_period(rule, head, journal, when, order):
    """Book one fee. The end is counted from the anchor, so that 31 January stays a month's end.

    Paid months are added up, because a period may have another length in another version of the rules.
    """
    post(
        journal,
        head,
        when,
        Cause.PLAN_FEE,
        Unit.MONEY,
        Account.CASH,
        Account.FEES,
        rule.plan_price_cents[head.plan],
        NONE,
        order,
    )
    head.plan_periods += 1
    head.plan_months += rule.plan_period_months[head.plan]
    head.plan_until_day = add_months(head.plan_anchor_day, head.plan_months)
    head.plan_renews = rule.plan_auto_renew[head.plan]
