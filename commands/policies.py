"""Commands about files: list them, show the rules of one, check one."""

from __future__ import annotations

import click

from commands.frame import language_option, policy_of, say


@click.command()
@language_option
def policies(language: str) -> None:
    """List the shipped policies and scenarios."""
    from charts.terminal import text_table
    from sim.market.listing import policy_titles, scenario_titles

    lists = {"policy": policy_titles(language), "scenario": scenario_titles(language)}
    tables = [text_table((say(what), say("title")), list(titles.items()), left=2) for what, titles in lists.items()]
    click.echo("\n\n".join(tables))


@click.command()
@click.argument("policy")
@language_option
def show(policy: str, language: str) -> None:
    """Print the rules of a policy in sentences."""
    from texts.sheet import sheet_text

    click.echo(sheet_text(policy_of(policy), language))


@click.command()
@click.argument("file")
@language_option
def check(file: str, language: str) -> None:
    """Say whether the file of a policy or a scenario is sound, or all that is wrong with it; advice on a policy."""
    from policies import catalogue, load_policy
    from sim.market.listing import is_scenario
    from sim.scenario import load_scenario
    from texts.advice import checked_text

    loaders = []
    if file in catalogue() or not is_scenario(file):
        loaders.append(load_policy)
    if is_scenario(file):
        loaders.append(load_scenario)
    # A shipped policy and a shipped scenario may have the same name.
    click.echo("\n\n".join(checked_text(load(file), language) for load in loaders))
