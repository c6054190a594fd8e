"""Fixtures of the warehouse: folders every user may enter, servers of their own, loads."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from warehouse.connection import connect
from warehouse.postgres import schema, server
from warehouse.settings import Settings


class Notes:
    """A listener that remembers what it was told."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int | None]] = []
        self.done = 0
        self.notes: list[str] = []

    def start(self, text: str, total: int | None = None) -> None:
        self.begun.append((text, total))

    def advance(self, amount: int = 1) -> None:
        self.done += amount

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder every user may enter: pytest's own are closed to all but one."""
    folder = Path(tempfile.mkdtemp(prefix="semia-test-", dir=quick_place()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def database() -> Iterator[Settings]:
    """One server for every test of this folder that does not start or stop it."""
    folder = Path(tempfile.mkdtemp(prefix="semia-test-", dir=quick_place()))
    folder.chmod(0o755)
    settings = Settings(home=folder / "home", offline=True)
    server.ensure_running(settings)
    schema.prepare(settings)
    yield settings
    server.remove(settings)
    shutil.rmtree(folder)


@pytest.fixture
def raw(database: Settings) -> Iterator[Settings]:
    """The shared server; what a test lands is gone after it, the ledger too."""
    yield database
    with connect("semia_ingest", database) as connection:
        for (name,) in connection.execute(
            "select tablename from pg_tables where schemaname = 'raw'"
        ).fetchall():
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier("raw", name)))


@pytest.fixture
def own(open_folder: Path) -> Iterator[Settings]:
    """Settings for a server of this test alone; whatever it started is stopped and removed."""
    settings = Settings(home=open_folder / "home", offline=True)
    yield settings
    server.remove(settings)


def quick_place() -> str:
    """Memory if there is room for a few databases and programs may run there, else the disk.

    Databases are made by the dozen here, and a disk takes seconds to write each one safely.
    """
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        return "/var/tmp"
    found = os.statvfs(memory)
    is_roomy = found.f_bavail * found.f_frsize > 2**30
    return str(memory) if is_roomy and not found.f_flag & os.ST_NOEXEC else "/var/tmp"
