"""The market of the ladder, cut to any length and with any buyers, and what its members did order by order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from ledger.events import Kind
from policies import Policy, edit, load_policy
from sim.effects import preset
from sim.run import Simulation, simulate
from sim.scenario import Scenario, load_scenario

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "behaviour.md"
WEEK = 7
YEAR = 52 * WEEK
FIVE_YEARS = 5 * YEAR

CDNOW = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
"""Pareto/NBD of the CDNOW customers (Fader, Hardie, Lee 2005)."""

NOBODY_LEAVES = {"s": 1.5, "beta": 1e9}
"""Pareto/NBD in which a lifetime is a matter of a million years."""


def market(days: int = FIVE_YEARS, **purchase: float) -> Scenario:
    """The ladder's population over so many days, perhaps with other parameters of Pareto/NBD."""
    scenario = load_scenario(HERE / "retail_weekly.toml")
    horizon = scenario.content.horizon
    longer = horizon.model_copy(update={"through": horizon.start + timedelta(days=days - 1)})
    scenario = Scenario(scenario.name, scenario.content.model_copy(update={"horizon": longer}))
    return scenario.varied(segments={"customers": purchase}) if purchase else scenario


def program(name: str, changes: Mapping[str, object] | None = None) -> Policy:
    """A program of the ladder, perhaps with other values."""
    policy = load_policy(HERE / f"{name}.toml")
    return edit(policy, dict(changes)) if changes else policy


def only(**sizes: float) -> dict[str, float]:
    """All effects off but these."""
    return preset("null") | sizes


def central(**sizes: float) -> dict[str, float]:
    """The central sizes but for these, and nobody brings friends."""
    return preset("central") | {"rate_ref": 0.0} | sizes


class Orders:
    """Orders of a run, by member and in order of time."""

    def __init__(self, scenario: Scenario, policy: Policy, members: int, effects: Mapping[str, float]) -> None:
        parts = []
        self.run: Simulation = simulate(
            scenario, policy, members=members, effects=effects, keep_events=lambda events, _: parts.append(events)
        )
        events = np.concatenate(parts)
        rows = events[events["kind"] == Kind.PURCHASE]
        self.members = members
        self.member: np.ndarray = rows["member"]
        self.days: np.ndarray = rows["day"] - scenario.first_day + rows["second"] / 86_400
        """Moment since the start of the run, days."""
        self.list_cents: np.ndarray = rows["list_cents"]
        self.redeem_points: np.ndarray = rows["redeem_points"]

    def number(self) -> np.ndarray:
        """How-manieth order of its member each one is, from 0, int64 (orders,)."""
        first = np.searchsorted(self.member, np.arange(self.members))
        return np.arange(self.member.size) - first[self.member]

    def spending(self) -> np.ndarray:
        """List price of all orders by member, minor units, int64 (members,)."""
        return np.bincount(self.member, self.list_cents, minlength=self.members).astype(np.int64)


def as_told(rung: str, measured: Sequence[float], row: int = 0) -> None:
    """Assert that docs/behaviour.md says in a row of a rung what was measured, to within one of the last digit."""
    rows, name = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 6:
            name = cells[0] or name
            rows += [cells[4]] * (name == rung)
    texts = re.findall(r"[+−]?\d[\d,]*(?:\.\d+)?", rows[row])
    assert len(texts) == len(measured), rows[row]
    for text, seen in zip(texts, measured, strict=True):
        decimals = len(text.partition(".")[2])
        told = float(text.replace("−", "-").replace(",", "").replace("+", ""))
        assert abs(seen - told) <= 10.0**-decimals, f"{rung}: {rows[row]!r}, but seen {seen:.4f}"
