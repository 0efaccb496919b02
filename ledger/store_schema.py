"""The tables of the store, and the views through which balances are read.

Facts and transfers are only ever inserted. What is updated is the stored state of a member, which can be had again from
the facts (see ledger.store_check), the counts of what all members share, and the day up to which the books are closed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    insert,
    text,
)

from ledger.accounts import Account, Cause, Unit, account_name
from ledger.journal import NONE
from policies import Policy

FORMAT = 2
"""Number of the arrangement of tables. Older ones are brought up to it, newer ones are another program's."""

METADATA = MetaData()

_BIG_KEY = BigInteger().with_variant(Integer, "sqlite")
"""SQLite finds rows by their number only if the column has exactly its own type."""

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

COUPON = Table(
    "coupon",
    METADATA,
    Column("coupon", Integer, primary_key=True, autoincrement=False),  # what transfers of coupons have as `which`
    Column("code", String(200), nullable=False),
)

ALLOTMENT = Table(
    "allotment",
    METADATA,
    Column("kind", Integer, primary_key=True, autoincrement=False),  # 0: budget of a campaign, 1: stock of a reward
    Column("name", String(200), primary_key=True),
    Column("used", BigInteger, nullable=False),  # worth in basis points of a minor unit, or pieces
    Column("last_day", BigInteger, nullable=False),  # last moment for which something was used
    Column("last_second", BigInteger, nullable=False),
    Column("closed_day", BigInteger, nullable=False),  # first moment for which nothing is left
    Column("closed_second", BigInteger, nullable=False),
    comment="What all members share.",
)

MEMBER = Table(
    "member",
    METADATA,
    Column("member", _BIG_KEY, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),  # counts the changes of the state
    Column("due_day", BigInteger, nullable=False, index=True),  # next day with something to book at night
    Column("state", LargeBinary, nullable=False),  # see ledger.stored
)

FACT = Table(
    "fact",
    METADATA,
    Column("member", BigInteger, ForeignKey("member.member"), primary_key=True, autoincrement=False),
    Column("version", BigInteger, primary_key=True, autoincrement=False),  # of the member's state, after it
    Column("kind", SmallInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("second", Integer, nullable=False),
    Column("order_number", BigInteger, nullable=False),
    Column("list_cents", BigInteger, nullable=False),
    Column("redeem_points", BigInteger, nullable=False),
    Column("stored_cents", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("which", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("other", BigInteger, nullable=False),
    Column("first_sequence", BigInteger, nullable=False),  # its transfers are numbered from here
    Column("transfers", BigInteger, nullable=False),  # and are so many
    Column("key", String(440), nullable=False, unique=True),
    Column("more", LargeBinary),  # what else there is to say, and the lines: see ledger.store_facts
    comment="What the shop told the ledger and the ledger accepted; of a member, in that order.",
    sqlite_with_rowid=False,
)

REFERRAL = Table(
    "referral",
    METADATA,
    Column("referred", _BIG_KEY, primary_key=True, autoincrement=False),  # each member brings this reward once
    Column("referrer", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),  # the fact for which the referrer was rewarded
    ForeignKeyConstraint(["referrer", "version"], ["fact.member", "fact.version"]),
    comment="Members for whom somebody has been rewarded.",
)

TRANSFER = Table(
    "transfer",
    METADATA,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False),
    Column("second", Integer, nullable=False),
    Column("debit", SmallInteger, nullable=False),
    Column("credit", SmallInteger, nullable=False),
    Column("unit", SmallInteger, nullable=False),
    Column("cause", SmallInteger, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("amount", BigInteger, CheckConstraint("amount > 0", name="amount_is_positive"), nullable=False),
    Column("lot", BigInteger, nullable=False),
    Column("order_number", BigInteger, nullable=False),
    Column("which", BigInteger, nullable=False),
    comment="The journal: double entry in one row.",
    sqlite_with_rowid=False,
)

_MOVES = """
        SELECT member, unit, which, credit AS account, amount FROM transfer
        UNION ALL
        SELECT member, unit, which, debit AS account, -amount FROM transfer
"""

VIEWS = {
    "member_balance": f"""
    SELECT moves.member, unit.name AS unit, account.name AS account, CAST(SUM(moves.amount) AS BIGINT) AS balance
    FROM ({_MOVES}) AS moves
    JOIN unit ON unit.unit = moves.unit
    JOIN account ON account.account = moves.account
    GROUP BY moves.member, unit.name, account.name
    HAVING SUM(moves.amount) <> 0
    """,
    "account_balance": """
    SELECT unit, account, CAST(SUM(balance) AS BIGINT) AS balance
    FROM member_balance
    GROUP BY unit, account
    """,
    "tier_seats": f"""
    SELECT account.account - {int(Account.TIER_FIRST)} AS tier, account.title, COUNT(member_balance.member) AS members
    FROM account
    LEFT JOIN member_balance ON member_balance.account = account.name AND member_balance.unit = 'tier'
    WHERE account.account BETWEEN {int(Account.TIER_FIRST)} AND {int(Account.PLAN_FIRST) - 1}
    GROUP BY account.account, account.title
    """,
    "plan_seats": f"""
    SELECT account.account - {int(Account.PLAN_FIRST)} AS plan, account.title, COUNT(member_balance.member) AS members
    FROM account
    LEFT JOIN member_balance ON member_balance.account = account.name AND member_balance.unit = 'plan'
    WHERE account.account > {int(Account.PLAN_FIRST)}
    GROUP BY account.account, account.title
    """,
    "coupon_balance": f"""
    SELECT moves.member, coupon.code, account.name AS account, CAST(SUM(moves.amount) AS BIGINT) AS balance
    FROM ({_MOVES}) AS moves
    JOIN coupon ON coupon.coupon = moves.which
    JOIN account ON account.account = moves.account
    WHERE moves.unit = {int(Unit.COUPON)}
    GROUP BY moves.member, coupon.code, account.name
    HAVING SUM(moves.amount) <> 0
    """,
    "stored_value": f"""
    SELECT moves.member, moves.which AS top_up, unit.name AS unit, CAST(SUM(moves.amount) AS BIGINT) AS balance
    FROM ({_MOVES}) AS moves
    JOIN unit ON unit.unit = moves.unit
    WHERE moves.account IN ({int(Account.PRINCIPAL_HELD)}, {int(Account.BONUS_HELD)}) AND moves.which <> {NONE}
    GROUP BY moves.member, moves.which, unit.name
    HAVING SUM(moves.amount) <> 0
    """,
    "journal": """
    SELECT transfer.member, transfer.sequence, transfer.day, transfer.second, unit.name AS unit,
        debit.name AS debit, credit.name AS credit, transfer.amount, cause.name AS cause, transfer.version,
        transfer.lot, transfer.order_number, transfer.which
    FROM transfer
    JOIN unit ON unit.unit = transfer.unit
    JOIN cause ON cause.cause = transfer.cause
    JOIN account AS debit ON debit.account = transfer.debit
    JOIN account AS credit ON credit.account = transfer.credit
    """,
}
"""Balances as SQL: credits less debits. Days and numbers are those of the tables."""


def create(connection: Connection, policy: Policy, state_format: str, allotments: list[dict[str, object]]) -> None:
    """Make the tables and views of empty books; ``allotments`` are the rows of what all members share."""
    METADATA.create_all(connection)
    for name, query in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {query}"))
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
    if allotments:
        connection.execute(insert(ALLOTMENT), allotments)
    if policy.coupon_codes:
        codes = [{"coupon": number, "code": code} for number, code in enumerate(policy.coupon_codes, start=1)]
        connection.execute(insert(COUPON), codes)


def _accounts(policy: Policy) -> list[dict[str, object]]:
    """Every account that the policy can move anything to or from."""
    fixed = [each for each in Account if each < Account.TIER_FIRST]
    titles = {int(each): each.name.lower().replace("_", " ") for each in fixed}
    # A policy that replaces another one names the tiers of its last version; more of them may have been before.
    for version in policy.versions:
        titles |= {Account.TIER_FIRST + number: level.name for number, level in enumerate(version.tiers.levels)}
        titles |= {Account.PLAN_FIRST + number: plan.name for number, plan in enumerate(version.plans, start=1)}
    return [{"account": number, "name": account_name(number), "title": title} for number, title in titles.items()]
