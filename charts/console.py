"""Results as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from charts.breakdowns import (
    cost_breakdown,
    orders_breakdown,
    parts_breakdown,
    return_breakdown,
    run_costs,
    winners_breakdown,
)
from charts.tables import kpi_table
from charts.terminal import folded, text_table
from ledger.laws import Law
from policies import Policy
from sim.figures.kpis import KPIS
from sim.figures.results import RESPONSES, Comparison, Run
from sim.replay import FIGURES, Replay
from sim.scenario import Scenario
from texts import t
from texts.headline import assumption_line, headline_paragraphs
from texts.laws import laws_line
from texts.names import kpi_title, policy_title, title_by_name
from texts.notes import comparison_notes, run_notes
from texts.numbers import people, scale_of

_RETURNS_A_ROW = 2


def comparison_text(comparison: Comparison, language: str) -> str:
    """Headline and tables of every candidate, the returns against no program, notes, then the laws."""
    titles = {
        name: title if name in title else f"{title} ({name})"
        for name, title in title_by_name(comparison, language).items()
    }
    blocks = [folded(assumption_line(comparison, language))]
    for candidate in comparison.candidates:
        blocks.append(folded(f"{titles[candidate.name]} / {titles[comparison.baseline.name]}"))
        blocks += [folded(each) for each in headline_paragraphs(comparison, candidate.name, language)]
        blocks += [_difference_table(comparison, candidate.name, language, each) for each in RESPONSES]
        blocks += [_as_text(each) for each in _closer_tables(comparison, candidate.name, language)]
    blocks += [_as_text(each) for each in _returns(comparison, language)]
    blocks += [folded(each) for each in comparison_notes(comparison, language)]
    runs = [run for result in comparison.policies for run in result.runs.values()]
    blocks.append(f"{laws_line(comparison, language)}\n{_booked(runs, language)}")
    return "\n\n".join(blocks)


def _closer_tables(comparison: Comparison, candidate: str, language: str) -> list[pd.DataFrame]:
    """Where the differences of one candidate come from, and who gains; no table of what does not differ."""
    orders, cost = (comparison.difference(candidate, "behavioural", key).verdict for key in ("orders", "program_cost"))
    tables = [parts_breakdown(comparison, candidate, language), cost_breakdown(comparison, candidate, language)]
    if comparison.sampled and cost != "same":
        tables.append(winners_breakdown(comparison, candidate, language))
    if comparison.sampled and orders != "same":
        tables.append(orders_breakdown(comparison, candidate, language))
    return tables


def _returns(comparison: Comparison, language: str) -> list[pd.DataFrame]:
    """Programs against no program, as many side by side as a terminal has room for; nothing without a reference."""
    table = return_breakdown(comparison, language)
    if table is None:
        return []
    name, *policies = table.columns
    rows = range(0, len(policies), _RETURNS_A_ROW)
    return [table[[name, *policies[first : first + _RETURNS_A_ROW]]] for first in rows]


def _difference_table(comparison: Comparison, candidate: str, language: str, response: str) -> str:
    """The paired differences of one candidate under one response, each with its interval in the same cell."""
    table = kpi_table(comparison, candidate, language, response, main=True)
    # Written like the intervals of the headline: the signs of gains go without saying.
    rows = [
        (*ends, f"{difference} {interval.replace('+', '')}" if interval.startswith("[") else difference, verdict)
        for *ends, difference, interval, verdict in table.itertuples(index=False)
    ]
    columns = (t(f"table.{each}", language) for each in ("baseline", "candidate", "difference", "verdict"))
    return text_table((t(f"response.{response}", language), *columns), rows)


def _as_text(table: pd.DataFrame) -> str:
    return text_table(list(table.columns), list(table.itertuples(index=False)))


def run_head(world: Scenario, response: str, members: int | None, seed: int | None) -> dict[str, Any]:
    """What one run was about, for ``run_text`` and ``sim.figures.report.run_json``."""
    return {
        "scenario": world.name,
        "scenario_digest": world.digest,
        "seed": world.seed if seed is None else seed,
        "members": world.population(members),
        "months": list(world.months),
        "response": response,
    }


def broken_laws(laws: Iterable[Law], language: str) -> list[str]:
    """One line for every law that does not hold; empty is the only good answer."""
    return [
        t("cli.law", language, law=law.name, left=f"{law.left:,}", right=f"{law.right:,}")
        for law in laws
        if not law.holds
    ]


def run_text(head: dict[str, Any], policy: Policy, run: Run, language: str) -> str:
    """Key figures of one run, its costs by cause and its tiers at the end; ``head`` as for ``run_json``."""
    months = head["months"]
    rows = []
    for kpi in KPIS:
        each = run.kpis[kpi.key]
        numbers = (each.low, each.value, each.high)
        scale = scale_of(kpi.unit, numbers, language, policy.currency, policy.minor_per_major, figures=3)
        rows.append((kpi_title(kpi, language), scale.text(each.value), scale.interval(each.low, each.high)))
    levels = zip(_level_names(policy, language), run.tiers[-1].tolist(), strict=True)
    return "\n\n".join(
        (
            f"{policy_title(policy, language)} ({policy.name}) · {head['scenario']} · {months[0]} – {months[-1]}\n"
            f"{people(head['members'], language)}, {t('response.' + head['response'], language)}",
            text_table((t("table.kpi", language), policy.name, t("table.interval", language)), rows),
            *([_as_text(run_costs(run, policy, language))] if "costs" in run.tables else []),
            text_table(
                (t("table.tier", language), t("compare.members", language)),
                [(name, f"{count:,}") for name, count in levels],
            ),
            *(folded(note) for note in run_notes(run, policy_title(policy, language), language)),
            f"{t('laws.hold', language, count=len(run.laws))}\n{_booked([run], language)}",
        )
    )


def _booked(runs: Sequence[Run], language: str) -> str:
    events, transfers = sum(run.events for run in runs), sum(run.transfers for run in runs)
    return t("laws.booked", language, events=f"{events:,}", transfers=f"{transfers:,}")


def replay_text(result: Replay, language: str) -> str:
    """Months, total and tiers of a replay."""
    policy = f"{policy_title(result.policy, language)} ({result.policy.name})"
    orders, members = (
        t(f"replay.{what}_{'one' if count == 1 else 'many'}", language, count=f"{count:,}")
        for what, count in (("orders", result.orders), ("members", result.members))
    )
    lines = [
        t("replay.heading", language, log=result.log.name, policy=policy),
        t("replay.books", language, orders=orders, members=members, day=result.as_of),
    ]
    if result.orders_after:
        lines.append(t("replay.left_out", language, orders=f"{result.orders_after:,}"))
    header = [t(f"replay.{key}", language) for key in ("month", *FIGURES)]
    rows = [(name, *(f"{value:,}" for value in row.values())) for name, row in result.by_month.items()]
    rows.append((t("replay.all", language), *(f"{value:,}" for value in result.totals.values())))
    counts = result.members_by_tier.values()
    tiers = [(name, f"{count:,}") for name, count in zip(_level_names(result.policy, language), counts, strict=True)]
    return "\n\n".join(
        (
            "\n".join(lines),
            text_table(header, rows),
            text_table((t("table.tier", language), t("compare.members", language)), tiers),
            t("laws.hold", language, count=len(result.laws)),
        )
    )


def _level_names(policy: Policy, language: str) -> tuple[str, ...]:
    """The tiers of a policy as its rule sheet calls them, lowest first."""
    return policy.level_names_zh if language == "zh" else policy.level_names
