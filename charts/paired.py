"""The decision chart: the main key figures of a candidate against the baseline, same members, same luck."""

from __future__ import annotations

import altair as alt
import pandas as pd

from charts.picture import Picture
from charts.theme import palette
from sim.figures.results import Comparison, PairedDifference
from texts import t
from texts.headline import is_clear
from texts.names import kpi_title, title_by_name
from texts.numbers import MINUS, UNDEFINED, people, percent, scale_of

VERDICTS = ("better", "worse", "unclear", "changed", "same")
ROW_PIXELS = 44
_TEXT_UP, _BAR_DOWN = -8, 8  # of the middle of a row, pixels


def paired_chart(
    comparison: Comparison, candidate_name: str, language: str, dark: bool = False, mechanical: bool = True
) -> Picture:
    """Relative change of each main KPI; with ``mechanical`` hollow marks show the rules alone.

    Bars show the 95 % intervals; members written by hand have none.
    """
    titles = title_by_name(comparison, language)
    baseline = titles[comparison.baseline.name]
    rows = paired_table(comparison, candidate_name, language)
    method = t(
        "chart.paired.method" if comparison.sampled else "chart.paired.scripted",
        language,
        baseline=baseline,
        members=people(comparison.members, language),
        months=len(comparison.months),
    )
    return Picture(
        finding=_finding(comparison, candidate_name, language),
        method=method,
        description="; ".join([titles[candidate_name], *(f"{row.title}: {row.words}" for row in rows.itertuples())]),
        drawing=_drawing(rows, language, dark, baseline, bars=comparison.sampled, mechanical=mechanical),
        dark=dark,
    )


def paired_table(comparison: Comparison, candidate_name: str, language: str) -> pd.DataFrame:
    """One row a main KPI that is defined under both: title, values as text, change, low and high in percent of the
    baseline, verdict. Without an interval ``low`` and ``high`` are the change itself.

    ``shown``, ``shown_low``, ``shown_high`` and ``shown_mechanical`` stop at the edge of the picture;
    ``beyond`` is −1 or 1 if the change lies past it, and ``change`` is missing if only the baseline is zero.
    """
    mechanical = {each.kpi.key: each for each in comparison.differences[candidate_name, "mechanical"]}
    rows = [
        _row(each, mechanical[each.kpi.key], comparison, language)
        for each in comparison.differences[candidate_name, "behavioural"]
        if each.kpi.main and each.verdict != "none"
    ]
    left, right = _limits(rows)
    return pd.DataFrame([row | _placed(row, left, right, language) for row in rows])


def _placed(row: dict, left: float, right: float, language: str) -> dict:
    """Where a row is drawn between the edges of the picture; past an edge, an arrow and the change in figures."""
    change = row["change"]
    grown = change is None  # from nothing to something: past any edge
    beyond = 1 if grown or change > right else -1 if change < left else 0
    edge = {1: right, -1: left}.get(beyond)
    ends = [edge if beyond else min(max(row[key], left), right) for key in ("change", "low", "high")]
    ring = row["mechanical"]
    figures = (
        f"  ({percent(change / 100, language, 0 if abs(change) >= 10 else 1, sign=True)})"
        if beyond and not grown
        else ""
    )
    return {
        "shown": ends[0],
        "shown_low": ends[1],
        "shown_high": ends[2],
        "shown_mechanical": ring if ring is not None and left <= ring <= right else None,
        "beyond": beyond,
        "mark": {-1: "triangle-left", 0: "circle", 1: "triangle-right"}[beyond],
        "values": row["values"] + figures,
    }


def _row(change: PairedDifference, mechanical: PairedDifference, comparison: Comparison, language: str) -> dict:
    ends = (change.baseline, change.candidate)
    scale = scale_of(change.kpi.unit, ends, language, comparison.currency, comparison.minor_per_major, figures=3)
    value, low, high = change.difference.value, change.difference.low, change.difference.high
    unit = "points" if change.kpi.unit == "share" else change.kpi.unit
    steps = scale_of(unit, (low, value, high), language, comparison.currency, comparison.minor_per_major)
    moved = steps.text(value, sign=True) + ("" if low is None else f" {steps.interval(low, high)}")
    alone = mechanical.verdict != "none"
    return {
        "kpi": change.kpi.key,
        "title": kpi_title(change.kpi, language),
        "value": change.candidate,
        "values": scale.arrow(*ends),
        "words": f"{scale.arrow(*ends)}, {moved}, {t(f'verdict.{change.verdict}', language)}",
        "change": _relative(value, change.baseline),
        "low": _relative(value if low is None else low, change.baseline),
        "high": _relative(value if high is None else high, change.baseline),
        "mechanical": _relative(mechanical.difference.value, mechanical.baseline) if alone else None,
        "mechanical_words": scale.arrow(mechanical.baseline, mechanical.candidate) if alone else UNDEFINED,
        "ring": t("chart.paired.mechanical", language),
        "verdict": change.verdict,
        "verdict_title": t(f"verdict.{change.verdict}", language),
    }


def _relative(difference: float, baseline: float) -> float | None:
    """Percent of the baseline; None if the baseline is zero and the candidate is not."""
    if baseline == 0:
        return 0.0 if difference == 0 else None
    return 100 * difference / abs(baseline)


def _limits(rows: list[dict]) -> tuple[float, float]:
    """Left and right edge in percent: a few huge changes may not squeeze all others into a dot."""
    known = [[row[key] for key in ("low", "high", "mechanical", "change") if row[key] is not None] for row in rows]
    ends = [value for values in known for value in values]
    sizes = sorted(max(abs(value) for value in values) for values in known if values)
    if not sizes or sizes[-1] == 0:
        return -1.0, 1.0
    # Three quarters of the rows decide; the others become arrows where they would dwarf these.
    common = sizes[3 * (len(sizes) - 1) // 4] or sizes[-1]
    largest = sizes[-1] if sizes[-1] <= 4 * common else 1.5 * common
    left, right = min(0.0, max(min(ends), -largest)), max(0.0, min(max(ends), largest))
    margin = 0.06 * (right - left)
    return left - margin, right + margin


def _finding(comparison: Comparison, candidate_name: str, language: str) -> str:
    """What becomes of members and margin: first what is clear, then what is not."""
    changes = {key: comparison.difference(candidate_name, "behavioural", key) for key in ("active", "margin")}
    verdicts = {key: change.verdict for key, change in changes.items()}
    words = {key: t(f"chart.paired.{key}.{verdict}", language) for key, verdict in verdicts.items()}
    policy = title_by_name(comparison, language)[candidate_name]
    clear = [key for key, change in changes.items() if is_clear(change)]
    if len(clear) == 1:
        other = "margin" if clear == ["active"] else "active"
        return t("chart.paired.with", language, policy=policy, clear=words[clear[0]], open=words[other])
    opposite = set(verdicts.values()) == {"better", "worse"}
    key = "but" if opposite else "and" if clear else "neither"
    return t(f"chart.paired.{key}", language, policy=policy, **words)


def _drawing(
    rows: pd.DataFrame, language: str, dark: bool, baseline: str, *, bars: bool, mechanical: bool
) -> alt.LayerChart:
    colors = palette(dark)
    y = alt.Y("title:N", sort=rows["title"].tolist(), axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    color = _verdict_colors(rows, language, dark)
    tooltip = [
        alt.Tooltip("title:N", title=t("table.kpi", language)),
        alt.Tooltip("words:N", title=t("response.behavioural", language)),
        alt.Tooltip("mechanical_words:N", title=t("response.mechanical", language)),
    ]
    base = alt.Chart(rows).encode(y=y)
    layers = [alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=colors.rule, strokeWidth=1.5).encode(x="zero:Q")]
    if bars:
        interval = base.mark_bar(height=10, cornerRadius=5, opacity=0.32, yOffset=_BAR_DOWN)
        x = _x("shown_low:Q", rows, language, dark, baseline)
        layers.append(interval.encode(x=x, x2="shown_high:Q", color=color, tooltip=tooltip))
    layers += [
        base.mark_point(filled=True, size=110, opacity=1, yOffset=_BAR_DOWN).encode(
            x=_x("shown:Q", rows, language, dark, baseline),
            color=color,
            shape=alt.Shape("mark:N", scale=None, legend=None),
            tooltip=tooltip,
        ),
        *_words(base, "title:N", "left", alt.value(0), colors.ink, colors.background),
        *_words(base, "values:N", "right", alt.value("width"), colors.muted, colors.background),
    ]
    if mechanical:
        layers.append(_hollow_marks(base, language, dark, tooltip))
    return alt.layer(*layers).properties(height=ROW_PIXELS * len(rows)).resolve_scale(shape="independent")


def _words(
    base: alt.Chart, field: str, align: str, x: alt.XValue, color: str, background: str
) -> tuple[alt.Chart, alt.Chart]:
    """A text over every bar, with a rim that keeps the zero line and the grid out of its letters."""
    text = {"align": align, "baseline": "middle", "dy": _TEXT_UP}
    rim = base.mark_text(**text, stroke=background, strokeWidth=9, strokeJoin="round", color=background)
    return rim.encode(x=x, text=field), base.mark_text(**text, color=color).encode(x=x, text=field)


def _x(field: str, rows: pd.DataFrame, language: str, dark: bool, baseline: str) -> alt.X:
    left, right = _limits(rows.to_dict("records"))
    step = "d" if right - left > 8 else ".1f" if right - left > 0.8 else ".2f"
    sign = f"datum.value > 0 ? '+' : datum.value < 0 ? '{MINUS}' : ''"
    axis = alt.Axis(
        grid=True,
        gridColor=palette(dark).grid,
        tickCount=6,
        title=t("chart.paired.axis", language, baseline=baseline),
        labelExpr=f"({sign}) + format(abs(datum.value), '{step}')",
        labelFlush=True,
    )
    return alt.X(field, scale=alt.Scale(domain=[left, right], nice=False), axis=axis)


def _verdict_colors(rows: pd.DataFrame, language: str, dark: bool) -> alt.Color:
    present = [each for each in VERDICTS if each in set(rows["verdict"])]
    scale = alt.Scale(
        domain=[t(f"verdict.{each}", language) for each in present],
        range=[palette(dark).verdicts[each] for each in present],
    )
    return alt.Color("verdict_title:N", scale=scale, legend=alt.Legend(symbolOpacity=1))


def _hollow_marks(base: alt.Chart, language: str, dark: bool, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """Rings where the same rules would land if nobody reacted; the legend has one ring."""
    ink = palette(dark).ink
    name = t("chart.paired.mechanical", language)
    legend = alt.Legend(symbolFillColor="transparent", symbolStrokeColor=ink, symbolStrokeWidth=1.5, symbolOpacity=1)
    return (
        base.transform_filter("isValid(datum.shown_mechanical)")
        .mark_point(filled=False, size=150, opacity=0.9, stroke=ink, strokeWidth=1.5, yOffset=_BAR_DOWN)
        .encode(
            x="shown_mechanical:Q",
            shape=alt.Shape("ring:N", scale=alt.Scale(domain=[name], range=["circle"]), legend=legend),
            tooltip=tooltip,
        )
    )
