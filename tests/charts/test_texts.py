"""The catalogues say the same in every language, and the bundled font can draw it."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from texts import LANGUAGES, catalogue, language_of, t

ROOT = Path(__file__).parents[2]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_catalogues_have_the_same_keys_and_placeholders(language):
    english, other = catalogue("en"), catalogue(language)
    assert list(english) == list(other)
    assert {key for key in english if placeholders(english[key]) != placeholders(other[key])} == set()


def test_no_text_is_left_in_english():
    same = {key for key, text in catalogue("zh").items() if text == catalogue("en")[key] and text != ""}
    assert same == {"app.title"}


def test_chinese_texts_can_be_drawn_with_the_bundled_font():
    # The font has GB 2312, Latin letters and these marks; see static/make_font.py.
    other_marks = "\u00a0\u202f\u2212\u2192×–—·"
    for key, text in catalogue("zh").items():
        for character in text:
            drawn = ord(character) < 0x180 or character in other_marks or _in_gb2312(character)
            assert drawn, f"{key}: {character!r}"


def _in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def test_every_key_in_the_code_is_in_the_catalogue():
    folders = ("app_pages", "charts", "texts")
    sources = [ROOT / "app.py", ROOT / "cli.py", *(path for each in folders for path in (ROOT / each).glob("*.py"))]
    used = {key for path in sources for key in re.findall(r'\bt\(\s*"([^"{]+)"', path.read_text("utf-8"))}
    assert len(used) > 50
    assert used - set(catalogue("en")) == set()


@pytest.mark.parametrize("folder", ["charts", "texts"])
def test_charts_and_texts_know_no_screen(folder):
    for path in (ROOT / folder).glob("*.py"):
        assert "streamlit" not in path.read_text("utf-8"), path.name


def test_unknown_keys_are_errors():
    with pytest.raises(KeyError):
        t("no.such.key", "en")


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-CN", "zh"), ("zh_TW", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en")]
)
def test_language_follows_the_locale(locale, language):
    assert language_of(locale) == language
