"""The command that sends a log of real transactions through the ledger."""

from __future__ import annotations

from datetime import datetime

import click

from commands.frame import (
    answer,
    json_option,
    keep_apart,
    language_option,
    output,
    policy_of,
    refuse_broken,
    say_elapsed,
    start,
    write,
)


@click.command()
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
@output("--members-out", "FILE.csv", "Write one row a member.")
@language_option
@json_option
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
    from sim.logs.log_file import Columns
    from sim.logs.transaction_log import read_log
    from sim.runs.laws import BrokenLaw

    keep_apart((policy, transactions), {"--members-out": members_out, "--json": json})
    rules = policy_of(policy)
    log = read_log(transactions, rules, Columns(**columns), log_time_zone)
    begin = start()
    close = as_of.date() if as_of else None
    try:
        result = engine.replay(rules, log, as_of=close, redeem_always=redeem == "always")
    except BrokenLaw as error:
        refuse_broken(broken_laws(error.laws, language))
    say_elapsed(begin)
    if members_out:
        write(members_out, engine.members_csv(result))
    answer(json, lambda: engine.replay_json(result), lambda: replay_text(result, language))
