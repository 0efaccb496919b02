"""What all commands share: errors in two languages, options, questions, and how an answer comes out.

Exit status 0: done; 1: a conservation law does not hold, or a capsule is damaged or came out otherwise; 2: something in
the question is wrong, or it cannot be asked; 130: interrupted. What a command needs is imported inside it, so that help
and lists answer at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from sim.market.limits import MEMBERS_MOST
from sim.version import tierlab_version

if TYPE_CHECKING:
    from commands.terminal import ProgressBar
    from policies import Policy
    from sim.runs.crews import Crew
    from sim.runs.shards import Job, Part, Shard
    from sim.scenario import Scenario

DASH = "-"
INTERRUPTED = 130
LARGEST_SEED = 2**63 - 1
_LANGUAGE = "tierlab.language"
T = TypeVar("T")


class Mistake(click.ClickException):
    """A mistake in the question."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self._shown = say("error", message=message)

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self._shown, file=file, err=file is None)


class Front(click.Group):
    """Turns every error that a user can mend into one message without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        from policies.errors import ProblemError

        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            click.echo(say("interrupted"), err=True)
            context.exit(INTERRUPTED)
        except BrokenPipeError:
            raise  # whoever read our output has gone: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise Mistake(f"{where}{error.strerror or error}.") from error
        except ProblemError as error:
            raise Mistake(error.text(language())) from error
        except MemoryError as error:
            raise Mistake(say("no_memory")) from error


def language() -> str:
    """The language asked for, as soon as it is known."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_LANGUAGE, "en") if context else "en"


def say(key: str, **values: object) -> str:
    """The command line's own words."""
    from texts import t

    return t(f"cli.{key}", language(), **values)


# --- options that several commands share -------------------------------------------------------------------------


def _writable(_: click.Context, parameter: click.Parameter, path: str | None) -> str | None:
    """Refuse a path that cannot be written before the work begins."""
    option = parameter.opts[0]
    if path == "":
        raise Mistake(say("no_name", option=option))
    if path == DASH and not parameter.type.allow_dash:
        raise Mistake(say("no_dash", option=option))
    if path not in (None, DASH) and not Path(path).resolve().parent.is_dir():
        raise Mistake(say("no_folder", option=option, folder=Path(path).parent))
    return path


def output(name: str, metavar: str, help_text: str, *, dash: bool = False) -> Callable:
    kind = click.Path(dir_okay=False, writable=True, allow_dash=dash)
    return click.option(name, type=kind, metavar=metavar, callback=_writable, help=help_text)


def together(*options: Callable) -> Callable:
    def decorate(command: Callable) -> Callable:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


version_option = click.version_option(tierlab_version(), prog_name="tierlab")
json_option = output("--json", "FILE", "Write the result as JSON; - for standard output, not tables.", dash=True)
language_option = click.option(
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


def size_options(members: str = "the scenario's own") -> Callable:
    """How many members, and their luck; ``members`` says how many there are if nothing is said."""
    return together(
        click.option(
            "--members",
            type=click.IntRange(1, MEMBERS_MOST),
            show_default=members,
            help="How many members there are on the first day.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(0, LARGEST_SEED),
            show_default="the scenario's own",
            help="Another one is another draw of luck.",
        ),
    )


crew_options = together(
    click.option("--threads", type=click.IntRange(1, 256), show_default="all cores", help="Threads to work with."),
    click.option("--processes", type=click.IntRange(1, 256), help="Processes to work with, in place of threads."),
    click.option("--cluster", metavar="ADDRESS", help="Scheduler of a Dask cluster that does the work."),
)
chunk_option = click.option(
    "--chunk", type=click.IntRange(1, 1_000_000), show_default="what suits", help="Members a worker takes at a time."
)
capsule_option = output(
    "--capsule", "FILE", "Write question, versions and results into one file that `tierlab verify` can prove."
)


# --- questions ---------------------------------------------------------------------------------------------------


def policy_of(source: str) -> Policy:
    """The policy of a name or a file; a scenario in its place is called one."""
    from policies import catalogue, load_policy
    from sim.market.listing import is_scenario

    if source not in catalogue() and is_scenario(source):
        raise Mistake(say("is_scenario", name=source))
    return load_policy(source)


def scenario_of(source: str, members: int | None) -> Scenario:
    """The scenario of a name or a file, which must be able to have so many members."""
    from sim.scenario import load_scenario

    scenario = load_scenario(source)
    if scenario.scripted and members is not None:
        raise Mistake(say("by_hand", name=scenario.name, count=scenario.members))
    if scenario.population(members) > MEMBERS_MOST:
        raise Mistake(say("too_many", most=f"{MEMBERS_MOST:,}", count=f"{scenario.population(members):,}"))
    return scenario


def keep_apart(sources: Sequence[str], outputs: dict[str, str | None]) -> None:
    """Refuse to write over what is read, and two results into one file."""
    from sim.market.listing import first_clash

    clash = first_clash(sources, {option: path for option, path in outputs.items() if path not in (None, DASH)})
    if clash:
        raise Mistake(say("clash", option=clash.option, path=clash.path, other=clash.other))


# --- output ------------------------------------------------------------------------------------------------------


class Timed:
    """A crew that compiles what is not compiled yet before its first shard; the clock starts then.

    So a question that cannot be asked is refused before anything is compiled.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.members_at_a_time = crew.members_at_a_time
        self.begin: float | None = None

    def parts(self, job: Job, shards: Sequence[Shard], cancelled: Callable[[], bool] | None) -> Iterator[Part]:
        """See sim.runs.crews.Crew."""
        if self.begin is None:
            self.begin = start()
        return self._crew.parts(job, shards, cancelled)


def watched(work: Callable[[Crew, ProgressBar], T], crew: Mapping[str, Any]) -> T:
    """Let a crew do a long piece of work with a bar, and say how long it took.

    Its result is refused if the books do not balance. ``crew`` is what the options say of it.
    """
    from charts.console import broken_laws
    from commands.terminal import ProgressBar
    from sim.runs.crews import open_crew
    from sim.runs.laws import BrokenLaw

    try:
        with open_crew(**crew) as workers, ProgressBar(sys.stderr) as bar:
            timed = Timed(workers)
            result = work(timed, bar)
    except BrokenLaw as error:
        refuse_broken(broken_laws(error.laws, language()))
    if timed.begin is not None:
        say_elapsed(timed.begin)
    return result


def start() -> float:
    """Compile what is not compiled yet, then start the clock."""
    from sim.warmup import compile_once

    compile_once()
    return time.perf_counter()


def say_elapsed(begin: float) -> None:
    click.echo(say("done", seconds=f"{time.perf_counter() - begin:.1f}"), err=True)


def refuse_broken(lines: Sequence[str]) -> None:
    """End with status 1 if a conservation law does not hold: the numbers must not be used."""
    if lines:
        click.echo(say("broken"), err=True)
        for line in lines:
            click.echo(line, err=True)
        raise click.exceptions.Exit(1)


def answer(json_path: str | None, content: Callable[[], dict], text: Callable[[], str]) -> None:
    """The table on standard output, and the JSON where it is wanted."""
    from sim.figures.report import json_text

    if json_path == DASH:
        # As bytes: the encoding of a terminal must not change the JSON's.
        click.echo(json_text(content()).encode(), nl=False)
        return
    if json_path:
        write(json_path, json_text(content()))
    click.echo(text())


def write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8", newline="\n")
