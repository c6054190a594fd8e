"""A container's health check follows the settings: another port, and TLS."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.probe import is_alive
from ml.serving.bundle import Bundle
from tests.support.servers import ROOT, free_port
from warehouse.postgres.certificates import issue
from warehouse.server_state import CERTIFICATE
from warehouse.settings import Settings


def listening(address: str, port: int, bundle: Bundle, home: Path, **others: str) -> dict[str, str]:
    """The names of the settings of a service that listens there."""
    return {
        "SEMIA_HOME": str(home),
        "SEMIA_HOST": address,
        "SEMIA_PORT": str(port),
        "SEMIA_BUNDLE": str(bundle.folder),
        **others,
    }


@contextmanager
def serving(settings: Settings, names: dict[str, str]) -> Iterator[None]:
    """The service of these settings, from when the probe says that it is alive."""
    command, environment = [sys.executable, "-m", "api"], {**os.environ, **names}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as service:
        try:
            deadline = time.monotonic() + 30
            while not is_alive(settings):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield
        finally:
            service.terminate()
            service.wait(20)


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_the_probe_is_answered_where_the_service_listens_on_every_address(
    tmp_path: Path, bundle: Bundle, address: str
) -> None:
    settings = Settings(home=tmp_path, host=address, port=free_port())
    names = listening(address, settings.port, bundle, tmp_path, SEMIA_ACCESS="local")
    with serving(settings, names):
        assert is_alive(settings)


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_the_probe_asks_where_the_service_listens(
    tmp_path: Path, bundle: Bundle, is_encrypted: bool
) -> None:
    certificate = issue(tmp_path / "authority.crt", ["localhost"]).authority.with_name(CERTIFICATE)
    settings = Settings(
        home=tmp_path, port=free_port(), https_certificate=certificate if is_encrypted else None
    )
    certificate_of = str(settings.https_certificate or "")
    names = listening(
        "127.0.0.1", settings.port, bundle, tmp_path, SEMIA_HTTPS_CERTIFICATE=certificate_of
    )
    assert not is_alive(settings)
    probe, environment = [sys.executable, "-m", "api.probe"], {**os.environ, **names}
    with serving(settings, names):
        assert subprocess.run(probe, cwd=ROOT, env=environment).returncode == 0
    assert subprocess.run(probe, cwd=ROOT, env=environment).returncode == 1
