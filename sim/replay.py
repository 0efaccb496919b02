"""Replay: a real log of transactions through the production ledger, under any policy."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

import numpy as np

from ledger.batch import Flow, Posted, post_events
from ledger.events import EVENT, Kind
from ledger.laws import Law
from policies import Policy
from policies.calendar import date_of, day_of
from policies.rules import records
from sim.report import laws_json
from sim.transaction_log import LogError, TransactionLog

FIGURES = ("issued_points", "redeemed_points", "redemptions", "expired_points", "outstanding_points")
"""What is told of the whole replay and of each month."""

MEMBER_FIELDS = ("member", "tier", "issued_points", "redeemed_points", "expired_points", "outstanding_points")
"""What is told of each member."""


class BrokenLaw(RuntimeError):
    """The books do not add up: nothing of the run may be used."""

    def __init__(self, laws: list[Law]) -> None:
        self.laws = laws
        super().__init__("\n".join(f"{law.name}: {law.left} is not {law.right}" for law in laws))


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
        LogError: no order is on or before ``as_of``.
        BrokenLaw: a conservation law does not hold.
    """
    as_of_day = int(log.orders.day.max()) if as_of is None else day_of(as_of)
    orders = log.orders[log.orders.day <= as_of_day]
    if orders.size == 0:
        first = date_of(log.orders.day.min())
        raise LogError(f"{log.name}: no order is on or before {as_of}; the first one is on {first}.")
    posted = post_events(policy.rules, _purchases(orders), as_of_day, redeem_always=redeem_always)
    broken = [law for law in posted.laws if not law.holds]
    if broken:
        raise BrokenLaw(broken)
    return Replay(policy, log, date_of(as_of_day), orders.size, log.orders.size - orders.size, posted)


def _purchases(orders: np.recarray) -> np.recarray:
    """Orders as events, EVENT (n,)."""
    events = records(orders.size, EVENT)
    events.kind = Kind.PURCHASE
    for field in ("member", "day", "second", "order", "list_cents"):
        events[field] = orders[field]
    return events


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
