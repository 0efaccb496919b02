"""What differs between two policies."""

from __future__ import annotations

from typing import NamedTuple

from policies.declare import Parameter, Section
from policies.document import Path
from policies.errors import Words
from policies.parameters import HEADER, ROOT, capital, spelled
from policies.policy import Policy
from policies.sheet import ABSENT, row_sentence, value_text

_NO_ROW = Words("", "")


class Difference(NamedTuple):
    """One value that is not the same in two policies."""

    path: str
    title: str
    """The parameter, with the tier or plan it is about: "Enter at · Silver"."""
    title_zh: str
    before: str
    after: str


def differences(a: Policy, b: Policy, language: str = "en") -> list[Difference]:
    """Values that differ from ``a`` to ``b``, in the order of the rule sheet, for a reader of ``language``.

    A value that one of them does not have, or does not read, is a dash there; a tier or plan that only one of them
    has is one difference. Titles and references do not count.
    """
    found = [
        Difference(key, HEADER.parameters[key].title, HEADER.parameters[key].title_zh, before, after)
        for key, before, after in (("currency", a.currency, b.currency), ("time_zone", a.time_zone, b.time_zone))
        if before != after
    ]
    _compare(a, b, ROOT, (), _NO_ROW, language, found)
    return found


def _compare(
    a: Policy, b: Policy, section: Section, path: Path, row: Words, language: str, found: list[Difference]
) -> None:
    """Append what differs in one table or row, then in the tables inside it. ``row``: name of the tier or plan."""
    for key, parameter in section.parameters.items():
        here = (*path, key)
        before, after = value_text(a, here, language), value_text(b, here, language)
        if before != after:
            found.append(Difference(spelled(here), *_titles(parameter, row), before, after))
    for key, inner in section.sections.items():
        here = (*path, key)
        if not inner.rows:
            _compare(a, b, inner, here, row, language, found)
            continue
        for name in dict.fromkeys([*a.document.rows.get(here, []), *b.document.rows.get(here, [])]):
            _compare_row(a, b, inner, (*here, name), language, found)


def _compare_row(a: Policy, b: Policy, section: Section, path: Path, language: str, found: list[Difference]) -> None:
    row = _row_name(a, b, path) if section.named else _NO_ROW
    has_a, has_b = (path[-1] in each.document.rows.get(path[:-1], []) for each in (a, b))
    if not section.named or (has_a and has_b):
        _compare(a, b, section, path, row, language, found)
        return
    before = row_sentence(a, path, language, row.text(language)) if has_a else ABSENT
    after = row_sentence(b, path, language, row.text(language)) if has_b else ABSENT
    found.append(Difference(spelled(path), *_titles(section, row), before, after))


def _titles(of: Parameter | Section, row: Words) -> tuple[str, str]:
    """English and Chinese title of what differs."""
    return tuple(" · ".join(each for each in pair if each) for pair in ((of.title, row.en), (of.title_zh, row.zh)))


def _row_name(a: Policy, b: Policy, path: Path) -> Words:
    """What readers call a tier or a plan; the later policy has the last word."""
    zh = next((each.flats[0][*path, "name_zh"] for each in (b, a) if each.flats[0].get((*path, "name_zh"))), path[-1])
    return Words(capital(path[-1]), zh)
