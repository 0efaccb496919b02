"""Commands that let members live: compare policies, run one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.frame import (
    answer,
    capsule_option,
    chunk_option,
    crew_options,
    json_option,
    keep_apart,
    language_option,
    output,
    policy_of,
    refuse_broken,
    scenario_of,
    size_options,
    watched,
)

if TYPE_CHECKING:
    from commands.terminal import ProgressBar
    from sim.figures.results import Run
    from sim.runs.crews import Crew


@click.command()
@click.argument("scenario")
@click.argument("baseline")
@click.argument("candidates", nargs=-1, required=True, metavar="CANDIDATE...")
@size_options()
@crew_options
@chunk_option
@click.option(
    "--reference/--no-reference",
    default=True,
    show_default=True,
    help="Let the members live without a program too: what a return is measured against.",
)
@capsule_option
@language_option
@json_option
def compare(
    scenario: str,
    baseline: str,
    candidates: tuple[str, ...],
    members: int | None,
    seed: int | None,
    chunk: int | None,
    reference: bool,
    capsule: str | None,
    language: str,
    json: str | None,
    **crew: object,
) -> None:
    """Compare candidates with a baseline: the same members with the same luck under every policy."""
    from charts.console import comparison_text
    from sim import compare as engine
    from sim.capsule import write_capsule
    from sim.figures.report import comparison_json
    from texts.laws import law_failure_lines

    keep_apart((scenario, baseline, *candidates), {"--json": json, "--capsule": capsule})
    world = scenario_of(scenario, members)
    policies = [policy_of(each) for each in (baseline, *candidates)]
    question = {"members": members, "seed": seed}
    how = {"chunk_members": chunk, "reference": reference, **question}
    result = watched(
        lambda workers, bar: engine.compare(world, policies[0], policies[1:], crew=workers, progress=bar, **how), crew
    )
    refuse_broken(law_failure_lines(result, language))
    answer(json, lambda: comparison_json(result), lambda: comparison_text(result, language))
    if capsule:
        write_capsule(capsule, world, result, **question)


@click.command()
@click.argument("scenario")
@click.argument("policy")
@size_options()
@crew_options
@chunk_option
@click.option(
    "--sums", is_flag=True, help="Keep sums alone, no intervals: memory does not grow with the number of members."
)
@click.option(
    "--response",
    type=click.Choice(["behavioural", "mechanical"]),
    default="behavioural",
    show_default=True,
    help="Members react as the scenario says, or not at all.",
)
@output("--journal", "FILE.parquet", "Write every transfer of the ledger.")
@output("--events", "FILE.parquet", "Write every event that the ledger has accepted.")
@language_option
@json_option
def run(
    scenario: str,
    policy: str,
    members: int | None,
    seed: int | None,
    chunk: int | None,
    sums: bool,
    response: str,
    journal: str | None,
    events: str | None,
    language: str,
    json: str | None,
    **crew: object,
) -> None:
    """Let the members of a scenario live under one policy."""
    from charts.console import broken_laws, run_head, run_text
    from sim.figures.report import run_json
    from sim.figures.summary import run_summary
    from sim.run import simulate
    from sim.runs.event_file import files_of_run

    keep_apart((scenario, policy), {"--journal": journal, "--events": events, "--json": json})
    world, rules = scenario_of(scenario, members), policy_of(policy)
    asked = {"response": response, "members": members, "seed": seed}
    how = {"chunk_members": chunk, "outcomes": not sums, "columns": True}

    def lived(workers: Crew, bar: ProgressBar) -> Run:
        with files_of_run(rules, journal=journal, events=events) as keep:
            return run_summary(world, rules, simulate(world, rules, crew=workers, progress=bar, **asked, **how, **keep))

    result = watched(lived, crew)
    refuse_broken(broken_laws(result.laws, language))
    head = run_head(world, **asked)
    answer(json, lambda: run_json(head, rules, result), lambda: run_text(head, rules, result, language))
