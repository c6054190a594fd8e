from pathlib import Path

import pytest

from warehouse.sources.registry import SOURCES
from warehouse.vocabulary import SEEDS, Vocabulary, load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary as it is kept."""
    return load_vocabulary(SEEDS)


@pytest.fixture(scope="session")
def synthetic_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out like the public files, synthesised."""
    folder = tmp_path_factory.mktemp("synthetic")
    for name, source in SOURCES.items():
        (folder / name).mkdir()
        source.synthesise(folder / name, 2000, 7, 0.0)
    return folder
