"""Results as plain text for a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from typing import Any

from charts.tables import kpi_table
from ledger.laws import Law
from policies import Policy
from sim.kpis import KPIS
from sim.replay import FIGURES, Replay
from sim.results import RESPONSES, Comparison, Run
from sim.run import members_of
from sim.scenario import Scenario
from sim.tables import text_table, wrapped
from texts import t
from texts.headline import assumption_line, headline_paragraphs
from texts.laws import laws_line
from texts.names import kpi_title, policy_title, title_by_name
from texts.numbers import people, scale_of

_CELLS_MOST = 100


def comparison_text(comparison: Comparison, language: str) -> str:
    """Headline and tables of every candidate, then the laws."""
    titles = {
        name: title if name in title else f"{title} ({name})"
        for name, title in title_by_name(comparison, language).items()
    }
    blocks = [_folded(assumption_line(comparison, language))]
    for candidate in comparison.candidates:
        blocks.append(_folded(f"{titles[candidate.name]} / {titles[comparison.baseline.name]}"))
        blocks += [_folded(each) for each in headline_paragraphs(comparison, candidate.name, language)]
        blocks += [_difference_table(comparison, candidate.name, language, each) for each in RESPONSES]
    runs = [run for result in comparison.policies for run in result.runs.values()]
    blocks.append(f"{laws_line(comparison, language)}\n{_booked(runs, language)}")
    return "\n\n".join(blocks)


def _folded(text: str) -> str:
    """A paragraph as wide as the terminal, but never wider than reads well."""
    return wrapped(text, min(shutil.get_terminal_size((_CELLS_MOST, 0)).columns, _CELLS_MOST))


def _difference_table(comparison: Comparison, candidate: str, language: str, response: str) -> str:
    """The paired differences of one candidate under one response, each with its interval in the same cell."""
    table = kpi_table(comparison, candidate, language, response)
    # Written like the intervals of the headline: the signs of gains go without saying.
    rows = [
        (*ends, f"{difference} {interval.replace('+', '')}" if interval.startswith("[") else difference, verdict)
        for *ends, difference, interval, verdict in table.itertuples(index=False)
    ]
    columns = (t(f"table.{each}", language) for each in ("baseline", "candidate", "difference", "verdict"))
    return text_table((t(f"response.{response}", language), *columns), rows)


def run_head(world: Scenario, response: str, members: int | None, seed: int | None) -> dict[str, Any]:
    """What one run was about, for ``run_text`` and ``sim.report.run_json``."""
    return {
        "scenario": world.name,
        "scenario_digest": world.digest,
        "seed": world.seed if seed is None else seed,
        "members": members_of(world, members),
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
    """Key figures of one run and its tiers at the end; ``head`` as for ``sim.report.run_json``."""
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
