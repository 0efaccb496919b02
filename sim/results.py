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
from sim.kpis import Kpi

RESPONSES = ("behavioural", "mechanical")


@dataclass(frozen=True)
class Estimate:
    """A mean over members and its 95 % interval.

    The value is None where it is undefined (a share of nothing); so are both ends where nothing can be said
    about other members: these were written by hand, or there is one only.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PairedDifference:
    """Candidate minus baseline of one KPI, the same members under both.

    The verdict is "better", "worse" or "changed" (the KPI has no good direction); "unclear" if the interval holds
    zero; "same" if no member differs; "none" if the KPI is undefined under one of the two.
    """

    kpi: Kpi
    baseline: float | None
    candidate: float | None
    difference: Estimate
    verdict: str


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
    sampled: bool  # False if the members were written by hand and stand for nobody else: no intervals then
    months: tuple[str, ...]  # "2027-01"
    policies: tuple[PolicyResult, ...]  # the baseline first
    differences: dict[tuple[str, str], tuple[PairedDifference, ...]]  # by (candidate's name, response)

    @property
    def baseline(self) -> PolicyResult:
        return self.policies[0]

    @property
    def candidates(self) -> tuple[PolicyResult, ...]:
        return self.policies[1:]

    def difference(self, candidate_name: str, response: str, key: str) -> PairedDifference:
        """The difference of the KPI of that key under one response."""
        return next(each for each in self.differences[candidate_name, response] if each.kpi.key == key)

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
