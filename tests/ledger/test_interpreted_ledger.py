"""Compiled or interpreted, the same lines book the same transfers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random

from ledger.stored import packed
from tests.ledger.lives import NAMES, Compiled, policy_named, random_life

ROOT = Path(__file__).resolve().parents[2]
LIVES = 1
EVENTS = 25

PRINT_DIGEST = """
import numba
from tests.ledger.test_interpreted_ledger import digest_of_lives
print(numba.config.DISABLE_JIT, digest_of_lives())
"""


def digest_of_lives() -> str:
    """SHA-256 over every answer and every transfer of some random lives under every policy."""
    digest = hashlib.sha256()
    for name in NAMES:
        for seed in range(LIVES):
            life = Compiled(policy_named(name))
            for kind, day, second, what in random_life(Random(1_000 + seed), policy_named(name), EVENTS):
                digest.update(life.happens(kind, day, second, **what).encode())
            digest.update(repr(life.transfers).encode())
            digest.update(packed(life.member))
    return digest.hexdigest()


def test_interpreted_books_the_same() -> None:
    printed = subprocess.run(
        # An overflow that compiled code would not notice is a warning here, and a warning is a failure.
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PRINT_DIGEST],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert printed.stdout.split() == ["1", digest_of_lives()]
