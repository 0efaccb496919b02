"""What a policy file is told when it is wrong: every problem at once, each with the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_SHOWN_CHARACTERS = 60
_SHOWN_BITS = 128


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, which rule it breaks and what would be legal."""

    file: str
    key: str
    """Dotted path; a tier or a plan by its name, an unnamed row by its index. Empty: the file as a whole."""
    rule: str
    value: str = ""
    """The value as the file spells it; empty if there is none."""
    date: date | None = None
    """From which date the value rules, if it is dated."""
    example: str = ""
    """A line that is legal."""
    guess: str = ""
    """The nearest correct spelling."""

    def __str__(self) -> str:
        place = self.key + (f" = {self.value}" if self.value else "") + (f" (from {self.date})" if self.date else "")
        parts = [f"{self.file}: {place}: {self.rule}." if place else f"{self.file}: {self.rule}."]
        if self.guess:
            parts.append(f"Did you mean {self.guess}?")
        if self.example:
            parts.append(f"Example: {self.example}")
        return " ".join(parts)


class PolicyError(ValueError):
    """A policy that cannot be used. ``problems`` holds all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like ``word``; empty if none does."""
    by_folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def shown(value: Any) -> str:
    """A value as a TOML file spells it, shortened if it is long."""
    text = _spelled(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _SHOWN_BITS else "a huge number"
    if isinstance(value, str):
        return f'"{value}"' if value.isprintable() else ascii(value)
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else f"{value:f}".lower().replace("infinity", "inf")
    if isinstance(value, list):
        return "[" + ", ".join(_spelled(each) for each in value[:_SHOWN_CHARACTERS]) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_spelled(each)}" for key, each in value.items()) + " }"
    return str(value)
