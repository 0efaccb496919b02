"""Results for machines: JSON with nothing in it but the question and the answer.

No times, no thread counts: the same question gives the same bytes on the same machine and versions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from ledger.laws import Law
from policies import Policy
from sim.figures.results import Comparison, Estimate, PairedDifference, Reference, Run


def json_text(content: dict[str, Any]) -> str:
    """JSON as it goes into a file, keys in the order given."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """A whole comparison. Null stands for a figure that is undefined, and for the ends of an interval there is not."""
    return {
        "scenario": comparison.scenario,
        "scenario_digest": comparison.scenario_digest,
        "seed": comparison.seed,
        "members": comparison.members,
        "sampled": comparison.sampled,
        "months": list(comparison.months),
        "currency": comparison.currency,
        "minor_per_major": comparison.minor_per_major,
        "baseline": comparison.baseline.name,
        "reference": _reference(comparison.reference),
        "policies": [
            _policy(result.policy) | {"runs": {key: _run(run, result.policy) for key, run in result.runs.items()}}
            for result in comparison.policies
        ],
        "differences": [
            {"candidate": candidate, "response": response} | _difference(each)
            for (candidate, response), rows in comparison.differences.items()
            for each in rows
        ],
        "pairs": _tables(comparison.pairs),
    }


def run_json(head: dict[str, Any], policy: Policy, run: Run) -> dict[str, Any]:
    """One run; ``head`` says of what: scenario, its digest, seed, members, months, response."""
    return head | {"policy": _policy(policy), **_run(run, policy)}


def laws_json(laws: Sequence[Law]) -> list[dict[str, Any]]:
    """Conservation laws with both sides."""
    return [{"name": law.name, "left": law.left, "right": law.right, "holds": law.holds} for law in laws]


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "title": policy.title,
        "title_zh": policy.title_zh,
        "digest": policy.digest,
        "levels": list(policy.level_names),
    }


def _reference(reference: Reference | None) -> dict[str, Any] | None:
    return reference and {"name": reference.name, "digest": reference.digest, "compared": reference.compared}


def _run(run: Run, policy: Policy) -> dict[str, Any]:
    return {
        "kpis": {key: asdict(estimate) for key, estimate in run.kpis.items()},
        "monthly": {name: values.tolist() for name, values in run.monthly.items()},
        "tiers": {name: run.tiers[:, rank].tolist() for rank, name in enumerate(policy.level_names)},
        "events": run.events,
        "transfers": run.transfers,
        "capped": run.capped,
        "laws": laws_json(run.laws),
        "tables": _tables(run.tables),
    }


def _tables(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, list]]:
    """Tables column by column; null stands for what is missing."""
    return {name: {column: _cells(frame[column]) for column in frame.columns} for name, frame in tables.items()}


def _cells(column: pd.Series) -> list:
    return column.astype(object).where(column.notna(), None).tolist()


def _difference(row: PairedDifference) -> dict[str, Any]:
    difference: Estimate = row.difference
    return {
        "kpi": row.kpi.key,
        "unit": row.kpi.unit,
        "baseline": row.baseline,
        "value": row.candidate,
        "difference": difference.value,
        "low": difference.low,
        "high": difference.high,
        "verdict": row.verdict,
    }
