"""Advice on a policy as people read it: by key and value on the command line, by titles of rules on a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies import Policy
from policies.advice import CHECKS, Advice, advise
from policies.document import Path
from policies.parameters import parameter_of, section_of
from policies.sheet import ABSENT, row_name, value_text
from texts import t

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True)
class AdviceCard:
    """One remark for a screen."""

    words: str
    rules: str
    """The rules that bring it about, by their titles and values."""
    story: str
    cure: str


def advice_cards(policy: Policy, language: str) -> list[AdviceCard]:
    """Everything to be said of a policy, in the order of the checks."""
    return [
        AdviceCard(
            _words(each, language),
            t("list.comma", language).join(_rule(policy, path, language) for path in each.paths),
            t("advice.story", language, story=each.story.text(language)),
            t("advice.cure", language, cure=CHECKS[each.code].cure.text(language)),
        )
        for each in advise(policy)
    ]


def advice_text(policy: Policy, language: str) -> str:
    """The same as one text, by keys and values as the file spells them; empty if there is nothing to say."""
    found = advise(policy)
    if not found:
        return ""
    lines = [t("advice.intro", language, count=len(found))]
    for each in found:
        lines += ["", f"{each.code}: {'; '.join(each.lines)}", f"  {_words(each, language)}"]
        lines.append(f"  {t('advice.story', language, story=each.story.text(language))}")
        lines.append(f"  {t('advice.cure', language, cure=CHECKS[each.code].cure.text(language))}")
    return "\n".join(lines)


def checked_text(content: Policy | Scenario, language: str) -> str:
    """What `tierlab check` says of a file that is sound, with the advice on a policy below."""
    kind = "policy" if isinstance(content, Policy) else "scenario"
    sound = t(f"check.{kind}", language, name=content.name, digest=content.digest)
    advice = advice_text(content, language) if isinstance(content, Policy) else ""
    return f"{sound}\n\n{advice}" if advice else sound


def _words(advice: Advice, language: str) -> str:
    words = advice.words.text(language)
    return t("advice.since", language, date=advice.since, words=words) if advice.since else words


def _rule(policy: Policy, path: Path, language: str) -> str:
    """A rule by its title, the tier or other row that it is about, and its value."""
    parameter = parameter_of(path)
    title = parameter.title_zh if language == "zh" else parameter.title
    rows = section_of(path[:-1])
    if rows.rows and rows.named:
        title += f" · {row_name(policy, path[:-1])[language == 'zh']}"
    value = value_text(policy, path, language)
    return title if value in (ABSENT, "") else t("advice.rule", language, title=title, value=value)
