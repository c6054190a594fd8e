"""A container's health check follows the settings: another port, and TLS."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.probe import is_alive
from ml.serving.bundle import Bundle
from tests.support.servers import ROOT, free_port
from warehouse.postgres.certificates import issue
from warehouse.server_state import CERTIFICATE
from warehouse.settings import Settings


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_the_probe_asks_where_the_service_listens(
    tmp_path: Path, bundle: Bundle, is_encrypted: bool
) -> None:
    certificate = issue(tmp_path / "authority.crt", ["localhost"]).authority.with_name(CERTIFICATE)
    settings = Settings(
        home=tmp_path, port=free_port(), https_certificate=certificate if is_encrypted else None
    )
    names = {
        "SEMIA_HOME": str(tmp_path),
        "SEMIA_PORT": str(settings.port),
        "SEMIA_BUNDLE": str(bundle.folder),
        "SEMIA_HTTPS_CERTIFICATE": str(settings.https_certificate or ""),
    }
    assert not is_alive(settings)
    command, environment = [sys.executable, "-m", "api"], {**os.environ, **names}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as service:
        try:
            deadline = time.monotonic() + 30
            while not is_alive(settings):
                assert time.monotonic() < deadline
                time.sleep(0.1)
            probe = [sys.executable, "-m", "api.probe"]
            assert subprocess.run(probe, cwd=ROOT, env=environment).returncode == 0
        finally:
            service.terminate()
            service.wait(20)
    assert subprocess.run(probe, cwd=ROOT, env=environment).returncode == 1
