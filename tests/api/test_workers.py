"""Several workers are one service: whichever is asked, it tells what all have counted."""

import os
import signal
import sys
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.support.bundles import make_tiny_bundle
from tests.support.servers import free_port, running, wait_for

ASKED = 24


def counted(address: str) -> float:
    """Assessments that `/metrics` knows of, asked over a connection of its own."""
    text = httpx.get(f"{address}/metrics").text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "semia_http_requests_total"
        and sample.labels["route"] == "/v1/assessments"
    )


def workers_of(port: int) -> list[int]:
    """The processes of the service on this port that answer."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"SEMIA_PORT={port}".encode() in environment and b"spawn_main" in command:
            found.append(int(folder.name))
    return found


def test_every_worker_tells_what_all_have_counted_even_one_that_was_killed(tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "SEMIA_PORT": str(port),
        "SEMIA_WORKERS": "2",
        "SEMIA_OFFLINE": "1",
        "SEMIA_HOME": str(tmp_path / "home"),
        "SEMIA_BUNDLE": str(make_tiny_bundle(tmp_path / "bundle").folder),
    }
    command = [sys.executable, "-m", "api"]
    with running(command, f"{address}/health/ready", **settings):
        for age in range(ASKED):
            # A new connection each time, which either worker may take.
            httpx.post(f"{address}/v1/assessments", json={"age_years": age}).raise_for_status()
        assert {counted(address) for _ in range(8)} == {ASKED}
        os.kill(workers_of(port)[0], signal.SIGKILL)
        wait_for(f"{address}/health/ready")
        assert counted(address) == ASKED
