"""Whom a policy keeps: the share of members active, and the share not lost, month by month."""

from __future__ import annotations

import altair as alt

from charts.lines import lines_by_month
from charts.picture import Picture
from sim.figures.results import Comparison
from texts import t
from texts.headline import is_clear
from texts.names import title_by_name
from texts.numbers import people, percent, points

MEASURES = ("active", "surviving")


def retention_chart(
    comparison: Comparison, measure: str, language: str, dark: bool = False, response: str = "behavioural"
) -> Picture:
    """Share of the members who have joined by a month, under each policy; ``measure`` is "active" or "surviving"."""
    titles = title_by_name(comparison, language)
    frame = comparison.monthly_table(response)[["policy", "month", "joined", measure]]
    there = frame.groupby("policy")["joined"].cumsum()
    frame = frame.assign(value=(frame[measure] / there).where(there > 0, 0.0))
    ends = frame[frame["month"] == comparison.months[-1]].set_index("policy")["value"]
    axis = alt.Axis(format=".0%", title=None, tickCount=5)
    return Picture(
        finding=_finding(comparison, measure, language, response),
        method=t(
            f"chart.retention.{measure}.method",
            language,
            members=people(comparison.members, language),
            response=t(f"response.{response}", language),
        ),
        description="; ".join(f"{titles[name]}: {percent(share, language)}" for name, share in ends.items()),
        drawing=lines_by_month(frame, comparison.months, titles, dark, lambda share: percent(share, language), axis),
        dark=dark,
    )


def _finding(comparison: Comparison, measure: str, language: str, response: str) -> str:
    """Names the candidate that clearly differs most; with one candidate, how it stands to the baseline."""
    titles = title_by_name(comparison, language)
    changes = {
        candidate.name: comparison.difference(candidate.name, response, measure) for candidate in comparison.candidates
    }
    clear = {name: change for name, change in changes.items() if is_clear(change)}
    if not clear:
        word = "same" if all(each.verdict == "same" for each in changes.values()) else "unclear"
        key = word if len(changes) == 1 else f"all_{word}"
        return t(f"chart.retention.{measure}.{key}", language, policy=titles[comparison.candidates[0].name])
    name, change = max(clear.items(), key=lambda each: abs(each[1].difference.value))
    return t(
        f"chart.retention.{measure}.{change.verdict}",
        language,
        policy=titles[name],
        points=points(abs(change.difference.value), language),
        baseline=titles[comparison.baseline.name],
    )
