"""What a comparison hands to the screen, the notebook and the command line.

Money is in minor units of the program's currency, also where a mean makes it a float.
A *response* is how members react: "behavioural" with the scenario's effects, "mechanical"
with all effects off, so that only the rules' arithmetic differs between policies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ledger.laws import Law
from policies import Policy
from sim.figures.estimates import Estimate
from sim.figures.kpis import Kpi

__all__ = ["RESPONSES", "Comparison", "Estimate", "PairedDifference", "PolicyResult", "Reference", "Run"]

RESPONSES = ("behavioural", "mechanical")


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
    monthly: dict[str, np.ndarray]  # sums by month, int64 (months,): see MONTHLY in sim.figures.kpis
    tiers: np.ndarray  # members of each tier at each month's end, int64 (months, levels)
    laws: tuple[Law, ...]
    events: int  # events posted to the ledger
    transfers: int  # transfers the ledger booked
    capped: float | None = None  # share of occasions to buy at which the pull of all effects hit its cap
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)  # by name: see docs/results.md


@dataclass(frozen=True)
class PolicyResult:
    """A policy and its runs by response."""

    policy: Policy
    runs: dict[str, Run]

    @property
    def name(self) -> str:
        return self.policy.name


@dataclass(frozen=True)
class Reference:
    """The policy that is no program, against which returns are measured."""

    name: str
    digest: str
    compared: bool  # False: nobody named it; its members lived for this purpose alone
    laws: dict[str, tuple[Law, ...]]  # by response; empty if it is compared


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
    pairs: dict[str, pd.DataFrame] = field(default_factory=dict)  # by name: tables of two policies at a time
    reference: Reference | None = None  # None: nothing was asked about no program

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

    def table(self, name: str, response: str = "behavioural") -> pd.DataFrame:
        """A table of the runs or of pairs of policies by its name, the policy first: docs/results.md lists them.

        Tables of runs have one part a policy; those of pairs, "parts" (of both responses at once), "winners" and
        "attribution", one a candidate; "roi" and "roi_attribution" have one a program, unless
        there is no reference.

        Raises:
            KeyError: there is no table of that name.
        """
        if name in self.pairs:
            table = self.pairs[name]
            if "response" not in table:
                return table
            return table[table["response"] == response].drop(columns="response").reset_index(drop=True)
        parts = {result.name: result.runs[response].tables[name] for result in self.policies}
        # A part without rows must not decide what a column holds.
        filled = {policy: part for policy, part in parts.items() if len(part)} or parts
        return pd.concat(filled, names=["policy", None]).reset_index(level="policy").reset_index(drop=True)

    def law_failures(self) -> list[tuple[str, str, Law]]:
        """(policy, response, law) of every law that does not hold; empty is the only good answer."""
        books = [(result.name, response, run.laws) for result in self.policies for response, run in result.runs.items()]
        if self.reference:
            books += [(self.reference.name, response, laws) for response, laws in self.reference.laws.items()]
        return [(name, response, law) for name, response, laws in books for law in laws if not law.holds]
