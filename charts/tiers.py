"""How the tiers fill: the share of members in each tier by month, one panel a policy."""

from __future__ import annotations

import altair as alt
import pandas as pd

from charts.lines import month_axis
from charts.picture import Picture
from charts.theme import palette, tier_colors
from sim.figures.results import Comparison
from texts import t
from texts.names import level_names, title_by_name
from texts.numbers import people, percent

HEIGHT = 240


def tier_panels(
    comparison: Comparison, language: str, dark: bool = False, response: str = "behavioural"
) -> list[Picture]:
    """One picture a policy, the baseline first: for a page that arranges them to its own width."""
    titles = title_by_name(comparison, language)
    pictures = []
    for name, mix in _mixes(comparison, language, response):
        end = _final_words(mix, language)
        drawing = _panel(mix, comparison.months, language, dark)
        pictures.append(Picture(titles[name], end, f"{titles[name]}: {end}", drawing, dark))
    return pictures


def tiers_words(comparison: Comparison, language: str, response: str = "behavioural") -> tuple[str, str]:
    """The finding over all panels, and how they were made."""
    titles = title_by_name(comparison, language)
    table = comparison.tier_table(response)
    last = table[(table["month"] == comparison.months[-1]) & (table["rank"] > 0)]
    upper = last.groupby("policy", sort=False)["share"].sum().reindex(list(titles), fill_value=0.0)
    baseline = comparison.baseline.name
    tiered = [each.name for each in comparison.candidates if len(each.policy.level_names) > 1]
    if tiered:
        name = (upper[tiered] - upper[baseline]).abs().idxmax()
        finding = t(
            "chart.tiers.finding",
            language,
            policy=titles[name],
            share=percent(upper[name], language),
            baseline=titles[baseline],
            baseline_share=percent(upper[baseline], language),
        )
    else:
        finding = t("chart.tiers.single", language)
    method = t(
        "chart.tiers.method",
        language,
        members=people(comparison.members, language),
        response=t(f"response.{response}", language),
    )
    return finding, method


def _mixes(comparison: Comparison, language: str, response: str) -> list[tuple[str, pd.DataFrame]]:
    """Name of each policy and its part of the tier table, with the tier's name for the reader as ``level``."""
    table = comparison.tier_table(response)
    mixes = []
    for result in comparison.policies:
        mix = table[table["policy"] == result.name]
        mixes.append((result.name, mix.assign(level=mix["tier"].map(level_names(result.policy, language)))))
    return mixes


def _final_words(mix: pd.DataFrame, language: str) -> str:
    last = mix[mix["month"] == mix["month"].iloc[-1]]
    parts = [f"{row.level} {percent(row.share, language)}" for row in last.itertuples()]
    return t("chart.tiers.end", language, parts=t("list.comma", language).join(parts))


def _panel(mix: pd.DataFrame, months: tuple[str, ...], language: str, dark: bool) -> alt.Chart:
    names = mix.sort_values("rank")["level"].unique().tolist()
    data = mix.assign(
        at=mix["month"].map({month: i for i, month in enumerate(months)}),
        words=mix["share"].map(lambda share: percent(share, language)),
    )
    legend = alt.Legend(columns=4, symbolLimit=0)
    return (
        alt.Chart(data)
        .mark_area(stroke=palette(dark).seam, strokeWidth=1, opacity=1)
        .encode(
            x=alt.X("at:Q", scale=alt.Scale(domain=[0, max(1, len(months) - 1)], nice=False), axis=month_axis(months)),
            y=alt.Y("members:Q", stack="normalize", axis=alt.Axis(format=".0%", title=None, tickCount=5)),
            color=alt.Color(
                "level:N",
                scale=alt.Scale(domain=names, range=tier_colors(len(names), dark)),
                sort=names,
                legend=legend,
            ),
            # The lowest level lies on top, so that the upper ones grow from the ground.
            order=alt.Order("rank:Q", sort="descending"),
            tooltip=[
                alt.Tooltip("level:N", title=t("table.tier", language)),
                alt.Tooltip("month:N", title=t("table.month", language)),
                alt.Tooltip("words:N", title=t("table.share", language)),
            ],
        )
        .properties(height=HEIGHT)
    )
