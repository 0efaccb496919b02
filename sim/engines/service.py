"""What it costs to serve plan members, month by month of the period that a fee or a trial pays for."""

from __future__ import annotations

from finance.service import service_month_day
from policies.kernel import kernel
from sim.engines.counts import Count, month_of


@kernel
def serve_period(life, outcome, rule, plan, day):
    """Cost of the period that a fee pays for; a plan for life never ends."""
    month = 0
    while rule.plan_period_months[plan] == 0 or month < rule.plan_period_months[plan]:
        first = service_month_day(day, month)
        if first >= life.world.span.end_day:
            return
        book_service(life, outcome, rule.plan_cost_to_serve_cents[plan], first)
        month += 1


@kernel
def serve_free_period(life, outcome, rule, day):
    """Cost of a plan that has begun on a day without a fee."""
    head = life.member.head
    month = 0
    while service_month_day(day, month) < min(head.plan_until_day, life.world.span.end_day):
        book_service(life, outcome, rule.plan_cost_to_serve_cents[head.plan], service_month_day(day, month))
        month += 1


@kernel
def unserved(life, outcome, rule, plan, from_day, until_day, free, day):
    """Take back the cost of the months of a period that had not begun on the day on which its plan ended early."""
    month = 0
    while service_month_day(from_day, month) < min(until_day, life.world.span.end_day):
        if not free and rule.plan_period_months[plan] > 0 and month >= rule.plan_period_months[plan]:
            return
        first = service_month_day(from_day, month)
        if first >= day:
            book_service(life, outcome, -rule.plan_cost_to_serve_cents[plan], first)
        month += 1


@kernel
def book_service(life, outcome, cents, day):
    """Book the cost of a month on the day on which it begins."""
    outcome.service_cents += cents
    life.tally.counts[month_of(life.world, day), Count.SERVICE_CENTS] += cents
