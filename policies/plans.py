"""Paid plans: what a period costs, what unused days are worth, what comes back when a plan is given up."""

from __future__ import annotations

from policies.arithmetic import proportion
from policies.choices import PlanRefund
from policies.kernel import kernel
from policies.pricing import has_bit
from policies.rules import NEVER_DAY, NO_LIMIT


@kernel
def fee_cents(rule, plan, intros):
    """Fee of the next period; the first of a plan may be cheaper for who has not paid it before (bits by plan)."""
    if rule.plan_intro_cents[plan] != NO_LIMIT and not has_bit(intros, plan):
        return rule.plan_intro_cents[plan]
    return rule.plan_price_cents[plan]


@kernel
def unused_cents(paid_cents, from_day, until_day, day):
    """The part of a fee that belongs to the days from `day` on; nothing of a plan for life."""
    if until_day == NEVER_DAY:
        return 0
    return proportion(paid_cents, until_day - day, until_day - from_day)


@kernel
def plan_refund_cents(rule, head, day):
    """What a member gets back who gives up the plan on a day; NO_LIMIT if the policy gives nothing back any more."""
    way = rule.plan_refund[head.plan]
    if way == PlanRefund.PRO_RATA:
        return unused_cents(head.plan_paid_cents, head.plan_from_day, head.plan_until_day, day)
    if way == PlanRefund.LESS_BENEFITS_USED:
        return max(0, head.plan_paid_cents - head.plan_benefit_cents)
    if way == PlanRefund.FULL_WITHIN and day < head.plan_from_day + rule.plan_refund_days[head.plan]:
        return head.plan_paid_cents
    return NO_LIMIT
