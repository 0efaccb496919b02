"""What a comparison hands to the screen, the notebook and the command line.

Money is in minor units of the program's currency, also where a mean makes it a float.
A *response* is how members react: "behavioural" with the scenario's effects, "mechanical"
with all effects off, so that only the rules' arithmetic differs between policies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledger.laws import Law
from policies import Policy
from sim.kpis import KPIS, Kpi

RESPONSES = ("behavioural", "mechanical")


@dataclass(frozen=True)
class Estimate:
    """A mean over members and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PairedDifference:
    """Candidate minus baseline of one KPI, the same members under both."""

    kpi: Kpi
    baseline: float
    candidate: float
    difference: Estimate
    verdict: str  # "better", "worse", "unclear" (interval holds zero) or "changed" (the KPI has no good direction)


@dataclass(frozen=True)
class Run:
    """One policy lived through by the whole population under one response."""

    kpis: dict[str, Estimate]  # by Kpi.key
    monthly: dict[str, np.ndarray]  # sums by month, int64 (months,): see MONTHLY in sim.kpis
    tiers: np.ndarray  # members of each tier at each month's end, int64 (months, levels)
    laws: tuple[Law, ...]
    events: int  # events posted to the ledger
    transfers: int  # transfers the ledger booked


@dataclass(frozen=True)
class PolicyResult:
    """A policy and its runs by response."""

    policy: Policy
    runs: dict[str, Run]

    @property
    def name(self) -> str:
        return self.policy.name


@dataclass(frozen=True)
class Comparison:
    """Baseline and candidates on the same members with the same luck."""

    scenario: str
    scenario_title: str
    scenario_title_zh: str
    scenario_digest: str
    currency: str
    minor_per_major: int
    seed: int
    members: int
    months: tuple[str, ...]  # "2027-01"
    policies: tuple[PolicyResult, ...]  # the baseline first
    differences: dict[tuple[str, str], tuple[PairedDifference, ...]]  # by (candidate's name, response)

    @property
    def baseline(self) -> PolicyResult:
        return self.policies[0]

    @property
    def candidates(self) -> tuple[PolicyResult, ...]:
        return self.policies[1:]

    def difference_table(self, response: str = "behavioural") -> pd.DataFrame:
        """One row a candidate and KPI: candidate, kpi, unit, baseline, value, difference, low, high, verdict."""
        rows = [
            {
                "candidate": candidate.name,
                "kpi": each.kpi.key,
                "unit": each.kpi.unit,
                "baseline": each.baseline,
                "value": each.candidate,
                "difference": each.difference.value,
                "low": each.difference.low,
                "high": each.difference.high,
                "verdict": each.verdict,
            }
            for candidate in self.candidates
            for each in self.differences[candidate.name, response]
        ]
        return pd.DataFrame(rows)

    def monthly_table(self, response: str = "behavioural") -> pd.DataFrame:
        """One row a policy and month, one column a measure."""
        frames = []
        for result in self.policies:
            frame = pd.DataFrame(result.runs[response].monthly)
            frame.insert(0, "month", self.months)
            frame.insert(0, "policy", result.name)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def tier_table(self, response: str = "behavioural") -> pd.DataFrame:
        """One row a policy, month and tier: policy, month, tier, rank, members, share."""
        rows = []
        for result in self.policies:
            counts = result.runs[response].tiers
            for month, row in zip(self.months, counts, strict=True):
                total = max(1, int(row.sum()))
                for rank, (level, members) in enumerate(zip(result.policy.level_names, row, strict=True)):
                    rows.append((result.name, month, level, rank, int(members), int(members) / total))
        return pd.DataFrame(rows, columns=["policy", "month", "tier", "rank", "members", "share"])

    def law_failures(self) -> list[tuple[str, str, Law]]:
        """(policy, response, law) of every law that does not hold; empty is the only good answer."""
        return [
            (result.name, response, law)
            for result in self.policies
            for response, run in result.runs.items()
            for law in run.laws
            if not law.holds
        ]


def kpi_by_key(key: str) -> Kpi:
    """The KPI of that key; KeyError if there is none."""
    return next(each for each in KPIS if each.key == key)
