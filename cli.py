"""The command line: results as readable tables on standard output, everything else on standard error.

This is the front; what a command asks and answers is in the room `commands`.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from commands.capsule import verify
from commands.compare import compare, run
from commands.doubt import break_even, doubt, lift
from commands.effects import effects
from commands.frame import Front, version_option
from commands.policies import check, policies, show
from commands.replay import replay


@click.group(cls=Front, context_settings={"help_option_names": ["-h", "--help"]})
@version_option
def tierlab() -> None:
    """A wind tunnel for membership programs.

    SCENARIO and POLICY are shipped names (see `tierlab policies`) or paths of files.
    """


for _command in (compare, run, doubt, break_even, lift, verify, replay, policies, effects, show, check):
    tierlab.add_command(_command)


def main() -> NoReturn:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # An old Windows terminal cannot show every character; a question mark is better than a traceback.
        stream.reconfigure(errors="replace")
    tierlab(prog_name="tierlab")


if __name__ == "__main__":
    main()
