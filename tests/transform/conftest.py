"""A warehouse that tests of dbt may change as they like: nothing of it is shared with others."""

from collections.abc import Iterator

import pytest

from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An embedded server of its own with roles and schemas, and nothing landed."""
    own = Settings(home=tmp_path_factory.mktemp("scratch-home"), offline=True)
    server.ensure_running(own, Silent())
    schema.prepare(own)
    yield own
    server.remove(own)
