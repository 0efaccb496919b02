"""Replay: a real log of transactions through the production ledger, under any policy."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from ledger.batch import EventRefused, Flow, Posted, post_events
from ledger.events import EVENT, Kind
from ledger.laws import Law
from ledger.status import Status
from policies import Policy, Problem
from policies.currencies import Currency
from policies.days import date_of, day_of
from policies.earning import largest_order_cents, rule_on
from policies.errors import Words, both, says
from policies.rules import records
from sim.figures.report import laws_json
from sim.logs.log_file import LogError
from sim.logs.transaction_log import TransactionLog
from sim.runs.laws import refuse_broken

FIGURES = ("issued_points", "redeemed_points", "redemptions", "expired_points", "outstanding_points")
"""What is told of the whole replay and of each month."""

MEMBER_FIELDS = ("member", "tier", "issued_points", "redeemed_points", "expired_points", "outstanding_points")
"""What is told of each member."""


@dataclass(frozen=True)
class Replay:
    """A log under a policy, with the books closed on a day."""

    policy: Policy
    log: TransactionLog
    as_of: date
    orders: int
    orders_after: int
    """Orders of the log after the close; they were left out."""
    posted: Posted

    @property
    def members(self) -> int:
        """Members with an order up to the close."""
        return self.posted.accounts.size

    @property
    def laws(self) -> tuple[Law, ...]:
        """The conservation laws; all of them hold."""
        return self.posted.laws

    @property
    def members_by_tier(self) -> dict[str, int]:
        """Level's name -> members, lowest level first."""
        return dict(zip(self.policy.level_names, map(int, self.posted.members_by_tier), strict=True))

    @property
    def by_month(self) -> dict[str, dict[str, int]]:
        """Month ("2017-01") -> FIGURES, from the first order's month through that of the close."""
        flows = self.posted.by_month
        outstanding = (flows[:, Flow.ISSUED] - flows[:, Flow.REDEEMED] - flows[:, Flow.EXPIRED]).cumsum()
        rows = {}
        for number, (flow, left) in enumerate(zip(flows, outstanding, strict=True)):
            year, month = divmod(self.posted.first_month + number, 12)
            figures = (flow[Flow.ISSUED], flow[Flow.REDEEMED], flow[Flow.REDEMPTIONS], flow[Flow.EXPIRED], left)
            rows[f"{year:04d}-{month + 1:02d}"] = dict(zip(FIGURES, map(int, figures), strict=True))
        return rows

    @property
    def totals(self) -> dict[str, int]:
        """FIGURES of the whole replay."""
        return {each: int(self.posted.accounts[each].sum()) for each in FIGURES}


def replay(policy: Policy, log: TransactionLog, *, as_of: date | None = None, redeem_always: bool = False) -> Replay:
    """Send the orders of a log through the ledger, in time order, and close the books on a day.

    Everything due on or before ``as_of`` is booked; without it the books are closed on the day of the last
    order. Members join with their first order. ``redeem_always``: every order takes as many
    points as the policy allows before it earns any; otherwise none does.

    Raises:
        LogError: no order is on or before ``as_of``, or the ledger refuses one.
        sim.runs.laws.BrokenLaw: a conservation law does not hold.
    """
    as_of_day = int(log.orders.day.max()) if as_of is None else day_of(as_of)
    orders = log.orders[log.orders.day <= as_of_day]
    if orders.size == 0:
        first = date_of(log.orders.day.min())
        rule = says(
            "no order is on or before {close}; the first one is on {first}",
            "{close} 及之前没有订单；最早的订单在 {first}",
            close=as_of,
            first=first,
        )
        raise LogError([Problem(log.name, "", rule)])
    events = _purchases(orders)
    try:
        posted = post_events(policy.rules, events, as_of_day, redeem_always=redeem_always)
    except EventRefused as error:
        rule = _refusal(policy, events, error, redeem_always)
        where = says(
            'order "{order}" of member "{member}" on {day}: {rule}',
            '会员 "{member}" 于 {day} 的订单 "{order}"：{rule}',
            order=log.order_ids[orders.order[error.index]],
            member=log.members[orders.member[error.index]],
            day=date_of(orders.day[error.index]),
            rule=rule,
        )
        raise LogError([Problem(log.name, "", where)]) from error
    refuse_broken(posted.laws)
    return Replay(policy, log, date_of(as_of_day), orders.size, log.orders.size - orders.size, posted)


def _purchases(orders: np.recarray) -> np.recarray:
    """Orders as events, EVENT (n,)."""
    events = records(orders.size, EVENT)
    events.kind = Kind.PURCHASE
    for field in ("member", "day", "second", "order", "list_cents"):
        events[field] = orders[field]
    return events


def _refusal(policy: Policy, events: np.recarray, error: EventRefused, redeem_always: bool) -> Words:
    """Why the ledger refused an order, and what it would have taken."""
    if error.status == Status.AMOUNT_TOO_LARGE:
        currency = Currency(policy.currency)
        most = _largest_order(policy, events, error.index, redeem_always)
        return says(
            "is too large for these rules: its points or growth could not be counted exactly; "
            "at most {most} in the member's tier",
            "对这些规则而言数额过大，无法精确计算积分或成长值；该会员所在等级最多 {most}",
            most=both(partial(currency.text, most)),
        )
    if error.status == Status.AMOUNT_NEGATIVE:
        return says("its amount is less than zero", "金额小于零")
    if error.status == Status.EVENT_OUT_OF_ORDER:
        return says("it comes before an earlier one of the same member", "早于同一会员的前一笔订单")
    raise error


def _largest_order(policy: Policy, events: np.recarray, index: int, redeem_always: bool) -> int:
    """The largest list price that the ledger would have taken in place of an event's, minor units."""
    day = int(events.day[index])
    before = events[:index][events.member[:index] == events.member[index]]
    level = 0
    if before.size:
        level = int(post_events(policy.rules, before, day, redeem_always=redeem_always).accounts.tier[0])
    return int(largest_order_cents(rule_on(policy.rules, day), level, 0))


def replay_json(result: Replay) -> dict:
    """The result for machines, JSON-like, always in the same order."""
    return {
        "policy": result.policy.name,
        "policy_digest": result.policy.digest,
        "as_of": result.as_of.isoformat(),
        "members": result.members,
        "orders": result.orders,
        **result.totals,
        "members_by_tier": result.members_by_tier,
        "by_month": result.by_month,
        "laws": laws_json(result.laws),
    }


def members_csv(result: Replay) -> str:
    """One row a member, in the order of the log's member ids; the first line names the columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(MEMBER_FIELDS)
    levels = result.policy.level_names
    accounts = result.posted.accounts
    figures = (accounts[field].tolist() for field in MEMBER_FIELDS[2:])
    for member, tier, *row in zip(accounts.member.tolist(), accounts.tier.tolist(), *figures, strict=True):
        writer.writerow((result.log.members[member], levels[tier], *row))
    return out.getvalue()
