"""The rule sheet: a policy in plain sentences, made from what each parameter says about itself."""

from __future__ import annotations

from typing import NamedTuple

from policies.declare import Parameter, Section
from policies.document import Path
from policies.parameters import PARAMETERS, ROOT, parameter_of
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
    """Append the section and those inside it; rows of a table stand under the table's own heading."""
    if not section.rows or len(path) == 1:
        found.append(SheetSection(section.title_zh if language == "zh" else section.title, []))
    sentences = found[-1].sentences
    if section.rows:
        for row in policy.document.rows.get(path, []):
            here = (*path, row)
            sentences.extend(
                [row_sentence(policy, here, language)] if section.named else phrases(policy, section, here, language)
            )
        return
    sentences.extend(phrases(policy, section, path, language))
    for key, inner in section.sections.items():
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
    """One tier or plan in one sentence, by ``name`` or else as the file calls it."""
    section = ROOT
    for key in path[:-1]:
        section = section.sections[key]
    said = phrases(policy, section, path, language)
    if language == "zh":
        return f"{name or policy.flats[0].get((*path, 'name_zh')) or path[-1]}：{'；'.join(said)}。"
    return f"{name or path[-1]}: {', '.join(said)}."


def _is_worth_saying(policy: Policy, parameter: Parameter, path: Path) -> bool:
    """False for a value that no version reads, or that is quiet and nothing but the default."""
    indexes = _reading_versions(policy, path)
    if parameter.default_from:
        source = (*path[:-1], parameter.default_from)
        return any(policy.flats[index][path] != policy.flats[index][source] for index in indexes)
    if not parameter.quiet:
        return bool(indexes)
    return any(
        policy.flats[index][path] != parameter.kind.read(parameter.default, policy.setting(index)) for index in indexes
    )


def _reading_versions(policy: Policy, path: Path) -> list[int]:
    """Indexes of the versions that read a value. What a policy without ``[tiers]`` implies is not told."""
    if path[0] == "tiers" and ("tiers",) not in policy.document.tables:
        return []
    present = [index for index, flat in enumerate(policy.flats) if path in flat]
    parameter = parameter_of(path)
    if parameter.read_when is None:
        return present
    switch, readers = parameter.read_when
    kind, switch_path = PARAMETERS[switch].kind, tuple(switch.split("."))
    return [
        index
        for index in present
        if policy.flats[index].get(switch_path) in {kind.read(each, policy.setting(index)) for each in readers}
    ]


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
        parts.append(start + text if index else text)
        last = text
    return ("，" if language == "zh" else ", ").join(parts) or ABSENT
