"""The command that lists all effects: what a scenario can set, and break-even can search."""

from __future__ import annotations

import click

from commands.frame import answer, json_option, language_option


@click.command()
@language_option
@json_option
def effects(language: str, json: str | None) -> None:
    """List all effects of a program on its members: size, range, evidence and meaning."""
    from charts.console_effects import effects_text
    from sim.answers import effects_json

    answer(json, effects_json, lambda: effects_text(language))
