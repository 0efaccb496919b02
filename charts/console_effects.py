"""All effects as plain text for a terminal."""

from __future__ import annotations

from charts.terminal import folded, text_table
from sim.effects import EFFECTS
from texts.doubt import size_text
from texts.effect_names import effect_meaning, effect_unit, say


def effects_text(language: str) -> str:
    """One line an effect: symbol, grade, size, range, unit and meaning, which is long and so comes last."""
    header = [say(f"effects.{key}", language) for key in ("symbol", "grade", "central", "range", "unit", "meaning")]
    rows = [
        (
            each.symbol,
            each.grade,
            size_text(each.central),
            say("effects.from_to", language, low=size_text(each.low), high=size_text(each.high)),
            effect_unit(each, language),
            effect_meaning(each.symbol, language),
        )
        for each in EFFECTS
    ]
    return f"{text_table(header, rows, left=len(header))}\n\n{folded(say('effects.more', language))}"
