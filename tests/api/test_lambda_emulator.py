"""The Lambda handler under AWS's own runtime emulator: a real process, a real invocation."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ml.serving.bundle import Bundle
from tests.support.emulator import emulator as emulating
from tests.support.emulator import invoke as _invoke

PATIENT = {
    "age_years": 34,
    "evidence": [{"code": "fever", "state": "present"}],
    "problems": ["arbovirus"],
}


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the emulator writes what the handler prints, as CloudWatch would keep it."""
    return tmp_path_factory.mktemp("emulator") / "log"


@pytest.fixture(scope="module")
def emulator(
    bundle: Bundle, log_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of the emulator."""
    with emulating(bundle.folder, tmp_path_factory.mktemp("lambda-home"), log_file) as client:
        yield client


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
