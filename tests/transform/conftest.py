"""A warehouse that tests of dbt may change as they like: nothing of it is shared with others."""

from collections.abc import Iterator

import pytest

from tests.support.warehouses import running_warehouse
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An embedded server of its own with roles and schemas, and nothing landed."""
    home = tmp_path_factory.mktemp("scratch-home")
    with running_warehouse(Settings(home=home, offline=True)) as own:
        yield own
