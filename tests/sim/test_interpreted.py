"""The same lines without a compiler: NUMBA_DISABLE_JIT=1 gives the same journal to the last byte."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policies import load_policy

ROOT = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import hashlib, sys
import numpy as np
from datetime import date
from policies import load_policy
from sim.run import simulate
from sim.scenario import Scenario, load_scenario
from sim.streams import philox

assert not hasattr(philox, "py_func"), "this must run interpreted"
name, policy, through = sys.argv[1], sys.argv[2], date.fromisoformat(sys.argv[3])
content = load_scenario(name).content
horizon = content.horizon.model_copy(update={"through": through})
scenario = Scenario(name, content.model_copy(update={"horizon": horizon}))
parts = []
simulate(scenario, load_policy(policy), members=5, threads=1, keep_transfers=parts.append)
rows = np.concatenate(parts)
print(rows.size, hashlib.sha256(rows.tobytes()).hexdigest())
"""


@pytest.mark.parametrize(
    ("name", "policy", "through"),
    [
        ("beauty_mall", "baseline", date(2027, 6, 30)),
        pytest.param("beauty_mall", "warehouse_club", date(2027, 6, 30), marks=pytest.mark.slow),
        ("lessons", "year_end_wipe_cap50", date(2028, 12, 31)),
    ],
)
def test_interpreted_equals_compiled(name: str, policy: str, through: date, cut: Callable, journal: Callable) -> None:
    rows = journal(cut(name, through), load_policy(policy), members=5, threads=1)
    expected = f"{rows.size} {hashlib.sha256(rows.tobytes()).hexdigest()}"
    # An overflow of an interpreted 64-bit integer only warns: here a warning is an error.
    told = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PROGRAM, name, policy, through.isoformat()],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert told.returncode == 0, told.stderr
    assert rows.size > 50
    assert told.stdout.strip() == expected
