"""The numbers behind the pictures, written for a reader."""

from __future__ import annotations

import pandas as pd

from sim.figures.kpis import KPIS
from sim.figures.results import RESPONSES, Comparison
from texts import t
from texts.names import kpi_definition, kpi_title
from texts.numbers import currency_name, scale_of


def kpi_table(
    comparison: Comparison, candidate_name: str, language: str, response: str = "behavioural", *, main: bool = False
) -> pd.DataFrame:
    """One row a KPI (only main ones if ``main``), numbers as text with their unit, columns named in that language.

    What is undefined is a dash, and so is the interval of members written by hand.
    """
    money = comparison.currency, comparison.minor_per_major
    rows = []
    for each in comparison.differences[candidate_name, response]:
        if main and not each.kpi.main:
            continue
        ends = scale_of(each.kpi.unit, (each.baseline, each.candidate), language, *money, figures=3)
        moves = (each.difference.low, each.difference.value, each.difference.high)
        unit = "points" if each.kpi.unit == "share" else each.kpi.unit
        steps = scale_of(unit, moves, language, *money)
        rows.append(
            {
                "kpi": kpi_title(each.kpi, language),
                "baseline": ends.text(each.baseline),
                "value": ends.text(each.candidate),
                "difference": steps.text(each.difference.value, sign=True),
                "interval": steps.interval(each.difference.low, each.difference.high, sign=True),
                "verdict": t(f"verdict.{each.verdict}", language),
            }
        )
    return pd.DataFrame(rows).rename(columns=lambda name: t(f"table.{name}", language))


def differences_csv(comparison: Comparison) -> str:
    """All differences under both responses as CSV: raw numbers, money in minor units per member, for machines."""
    frames = [comparison.difference_table(each).assign(response=each) for each in RESPONSES]
    return pd.concat(frames, ignore_index=True).to_csv(index=False)


def monthly_csv(comparison: Comparison) -> str:
    """All monthly sums of every policy under both responses as CSV, for machines."""
    frames = [comparison.monthly_table(each).assign(response=each) for each in RESPONSES]
    return pd.concat(frames, ignore_index=True).to_csv(index=False)


def definitions(comparison: Comparison, language: str) -> list[tuple[str, str, str]]:
    """Title, unit and definition of every key figure."""
    currency = currency_name(comparison.currency, language)
    return [
        (kpi_title(kpi, language), t(f"unit.{kpi.unit}", language, currency=currency), kpi_definition(kpi, language))
        for kpi in KPIS
    ]
