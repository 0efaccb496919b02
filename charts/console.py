"""Results as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charts.tables import kpi_table
from policies import Policy
from sim.kpis import KPIS
from sim.replay import FIGURES, Replay
from sim.results import RESPONSES, Comparison, Run
from sim.tables import text_table
from texts import t
from texts.headline import headline_all
from texts.laws import laws_line
from texts.names import kpi_title, level_names, policy_title, scenario_title, title_by_name
from texts.numbers import people, scale_of


def comparison_text(comparison: Comparison, language: str) -> str:
    """Headline and table of every candidate, then the laws."""
    titles = {
        name: title if name in title else f"{title} ({name})"
        for name, title in title_by_name(comparison, language).items()
    }
    blocks = [
        t(
            "compare.assumption",
            language,
            members=people(comparison.members, language),
            scenario=scenario_title(comparison, language),
            months=len(comparison.months),
            first=comparison.months[0],
            seed=comparison.seed,
        )
    ]
    for candidate in comparison.candidates:
        blocks.append(f"{titles[candidate.name]} / {titles[comparison.baseline.name]}")
        blocks.append(headline_all(comparison, candidate.name, language))
        blocks.append(_difference_table(comparison, candidate.name, language))
    runs = [run for result in comparison.policies for run in result.runs.values()]
    blocks.append(f"{laws_line(comparison, language)}\n{_booked(runs, language)}")
    return "\n\n".join(blocks)


def _difference_table(comparison: Comparison, candidate: str, language: str) -> str:
    """The paired differences of one candidate: members react, and beside it the rules alone."""
    reacting, alone = (kpi_table(comparison, candidate, language, response) for response in RESPONSES)
    header = list(reacting.columns)
    difference, interval, verdict = alone.columns[-3:]
    header += [f"{t('response.mechanical', language)}: {difference}", interval, verdict]
    rows = [
        (*left, *right[-3:])
        for left, right in zip(reacting.itertuples(index=False), alone.itertuples(index=False), strict=True)
    ]
    return text_table(header, rows)


def run_text(head: dict[str, Any], policy: Policy, run: Run, language: str) -> str:
    """Key figures of one run and its tiers at the end; ``head`` as for ``sim.report.run_json``."""
    months = head["months"]
    rows = []
    for kpi in KPIS:
        each = run.kpis[kpi.key]
        numbers = (each.low, each.value, each.high)
        scale = scale_of(kpi.unit, numbers, language, policy.currency, policy.minor_per_major, figures=3)
        rows.append((kpi_title(kpi, language), scale.text(each.value), scale.interval(each.low, each.high)))
    levels = zip(level_names(policy, language).values(), run.tiers[-1].tolist(), strict=True)
    return "\n\n".join(
        (
            f"{policy_title(policy, language)} ({policy.name}) · {head['scenario']} · {months[0]} – {months[-1]}\n"
            f"{people(head['members'], language)}, {t('response.' + head['response'], language)}",
            text_table((t("table.kpi", language), policy.name, t("table.interval", language)), rows),
            text_table(
                (t("table.tier", language), t("compare.members", language)),
                [(name, f"{count:,}") for name, count in levels],
            ),
            f"{t('laws.hold', language, count=len(run.laws))}\n{_booked([run], language)}",
        )
    )


def _booked(runs: Sequence[Run], language: str) -> str:
    events, transfers = sum(run.events for run in runs), sum(run.transfers for run in runs)
    return t("laws.booked", language, events=f"{events:,}", transfers=f"{transfers:,}")


def replay_text(result: Replay, language: str) -> str:
    """Months, total and tiers of a replay."""
    policy = f"{policy_title(result.policy, language)} ({result.policy.name})"
    orders, members = f"{result.orders:,}", f"{result.members:,}"
    lines = [
        t("replay.heading", language, log=result.log.name, policy=policy),
        t("replay.books", language, orders=orders, members=members, day=result.as_of),
    ]
    if result.orders_after:
        lines.append(t("replay.left_out", language, orders=f"{result.orders_after:,}"))
    header = [t(f"replay.{key}", language) for key in ("month", *FIGURES)]
    rows = [(name, *(f"{value:,}" for value in row.values())) for name, row in result.by_month.items()]
    rows.append((t("replay.all", language), *(f"{value:,}" for value in result.totals.values())))
    names = level_names(result.policy, language)
    tiers = [(names[level], f"{count:,}") for level, count in result.members_by_tier.items()]
    return "\n\n".join(
        (
            "\n".join(lines),
            text_table(header, rows),
            text_table((t("table.tier", language), t("compare.members", language)), tiers),
            t("laws.hold", language, count=len(result.laws)),
        )
    )
