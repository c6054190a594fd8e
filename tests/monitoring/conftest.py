"""A real API with a small bundle and a drift measurement, and a real Prometheus that asks it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api.schemas.examples import ASSESSMENT_REQUESTS
from tests.support.bundles import make_tiny_bundle
from tests.support.programs import require_program
from tests.support.servers import free_port, running

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "monitoring/prometheus"


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus, and the API it scrapes every second."""

    address: str
    api: str

    def use_the_api(self) -> None:
        """Ask what a doctor would ask, so that every counter moves."""
        for request in ASSESSMENT_REQUESTS:
            httpx.post(f"{self.api}/v1/assessments", json=request, timeout=10).raise_for_status()

    def answer(self, path: str, **parameters: str) -> dict[str, Any]:
        """The `data` of an answer of Prometheus' own API."""
        reply = httpx.get(f"{self.address}/api/v1/{path}", params=parameters, timeout=10)
        assert reply.status_code == 200, reply.text
        data: dict[str, Any] = reply.json()["data"]
        return data

    def query(self, expression: str) -> list[float]:
        """The values a query gives now: one for each series, none if it matches nothing."""
        found = self.answer("query", query=expression)["result"]
        return [float(series["value"][1]) for series in found]


def write_drift(home: Path) -> None:
    """The file that `semia drift` leaves behind."""
    found = {
        "measured_at": datetime.now(UTC).isoformat(),
        "problems": {"arbovirus": {"max_psi": 0.3, "features": {"fever": 0.3, "rash": 0.02}}},
    }
    (home / "drift.json").write_text(json.dumps(found), encoding="utf-8")


def local_configuration(folder: Path, api_port: int) -> Path:
    """The shipped configuration, asking every second and finding the API where it runs here."""
    configuration = yaml.safe_load((SHIPPED / "prometheus.yml").read_text(encoding="utf-8"))
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    configuration["rule_files"] = [str(SHIPPED / name) for name in configuration["rule_files"]]
    for job in configuration["scrape_configs"]:
        if job["job_name"] == "semia_api":
            job["static_configs"] = [{"targets": [f"127.0.0.1:{api_port}"]}]
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def api_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real API process, serving the tiny bundle."""
    home, port = tmp_path_factory.mktemp("monitored"), free_port()
    make_tiny_bundle(home / "bundle")
    write_drift(home)
    ready = f"http://127.0.0.1:{port}/health/ready"
    settings = {"SEMIA_HOME": str(home), "SEMIA_PORT": str(port)}
    with running([sys.executable, "-m", "api"], ready, **settings):
        yield port


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory, api_port: int) -> Iterator[Prometheus]:
    """Prometheus with our scrape jobs and rules, reading that API."""
    program, folder, port = (
        require_program("prometheus"),
        tmp_path_factory.mktemp("tsdb"),
        free_port(),
    )
    command = [
        str(program),
        f"--config.file={local_configuration(folder, api_port)}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    address = f"http://127.0.0.1:{port}"
    with running(command, f"{address}/-/ready"):
        yield Prometheus(address, f"http://127.0.0.1:{api_port}")
