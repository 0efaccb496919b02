"""What a policy file is told when it is wrong: every problem at once, each with the way out, in two languages.

A rule is written where it is broken, once, as a pair: ``says("must be {legal}", "必须是 {legal}", legal=...)``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_SHOWN_CHARACTERS = 60
_DECIMAL_BITS = 10_000
"""Longer integers are shown in hexadecimal: Python does not spell them out in decimal."""


@dataclass(frozen=True)
class Words:
    """The same words in English and Chinese."""

    en: str
    zh: str

    def text(self, language: str = "en") -> str:
        """The words in a language: ``"en"`` or ``"zh"``."""
        return self.zh if language == "zh" else self.en


def says(en: str, zh: str, **values: Any) -> Words:
    """Words with both templates filled; a value that is `Words` itself goes into each in its language."""
    return both(
        lambda language: (zh if language == "zh" else en).format(
            **{name: in_language(value, language) for name, value in values.items()}
        )
    )


def both(render: Callable[[str], str]) -> Words:
    """What ``render`` makes for each language."""
    return Words(render("en"), render("zh"))


def in_language(value: Any, language: str) -> Any:
    """`Words` in that language; anything else, such as a line of a file or a number, is the same in all of them."""
    return value.text(language) if isinstance(value, Words) else value


def listed(words: Iterable[Words | str]) -> Words:
    """Names side by side."""
    return _joined(words, Words(", ", "、"))


def either(choices: Iterable[Words | str]) -> Words:
    """Choices one of which is meant."""
    return _joined(choices, Words(" or ", " 或 "))


def _joined(parts: Iterable[Words | str], mark: Words) -> Words:
    found = list(parts)
    return both(lambda language: mark.text(language).join(in_language(each, language) for each in found))


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, which rule it breaks and what would be legal.

    Keys, values, guesses and lines of a file are the same in every language.
    """

    file: str
    key: str
    """Dotted path; a tier or a plan by its name, an unnamed row by its index. Empty: the file as a whole."""
    words: Words | str
    """The rule that is broken."""
    value: str = ""
    """The value as the file spells it; empty if there is none."""
    date: date | None = None
    """From which date the value rules, if it is dated."""
    example: Words | str = ""
    """A line that is legal."""
    guess: str = ""
    """The nearest correct spelling."""

    @property
    def rule(self) -> str:
        """The rule that is broken, in English."""
        return in_language(self.words, "en")

    def text(self, language: str = "en", place: str | None = None) -> str:
        """The whole message in a language: ``"en"`` or ``"zh"``.

        Args:
            language: of everything but keys, values and lines of a file.
            place: how to call what is wrong; file, key, value and date if absent.
        """
        frame = _FRAMES["zh" if language == "zh" else "en"]
        if place is None:
            since = frame.since.format(self.date) if self.date else ""
            value = f" = {self.value}" if self.value else ""
            place = frame.colon.join(each for each in (self.file, self.key + value + since) if each)
        parts = [f"{place}{frame.colon}{in_language(self.words, language)}{frame.stop}"]
        if self.guess:
            parts.append(frame.guess.format(self.guess))
        if self.example:
            parts.append(frame.example.format(in_language(self.example, language)))
        return frame.space.join(parts)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class _Frame:
    """How a message is put together in one language."""

    colon: str
    stop: str
    space: str
    since: str
    guess: str
    example: str


_FRAMES = {
    "en": _Frame(": ", ".", " ", " (from {})", "Did you mean {}?", "Example: {}"),
    "zh": _Frame("：", "。", "", "（自 {} 起）", "您是不是想写 {}？", "例如：{}"),
}


class ProblemError(ValueError):
    """Something of a user's that cannot be used. ``problems`` holds all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.text())

    def text(self, language: str = "en") -> str:
        """One line a problem, in a language: ``"en"`` or ``"zh"``."""
        return "\n".join(problem.text(language) for problem in self.problems)

    def __reduce__(self) -> tuple[type[ProblemError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class PolicyError(ProblemError):
    """A policy that cannot be used. ``problems`` holds all that is wrong with it."""


class Refusal(ValueError):
    """A value that its kind does not accept: the rule that it breaks and the nearest legal value, if there is one."""

    def __init__(self, words: Words, guess: str = "") -> None:
        super().__init__(words, guess)
        self.words = words
        self.guess = guess


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
        return str(value) if value.bit_length() <= _DECIMAL_BITS else hex(value)
    if isinstance(value, str):
        return f'"{value}"' if value.isprintable() else ascii(value)
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else f"{value:f}".lower().replace("infinity", "inf")
    if isinstance(value, list):
        return "[" + ", ".join(_spelled(each) for each in value[:_SHOWN_CHARACTERS]) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_spelled(each)}" for key, each in value.items()) + " }"
    return str(value)
