"""What differs between two policies."""

from __future__ import annotations

from typing import NamedTuple

from policies.declare import Parameter, Section
from policies.document import Path
from policies.errors import Words
from policies.parameters import HEADER, ROOT, capital, section_of, spelled
from policies.policy import Policy
from policies.sheet import ABSENT, row_name, row_sentence, value_text

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
            _compare_row(a, b, inner, (*here, name), row, language, found)


def _compare_row(
    a: Policy, b: Policy, section: Section, path: Path, outer: Words, language: str, found: list[Difference]
) -> None:
    """Append what differs in a row; ``outer``: name of the row that it stands in."""
    row = _row_name(a, b, path, outer)
    has_a, has_b = (path[-1] in each.document.rows.get(path[:-1], []) for each in (a, b))
    if has_a and has_b:
        _compare(a, b, section, path, row, language, found)
        return
    name = row.text(language) if section.named else ""
    before = row_sentence(a, path, language, name) if has_a else ABSENT
    after = row_sentence(b, path, language, name) if has_b else ABSENT
    found.append(Difference(spelled(path), *_titles(section, row), before, after))


def _titles(of: Parameter | Section, row: Words) -> tuple[str, str]:
    """English and Chinese title of what differs."""
    return tuple(" · ".join(each for each in pair if each) for pair in ((of.title, row.en), (of.title_zh, row.zh)))


def _row_name(a: Policy, b: Policy, path: Path, outer: Words) -> Words:
    """What readers call a row; the later policy has the last word. The only row of a list without names has none."""
    policies = [each for each in (b, a) if path[-1] in each.document.rows.get(path[:-1], [])]
    if not section_of(path).named and max(len(each.document.rows[path[:-1]]) for each in policies) == 1:
        return outer
    names = [row_name(each, path) for each in policies]
    zh = next((zh for name, zh in names if zh != name), names[0][1])
    return Words(capital(names[0][0]), zh)
