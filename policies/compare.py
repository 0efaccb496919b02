"""What differs between two policies."""

from __future__ import annotations

from typing import NamedTuple

from policies.declare import Section
from policies.document import Path
from policies.parameters import HEADER, ROOT, spelled
from policies.policy import Policy
from policies.sheet import ABSENT, row_sentence, value_text


class Difference(NamedTuple):
    """One value that is not the same in two policies."""

    path: str
    title: str
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
    _compare(a, b, ROOT, (), "", language, found)
    return found


def _compare(
    a: Policy, b: Policy, section: Section, path: Path, row: str, language: str, found: list[Difference]
) -> None:
    """Append what differs in one table or row, then in the tables inside it. ``row``: the tier or plan it is about."""
    suffix = f" · {row}" if row else ""
    for key, parameter in section.parameters.items():
        here = (*path, key)
        before, after = value_text(a, here, language), value_text(b, here, language)
        if before != after:
            titles = parameter.title + suffix, parameter.title_zh + suffix
            found.append(Difference(spelled(here), *titles, before, after))
    for key, inner in section.sections.items():
        here = (*path, key)
        if not inner.rows:
            _compare(a, b, inner, here, row, language, found)
            continue
        for name in dict.fromkeys([*a.document.rows.get(here, []), *b.document.rows.get(here, [])]):
            _compare_row(a, b, inner, (*here, name), language, found)


def _compare_row(a: Policy, b: Policy, section: Section, path: Path, language: str, found: list[Difference]) -> None:
    name = path[-1] if section.named else ""
    has_a, has_b = (path[-1] in each.document.rows.get(path[:-1], []) for each in (a, b))
    if not section.named or (has_a and has_b):
        _compare(a, b, section, path, name, language, found)
        return
    before = row_sentence(a, path, language) if has_a else ABSENT
    after = row_sentence(b, path, language) if has_b else ABSENT
    found.append(Difference(spelled(path), f"{section.title} · {name}", f"{section.title_zh} · {name}", before, after))
