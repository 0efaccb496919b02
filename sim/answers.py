"""Effects, doubt, break-even and lift for machines: JSON with nothing in it but the question and the answer."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from policies import Policy
from sim.break_even import BreakEven
from sim.effects import EFFECTS
from sim.lift import BEST_ESTIMATE, ENVELOPE, FREQUENCY_MOST, Lift
from sim.scenario import Scenario
from sim.uncertainty import Doubt, Uncertainty


def effects_json() -> dict[str, Any]:
    """All effects with their sizes in every preset, ranges and evidence."""
    return {"effects": [asdict(each) for each in EFFECTS]}


def uncertainty_json(result: Uncertainty) -> dict[str, Any]:
    """All draws, and what they come to. Null stands for a figure that is undefined."""
    return _scenario(result.scenario) | {
        "seed": result.seed,
        "members": result.members,
        "draws": result.draws,
        "fitted_on": result.fitted_on,
        "baseline": _policy(result.baseline),
        "candidates": [_policy(each) for each in result.candidates],
        "currency": result.baseline.currency,
        "minor_per_major": result.baseline.minor_per_major,
        "quantities": [
            {"key": each.key, "segment": each.segment, "values": each.values.tolist()} for each in result.quantities
        ],
        "differences": [
            {"candidate": candidate} | _doubt(each) | {"influences": _influences(result, candidate, key)}
            for (candidate, key), each in result.doubts.items()
        ],
    }


def break_even_json(result: BreakEven) -> dict[str, Any]:
    """Where a candidate and the baseline come to the same, and the differences on the way there."""
    return _scenario(result.scenario) | {
        "seed": result.seed,
        "members": result.members,
        "baseline": _policy(result.baseline),
        "candidate": _policy(result.candidate),
        "kpi": result.kpi.key,
        "effect": result.effect.symbol,
        "assumed": result.assumed,
        "verdict": result.verdict,
        "unclear": result.unclear,
        "crossings": [asdict(each) for each in result.crossings],
        "ahead": [list(each) for each in result.ahead],
        "sizes": [
            {"size": float(size)} | asdict(each) for size, each in zip(result.sizes, result.differences, strict=True)
        ],
        "members_per_arm": result.members_per_arm,
    }


def lift_json(result: Lift) -> dict[str, Any]:
    """What a program adds in five years, and what was ever measured."""
    return _scenario(result.scenario) | {
        "seed": result.seed,
        "members": result.members,
        "policy": _policy(result.policy),
        "effects": result.effects,
        "total": asdict(result.total),
        "frequency": asdict(result.frequency),
        "churn": asdict(result.churn),
        "together": result.together,
        "capped": result.capped,
        "verdict": result.verdict,
        "clear": result.clear,
        "frequency_share": result.frequency_share,
        "envelope": list(ENVELOPE),
        "best_estimate": BEST_ESTIMATE,
        "frequency_share_most": FREQUENCY_MOST,
    }


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {"scenario": scenario.name, "scenario_digest": scenario.digest}


def _policy(policy: Policy) -> dict[str, Any]:
    return {"name": policy.name, "digest": policy.digest}


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {
        "kpi": doubt.kpi.key,
        "unit": doubt.kpi.unit,
        "median": doubt.median,
        "low": doubt.low,
        "high": doubt.high,
        "better": doubt.better,
        "better_error": doubt.better_error,
        "same": doubt.same,
        "parameter_sd": doubt.parameter_sd,
        "luck_sd": doubt.luck_sd,
        "values": [None if math.isnan(each) else each for each in doubt.differences.tolist()],
        "luck": [None if math.isnan(each) else each for each in doubt.luck.tolist()],
    }


def _influences(result: Uncertainty, candidate: str, key: str) -> list[dict[str, Any]]:
    return [
        {
            "key": each.quantity.key,
            "segment": each.quantity.segment,
            "correlation": each.correlation,
            "share": each.share,
            "at_low": each.at_low,
            "at_high": each.at_high,
            "flips": each.flips,
        }
        for each in result.influences(candidate, key)
    ]
