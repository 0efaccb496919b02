"""What a reader must know beside the answer: limits of the model that a run has reached, and what ran out in it."""

from __future__ import annotations

from sim.figures.results import Comparison, Run
from sim.lift import CAPPED_MOST, ENVELOPE
from texts import t
from texts.names import title_by_name
from texts.numbers import percent, share_scale


def comparison_notes(comparison: Comparison, language: str) -> list[str]:
    """One sentence each, of runs in which members react: too much lift, effects at their cap, what was used up."""
    titles = title_by_name(comparison, language)
    notes = _lift_notes(comparison, titles, language)
    for result in comparison.policies:
        notes += run_notes(result.runs["behavioural"], titles[result.name], language)
    return notes


def run_notes(run: Run, title: str, language: str) -> list[str]:
    """What must be known of one run, under the title of its policy."""
    notes = []
    if run.capped is not None and run.capped > CAPPED_MOST:
        notes.append(t("notes.capped", language, policy=title, share=percent(run.capped, language)))
    used_up = run.tables.get("used_up")
    for each in [] if used_up is None else used_up.itertuples():
        time = f"{each.second // 3600:02d}:{each.second // 60 % 60:02d}"
        notes.append(t(f"notes.{each.kind}", language, policy=title, name=each.name, date=each.date, time=time))
    return notes


def _lift_notes(comparison: Comparison, titles: dict[str, str], language: str) -> list[str]:
    """A sentence if programs add more to sales than any was found to add; not of members written by hand."""
    if "roi" not in comparison.pairs or not comparison.sampled:
        return []
    table = comparison.table("roi")
    high = table[(table["figure"] == "lift") & (table["value"] > ENVELOPE[1])]
    parts = []
    for each in high.itertuples():
        scale = share_scale([each.low, each.value, each.high], language)
        values = {"value": scale.text(each.value), "interval": scale.interval(each.low, each.high)}
        parts.append(t("notes.added", language, policy=titles[each.policy], **values))
    if not parts:
        return []
    most = percent(ENVELOPE[1], language, 0)
    return [t("notes.lift", language, most=most, parts=t("list.comma", language).join(parts))]
