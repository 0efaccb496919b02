"""The rule sheet: a policy in plain sentences, made from what each parameter says about itself."""

from __future__ import annotations

from typing import NamedTuple

from policies.declare import Parameter, Section
from policies.document import Path
from policies.parameters import ROOT, default_value, parameter_of, section_of, switch_of, switch_paths
from policies.policy import Policy

ABSENT = "—"
"""Stands for a value that is not there."""


class SheetSection(NamedTuple):
    """A heading of the rule sheet and the sentences under it."""

    title: str
    sentences: list[str]


def rule_sheet(policy: Policy, language: str = "en") -> list[SheetSection]:
    """The rules in sentences, by section. ``language`` is ``"en"`` or ``"zh"``."""
    found: list[SheetSection] = []
    for key, section in ROOT.sections.items():
        _add(policy, section, (key,), language, found)
    spoken = [each for each in found if each.sentences]
    if spoken:
        return spoken
    if language == "zh":
        return [SheetSection("方案", ["没有会员计划：所有人按标价付款。"])]
    return [SheetSection("Program", ["There is no program: everybody pays the list price."])]


def _add(policy: Policy, section: Section, path: Path, language: str, found: list[SheetSection]) -> None:
    """Append the section and those inside it; rows of a table come first and stand under its own heading."""
    if not section.rows or len(path) == 1:
        found.append(SheetSection(section.title_zh if language == "zh" else section.title, []))
    sentences = found[-1].sentences
    if section.rows:
        for row in policy.document.rows.get(path, []):
            sentences.append(row_sentence(policy, (*path, row), language))
        return
    sentences.extend(phrases(policy, section, path, language))
    for key, inner in sorted(section.sections.items(), key=lambda each: not each[1].rows):
        _add(policy, inner, (*path, key), language, found)


def phrases(policy: Policy, section: Section, path: Path, language: str) -> list[str]:
    """What the parameters of one table or row say."""
    return [
        (parameter.says_zh if language == "zh" else parameter.says).replace(
            "{value}", value_text(policy, (*path, key), language)
        )
        for key, parameter in section.parameters.items()
        if parameter.says and _is_worth_saying(policy, parameter, (*path, key))
    ]


def row_sentence(policy: Policy, path: Path, language: str, name: str = "") -> str:
    """One row in one sentence. A row with a name begins with it: ``name``, or else as the file calls it."""
    section = section_of(path)
    said = _row_phrases(policy, section, path, language)
    zh = language == "zh"
    if not section.named:
        return ("，" if zh else ", ").join(said) + ("。" if zh else ".")
    if zh:
        return f"{name or row_name(policy, path)[1]}：{'；'.join(said)}。"
    return f"{name or path[-1]}: {', '.join(said)}."


def _row_phrases(policy: Policy, section: Section, path: Path, language: str) -> list[str]:
    """What a row says, and the rows inside it by their names."""
    said = phrases(policy, section, path, language)
    for key, inner in section.sections.items():
        for row in policy.document.rows.get((*path, key), []):
            here = (*path, key, row)
            name, costs = row_name(policy, here)[language == "zh"], phrases(policy, inner, here, language)
            if language == "zh":
                said.append(name + (f"（{'，'.join(costs)}）" if costs else ""))
            else:
                said.append(name + (f" ({', '.join(costs)})" if costs else ""))
    return said


def row_name(policy: Policy, path: Path) -> tuple[str, str]:
    """What the file calls a row, in English and Chinese; a row without a name by the first thing it says."""
    flat, section = policy.flats[policy.own_versions[0]], section_of(path)
    name = path[-1] if section.named else flat.get((*path, "name"))
    if name:
        return name, flat.get((*path, "name_zh")) or name
    first = (*path, next(key for key, parameter in section.parameters.items() if parameter.says))
    return value_text(policy, first), value_text(policy, first, "zh")


def _is_worth_saying(policy: Policy, parameter: Parameter, path: Path) -> bool:
    """False for a value that no version reads, or that is quiet and nothing but the default."""
    indexes = _reading_versions(policy, path)
    if parameter.default_from:
        source = (*path[:-1], parameter.default_from)
        return any(policy.flats[index][path] != policy.flats[index][source] for index in indexes)
    if not parameter.quiet:
        return bool(indexes)
    return any(policy.flats[index][path] != default_value(parameter, policy.setting(index)) for index in indexes)


def _reading_versions(policy: Policy, path: Path) -> list[int]:
    """Indexes of the versions that read a value. What a policy without ``[tiers]`` implies is not told."""
    if path[0] == "tiers" and ("tiers",) not in policy.document.tables:
        return []
    parameter = parameter_of(path)
    return [
        index
        for index in policy.own_versions
        if path in policy.flats[index] and is_read(policy, index, path, parameter.read_when)
    ]


def is_read(policy: Policy, index: int, path: Path, read_when: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    """Whether all switches of a parameter make a version (by index) read it."""
    flat = policy.flats[index]
    for switch, readers in read_when:
        kind = switch_of(parameter_of(path), switch).kind
        values = [flat.get(each) for each in switch_paths(path, switch, policy.document.rows)]
        if not any(value is not None and kind.mode_of(value) in readers for value in values):
            return False
    return True


def value_text(policy: Policy, path: Path, language: str = "en") -> str:
    """A value for a reader, with its later values by date; ``ABSENT`` if no version reads it."""
    kind = parameter_of(path).kind
    parts: list[str] = []
    last = ""
    for index in _reading_versions(policy, path):
        text = kind.text(policy.flats[index][path], policy.setting(index), language)
        if text == last:
            continue
        since = policy.dates[index]
        start = f"自 {since} 起 " if language == "zh" else f"from {since} "
        parts.append(start + text if parts else text)
        last = text
    return ("，" if language == "zh" else ", ").join(parts) or ABSENT
