"""The compose stack's database, API and Prometheus come up together and know each other."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from api.schemas.examples import ASSESSMENT_REQUESTS
from tests.containers.conftest import STACK, docker
from tests.support.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.program("docker")]

PROJECT = "semia-test"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of password files, as docs/how-to/containers.md has it made."""
    folder = tmp_path_factory.mktemp("secrets")
    for name in ("postgres_password", "grafana_password"):
        (folder / name).write_text("only-for-this-test", encoding="utf-8")
        (folder / name).chmod(0o644)
    return folder


@pytest.fixture(scope="module")
def stack(api_image: str, bundle: Path, secrets: Path) -> Iterator[dict[str, str]]:
    """Database, API and Prometheus, up and healthy on ports of their own."""
    settings = {
        "STATE_DIR": str(bundle.parent),
        "SECRETS_DIR": str(secrets),
        "API_PORT": str(free_port()),
        "PROMETHEUS_PORT": str(free_port()),
    }
    compose = partial(docker, "compose", "--project-name", PROJECT, **settings)
    try:
        compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "120", *STACK)
        yield settings
    finally:
        compose("down", "--volumes", "--timeout", "5")


def prometheus(stack: dict[str, str], query: str) -> list[dict[str, Any]]:
    address = f"http://127.0.0.1:{stack['PROMETHEUS_PORT']}/api/v1/query"
    found: list[dict[str, Any]] = httpx.get(address, params={"query": query}, timeout=10).json()[
        "data"
    ]["result"]
    return found


def eventually(holds: Callable[[], bool], seconds: float = 45) -> bool:
    """Whether something becomes true before Prometheus has asked three times."""
    deadline = monotonic() + seconds
    while not holds():
        if monotonic() > deadline:
            return False
        sleep(1)
    return True


def test_database_holds_a_place_for_each_program(stack: dict[str, str]) -> None:
    ask = ("psql", "--username=semia", "--tuples-only", "--no-align", "--command")
    listed = docker(
        "compose", "--project-name", PROJECT, "exec", "-T", "postgres", *ask,
        "select datname from pg_database", **stack,
    )  # fmt: skip
    assert {"semia", "airflow", "mlflow"} <= set(listed.split())


def test_api_answers_and_prometheus_hears_of_it(stack: dict[str, str]) -> None:
    address = f"http://127.0.0.1:{stack['API_PORT']}/v1/assessments"
    answer = httpx.post(address, json=ASSESSMENT_REQUESTS[0], timeout=10)
    assert answer.status_code == 200, answer.text
    counted = 'semia_http_requests_total{route="/v1/assessments",status="200"}'
    assert eventually(lambda: prometheus(stack, counted) != [])
    assert prometheus(stack, 'up{job="semia_api"} == 1') != []


def test_prometheus_has_loaded_our_alerts(stack: dict[str, str]) -> None:
    rules = httpx.get(f"http://127.0.0.1:{stack['PROMETHEUS_PORT']}/api/v1/rules", timeout=10)
    names = {rule["name"] for group in rules.json()["data"]["groups"] for rule in group["rules"]}
    assert {"SemiaDown", "SemiaErrors", "SemiaFeatureDrift"} <= names
