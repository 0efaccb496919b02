"""What is said beside the answer: limits of the model, and what was used up."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sim.figures.results import Comparison
from texts.notes import comparison_notes, run_notes


def _with_lift(comparison: Comparison, value: float) -> Comparison:
    row = {"policy": "soft_landing", "response": "behavioural", "figure": "lift"}
    roi = pd.DataFrame([row | {"value": value, "low": value - 0.02, "high": value + 0.02}])
    return replace(comparison, pairs={"roi": roi})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "the 30\u202f% that whole programs were found to add within five years: Soft landing 31.0\u202f% [",
        ),
        ("zh", "整个会员计划五年内至多 30% 的增幅：「四级会员 · 软着陆」31.0% [29.0,\u00a033.0]。"),
    ],
)
def test_more_lift_than_was_ever_found_is_said(comparison: Comparison, language: str, words: str) -> None:
    (note,) = comparison_notes(_with_lift(comparison, 0.31), language)
    assert words in note
    assert comparison_notes(_with_lift(comparison, 0.29), language) == []
    assert comparison_notes(replace(_with_lift(comparison, 0.31), sampled=False), language) == []
    assert comparison_notes(comparison, language) == []


def test_effects_at_their_cap_are_said_above_one_in_a_hundred(comparison: Comparison) -> None:
    run = comparison.baseline.runs["behavioural"]
    assert run_notes(replace(run, capped=0.01), "Mine", "en") == []
    (note,) = run_notes(replace(run, capped=0.015), "Mine", "en")
    assert note.startswith("Mine: at 1.5\u202f% of the occasions to buy")


def test_what_is_used_up_is_said_with_its_time(comparison: Comparison) -> None:
    rows = [("campaign", "double points", "2027-11-11", 36_059), ("reward", "mug", "2028-01-02", 0)]
    table = pd.DataFrame(rows, columns=["kind", "name", "date", "second"])
    run = replace(comparison.baseline.runs["behavioural"], tables={"used_up": table})
    assert run_notes(run, "Mine", "en") == [
        "Mine: the budget of campaign double points was used up on 2027-11-11 at 10:00.",
        "Mine: reward mug was sold out on 2028-01-02 at 00:00.",
    ]
    assert "2028-01-02 00:00 兑完" in run_notes(run, "Mine", "zh")[1]
