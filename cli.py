"""The command line: results as readable tables on standard output, everything else on standard error.

Exit status 0: done; 1: a conservation law does not hold; 2: something in the question is wrong; 130: interrupted.
What a command needs is imported inside it, so that help and lists answer at once.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from policies import Policy
    from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parent
DASH = "-"
INTERRUPTED = 130
LARGEST_SEED = 2**63 - 1
_LANGUAGE = "tierlab.language"


class _Problem(click.ClickException):
    """A mistake in the question."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self._shown = _say("error", message=message)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self._shown, file=file, err=file is None)


class _Front(click.Group):
    """Turns every error that a user can mend into one message without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        from policies.errors import ProblemError

        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo(_say("interrupted"), err=True)
            context.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # whoever read our output has gone: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise _Problem(f"{where}{error.strerror or error}.") from error
        except ProblemError as error:
            raise _Problem(error.text(_language())) from error


def _language() -> str:
    """The language asked for, as soon as it is known."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_LANGUAGE, "en") if context else "en"


def _say(key: str, **values: object) -> str:
    """The command line's own words."""
    from texts import t

    return t(f"cli.{key}", _language(), **values)


def _version() -> str:
    try:
        return version("tierlab")
    except PackageNotFoundError:  # a checkout that is not installed
        return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


# --- options that several commands share -------------------------------------------------------------------------


def _writable(_: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuse a path that cannot be written before the work begins."""
    option = parameter.opts[0]
    if path == "":
        raise _Problem(_say("no_name", option=option))
    if path == DASH and not parameter.type.allow_dash:
        raise _Problem(_say("no_dash", option=option))
    if path not in (None, DASH) and not Path(path).resolve().parent.is_dir():
        raise _Problem(_say("no_folder", option=option, folder=Path(path).parent))
    return path


def _output(name: str, metavar: str, help_text: str, *, dash: bool = False) -> Callable:
    kind = click.Path(dir_okay=False, writable=True, allow_dash=dash)
    return click.option(name, type=kind, metavar=metavar, callback=_writable, help=help_text)


def _together(*options: Callable) -> Callable:
    def decorate(command: Callable) -> Callable:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_json_option = _output("--json", "FILE", "Write the result as JSON; - for standard output, not tables.", dash=True)
_language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    envvar="TIERLAB_LANGUAGE",
    show_default=True,
    show_envvar=True,
    # Read first and kept where an error that comes later finds it.
    is_eager=True,
    callback=lambda context, _, language: context.meta.setdefault(_LANGUAGE, language),
    help="Language of tables and messages.",
)
_size_options = _together(
    click.option("--members", type=click.IntRange(1, 10_000_000), help="How many members; the scenario's own number."),
    click.option("--seed", type=click.IntRange(0, LARGEST_SEED), help="Another draw of luck; the scenario's own seed."),
    click.option("--threads", type=click.IntRange(1, 256), help="Threads to work with; all cores."),
)


# --- commands ----------------------------------------------------------------------------------------------------


@click.group(cls=_Front, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="tierlab")
def tierlab() -> None:
    """A wind tunnel for membership programs.

    SCENARIO and POLICY are shipped names (see `tierlab policies`) or paths of files.
    """


@tierlab.command()
@click.argument("scenario")
@click.argument("baseline")
@click.argument("candidates", nargs=-1, required=True, metavar="CANDIDATE...")
@_size_options
@click.option("--chunk", type=click.IntRange(1, 1_000_000), help="Members a thread takes at a time.")
@_language_option
@_json_option
def compare(
    scenario: str,
    baseline: str,
    candidates: tuple[str, ...],
    chunk: int | None,
    language: str,
    json: str | None,
    **size: int | None,
) -> None:
    """Compare candidates with a baseline: the same members with the same luck under every policy."""
    from charts.console import comparison_text
    from sim import compare as engine
    from sim.report import comparison_json
    from sim.tables import ProgressBar
    from texts.laws import law_failure_lines

    _keep_apart((scenario, baseline, *candidates), {"--json": json})
    world = _scenario(scenario, size["members"])
    policies = [_policy(each) for each in (baseline, *candidates)]
    begin = _start()
    with ProgressBar(sys.stderr) as bar:
        result = engine.compare(world, policies[0], policies[1:], chunk_members=chunk, progress=bar, **size)
    _say_elapsed(begin)
    _refuse_broken(law_failure_lines(result, language))
    _answer(json, lambda: comparison_json(result), lambda: comparison_text(result, language))


@tierlab.command()
@click.argument("scenario")
@click.argument("policy")
@_size_options
@click.option(
    "--response",
    type=click.Choice(["behavioural", "mechanical"]),
    default="behavioural",
    show_default=True,
    help="Members react as the scenario says, or not at all.",
)
@_output("--journal", "FILE.parquet", "Write every transfer of the ledger.")
@_output("--events", "FILE.parquet", "Write every event that the ledger has accepted.")
@_language_option
@_json_option
def run(
    scenario: str,
    policy: str,
    response: str,
    journal: str | None,
    events: str | None,
    language: str,
    json: str | None,
    **size: int | None,
) -> None:
    """Let the members of a scenario live under one policy."""
    from charts.console import broken_laws, run_head, run_text
    from sim.compare import run_summary
    from sim.event_file import files_of_run
    from sim.report import run_json
    from sim.run import simulate
    from sim.tables import ProgressBar

    _keep_apart((scenario, policy), {"--journal": journal, "--events": events, "--json": json})
    world, rules = _scenario(scenario, size["members"]), _policy(policy)
    begin = _start()
    with ProgressBar(sys.stderr) as bar, files_of_run(rules, journal=journal, events=events) as keep:
        result = run_summary(simulate(world, rules, response=response, progress=bar, **keep, **size))
    _say_elapsed(begin)
    _refuse_broken(broken_laws(result.laws, language))
    head = run_head(world, response, size["members"], size["seed"])
    _answer(json, lambda: run_json(head, rules, result), lambda: run_text(head, rules, result, language))


@tierlab.command()
@click.argument("policy")
@click.argument("transactions", metavar="TRANSACTIONS.csv")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Close the books; day of the last order."
)
@click.option(
    "--redeem",
    type=click.Choice(["never", "always"]),
    default="never",
    show_default=True,
    help="always: every order takes as many points as the policy allows.",
)
@click.option("--member", default="member", metavar="COL", show_default=True, help="Column of the member's id.")
@click.option("--order", default="order", metavar="COL", show_default=True, help="Column of the order's id.")
@click.option("--timestamp", default="timestamp", metavar="COL", show_default=True, help="Column of the time.")
@click.option("--amount", metavar="COL", help="Column of the amount as decimal money.  [default: amount]")
@click.option("--amount-minor", metavar="COL", help="Column of the amount in whole minor units, in place of --amount.")
@click.option("--log-time-zone", metavar="ZONE", help="Zone of times without an offset; the program's own.")
@_output("--members-out", "FILE.csv", "Write one row a member.")
@_language_option
@_json_option
def replay(
    policy: str,
    transactions: str,
    as_of: datetime | None,
    redeem: str,
    log_time_zone: str | None,
    members_out: str | None,
    language: str,
    json: str | None,
    **columns: str | None,
) -> None:
    """Send a log of real transactions (CSV, gzipped or not) through the ledger."""
    from charts.console import broken_laws, replay_text
    from sim import replay as engine
    from sim.log_file import Columns
    from sim.transaction_log import read_log

    _keep_apart((policy, transactions), {"--members-out": members_out, "--json": json})
    rules = _policy(policy)
    begin = _start()
    log = read_log(transactions, rules, Columns(**columns), log_time_zone)
    close = as_of.date() if as_of else None
    try:
        result = engine.replay(rules, log, as_of=close, redeem_always=redeem == "always")
    except engine.BrokenLaw as error:
        _refuse_broken(broken_laws(error.laws, language))
    _say_elapsed(begin)
    if members_out:
        _write(members_out, engine.members_csv(result))
    _answer(json, lambda: engine.replay_json(result), lambda: replay_text(result, language))


@tierlab.command()
@_language_option
def policies(language: str) -> None:
    """List the shipped policies and scenarios."""
    from sim.listing import policy_titles, scenario_titles
    from sim.tables import text_table

    lists = {"policy": policy_titles(language), "scenario": scenario_titles(language)}
    tables = [text_table((_say(what), _say("title")), list(titles.items()), left=2) for what, titles in lists.items()]
    click.echo("\n\n".join(tables))


@tierlab.command()
@click.argument("policy")
@_language_option
def show(policy: str, language: str) -> None:
    """Print the rules of a policy in sentences."""
    from texts.sheet import sheet_text

    click.echo(sheet_text(_policy(policy), language))


@tierlab.command()
@click.argument("file")
@_language_option
def check(file: str, language: str) -> None:
    """Say whether the file of a policy or a scenario is sound, or all that is wrong with it; advice on a policy."""
    from sim.listing import is_scenario
    from texts.advice import checked_text

    if is_scenario(file):
        from sim.scenario import load_scenario as load
    else:
        from policies import load_policy as load
    click.echo(checked_text(load(file), language))


# --- questions ---------------------------------------------------------------------------------------------------


def _policy(source: str) -> Policy:
    """The policy of a name or a file; a scenario in its place is called one."""
    from policies import load_policy
    from sim.listing import is_scenario

    if is_scenario(source):
        raise _Problem(_say("is_scenario", name=source))
    return load_policy(source)


def _scenario(source: str, members: int | None) -> Scenario:
    """The scenario of a name or a file, which must be able to have so many members."""
    from sim.scenario import load_scenario

    scenario = load_scenario(source)
    if scenario.scripted and members is not None:
        raise _Problem(_say("by_hand", name=scenario.name, count=scenario.members))
    return scenario


def _keep_apart(sources: Sequence[str], outputs: dict[str, str | None]) -> None:
    """Refuse to write over what is read, and two results into one file."""
    from sim.listing import first_clash

    clash = first_clash(sources, {option: path for option, path in outputs.items() if path not in (None, DASH)})
    if clash:
        raise _Problem(_say("clash", option=clash.option, path=clash.path, other=clash.other))


# --- output ------------------------------------------------------------------------------------------------------


def _start() -> float:
    """Compile what is not compiled yet, then start the clock."""
    from sim.warmup import compile_once

    compile_once()
    return time.perf_counter()


def _say_elapsed(begin: float) -> None:
    click.echo(_say("done", seconds=f"{time.perf_counter() - begin:.1f}"), err=True)


def _refuse_broken(lines: Sequence[str]) -> None:
    """End with status 1 if a conservation law does not hold: the numbers must not be used."""
    if lines:
        click.echo(_say("broken"), err=True)
        for line in lines:
            click.echo(line, err=True)
        raise click.exceptions.Exit(1)


def _answer(json_path: str | None, content: Callable[[], dict], text: Callable[[], str]) -> None:
    """The table on standard output, and the JSON where it is wanted."""
    from sim.report import json_text

    if json_path == DASH:
        # As bytes: the encoding of a terminal must not change the JSON's.
        click.echo(json_text(content()).encode(), nl=False)
        return
    if json_path:
        _write(json_path, json_text(content()))
    click.echo(text())


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8", newline="\n")


def main() -> NoReturn:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # An old Windows terminal cannot show every character; a question mark is better than a traceback.
        stream.reconfigure(errors="replace")
    tierlab(prog_name="tierlab")


if __name__ == "__main__":
    main()
