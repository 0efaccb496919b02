"""What is shipped and what a name stands for, told without loading the simulation, which takes a while."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from policies import catalogue, load_policy

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
_OWN_KEYS = {
    "horizon",
    "segments",
    "member",
    "members",
    "response",
    "acquisition",
    "seasonality",
    "shocks",
    "economics",
}
"""Keys that a scenario file may have and a policy file may not."""


def scenario_catalogue() -> dict[str, Path]:
    """Shipped scenarios: name to file, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}


def policy_titles(language: str) -> dict[str, str]:
    """Title of each shipped policy by its name."""
    shipped = {name: load_policy(name) for name in catalogue()}
    return {name: each.title_zh if language == "zh" else each.title for name, each in shipped.items()}


def scenario_titles(language: str) -> dict[str, str]:
    """Title of each shipped scenario by its name."""
    titles = {}
    for name, path in scenario_catalogue().items():
        content = tomllib.loads(path.read_text("utf-8"))
        titles[name] = content.get("title_zh", content["title"]) if language == "zh" else content["title"]
    return titles


def is_scenario(source: str) -> bool:
    """Whether a source names a scenario: a shipped one, or a file with a key that no policy has.

    What cannot be read or parsed is left to the readers of policies to explain.
    """
    if source in scenario_catalogue():
        return True
    try:
        return bool(_OWN_KEYS & tomllib.loads(Path(source).read_text("utf-8")).keys())
    except (OSError, ValueError):
        return False


class Clash(NamedTuple):
    """A result that would be written over something else."""

    option: str
    path: str
    other: str  # what is read from there, or the other option that writes there


def first_clash(sources: Iterable[str], outputs: dict[str, str]) -> Clash | None:
    """The first of the outputs (option to path) that is a source or another output; None if all are apart.

    ``sources`` are paths or names of what is shipped.
    """
    shipped = {**catalogue(), **scenario_catalogue()}
    taken = {_place(shipped.get(each, each)): each for each in sources}
    for option, path in outputs.items():
        place = _place(path)
        if place in taken:
            return Clash(option, path, taken[place])
        taken[place] = option
    return None


def _place(path: str | Path) -> object:
    """What two paths of the same file have in common, also where one is a link to the other."""
    resolved = Path(path).resolve()
    if resolved.is_file():
        found = resolved.stat()
        return found.st_dev, found.st_ino
    return resolved
