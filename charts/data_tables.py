"""Tables of a comparison, written for a reader: what the Data view shows and offers as files.

Tables of runs put the policies side by side. Every number is text with its unit, and columns are named in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from charts.breakdowns import (
    cost_breakdown,
    estimate_of,
    orders_breakdown,
    parts_breakdown,
    return_breakdown,
    winners_breakdown,
    with_interval,
)
from charts.tables import kpi_table
from sim.figures.attribution import SOURCES
from sim.figures.bottom_line import LINES
from sim.figures.breakage import BASES, FATES
from sim.figures.estimates import Estimate
from sim.figures.funnel import EVERYBODY
from sim.figures.results import Comparison
from sim.figures.rfm import SEGMENTS
from sim.figures.summary import THERE_BEFORE
from texts import t
from texts.names import title_by_name
from texts.numbers import UNDEFINED, Scale, count_scale, money_scale, number, share_scale

Cell = Callable[[pd.Series], str]

_AGES = (0, 1, 3, 6, 12, 18, 24, 30, 36, 48, 60)
"""Months since joining that a reader is told; the file has them all."""

FILES = {
    "kpis": None,
    "parts": "parts",
    "cost_change": "cost_change",
    "bottom_line": "bottom_line",
    "return": "roi",
    "program_orders": "roi_attribution",
    "orders": "attribution",
    "winners": "winners",
    "survival": "survival",
    "first_redemption": "first_redemption",
    "tiers_end": "tiers_end",
    "points": "points",
    "liability": "liability",
    "funnel": "funnel",
    "rfm": "rfm",
}
"""Tables in the order in which they are offered, and what each is called in docs/results.md."""


def tables_of(comparison: Comparison) -> list[str]:
    """Names of the tables that a comparison has; without a reference there is no return."""
    known = {*comparison.pairs, *comparison.baseline.runs["behavioural"].tables}
    return [name for name, source in FILES.items() if source is None or source in known]


def data_table(comparison: Comparison, name: str, focus: str, language: str, response: str) -> pd.DataFrame:
    """A table of ``FILES`` for a reader; ``focus`` is the candidate that tables of two policies are about."""
    if name == "kpis":
        table = kpi_table(comparison, focus, language, response)
        return table if comparison.sampled else table.drop(columns=t("table.interval", language))
    if name == "parts":
        return parts_breakdown(comparison, focus, language)
    if name == "return":
        return return_breakdown(comparison, language, response)
    of_two = {"cost_change": cost_breakdown, "orders": orders_breakdown, "winners": winners_breakdown}
    if name in of_two:
        return of_two[name](comparison, focus, language, response)
    return _OF_RUNS[name](comparison, comparison.table(FILES[name], response), language)


def table_csv(comparison: Comparison, name: str, response: str) -> str:
    """A table of ``FILES`` with raw numbers of all policies, for machines."""
    if name == "kpis":
        return comparison.difference_table(response).to_csv(index=False)
    return comparison.table(FILES[name], response).to_csv(index=False)


def _beside(
    comparison: Comparison, table: pd.DataFrame, key: str, rows: Iterable[tuple], cell: Cell, head: str, language: str
) -> pd.DataFrame:
    """Policies side by side: ``rows`` are values of the column ``key`` with their names, ``cell`` writes one."""
    titles = title_by_name(comparison, language)
    found = {(each["policy"], each[key]): each for _, each in table.iterrows()}
    lines = [
        (name, *(cell(found[policy, value]) if (policy, value) in found else UNDEFINED for policy in titles))
        for value, name in rows
        if any((policy, value) in found for policy in titles)
    ]
    return pd.DataFrame(lines, columns=[t(f"table.{head}", language), *titles.values()])


def _money(comparison: Comparison, language: str) -> Cell:
    """Mean per member with its interval, each in a unit of its own size."""

    def cell(row: pd.Series) -> str:
        each = estimate_of(row["per_member"], row["low"], row["high"])
        known = [end for end in (each.low, each.value, each.high) if end is not None]
        return with_interval(_money_scale(comparison, known, language), each, sign=False)

    return cell


def _money_scale(comparison: Comparison, values: list[float], language: str) -> Scale:
    return money_scale(values, language, comparison.currency, comparison.minor_per_major, figures=3)


def _bottom_line(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    rows = [(line.key, line.name(language)) for line in LINES]
    return _beside(comparison, table, "line", rows, _money(comparison, language), "line", language)


def _program_orders(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    """What each program adds to the orders without one, by source, as a share of these."""
    rows = [(source.key, source.name(language)) for source in SOURCES]
    scale = share_scale([0.05], language)

    def cell(row: pd.Series) -> str:
        return UNDEFINED if pd.isna(row["share"]) else scale.text(row["share"], sign=True)

    return _beside(comparison, table, "source", rows, cell, "source", language)


def _liability(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    rows = [(basis.key, basis.name(language)) for basis in BASES]
    return _beside(comparison, table, "basis", rows, _money(comparison, language), "basis", language)


def _survival(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    scale = share_scale([0.5], language)
    rows = [(months, number(months)) for months in _AGES]
    return _beside(comparison, table, "months", rows, lambda row: _estimated(row, "share", scale), "months", language)


def _first_redemption(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    rows = [(0.5, t("table.half", language)), (0.9, t("table.most", language))]
    scale = count_scale([10.0], figures=3)
    return _beside(comparison, table, "part", rows, lambda row: _estimated(row, "weeks", scale), "waiting", language)


def _points(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    rows = [(fate.key, fate.name(language)) for fate in FATES]
    return _beside(comparison, table, "fate", rows, _counted("points", "share", language), "fate", language)


def _rfm(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    rows = [(segment.key, segment.name(language)) for segment in SEGMENTS]
    return _beside(comparison, table, "segment", rows, _counted("members", "share", language), "segment", language)


def _tiers_end(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    names: dict[str, str] = {}
    for result in comparison.policies:
        policy = result.policy
        shown = policy.level_names_zh if language == "zh" else policy.level_names
        names |= dict(zip(policy.level_names, shown, strict=True))
    return _beside(comparison, table, "tier", names.items(), _counted("members", "active", language), "level", language)


def _funnel(comparison: Comparison, table: pd.DataFrame, language: str) -> pd.DataFrame:
    """One row a policy and channel; channels are called as the scenario calls them."""
    titles = title_by_name(comparison, language)
    known = {EVERYBODY: t("table.all", language), THERE_BEFORE: t("table.first_day", language)}
    counted = ("won", "referred", "buyers", "repeaters", "active", "referrers")
    money = ("revenue", "margin")
    scale = _money_scale(comparison, [*table["revenue_cents"], *table["margin_cents"]], language)
    rows = []
    for _, each in table.iterrows():
        amounts = (scale.text(float(each[f"{name}_cents"])) for name in money)
        counts = (number(each[name]) for name in counted)
        rows.append((titles[each["policy"]], known.get(each["channel"], each["channel"]), *counts, *amounts))
    heads = ("policy", "channel", *counted, *money)
    return pd.DataFrame(rows, columns=[t(f"table.{name}", language) for name in heads])


def _estimated(row: pd.Series, column: str, scale: Scale) -> str:
    each: Estimate = estimate_of(row[column], row["low"], row["high"])
    return with_interval(scale, each, sign=False)


def _counted(count: str, share: str, language: str) -> Cell:
    """A number, and a share behind it."""
    scale = share_scale([0.5], language)
    return lambda row: f"{number(row[count])} ({UNDEFINED if pd.isna(row[share]) else scale.text(row[share])})"


_OF_RUNS = {
    "program_orders": _program_orders,
    "bottom_line": _bottom_line,
    "survival": _survival,
    "first_redemption": _first_redemption,
    "tiers_end": _tiers_end,
    "points": _points,
    "liability": _liability,
    "funnel": _funnel,
    "rfm": _rfm,
}
