"""Connections: where the books are, and what a database must promise to keep them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from ledger.errors import LedgerError

LOCK_SECONDS = 30
"""How long a writer waits for another one to finish."""

_WRITES = "tierlab_writes"


def engine_of(url: str) -> Engine:
    """An engine for a database URL. Raises LedgerError if it is none."""
    try:
        target = make_url(url)
        if target.get_backend_name() != "sqlite":
            return create_engine(target)
        if target.database in (None, "", ":memory:"):
            # One connection for all: another one would see another, empty memory.
            engine = create_engine(target, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            engine = create_engine(target, connect_args={"timeout": LOCK_SECONDS})
    except (ArgumentError, NoSuchModuleError, ImportError):
        example = "sqlite:///shop.db"
        raise LedgerError(f'"{url}" is not a database that can be opened. An example: "{example}".') from None
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection, _record) -> None:
    """Durable and strict: what was acknowledged survives a power cut, and no row points nowhere."""
    # Transactions are begun by hand below; the driver's own way takes the lock too late.
    connection.isolation_level = None
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock before it reads, so that nobody can change what it decides by."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the books."""
    with _explained(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is kept, or nothing if an exception leaves the block."""
    with _explained(engine), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().rstrip(".")
        raise LedgerError(f"The database {where} did not do its work: {reason}. Nothing was changed.") from error
