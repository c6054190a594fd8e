"""What tests of loss and recovery share: a warehouse that may be broken, and what it holds."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.support.warehouses import HASH_KEY
from tests.warehouse.conftest import Notes, quick_place
from warehouse.connection import connect
from warehouse.postgres import schema, server
from warehouse.recovery.contents import Content, contents, schemas_of
from warehouse.settings import Settings


@contextmanager
def a_home() -> Iterator[Path]:
    """A folder for SEMIA_HOME that the server's user may enter, kept in memory if it can be."""
    with tempfile.TemporaryDirectory(prefix="semia-test-", dir=quick_place()) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "home"


@pytest.fixture(scope="module")
def victim() -> Iterator[Settings]:
    """A server with roles and schemas, which the tests of one file may break as they like."""
    with a_home() as home:
        own = Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
        server.ensure_running(own)
        schema.prepare(own)
        yield own
        server.remove(own)


@pytest.fixture
def notes() -> Notes:
    return Notes()


def held(settings: Settings) -> dict[str, Content]:
    """Rows and digest of every table of a warehouse."""
    with connect("semia_owner", settings) as connection:
        return contents(connection, schemas_of(connection))
