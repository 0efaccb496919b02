"""A policy from a few lines of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policies import Policy, load_policy


@pytest.fixture
def policy_of(tmp_path: Path) -> Callable[..., Policy]:
    """``policy_of(text, name="candidate")``: writes the file and loads it."""

    def make(text: str, name: str = "candidate") -> Policy:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return load_policy(path)

    return make
