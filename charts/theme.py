"""Colours, fonts and the one finish that every chart gets.

Nothing is registered globally: two people may look at the same server, one in the dark.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import Any

import altair as alt

FONT = "Source Sans, Workbench Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
"""The page's Latin and Chinese families first, then what systems have: exports take the first one installed."""

WIDTH = 640
TEXT_SIZE = 13
LINE_HEIGHT = 16


@dataclass(frozen=True)
class Palette:
    """The colours of one mode."""

    background: str
    ink: str
    muted: str
    grid: str
    rule: str
    total: str  # bars of a whole, neither good nor bad
    verdicts: dict[str, str]
    policies: tuple[str, ...]  # the baseline first
    tiers: tuple[str, ...]  # the lowest first
    seam: str  # between stacked areas


LIGHT = Palette(
    background="#FFFFFF",
    ink="#262B36",
    muted="#68707F",
    grid="#ECEDF0",
    rule="#68707F",
    total="#5B6576",
    verdicts={"better": "#279C6C", "worse": "#D2455B", "unclear": "#9AA1AE", "changed": "#3D6BC8", "same": "#D3D7DF"},
    policies=("#2F63CC", "#DD7A1D", "#17877C", "#8A55C2", "#C2417F", "#7A7416", "#3E4654"),
    tiers=("#C8CCD5", "#9DB6D4", "#D8B64A", "#5B4A87", "#2B2342"),
    seam="#FFFFFF",
)
DARK = Palette(
    background="#14181F",
    ink="#E9ECF2",
    muted="#A2AABA",
    grid="#252B36",
    rule="#8991A1",
    total="#8490A4",
    verdicts={"better": "#3FBF8A", "worse": "#F0677B", "unclear": "#7B8495", "changed": "#7AA2F2", "same": "#475063"},
    policies=("#6F9CF5", "#F0974A", "#3DBDB0", "#B78AEA", "#EC76AE", "#BDB54A", "#C9CFDA"),
    tiers=("#3B4250", "#6F8FB8", "#D8B64A", "#A593E0", "#D9CFFA"),
    seam="#14181F",
)


def palette(dark: bool) -> Palette:
    """The colours for a dark or light page."""
    return DARK if dark else LIGHT


def policy_colors(names: list[str], dark: bool) -> alt.Scale:
    """Colour of each policy, in the order given: the baseline is blue wherever it appears."""
    colors = palette(dark).policies
    return alt.Scale(domain=names, range=[colors[i % len(colors)] for i in range(len(names))])


def tier_colors(levels: int, dark: bool) -> list[str]:
    """Colours from the lowest level to the highest."""
    colors = palette(dark).tiers
    return [colors[min(i, len(colors) - 1)] for i in range(levels)]


def finish(chart: alt.TopLevelMixin, dark: bool, description: str, padding: int) -> Any:
    """The chart with fonts, colours and spacing of the house, a clear background and its words for screen readers."""
    # The view shrinks until its outside labels fit the width.
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart = chart.properties(
        background="transparent",
        description=description,
        padding=dict.fromkeys(("top", "bottom", "left", "right"), padding),
        autosize=fit,
    )
    return chart.configure(**_config(palette(dark)))


def title(lines: list[str] | str, subtitle: list[str] | str) -> alt.TitleParams:
    """The finding over how it was made, flush with the left edge of the picture."""
    return alt.TitleParams(text=lines, subtitle=subtitle, anchor="start", frame="bounds", offset=14)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many Latin letters and of about equal length.

    A Chinese character counts two and may end a line anywhere.
    """
    lines = _wrapped(text, width)
    even = math.ceil(_cells(text) / len(lines)) + 2
    balanced = _wrapped(text, even) if len(lines) > 1 and even < width else lines
    return balanced if len(balanced) == len(lines) else lines


def letters(pixels: float, size: float = TEXT_SIZE) -> int:
    """How many Latin letters of that size fit into so many pixels."""
    return max(4, int(pixels / (0.51 * size)))


def _wrapped(text: str, width: int) -> list[str]:
    if _cells(text) == len(text):
        return textwrap.wrap(text, width) or [""]
    lines = [""]
    for piece in _pieces(text):
        # A closing mark may not begin a line, so it hangs over the edge instead.
        hangs = len(piece) == 1 and piece in "，。；：、！？）」』】,.;:)]%"
        if lines[-1] and _cells(lines[-1] + piece) > width and not hangs:
            lines.append("")
        lines[-1] += piece.lstrip() if not lines[-1] else piece
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """Characters, but runs of Latin letters and digits whole."""
    pieces: list[str] = []
    for character in text:
        if pieces and _cells(character) == 1 and character != " " and _cells(pieces[-1][-1]) == 1 and pieces[-1] != " ":
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _config(colors: Palette) -> dict[str, Any]:
    return {
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "font": FONT,
            "fontSize": 17,
            "fontWeight": 700,
            "color": colors.ink,
            "subtitleFont": FONT,
            "subtitleFontSize": TEXT_SIZE,
            "subtitleColor": colors.muted,
            "subtitlePadding": 5,
            "subtitleLineHeight": 18,
            "lineHeight": 22,
        },
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": False,
            "gridColor": colors.grid,
            "labelColor": colors.muted,
            "labelFontSize": 12,
            "labelPadding": 8,
            "titleColor": colors.muted,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 10,
        },
        "axisY": {"grid": True},
        "legend": {
            "orient": "top",
            "title": None,
            "labelColor": colors.ink,
            "labelFontSize": TEXT_SIZE,
            "symbolType": "circle",
            "symbolSize": 110,
            "symbolStrokeWidth": 0,
            "columnPadding": 14,
            "offset": 10,
            "labelLimit": 400,
        },
        "text": {"fontSize": TEXT_SIZE, "color": colors.ink, "font": FONT},
    }
