"""Connections: where the books are, and what a database must promise to keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from ledger.errors import LedgerError

LOCK_SECONDS = 30
"""How long a writer waits for another one to finish."""

_WRITES = "tierlab_writes"
_TRIES = 6
# Serialisation failure, deadlock, unique violation: two writers met, and one of them has to begin again.
_AGAIN = {"40001", "40P01", "23505"}

T = TypeVar("T")


class Collision(LedgerError):
    """Two writers met and this one must begin again."""


def engine_of(url: str) -> Engine:
    """An engine for a database URL. Raises LedgerError if it is none."""
    try:
        target = make_url(url)
        if target.get_backend_name() == "postgresql":
            settings = {"options": f"-c lock_timeout={int(LOCK_SECONDS * 1000)} -c synchronous_commit=on"}
            return create_engine(target.set(drivername="postgresql+psycopg"), connect_args=settings)
        if target.get_backend_name() != "sqlite":
            raise ArgumentError
        if target.database in (None, "", ":memory:"):
            # One connection for all: another one would see another, empty memory.
            engine = create_engine(target, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            engine = create_engine(target, connect_args={"timeout": LOCK_SECONDS})
    except (ArgumentError, NoSuchModuleError, ImportError):
        examples = '"sqlite:///shop.db" or "postgresql://user@host/shop" (which needs the package psycopg)'
        raise LedgerError(f'"{url}" is not a database that can be opened. Examples: {examples}.') from None
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
    with _explained(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is kept, or nothing if an exception leaves the block."""
    with _explained(engine), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


def in_a_transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Do the work in one transaction; where two writers meet, begin again, and see what the other has booked."""
    for attempt in range(_TRIES):
        try:
            with writing(engine) as connection:
                return work(connection)
        except Collision:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, engine.dialect.dbapi.Error) as error:
        where = engine.url.render_as_string(hide_password=True)
        original = getattr(error, "orig", None) or error
        reason = str(original).strip().partition("\n")[0].rstrip(".")
        state = getattr(original, "sqlstate", None)
        kind = Collision if state in _AGAIN else LedgerError
        raise kind(f"The database {where} did not do its work: {reason}. Nothing was changed.") from error
