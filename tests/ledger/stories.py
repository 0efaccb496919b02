"""Stories: what a member did, in lines that a shopkeeper can read, and what the ledger booked for it.

A line is a date and a deed: ``join``, ``buy 259.00``, ``buy 259.00 use 200``, ``start plan``, ``cancel``,
``renew``, or ``night`` (the books are brought to the morning of that day). The answer is one line a transfer,
``2027-01-02 earn 259: points_issued -> points_pending``, or ``2027-01-02 refused: below ...``.
"""

from __future__ import annotations

from datetime import date
from textwrap import dedent

from policies import Policy
from policies.days import date_of
from tests.ledger.lives import Compiled

POINTS = ("earn", "activate", "redeem", "expire")
TIERS = ("upgrade", "downgrade")
PLANS = ("plan_start", "plan_lapse", "plan_fee")
SALES = ("sale_cash", "sale_discount", "sale_points")


def booked(policy: Policy, story: str, *causes: str) -> list[str]:
    """What the story leaves in the journal: only transfers of these causes, all if none are named, and refusals."""
    return lines_of(lived(policy, story), causes)


def lived(policy: Policy, story: str) -> Compiled:
    """The member after the story. Refusals stand in ``transfers`` as (day, text)."""
    life = Compiled(policy)
    for number, line in enumerate(dedent(story).strip().splitlines()):
        when, deed, *rest = line.split()
        day = date.fromisoformat(when)
        if deed == "night":
            life.live_until(day)
            continue
        kind, what = _event(deed, rest, order=number)
        if (answer := life.happens(kind, day, number, **what)) != "ok":
            life.transfers.append((when, answer))
    return life


def _event(deed: str, rest: list[str], order: int) -> tuple[str, dict[str, int]]:
    if deed == "buy":
        points = int(rest[2]) if rest[1:] else 0
        return "purchase", {"order": order, "list_cents": int(rest[0].replace(".", "")), "redeem_points": points}
    if deed == "start":
        return "plan_start", {"plan": 1}
    return {"join": "join", "cancel": "plan_cancel", "renew": "plan_renew"}[deed], {}


def lines_of(life: Compiled, causes: tuple[str, ...] = ()) -> list[str]:
    """The journal as text."""
    lines = []
    for transfer in life.transfers:
        if len(transfer) == 2:
            lines.append(f"{transfer[0]} refused: {transfer[1]}")
            continue
        day, _, _, cause, _, debit, credit, amount, lot, _ = transfer
        if not causes or cause in causes:
            of = f" of lot {lot}" if lot >= 0 else ""
            lines.append(f"{date_of(day)} {cause} {amount}{of}: {debit} -> {credit}")
    return lines


def expected(text: str) -> list[str]:
    """The lines of an expectation."""
    return dedent(text).strip().splitlines()
