"""Models of the small synthetic warehouse, trained once for the tests that need the whole way."""

import pytest

from tests.support.training import train_and_promote
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def trained(built: Settings) -> Settings:
    """The built warehouse with a promoted model of every problem and its bundle. Read it only."""
    if not (built.bundle_dir / "manifest.json").exists():
        train_and_promote(built)
    return built
