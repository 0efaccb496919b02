"""The command line: results as readable tables on standard output, everything else on standard error.

Exit status 0: done; 1: a conservation law does not hold; 2: something in the question is wrong; 130: interrupted.
What a command needs is imported inside it, so that help and lists answer at once.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from sim.results import Comparison

ROOT = Path(__file__).resolve().parent
DASH = "-"
INTERRUPTED = 130
LARGEST_SEED = 2**63 - 1
_LANGUAGE = "tierlab.language"


class _Problem(click.ClickException):
    """A mistake in the question."""

    exit_code = 2


class _Front(click.Group):
    """Turns every error that a user can mend into one message without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            context.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # whoever read our output has gone: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise _Problem(f"{where}{error.strerror or error}.") from error
        except ValueError as error:
            raise _Problem(_users_mistake(error, context.meta.get(_LANGUAGE, "en"))) from error


def _users_mistake(error: ValueError, language: str) -> str:
    """What is wrong with a policy, a scenario or a log; any other error is raised again."""
    from policies.errors import ProblemError
    from sim.transaction_log import LogError

    if not isinstance(error, (ProblemError, LogError)):
        raise error
    return error.text(language) if isinstance(error, ProblemError) else str(error)


def _version() -> str:
    try:
        return version("tierlab")
    except PackageNotFoundError:  # a checkout that is not installed
        return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


# --- options that several commands share -------------------------------------------------------------------------


def _writable(context: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuse a path that cannot be written before the work begins."""
    if path not in (None, DASH) and not Path(path).resolve().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(Path(path).parent)!r} to write it in.")
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


_json_option = _output(
    "--json", "FILE", "Write the result as JSON; - for standard output, then without tables.", dash=True
)
_language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    envvar="TIERLAB_LANGUAGE",
    show_default=True,
    show_envvar=True,
    # Kept where an error that comes later finds it.
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
    from policies import load_policy
    from sim import compare as engine
    from sim.report import comparison_json
    from sim.scenario import load_scenario
    from sim.tables import ProgressBar

    world = load_scenario(scenario)
    policies = [load_policy(each) for each in (baseline, *candidates)]
    begin = _start()
    with ProgressBar(sys.stderr) as bar:
        result = engine.compare(world, policies[0], policies[1:], chunk_members=chunk, progress=bar, **size)
    _say_elapsed(begin)
    _refuse_broken(_law_failures(result, language))
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
@_language_option
@_json_option
def run(
    scenario: str,
    policy: str,
    response: str,
    journal: str | None,
    language: str,
    json: str | None,
    **size: int | None,
) -> None:
    """Let the members of a scenario live under one policy."""
    from charts.console import run_text
    from policies import load_policy
    from sim.compare import run_summary
    from sim.journal_file import journal_file
    from sim.report import run_json
    from sim.run import members_of, simulate
    from sim.scenario import load_scenario
    from sim.tables import ProgressBar

    world, rules = load_scenario(scenario), load_policy(policy)
    begin = _start()
    with ProgressBar(sys.stderr) as bar, journal_file(Path(journal), rules) if journal else nullcontext() as keep:
        result = run_summary(simulate(world, rules, response=response, progress=bar, keep_transfers=keep, **size))
    _say_elapsed(begin)
    _refuse_broken([_law_text(law) for law in result.laws if not law.holds])
    head = {
        "scenario": world.name,
        "scenario_digest": world.digest,
        "seed": world.seed if size["seed"] is None else size["seed"],
        "members": members_of(world, size["members"]),
        "months": list(world.months),
        "response": response,
    }
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
    from charts.console import replay_text
    from policies import load_policy
    from sim import replay as engine
    from sim.transaction_log import Columns, read_log

    rules = load_policy(policy)
    begin = _start()
    log = read_log(transactions, rules, Columns(**columns), log_time_zone)
    close = as_of.date() if as_of else None
    try:
        result = engine.replay(rules, log, as_of=close, redeem_always=redeem == "always")
    except engine.BrokenLaw as error:
        _refuse_broken([_law_text(law) for law in error.laws])
    _say_elapsed(begin)
    if members_out:
        _write(members_out, engine.members_csv(result))
    _answer(json, lambda: engine.replay_json(result), lambda: replay_text(result, language))


@tierlab.command()
@_language_option
def policies(language: str) -> None:
    """List the shipped policies and scenarios."""
    from policies import catalogue, load_policy

    titles = {name: load_policy(name) for name in catalogue()}
    _list("policy", {name: each.title_zh if language == "zh" else each.title for name, each in titles.items()})
    click.echo()
    _list("scenario", _scenario_titles(language))


@tierlab.command()
@click.argument("policy")
@_language_option
def show(policy: str, language: str) -> None:
    """Print the rules of a policy in sentences."""
    from policies import load_policy, rule_sheet

    rules = load_policy(policy)
    zh = language == "zh"
    click.echo(rules.title_zh if zh else rules.title)
    for line in (rules.question_zh if zh else rules.question, rules.reference):
        if line:
            click.echo(line)
    for section in rule_sheet(rules, language):
        click.echo(f"\n{section.title}")
        for sentence in section.sentences:
            click.echo(f"  {sentence}")


@tierlab.command()
@click.argument("file")
@_language_option
def check(file: str, language: str) -> None:
    """Say whether the file of a policy or a scenario is sound, or all that is wrong with it."""
    from policies import load_policy
    from texts import t

    if _is_scenario(file):
        from sim.scenario import load_scenario

        kind, content = "scenario", load_scenario(file)
    else:
        kind, content = "policy", load_policy(file)
    click.echo(t(f"check.{kind}", language, name=content.name, digest=content.digest))


def _is_scenario(file: str) -> bool:
    """Whether a file is a scenario: no policy has a horizon. What cannot be parsed is left to the policies' reader."""
    try:
        return "horizon" in tomllib.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError):
        return False


# --- output ------------------------------------------------------------------------------------------------------


def _start() -> float:
    """Compile what is not compiled yet, then start the clock."""
    from sim.warmup import compile_once

    compile_once()
    return time.perf_counter()


def _say_elapsed(begin: float) -> None:
    click.echo(f"Done in {time.perf_counter() - begin:.1f} s.", err=True)


def _refuse_broken(lines: Sequence[str]) -> None:
    """End with status 1 if a conservation law does not hold: the numbers must not be used."""
    if lines:
        click.echo("A conservation law does not hold; the result must not be used.", err=True)
        for line in lines:
            click.echo(line, err=True)
        raise click.exceptions.Exit(1)


def _law_text(law: Any) -> str:
    return f"{law.name}: {law.left:,} against {law.right:,}"


def _law_failures(comparison: Comparison, language: str) -> list[str]:
    from texts.laws import law_failure_lines

    return law_failure_lines(comparison, language)


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


def _list(what: str, titles: dict[str, str]) -> None:
    from sim.tables import text_table

    click.echo(text_table((what, "title"), list(titles.items()), left=2))


def _scenario_titles(language: str) -> dict[str, str]:
    """Title by name. Read here, not by sim.scenario, which would load the whole simulation for it."""
    titles = {}
    for path in sorted((ROOT / "scenarios").glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        titles[path.stem] = content.get("title_zh", content["title"]) if language == "zh" else content["title"]
    return titles


def main() -> NoReturn:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # An old Windows terminal cannot show every character; a question mark is better than a traceback.
        stream.reconfigure(errors="replace")
    tierlab()


if __name__ == "__main__":
    main()
