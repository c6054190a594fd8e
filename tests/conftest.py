"""Fixtures every room shares: settings of its own, a running database, a small built warehouse."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import prometheus_client  # noqa: F401 - looks at the environment once, before Feast sets it
import pytest
from pydantic import SecretStr

from tests.support.programs import require_public_data
from tests.support.warehouses import HASH_KEY, build_synthetic_warehouse
from warehouse.postgres import server
from warehouse.progress import Silent
from warehouse.server_state import state_folder
from warehouse.settings import Settings


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Importing Feast sets it, and every metric of a service that inherits it then heeds it.

    Any test may import Feast, and a fixture could only put it away after those of a wider scope,
    which start services, had been made.
    """
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)


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
    from warehouse.postgres import schema

    server.ensure_running(settings, Silent())
    schema.prepare(settings)
    yield settings
    _put_away(settings)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A small synthetic warehouse: every source landed, every dbt model built. Read it only."""
    home = tmp_path_factory.mktemp("built-home")
    own = Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
    server.ensure_running(own, Silent())
    build_synthetic_warehouse(own)
    yield own
    _put_away(own)


def _put_away(settings: Settings) -> None:
    """Stop the server and remove its data: run by root they lie outside pytest's closed folder."""
    server.stop(settings)
    shutil.rmtree(state_folder(settings), ignore_errors=True)


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of published files; the test is skipped, by name, where there is none."""
    return require_public_data()
