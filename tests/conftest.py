"""Fixtures every room shares: settings of its own, a running database, a small built warehouse."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from xdist.remote import Producer

from tests.support.lanes import FolderScheduling, longest_first
from tests.support.programs import require_public_data
from tests.support.warehouses import HASH_KEY, build_synthetic_warehouse, running_warehouse
from warehouse.building.transform import PROJECT
from warehouse.settings import Settings


def pytest_configure() -> None:
    """Hear Ctrl-C where the run itself does not: what a runner starts behind it ignores it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest."""
    items.sort(key=lambda item: longest_first(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FolderScheduling:
    """`pytest -n 2` gives whole folders to its workers."""
    return FolderScheduling(config, log)


@pytest.fixture(autouse=True)
def _no_setting_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test must not depend on what the person who runs it has set."""
    for name in set(Settings.model_fields) - {"data_dir"}:
        monkeypatch.delenv(f"SEMIA_{name.upper()}", raising=False)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a state folder of this test run alone; no server is started by it."""
    return Settings(home=tmp_path_factory.mktemp("semia-home"), offline=True)


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Settings]:
    """The embedded server, running and empty but for roles and schemas."""
    with running_warehouse(settings):
        yield settings


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A small synthetic warehouse: every source landed, every dbt model built. Read it only."""
    home = tmp_path_factory.mktemp("built-home")
    own = Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
    with running_warehouse(own):
        build_synthetic_warehouse(own)
        yield own


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of published files; the test is skipped, by name, where there is none."""
    return require_public_data()


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SEMIA_HOME that holds dbt's manifest and nothing else: no database is asked for it."""
    home = tmp_path_factory.mktemp("parsed-home")
    names = ("HOST", "PORT", "USER", "PASSWORD", "DBNAME", "ROLE", "K_ANONYMITY")
    settings = {
        **os.environ,
        **{f"SEMIA_DBT_{name}": "1" for name in names},
        "DBT_TARGET_PATH": str(home / "dbt"),
        "DBT_LOG_PATH": str(home / "dbt/logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, "parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    done = subprocess.run(command, env=settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    return home
