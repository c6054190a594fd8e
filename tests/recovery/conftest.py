"""What tests of loss and recovery share: a warehouse that may be broken, and what it holds."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from tests.support.warehouses import HASH_KEY, a_home, running_warehouse
from tests.warehouse.conftest import Notes
from warehouse.connection import connect
from warehouse.recovery.contents import Content, contents, schemas_of
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def victim() -> Iterator[Settings]:
    """A server with roles and schemas, which the tests of one file may break as they like."""
    with (
        a_home() as home,
        running_warehouse(
            Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
        ) as settings,
    ):
        yield settings


@pytest.fixture
def notes() -> Notes:
    return Notes()


def held(settings: Settings) -> dict[str, Content]:
    """Rows and digest of every table of a warehouse."""
    with connect("semia_owner", settings) as connection:
        return contents(connection, schemas_of(connection))
