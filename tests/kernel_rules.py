"""Rules for kernel tests: one version, written the way a policy file is."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from policies import Policy, load_policy
from policies.days import date_of, day_of

TIERS = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 100
keep = 80
[[tiers.level]]
name = "gold"
enter = 500
keep = 400
[[tiers.level]]
name = "diamond"
enter = 2000
"""


@cache
def policy_of(text: str) -> Policy:
    """The policy of a few lines of TOML; ``{levels}`` stands for four tiers at 0, 100, 500 and 2000."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.toml"
        path.write_text('title = "example"\n' + text.replace("{levels}", TIERS), encoding="utf-8")
        return load_policy(path)


def rule_of(text: str) -> np.record:
    """Its first version."""
    return policy_of(text).rules[0]


def day(text: str) -> int:
    """Day number of "2027-01-31"."""
    return day_of(date.fromisoformat(text))


def date_text(number: int) -> str:
    """The way back."""
    return str(date_of(number))
