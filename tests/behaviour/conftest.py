"""One bundle of models trained on the small synthetic warehouse, asked many questions."""

import pytest

from ml.serving.bundle import Bundle, load
from tests.support.training import train_and_promote
from warehouse.settings import Settings


@pytest.fixture(scope="session")
def bundle(built: Settings) -> Bundle:
    """Models that a doctor could ask, of synthetic origin."""
    if not (built.bundle_dir / "manifest.json").exists():
        train_and_promote(built)
    return load(built.bundle_dir)
