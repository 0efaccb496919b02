"""Policies as lines over the months, each named where it ends."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import pandas as pd

from charts.theme import LINE_HEIGHT, letters, palette, policy_colors, wrapped

HEIGHT = 280
_LABEL_PIXELS = 150
"""Room for a name right of the last month; longer names wrap."""


def month_axis(months: tuple[str, ...]) -> alt.Axis:
    """Ticks at the first month and then every half year or year, written as "2027-01"."""
    step = 12 if len(months) > 30 else 6 if len(months) > 12 else 3 if len(months) > 4 else 1
    ticks = list(range(0, len(months), step))
    names = "{" + ", ".join(f"'{each}': '{months[each]}'" for each in ticks) + "}"
    return alt.Axis(values=ticks, labelExpr=f"{names}[datum.value]", title=None, labelFlush=True, grid=False)


def lines_by_month(
    frame: pd.DataFrame,
    months: tuple[str, ...],
    titles: dict[str, str],
    dark: bool,
    value_text: Callable[[float], str],
    axis: alt.Axis,
) -> alt.LayerChart:
    """Lines of ``frame`` (policy, month, value), direct labels at the end in the colour of the line.

    ``titles`` has the policies in order, the baseline first; ``value_text`` writes a value in a label.
    """
    data = frame.assign(at=frame["month"].map({month: i for i, month in enumerate(months)}))
    data["title"] = data["policy"].map(titles)
    data["words"] = data["value"].map(value_text)
    low, high = _domain(data["value"])
    color = alt.Color("policy:N", scale=policy_colors(list(titles), dark), legend=None)
    x = alt.X("at:Q", scale=alt.Scale(domain=[0, max(1, len(months) - 1)], nice=False), axis=month_axis(months))
    y = alt.Y("value:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=axis)
    tooltip = [alt.Tooltip("title:N", title=" "), alt.Tooltip("month:N", title=" "), alt.Tooltip("words:N", title=" ")]
    lines = (
        alt.Chart(data).mark_line(strokeWidth=2.4, strokeCap="round", strokeJoin="round").encode(x=x, y=y, color=color)
    )
    reach = alt.Chart(data).mark_point(size=60, opacity=0).encode(x=x, y=y, tooltip=tooltip)
    labels = _end_labels(data, titles, low, high)
    names = (
        alt.Chart(labels)
        .mark_text(align="left", baseline="top", dx=10, fontWeight=700, lineHeight=LINE_HEIGHT, lineBreak="\n")
        .encode(x=x, y=alt.Y("name_y:Q", scale=alt.Scale(domain=[low, high])), text="name:N", color=color)
    )
    values = (
        alt.Chart(labels)
        .mark_text(align="left", baseline="top", dx=10, color=palette(dark).muted)
        .encode(x=x, y="value_y:Q", text="words:N")
    )
    return alt.layer(lines, reach, names, values).properties(height=HEIGHT)


def _domain(values: pd.Series) -> tuple[float, float]:
    """The values with some air; from zero if that costs little height."""
    low, high = float(values.min()), float(values.max())
    span = (high - low) or abs(high) or 1.0
    if 0 <= low < 0.6 * span:
        return 0.0, high + 0.06 * span
    return low - 0.08 * span, high + 0.06 * span


def _end_labels(data: pd.DataFrame, titles: dict[str, str], low: float, high: float) -> pd.DataFrame:
    """The last point of every policy with its name in lines, moved apart so that no two labels touch."""
    unit = (high - low) / HEIGHT  # data units a pixel
    last = data[data["at"] == data["at"].max()].copy()
    lines = [wrapped(titles[each], letters(_LABEL_PIXELS)) for each in last["policy"]]
    # One text with breaks: a list in a cell does not survive the way into a browser.
    last = last.assign(name=["\n".join(each) for each in lines], rows=[len(each) for each in lines])
    last["pixels"] = LINE_HEIGHT * (last["rows"] + 1) + 4
    last = last.sort_values("value", ascending=False)
    tops = spread(((high - last["value"]) / unit - LINE_HEIGHT / 2).tolist(), last["pixels"].tolist(), HEIGHT)
    last["name_y"] = [high - top * unit for top in tops]
    last["value_y"] = last["name_y"] - LINE_HEIGHT * last["rows"] * unit
    return last


def spread(tops: list[float], heights: list[float], room: float) -> list[float]:
    """Upper edges (pixels from the top, ascending) moved as little as needed so that boxes do not overlap.

    Boxes stay inside ``room`` where they fit; those that do not fit hang over its lower edge.
    """
    placed: list[float] = []
    edge = 0.0
    for top, height in zip(tops, heights, strict=True):
        placed.append(max(top, edge))
        edge = placed[-1] + height
    below = room
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = max(min(placed[i], below - heights[i]), sum(heights[:i]))
        below = placed[i]
    return placed
