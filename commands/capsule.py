"""The command that proves a capsule: the same question gives the same answer."""

from __future__ import annotations

import click

from commands.frame import crew_options, language_option, say, watched


@click.command()
@click.argument("capsule")
@crew_options
@language_option
def verify(capsule: str, language: str, **crew: object) -> None:
    """Ask the question of a CAPSULE again and compare every number.

    Exit status 1: it is damaged, or comes out otherwise. 2: it cannot be asked, for example because it is no capsule.
    """
    from charts.console_capsule import verdict_text
    from sim import capsule as capsules

    try:
        recorded = capsules.read_capsule(capsule)
    except capsules.DamagedCapsule as error:
        click.echo(say("error", message=error.text(language)), err=True)
        raise click.exceptions.Exit(1) from None
    verdict = watched(lambda workers, bar: capsules.verify(recorded, crew=workers, progress=bar), crew)
    click.echo(verdict_text(recorded, verdict, language))
    if not verdict.same:
        raise click.exceptions.Exit(1)
