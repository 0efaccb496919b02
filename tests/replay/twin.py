"""A replay and the naive twin, compared to the last point."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import accumulate

from naive_program import Account, Program, live

from sim.replay import Replay, members_csv, replay_json

Orders = Mapping[str, list[tuple[date, int]]]
"""Member -> (date, cents) in time order."""


def assert_equal_to_twin(result: Replay, program: Program, orders: Orders) -> None:
    """Totals, months, tiers and every member."""
    accounts = {
        member: live(program, [each for each in theirs if each[0] <= result.as_of], result.as_of)
        for member, theirs in orders.items()
        if theirs[0][0] <= result.as_of
    }
    assert _members(result) == {member: _row(result, account) for member, account in accounts.items()}
    told = replay_json(result)
    assert told["members"] == len(accounts)
    assert told["orders"] == sum(account.orders for account in accounts.values())
    counts = Counter(account.level for account in accounts.values())
    assert list(told["members_by_tier"].values()) == [counts[level] for level in range(len(program.levels))]

    flows = {
        name: sum((getattr(account, name) for account in accounts.values()), Counter())
        for name in ("issued", "redeemed", "redemptions", "expired")
    }
    months = list(told["by_month"])
    balances = accumulate(flows["issued"][m] - flows["redeemed"][m] - flows["expired"][m] for m in months)
    assert told["by_month"] == {
        month: {
            "issued_points": flows["issued"][month],
            "redeemed_points": flows["redeemed"][month],
            "redemptions": flows["redemptions"][month],
            "expired_points": flows["expired"][month],
            "outstanding_points": balance,
        }
        for month, balance in zip(months, balances, strict=True)
    }
    assert told["issued_points"] == flows["issued"].total()
    assert told["redeemed_points"] == flows["redeemed"].total()
    assert told["redemptions"] == flows["redemptions"].total()
    assert told["expired_points"] == flows["expired"].total()
    assert told["outstanding_points"] == sum(account.outstanding for account in accounts.values())
    assert [law["holds"] for law in told["laws"]] == [True] * 25


def _members(result: Replay) -> dict[str, dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(members_csv(result))))
    assert len({row["member"] for row in rows}) == len(rows)
    return {row.pop("member"): row for row in rows}


def _row(result: Replay, account: Account) -> dict[str, str]:
    row = {
        "tier": result.policy.level_names[account.level],
        "issued_points": account.issued.total(),
        "redeemed_points": account.redeemed.total(),
        "expired_points": account.expired.total(),
        "outstanding_points": account.outstanding,
    }
    return {name: str(value) for name, value in row.items()}
