"""The tables of the store, and the views through which balances are read.

Facts and transfers are only ever inserted; the one table that is updated is ``member``, the stored
state, and it can be had again from the facts (see ledger.store_check).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    text,
)

from ledger.accounts import Account, Cause, Unit, account_name
from policies import Policy

FORMAT = 1
"""Number of the arrangement of tables. Another number is another program's database."""

METADATA = MetaData()

BOOK = Table(
    "book",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("format", Integer, nullable=False),
    Column("state_format", String(16), nullable=False),  # fingerprint of the bytes in member.state
    Column("policy_name", String(200), nullable=False),
    Column("policy_digest", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("closed_day", BigInteger),  # nothing before this day can be posted any more
    comment="One row: whose books these are.",
)

UNIT = Table(
    "unit",
    METADATA,
    Column("unit", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), nullable=False),
)

ACCOUNT = Table(
    "account",
    METADATA,
    Column("account", Integer, primary_key=True, autoincrement=False),
    Column("name", String(40), nullable=False),
    Column("title", String(200), nullable=False),  # the policy's own name of a tier or plan
)

CAUSE = Table(
    "cause",
    METADATA,
    Column("cause", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), nullable=False),
)

MEMBER = Table(
    "member",
    METADATA,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),  # counts the changes of the state
    Column("due_day", BigInteger, nullable=False, index=True),  # next day with something to book at night
    Column("state", LargeBinary, nullable=False),  # see ledger.stored
)

FACT = Table(
    "fact",
    METADATA,
    # SQLite numbers rows by itself only in a column of exactly this type.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", String(400), nullable=False, unique=True),
    Column("member", BigInteger, ForeignKey("member.member"), nullable=False, index=True),
    Column("kind", Integer, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("second", BigInteger, nullable=False),
    Column("order_number", BigInteger, nullable=False),
    Column("list_cents", BigInteger, nullable=False),
    Column("redeem_points", BigInteger, nullable=False),
    Column("plan", BigInteger, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),  # its transfers are numbered from here
    Column("transfers", BigInteger, nullable=False),  # and are so many
    comment="What the shop told the ledger and the ledger accepted, in that order.",
)

TRANSFER = Table(
    "transfer",
    METADATA,
    Column("member", BigInteger, ForeignKey("member.member"), primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("day", BigInteger, nullable=False),
    Column("second", BigInteger, nullable=False),
    Column("debit", Integer, ForeignKey("account.account"), nullable=False),
    Column("credit", Integer, ForeignKey("account.account"), nullable=False),
    Column("unit", Integer, ForeignKey("unit.unit"), nullable=False),
    Column("cause", Integer, ForeignKey("cause.cause"), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("amount", BigInteger, CheckConstraint("amount > 0", name="amount_is_positive"), nullable=False),
    Column("lot", BigInteger, nullable=False),
    Column("order_number", BigInteger, nullable=False),
    comment="The journal: double entry in one row.",
)

VIEWS = (
    """
    CREATE VIEW member_balance AS
    SELECT moves.member, unit.name AS unit, account.name AS account, CAST(SUM(moves.amount) AS BIGINT) AS balance
    FROM (
        SELECT member, unit, credit AS account, amount FROM transfer
        UNION ALL
        SELECT member, unit, debit AS account, -amount FROM transfer
    ) AS moves
    JOIN unit ON unit.unit = moves.unit
    JOIN account ON account.account = moves.account
    GROUP BY moves.member, unit.name, account.name
    HAVING SUM(moves.amount) <> 0
    """,
    """
    CREATE VIEW account_balance AS
    SELECT unit, account, CAST(SUM(balance) AS BIGINT) AS balance
    FROM member_balance
    GROUP BY unit, account
    """,
    f"""
    CREATE VIEW tier_seats AS
    SELECT account.account - {int(Account.TIER_FIRST)} AS tier, account.title, COUNT(member_balance.member) AS members
    FROM account
    LEFT JOIN member_balance ON member_balance.account = account.name AND member_balance.unit = 'tier'
    WHERE account.account BETWEEN {int(Account.TIER_FIRST)} AND {int(Account.PLAN_FIRST) - 1}
    GROUP BY account.account, account.title
    """,
)
"""Balances as SQL: credits less debits. Days and numbers are those of the tables."""


def create(connection: Connection, policy: Policy, state_format: str) -> None:
    """Make the tables and views of empty books."""
    METADATA.create_all(connection)
    for view in VIEWS:
        connection.execute(text(view))
    book = {
        "id": 1,
        "format": FORMAT,
        "state_format": state_format,
        "policy_name": policy.name,
        "policy_digest": policy.digest,
        "currency": policy.currency,
    }
    connection.execute(insert(BOOK), [book])
    connection.execute(insert(UNIT), [{"unit": int(each), "name": each.name.lower()} for each in Unit])
    connection.execute(insert(CAUSE), [{"cause": int(each), "name": each.name.lower()} for each in Cause])
    connection.execute(insert(ACCOUNT), _accounts(policy))


def _accounts(policy: Policy) -> list[dict[str, object]]:
    """Every account that the policy can move anything to or from."""
    fixed = [each for each in Account if each < Account.TIER_FIRST]
    titles = {int(each): each.name.lower().replace("_", " ") for each in fixed}
    titles |= {Account.TIER_FIRST + number: name for number, name in enumerate(policy.level_names)}
    titles |= {Account.PLAN_FIRST + number: name for number, name in enumerate(policy.plan_names, start=1)}
    return [{"account": number, "name": account_name(number), "title": title} for number, title in titles.items()]
