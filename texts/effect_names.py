"""The words for doubt, and what the numbers that are in doubt mean: effects, groups of them, base parameters."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sim.doubt.draws import TOGETHER, Quantity
from sim.effects import EFFECTS, Effect
from texts import DEFAULT_LANGUAGE

_MEANINGS = {each.symbol: each.meaning for each in EFFECTS}


@cache
def _words(language: str) -> dict[str, Any]:
    """All words of one language."""
    return tomllib.loads((Path(__file__).parent / f"doubt_{language}.toml").read_text("utf-8"))


def say(key: str, language: str, **values: object) -> str:
    """The words of that key, "section.name", with their placeholders filled; KeyError if there are none."""
    section, name = key.split(".")
    return _words(language)[section][name].format(**values)


def effect_meaning(symbol: str, language: str) -> str:
    """What an effect or a group of effects says; KeyError if there is none of that symbol."""
    if symbol in TOGETHER:
        return say(f"group.{symbol}", language)
    return _MEANINGS[symbol] if language == DEFAULT_LANGUAGE else say(f"effect.{symbol}", language)


def effect_unit(effect: Effect, language: str) -> str:
    """In what the size of an effect is measured."""
    return say(f"effect_unit.{effect.unit.replace(' ', '_')}", language)


def quantity_name(quantity: Quantity, language: str) -> str:
    """An effect by symbol and meaning, a base parameter by segment and meaning."""
    if quantity.segment:
        meaning = say(f"base.{quantity.key}", language)
        return say("doubt.base", language, segment=quantity.segment, meaning=meaning)
    meaning = effect_meaning(quantity.key, language)
    return say("doubt.effect", language, symbol=quantity.key, meaning=meaning)
