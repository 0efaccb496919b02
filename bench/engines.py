"""Speed and memory on one machine: ``python -m bench.engines``, or ``--quick`` for a smoke test.

Both engines on the same lives, and beside them two independent programs for the same market: a straightforward one in
SimPy without a ledger, and a table in NumPy that goes by months. Each measurement runs in a process of its own, so that
its peak of memory is its own. Equal work of the engines is checked before anything is divided by a time: an engine that
skips transfers would be fast, too. An event is a join, an order, or whatever else a member does.
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

from bench.plain_program import LEFT_OUT

ROOT = Path(__file__).resolve().parent.parent
SCENARIO, POLICY = "beauty_mall", "baseline"
QUICK_THROUGH = "2027-06-30"
HALF_THROUGH = "2028-06-30"
"""Half of the usual length: 18 of 36 months."""

TEN_MILLION = 10_000_000

SEED = 1
"""Of the independent programs."""


@dataclass(frozen=True)
class Job:
    """One measurement in a process of its own."""

    engine: str  # "simpy", "compiled", "plain" or "monthly"
    members: int  # on the first day
    threads: int
    repeats: int
    through: str | None  # last day of the run if it is to be shorter


@dataclass(frozen=True)
class Result:
    """What a job found: seconds of each repeat, work done, and peak memory in MiB (None: not known here)."""

    seconds: list[float]
    events: int
    transfers: int  # of the plain program: bookings; none by months
    persons: int  # members on the first day and those who come later
    months: int
    peak_mib: float | None

    @property
    def median(self) -> float:
        """Median time of a run, seconds."""
        return statistics.median(self.seconds)


Work = tuple[int, int, int]
"""Events, transfers, persons."""


def measure(job: Job) -> Result:
    """Run a job here and now, after a warm-up."""
    # Imported late: the parent process must not load the compiler.
    scenario = _scenario(job.through)
    months = len(scenario.months)
    run = _independent(job, months) if job.engine in ("plain", "monthly") else _engine(job, scenario)
    seconds, (events, transfers, persons) = _timed(run, job.repeats)
    return Result(seconds, events, transfers, persons, months, _peak_mib())


def _engine(job: Job, scenario: Any) -> Callable[[], Work]:
    """One of the two engines, warmed up."""
    from policies import load_policy
    from sim.engines import simpy_engine
    from sim.run import simulate

    policy, persons = load_policy(POLICY), scenario.population(job.members)
    if job.engine == "compiled":
        simulate(scenario, policy, members=8, threads=1)

        def run() -> Work:
            done = simulate(scenario, policy, members=job.members, threads=job.threads, outcomes=False)
            if not all(law.holds for law in done.laws):
                raise RuntimeError("a conservation law does not hold")
            return done.events, done.transfers, persons

        return run
    world = scenario.world(policy, members=job.members)

    def tell() -> Work:
        story = simpy_engine.tell(world, policy.rules, persons)
        return story.events, story.transfers.size, persons

    # All of it: whatever these members do for the first time is compiled now.
    tell()
    return tell


def _independent(job: Job, months: int) -> Callable[[], Work]:
    """One of the two programs that share nothing with the engines."""
    from bench import monthly_numpy, plain_simpy

    if job.engine == "monthly":
        return lambda: (monthly_numpy.simulate(job.members, months, SEED).events, 0, job.members)

    def run() -> Work:
        shop = plain_simpy.simulate(job.members, months, SEED)
        return shop.events, shop.bookings, job.members

    return run


def _scenario(through: str | None) -> Any:
    from datetime import date

    from sim.scenario import Scenario, load_scenario

    scenario = load_scenario(SCENARIO)
    if through is None:
        return scenario
    horizon = scenario.content.horizon.model_copy(update={"through": date.fromisoformat(through)})
    return Scenario(scenario.name, scenario.content.model_copy(update={"horizon": horizon}))


def _timed(run: Callable[[], Work], repeats: int) -> tuple[list[float], Work]:
    seconds, work = [], (0, 0, 0)
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
    # In a process of its own: compiling needs more memory than any run.
    _python(["-m", "sim.warmup"], {})
    simpy = in_a_process(Job("simpy", sample, 1, repeats, through))
    equal = in_a_process(Job("compiled", sample, 1, repeats, through))
    if (simpy.events, simpy.transfers) != (equal.events, equal.transfers):
        raise SystemExit(f"unequal work: SimPy {simpy.events}, {simpy.transfers}; {equal.events}, {equal.transfers}")
    print(f"Equal work: {sample:,} members, {simpy.events:,} events, {simpy.transfers:,} transfers by both engines.\n")
    _head()
    slow = _line("SimPy engine", sample, simpy)
    _line("compiled, 1 thread", sample, equal)
    best = max(_one_and_two_threads(members, repeats, through) for members in sizes)
    plain = _line("plain SimPy", sample, in_a_process(Job("plain", sample, 1, repeats, through)))
    monthly = _line("monthly NumPy", sizes[-1], in_a_process(Job("monthly", sizes[-1], 1, repeats, through)))
    print(f"\nCompiled, one thread, events a second: {best / slow:,.0f} times the SimPy engine, "
          f"{best / plain:,.0f} times plain SimPy, {best / monthly:,.2f} times monthly NumPy.")  # fmt: skip
    for name, missing in LEFT_OUT.items():
        print(f"Left out by {name}: {missing}.")


def _one_and_two_threads(members: int, repeats: int, through: str | None) -> float:
    """Measure a size on one thread and on two; returns events a second on one."""
    work, rates = set(), []
    for threads in dict.fromkeys((1, min(2, os.cpu_count() or 1))):
        result = in_a_process(Job("compiled", members, threads, repeats, through))
        work.add((result.events, result.transfers))
        rates.append(_line(f"compiled, {threads} thread{'s' if threads > 1 else ''}", members, result))
    if len(work) > 1:
        raise SystemExit(f"unequal work at {members:,} members: {work}")
    return rates[0]


def show_linearity(members: int, repeats: int) -> None:
    """Measure half the members and half the months, and print time against work."""
    whole = in_a_process(Job("compiled", members, 1, repeats, None))
    print(f"\n{'linearity, 1 thread':<24}{'persons':>11}{'months':>8}{'seconds':>10}{'events':>13}{'ns an event':>13}")
    parts = [in_a_process(Job("compiled", members // 2, 1, repeats, None)),
             in_a_process(Job("compiled", members, 1, repeats, HALF_THROUGH))]  # fmt: skip
    for name, result in zip(("all", "half the members", "half the months"), (whole, *parts), strict=True):
        print(f"{name:<24}{result.persons:>11,}{result.months:>8}{result.median:>10.2f}{result.events:>13,}"
              f"{1e9 * result.median / result.events:>13,.0f}", flush=True)  # fmt: skip


def _head() -> None:
    print(f"{'program':<20}{'members':>11}{'persons':>11}{'months':>8}{'seconds':>10}{'events':>13}{'transfers':>13}"
          f"{'events/s':>13}{'person-months/s':>17}{'peak MiB':>10}")  # fmt: skip


def _line(name: str, members: int, result: Result) -> float:
    """Print one row; returns events a second."""
    rate = result.events / result.median
    peak = "n/a" if result.peak_mib is None else f"{result.peak_mib:,.0f}"
    print(f"{name:<20}{members:>11,}{result.persons:>11,}{result.months:>8}{result.median:>10.2f}{result.events:>13,}"
          f"{result.transfers:>13,}{rate:>13,.0f}{result.persons * result.months / result.median:>17,.0f}{peak:>10}",
          flush=True)  # fmt: skip
    return rate


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of populations")
    parser.add_argument("--sample", type=int, default=200, help="members of the two SimPy programs")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median is shown")
    parser.add_argument("--ten-million", action="store_true", help="and once 10,000,000 members, on all cores")
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
    show_linearity(chosen.members[0], chosen.repeats)
    if chosen.ten_million:
        print()
        _head()
        threads = os.cpu_count() or 1
        job = Job("compiled", TEN_MILLION, threads, 1, None)
        _line(f"compiled, {threads} threads", TEN_MILLION, in_a_process(job))
    cold, warm = start_times()
    print(f"\nFirst members simulated {cold:.1f} s after a start with an empty cache, {warm:.1f} s after the next one.")


if __name__ == "__main__":
    main()
