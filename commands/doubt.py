"""Commands about what is not known: uncertainty of a comparison, break-even sizes, the lift of a program."""

from __future__ import annotations

import click

from commands.frame import (
    answer,
    capsule_option,
    crew_options,
    json_option,
    keep_apart,
    language_option,
    policy_of,
    scenario_of,
    size_options,
    watched,
)
from sim.doubt.defaults import (
    BREAK_EVEN_MEMBERS,
    DRAW_MEMBERS,
    DRAWS,
    DRAWS_LEAST,
    FITTED_ON,
    LIFT_MEMBERS,
    USUAL_KPI,
)
from sim.effects import PRESETS


@click.command()
@click.argument("scenario")
@click.argument("baseline")
@click.argument("candidates", nargs=-1, required=True, metavar="CANDIDATE...")
@click.option(
    "--draws", type=click.IntRange(DRAWS_LEAST, 10_000), default=DRAWS, show_default=True, help="Sets of parameters."
)
@click.option(
    "--fitted-on",
    type=click.IntRange(50, 100_000_000),
    default=FITTED_ON,
    show_default=True,
    metavar="CUSTOMERS",
    help="Customers that base parameters may be thought to be fitted on.",
)
@click.option(
    "--kpi",
    default=USUAL_KPI,
    show_default=True,
    metavar="KEY",
    help="The key figure that is told in sentences; --json has all.",
)
@size_options(f"{DRAW_MEMBERS:,} in each draw")
@crew_options
@capsule_option
@language_option
@json_option
def doubt(
    scenario: str,
    baseline: str,
    candidates: tuple[str, ...],
    draws: int,
    fitted_on: int,
    kpi: str,
    members: int | None,
    seed: int | None,
    capsule: str | None,
    language: str,
    json: str | None,
    **crew: object,
) -> None:
    """Compare in many draws of all that is in doubt: who is ahead how often, and what decides it."""
    from charts.console_doubt import uncertainty_text
    from sim.answers import uncertainty_json
    from sim.capsule import write_capsule
    from sim.doubt.asked import kpi_named
    from sim.uncertainty import uncertainty

    kpi_named(kpi)
    keep_apart((scenario, baseline, *candidates), {"--json": json, "--capsule": capsule})
    world = scenario_of(scenario, members)
    policies = [policy_of(each) for each in (baseline, *candidates)]
    size = {"members": members, "seed": seed}
    how = {"draws": draws, "fitted_on": fitted_on, **size}
    result = watched(
        lambda workers, bar: uncertainty(world, policies[0], policies[1:], crew=workers, progress=bar, **how), crew
    )
    answer(json, lambda: uncertainty_json(result), lambda: uncertainty_text(result, kpi, language))
    if capsule:
        write_capsule(capsule, world, result, **size)


@click.command("break-even")
@click.argument("scenario")
@click.argument("baseline")
@click.argument("candidate")
@click.argument("effect")
@click.option(
    "--kpi",
    default=USUAL_KPI,
    show_default=True,
    metavar="KEY",
    help="The key figure in which the candidate shall do better; one of which more, or less, is better.",
)
@size_options(f"{BREAK_EVEN_MEMBERS:,} at each size")
@crew_options
@capsule_option
@language_option
@json_option
def break_even(
    scenario: str,
    baseline: str,
    candidate: str,
    effect: str,
    kpi: str,
    members: int | None,
    seed: int | None,
    capsule: str | None,
    language: str,
    json: str | None,
    **crew: object,
) -> None:
    """Find how large an EFFECT, such as c_mem, must be for a candidate to do better than the baseline.

    `tierlab effects` lists all effects.
    """
    from charts.console_doubt import break_even_text
    from sim.answers import break_even_json
    from sim.break_even import break_even as search
    from sim.capsule import write_capsule

    keep_apart((scenario, baseline, candidate), {"--json": json, "--capsule": capsule})
    world, before, after = scenario_of(scenario, members), policy_of(baseline), policy_of(candidate)
    size = {"members": members, "seed": seed}
    result = watched(
        lambda workers, bar: search(world, before, after, effect, kpi, crew=workers, progress=bar, **size), crew
    )
    answer(json, lambda: break_even_json(result), lambda: break_even_text(result, language))
    if capsule:
        write_capsule(capsule, world, result, **size)


@click.command()
@click.argument("scenario")
@click.argument("policy")
@click.option(
    "--effects", type=click.Choice(PRESETS), show_default="the scenario's own", help="Sizes of effects of a preset."
)
@size_options(f"{LIFT_MEMBERS:,}")
@crew_options
@capsule_option
@language_option
@json_option
def lift(
    scenario: str,
    policy: str,
    effects: str | None,
    members: int | None,
    seed: int | None,
    capsule: str | None,
    language: str,
    json: str | None,
    **crew: object,
) -> None:
    """Measure what a program adds in five years, against all that programs were ever found to add."""
    from charts.console_doubt import lift_text
    from sim.answers import lift_json
    from sim.capsule import write_capsule
    from sim.lift import lift as measure

    keep_apart((scenario, policy), {"--json": json, "--capsule": capsule})
    world, rules = scenario_of(scenario, members), policy_of(policy)
    size = {"members": members, "seed": seed}
    result = watched(
        lambda workers, bar: measure(world, rules, effects=effects, crew=workers, progress=bar, **size), crew
    )
    answer(json, lambda: lift_json(result), lambda: lift_text(result, language))
    if capsule:
        write_capsule(capsule, world, result, **size)
