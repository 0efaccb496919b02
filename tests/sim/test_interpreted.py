"""The same lines without a compiler: NUMBA_DISABLE_JIT=1 gives the same result to the last byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import hashlib, sys
import numpy as np
from datetime import date
from policies import load_policy
from sim.run import simulate
from sim.scenario import Scenario, load_scenario
from sim.members.streams import philox

compiled = hasattr(philox, "py_func") or hasattr(philox, "get_call_template")
name, policy, through, members = sys.argv[1], sys.argv[2], date.fromisoformat(sys.argv[3]), int(sys.argv[4])
effects = {name: float(size) for name, size in (each.split("=") for each in sys.argv[5:])}
content = load_scenario(name).content
horizon = content.horizon.model_copy(update={"through": through})
scenario = Scenario(name, content.model_copy(update={"horizon": horizon}))
parts = []
run = simulate(
    scenario, load_policy(policy), members=members, threads=1, effects=effects,
    keep_transfers=parts.append, keep_events=lambda rows, lines: parts.extend((rows, lines)),
)
things = [*parts, run.outcomes, run.tiers, run.flows, run.pulls, run.gauge, run.used, *run.monthly.values()]
digest = hashlib.sha256(b"".join(np.ascontiguousarray(each).tobytes() for each in things)).hexdigest()
print(run.events, run.transfers, digest)
print("compiled" if compiled else "interpreted", file=sys.stderr)
"""


def result(arguments: tuple[str, ...], *, interpreted: bool) -> str:
    """Events, transfers and a digest of all that a run leaves behind."""
    # An overflow of an interpreted 64-bit integer only warns: here a warning is an error.
    told = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": str(int(interpreted)), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr.split()[-1] == ("interpreted" if interpreted else "compiled")
    return told.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("beauty_mall", "baseline", "2027-06-30", "5"), marks=pytest.mark.slow),
        ("startup_launch", "startup_two_tier", "2027-09-30", "50", "rate_ref=2.0", "pi_b=0.3"),
        pytest.param(("beauty_mall", "giant_ecommerce", "2027-06-30", "4", "spin=1.0"), marks=pytest.mark.slow),
        pytest.param(("beauty_mall", "stored_value_retail", "2027-06-30", "5", "th_0=1.0"), marks=pytest.mark.slow),
        pytest.param(("beauty_mall", "plus_monthly", "2027-06-30", "5", "exposure=1.0", "j_0=2.0"),
                     marks=pytest.mark.slow),
        pytest.param(("coffee_chain", "stamp_card", "2027-06-30", "5"), marks=pytest.mark.slow),
        ("lessons", "year_end_wipe_cap50", "2028-12-31", "9"),
    ],
    ids=lambda arguments: "-".join(arguments[:2]),
)  # fmt: skip
def test_interpreted_equals_compiled(arguments: tuple[str, ...]) -> None:
    compiled = result(arguments, interpreted=False)
    assert int(compiled.split()[0]) > 50
    assert result(arguments, interpreted=True) == compiled
