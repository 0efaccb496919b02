"""Every sentence people read, in every language, kept apart from the code that shows it.

A catalogue is one TOML file a language. Keys are dotted; ``{name}`` marks a placeholder.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "简体中文"}
"""Language code to its own name."""

DEFAULT_LANGUAGE = "en"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Dotted key to text of one language; KeyError for a language that is not in `LANGUAGES`."""
    if language not in LANGUAGES:
        raise KeyError(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
    source = Path(__file__).parent / f"{language}.toml"
    return dict(_flat(tomllib.loads(source.read_text("utf-8"))))


def t(key: str, language: str, **values: object) -> str:
    """The text of that key with its placeholders filled; KeyError if no catalogue has the key."""
    text = catalogue(language).get(key)
    if text is None:
        text = catalogue(DEFAULT_LANGUAGE)[key]
    return text.format(**values) if values else text


def language_of(locale: str | None) -> str:
    """The language for a browser's or system's locale: "zh-CN" is "zh"; unknown ones get the default."""
    code = (locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else DEFAULT_LANGUAGE


def _flat(tree: dict, prefix: str = ""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
