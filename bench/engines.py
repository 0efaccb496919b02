"""Both engines on the same lives in one run: ``python -m bench.engines``, or ``--quick`` for a smoke test.

Each size runs in a process of its own, so that its peak of memory is its own. Equal work is checked
before anything is divided by a time: an engine that skips transfers would be fast, too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCENARIO, POLICY = "beauty_mall", "baseline"
QUICK_THROUGH = "2027-06-30"


@dataclass(frozen=True)
class Job:
    """One measurement in a process of its own."""

    engine: str  # "simpy" or "compiled"
    members: int
    threads: int
    repeats: int
    through: str | None  # last day of the run if it is to be shorter


@dataclass(frozen=True)
class Result:
    """What a job found: seconds of each repeat, work done, and peak memory in MiB (None: not known here)."""

    seconds: list[float]
    events: int
    transfers: int
    months: int
    peak_mib: float | None

    @property
    def median(self) -> float:
        """Median time of a run, seconds."""
        return statistics.median(self.seconds)


def measure(job: Job) -> Result:
    """Run a job here and now, after a warm-up."""
    # Imported late: the parent process must not load the compiler.
    import numpy as np

    from policies import load_policy
    from sim import simpy_engine
    from sim.run import simulate

    scenario, policy = _scenario(job.through), load_policy(POLICY)
    world = scenario.world(policy)
    if job.engine == "simpy":
        simpy_engine.tell(world, policy.rules, 1)

        def run() -> tuple[int, int]:
            story = simpy_engine.tell(world, policy.rules, job.members)
            return story.events, int(np.size(story.transfers))
    else:
        simulate(scenario, policy, members=8, threads=1)

        def run() -> tuple[int, int]:
            done = simulate(scenario, policy, members=job.members, threads=job.threads)
            if not all(law.holds for law in done.laws):
                raise RuntimeError("a conservation law does not hold")
            return done.events, done.transfers

    seconds, (events, transfers) = _timed(run, job.repeats)
    return Result(seconds, events, transfers, len(scenario.months), _peak_mib())


def _scenario(through: str | None) -> Any:
    from datetime import date

    from sim.scenario import Scenario, load_scenario

    scenario = load_scenario(SCENARIO)
    if through is None:
        return scenario
    horizon = scenario.content.horizon.model_copy(update={"through": date.fromisoformat(through)})
    return Scenario(scenario.name, scenario.content.model_copy(update={"horizon": horizon}))


def _timed(run: Callable[[], tuple[int, int]], repeats: int) -> tuple[list[float], tuple[int, int]]:
    seconds, work = [], (0, 0)
    for _ in range(repeats):
        start = time.perf_counter()
        work = run()
        seconds.append(time.perf_counter() - start)
    return seconds, work


def _peak_mib() -> float | None:
    """Largest resident size of this process so far; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def in_a_process(job: Job) -> Result:
    """Run a job in a fresh process."""
    told = _python(["-m", "bench.engines", "--job", json.dumps(asdict(job))], {})
    return Result(**json.loads(told.splitlines()[-1]))


def _python(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def start_times() -> tuple[float, float]:
    """Seconds until a fresh process has simulated its first members: with an empty cache, and again."""
    program = (
        "from policies import load_policy; from sim.run import simulate; from sim.scenario import load_scenario; "
        f"simulate(load_scenario({SCENARIO!r}), load_policy({POLICY!r}), members=8, threads=1)"
    )
    seconds = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        for _ in range(2):
            start = time.perf_counter()
            _python(["-c", program], {"TIERLAB_CACHE": cache})
            seconds.append(time.perf_counter() - start)
    return seconds[0], seconds[1]


def machine() -> str:
    """What the figures were measured on."""
    from importlib.metadata import version

    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "simpy"))
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}; Python {platform.python_version()}, {packages}"


def compare_engines(sizes: list[int], sample: int, repeats: int, through: str | None) -> None:
    """Measure, check that the work was equal, and print."""
    simpy = in_a_process(Job("simpy", sample, 1, repeats, through))
    equal = in_a_process(Job("compiled", sample, 1, repeats, through))
    if (simpy.events, simpy.transfers) != (equal.events, equal.transfers):
        raise SystemExit(f"unequal work: SimPy {simpy.events}, {simpy.transfers}; {equal.events}, {equal.transfers}")
    print(f"Equal work: {sample:,} members, {simpy.events:,} events, {simpy.transfers:,} transfers by both engines.\n")
    print(f"{'engine':<20}{'members':>11}{'months':>8}{'seconds':>10}{'events':>13}{'transfers':>13}"
          f"{'events/s':>13}{'member-months/s':>17}{'peak MiB':>10}")  # fmt: skip
    slow = _line("SimPy", sample, simpy)
    _line("compiled, 1 thread", sample, equal)
    best = 0.0
    for members in sizes:
        work = set()
        for threads in dict.fromkeys((1, min(2, os.cpu_count() or 1))):
            result = in_a_process(Job("compiled", members, threads, repeats, through))
            work.add((result.events, result.transfers))
            name = f"compiled, {threads} thread{'s' if threads > 1 else ''}"
            rate = _line(name, members, result)
            best = max(best, rate if threads == 1 else 0.0)
        if len(work) > 1:
            raise SystemExit(f"unequal work at {members:,} members: {work}")
    print(f"\nCompiled, one thread, against SimPy: {best / slow:,.0f} times the events a second.")


def _line(name: str, members: int, result: Result) -> float:
    """Print one row; returns events a second."""
    rate = result.events / result.median
    peak = "n/a" if result.peak_mib is None else f"{result.peak_mib:,.0f}"
    print(f"{name:<20}{members:>11,}{result.months:>8}{result.median:>10.2f}{result.events:>13,}{result.transfers:>13,}"
          f"{rate:>13,.0f}{members * result.months / result.median:>17,.0f}{peak:>10}", flush=True)  # fmt: skip
    return rate


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of populations")
    parser.add_argument("--sample", type=int, default=200, help="members of the SimPy engine")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median is shown")
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes; shows that it works")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.job:
        print(json.dumps(asdict(measure(Job(**json.loads(chosen.job))))))
        return
    print(machine())
    print(f"{SCENARIO} under {POLICY}, behavioural response, median of {1 if chosen.quick else chosen.repeats}\n")
    if chosen.quick:
        compare_engines([2_000], 10, 1, QUICK_THROUGH)
        return
    compare_engines(chosen.members, chosen.sample, chosen.repeats, None)
    cold, warm = start_times()
    print(f"First members simulated {cold:.1f} s after a start with an empty cache, {warm:.1f} s after the next one.")


if __name__ == "__main__":
    main()
