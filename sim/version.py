"""The version of Tierlab. Imports little, so that the command line can name it at once."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def tierlab_version() -> str:
    """Of the installed package, or of a checkout that is not installed."""
    try:
        return version("tierlab")
    except PackageNotFoundError:
        return tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["version"]
