"""From winning members to what they bring, by the channel that brought them: acquisition, activation, retention,
referral, revenue.

Members count where they come from: whoever was referred counts with the channel of who stands at the root of the tree.
"""

from __future__ import annotations

import pandas as pd

from sim.figures.bottom_line import program_cost
from sim.figures.columns import Outcomes

EVERYBODY = "all"
"""Name of the row that sums over channels."""

COLUMNS = (
    "channel",
    "won",
    "cost_cents",
    "referred",
    "buyers",
    "repeaters",
    "active",
    "referrers",
    "revenue_cents",
    "margin_cents",
)


def funnel_table(outcomes: Outcomes, channels: tuple[str, ...]) -> pd.DataFrame:
    """One row a channel of acquisition, ``channels`` by their numbers, and one for all: sums of ``COLUMNS``.

    Won are members by themselves, referred those whom they brought in; buyers, repeaters, active and referrers count
    both. Revenue is money for goods and plans, margin what is left of the margin on goods after program cost, both in
    minor units.
    """
    rows = [_row(name, outcomes[outcomes["acquired"] == number]) for number, name in enumerate(channels)]
    rows.append(_row(EVERYBODY, outcomes))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(name: str, some: Outcomes) -> tuple:
    def total(field: str) -> int:
        return int(some[field].sum())

    return (
        name,
        some.size,
        total("acquisition_cents"),
        total("persons") - some.size,
        total("buyers"),
        total("repeaters"),
        total("active"),
        total("referrers"),
        total("cash_cents") + total("fees_cents"),
        total("margin_cents") - int(program_cost(some).sum()),
    )
