"""Fixtures of the warehouse: folders every user may enter, servers of their own, loads."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from tests.support.audited import add, empty
from tests.support.warehouses import a_home, running_warehouse
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
    with a_home() as home:
        yield home.parent


@pytest.fixture(scope="session")
def database() -> Iterator[Settings]:
    """One server for every test of this folder that does not start or stop it."""
    with a_home() as home, running_warehouse(Settings(home=home, offline=True)) as settings:
        yield settings


@pytest.fixture
def logged(database: Settings) -> Iterator[tuple[Settings, list[uuid.UUID]]]:
    """Three rows in a log that was empty before, and is afterwards."""
    schema.prepare(database)
    empty(database)
    yield database, add(database, 3)
    empty(database)


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
