"""The Lambda handler under AWS's own runtime emulator: a real process, a real invocation."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ml.bundle import Bundle
from tests.api.conftest import event_of
from tests.support.programs import require_program

ROOT = Path(__file__).resolve().parents[2]
INVOCATIONS = "/2015-03-31/functions/function/invocations"
PATIENT = {
    "age_years": 34,
    "evidence": [{"code": "fever", "state": "present"}],
    "problems": ["arbovirus"],
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the emulator writes what the handler prints, as CloudWatch would keep it."""
    return tmp_path_factory.mktemp("emulator") / "log"


@pytest.fixture(scope="module")
def emulator(
    bundle: Bundle, log_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of the emulator, which starts the handler at the first invocation."""
    program = require_program("aws-lambda-rie")
    port, runtime_port = _free_port(), _free_port()
    log = log_file.open("w")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
        "SEMIA_BUNDLE": str(bundle.folder),
        "SEMIA_HOME": str(tmp_path_factory.mktemp("lambda-home")),
        "PYTHONPATH": str(ROOT),
        "AWS_LAMBDA_FUNCTION_NAME": "function",
    }
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{runtime_port}",
    ]
    command = [sys.executable, "-m", "awslambdaric", "api.lambda_handler.handler"]
    process = subprocess.Popen(
        [str(program), *addresses, *command],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_until_it_listens(port)
            yield client
    finally:
        os.killpg(process.pid, 15)
        process.wait(10)
        log.close()


def _wait_until_it_listens(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the emulator does not listen")


def _invoke(emulator: httpx.Client, method: str, path: str, body: object = None) -> dict[str, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    request = httpx.Request(
        method, f"http://doctor.example{path}", content=content, headers=headers
    )
    answer: dict[str, Any] = emulator.post(INVOCATIONS, json=event_of(request)).json()
    assert "errorMessage" not in answer, answer
    return answer


def test_the_handler_answers_under_the_emulator(emulator: httpx.Client) -> None:
    answer = _invoke(emulator, "POST", "/v1/assessments", PATIENT)
    assert answer["statusCode"] == 200
    assert not answer["isBase64Encoded"]
    assessment = json.loads(answer["body"])
    (arbovirus,) = assessment["answers"]
    assert {option["code"] for option in arbovirus["ranked"]} == {
        "dengue",
        "chikungunya",
        "other_disease",
    }


def test_the_first_invocation_leaves_the_next_ones_warm(emulator: httpx.Client) -> None:
    _invoke(emulator, "POST", "/v1/assessments", PATIENT)
    started = time.perf_counter()
    for _ in range(10):
        _invoke(emulator, "POST", "/v1/assessments", PATIENT)
    assert (time.perf_counter() - started) / 10 < 0.2


def test_refusals_are_readable_text_there_too(emulator: httpx.Client) -> None:
    answer = _invoke(emulator, "POST", "/v1/assessments", {"age_years": -1, "language": "en"})
    assert answer["statusCode"] == 422
    assert json.loads(answer["body"])["errors"][0]["detail"].startswith("Age: -1 is not possible")


def test_the_page_is_served_there_too(emulator: httpx.Client) -> None:
    answer = _invoke(emulator, "GET", "/")
    assert answer["statusCode"] == 200
    assert answer["body"].startswith("<!doctype html>")


def test_each_request_is_a_metric_that_cloudwatch_reads(
    emulator: httpx.Client, log_file: Path
) -> None:
    written = log_file.stat().st_size
    _invoke(emulator, "POST", "/v1/assessments", PATIENT)
    _invoke(emulator, "GET", "/v1/models/no-such-patient-name")
    lines = log_file.read_bytes()[written:].decode().splitlines()
    metrics = [json.loads(line) for line in lines if line.startswith('{"_aws"')]
    assert [(m["Route"], m["Status"], m["Requests"]) for m in metrics] == [
        ("/v1/assessments", "200", 1),
        ("/v1/models/{problem}", "404", 1),
    ]
    for metric in metrics:
        (read,) = metric["_aws"]["CloudWatchMetrics"]
        assert {one["Name"] for one in read["Metrics"]} <= set(metric)
        assert set(read["Dimensions"][0]) <= set(metric)
        assert 0 < metric["Duration"] < 60_000
        assert abs(metric["_aws"]["Timestamp"] / 1000 - time.time()) < 60
