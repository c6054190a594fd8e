"""What somebody who means harm would try, each tried."""

import gzip
import json
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.access import keys
from api.access.check import key_file
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from tests.support.servers import free_port, running
from warehouse.settings import Settings

JSON = {"Content-Type": "application/json"}
ASKED = {"age_years": 30, "problems": ["arbovirus"]}
EVIL = 'x\r\nSet-Cookie: a=b\n{"log": "assessments"}\u2028\x1b[31m'


@pytest.fixture
def guarded(way: str, tmp_path: Path, bundle: Bundle) -> Iterator[httpx.Client]:
    settings = Settings(home=tmp_path / "home", offline=True, access="keys")
    with client_of(way, settings, bundle) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/v1/assessments",
        "/v1/assessments/batch",
        "//v1/assessments",
        "/assets/../v1/assessments",
        "/assets/%2e%2e/v1/assessments",
        "/health/..%2fv1/assessments",
        "/v1/assessments/",
        "/V1/assessments",
        "/v1/assessments;/health/live",
        "/docs/../v1/assessments",
    ],
)
def test_no_spelling_of_an_address_gets_past_the_key(guarded: httpx.Client, path: str) -> None:
    headers = JSON | {"X-Original-URL": "/health/live", "X-Forwarded-For": "127.0.0.1"}
    answer = guarded.post(path, content=json.dumps(ASKED), headers=headers)
    assert answer.status_code in (401, 404, 405)


def test_a_key_in_the_address_or_a_cookie_is_none(guarded: httpx.Client, tmp_path: Path) -> None:
    text = keys.issue(tmp_path / "home/keys.json", "north", ("assess",), 1)[1]
    assert guarded.post(f"/v1/assessments?key={text}", json=ASKED).status_code == 401
    headers = {"Cookie": f"authorization={text}", "X-Api-Key": text}
    assert guarded.post("/v1/assessments", json=ASKED, headers=headers).status_code == 401


def test_nobody_reads_an_assessment_back_whoever_made_it(client: httpx.Client) -> None:
    """No address gives a patient's assessment by its id, not even to its own clinic."""
    name = client.post("/v1/assessments", json=ASKED).json()["id"]
    for path in (f"/v1/assessments/{name}", f"/v1/assessments/{name}/feedback"):
        assert client.get(path).status_code in (404, 405)


def test_feedback_on_another_clinics_patient_is_the_askers_own_row(
    tmp_path: Path, bundle: Bundle
) -> None:
    settings = Settings(home=tmp_path, offline=True, access="keys")
    north, south = (
        {"Authorization": f"Bearer {keys.issue(key_file(settings), name, ('assess',), 1)[1]}"}
        for name in ("north", "south")
    )
    with client_of("lambda", settings, bundle) as client:
        name = client.post("/v1/assessments", json=ASKED, headers=north).json()["id"]
        said = {"problem": "arbovirus", "verdict": "accepted"}
        told = client.post(f"/v1/assessments/{name}/feedback", json=said, headers=south)
    assert told.status_code == 202
    rows = _logged(tmp_path)
    assert [row["clinic"] for row in rows] == ["north", "south"]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_without_end_is_refused(client: httpx.Client, opening: bytes) -> None:
    for depth in (1_000, 100_000):
        answer = client.post("/v1/assessments", content=opening * depth, headers=JSON)
        assert answer.status_code == 422
    whole = b"[" * 100_000 + b"]" * 100_000
    assert client.post("/v1/assessments", content=whole, headers=JSON).status_code == 422
    batch = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/assessments/batch", content=whole[75_000:125_000], headers=batch)
    assert json.loads(answer.text)["refused"]["status"] == 422


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    content = json.dumps({"age_years": 3, "x": "y" * 1_000_000})
    assert client.post("/v1/assessments", content=content, headers=JSON).status_code == 413


def test_what_is_sent_never_becomes_a_header(client: httpx.Client) -> None:
    answers = [
        client.post("/v1/assessments", json={"evidence": [{"code": EVIL, "state": "present"}]}),
        client.post("/v1/assessments", json=ASKED | {"language": EVIL}),
        client.get("/v1/models/x%0d%0aSet-Cookie:%20a=b"),
        client.get("/%0d%0aSet-Cookie:%20a=b"),
    ]
    for answer in answers:
        assert answer.status_code in (404, 422)
        assert "set-cookie" not in answer.headers
        assert "\x1b" not in answer.text


def test_what_is_sent_never_becomes_a_line_of_the_log(
    tmp_path: Path, bundle: Bundle, capfd: pytest.CaptureFixture[str]
) -> None:
    """A row is one line whatever is in it, and a reason is a code: no text of the asker's own."""
    with client_of("lambda", Settings(home=tmp_path, offline=True), bundle) as client:
        headers = JSON | {"Idempotency-Key": "a\tb", "User-Agent": 'x"} {"log": "assessments"'}
        given = client.post("/v1/assessments", json=ASKED, headers=headers).json()
        client.post("/v1/assessments", json={"evidence": [{"code": EVIL, "state": "present"}]})
        said = {"problem": "arbovirus", "verdict": "overridden", "reason": EVIL}
        assert client.post(f"/v1/assessments/{given['id']}/feedback", json=said).status_code == 422
    rows = _logged(tmp_path)
    assert [row["assessment_id"] for row in rows] == [given["id"]]
    assert "\x1b" not in "".join(capfd.readouterr())


def test_slow_clients_keep_nobody_waiting(tmp_path: Path, bundle: Bundle) -> None:
    """Two hundred connections that never finish what they say, and a doctor who asks."""
    port = free_port()
    names = {"SEMIA_HOME": str(tmp_path), "SEMIA_PORT": str(port)}
    names["SEMIA_BUNDLE"] = str(bundle.folder)
    unfinished = b"POST /v1/assessments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{"
    with running([sys.executable, "-m", "api"], f"http://127.0.0.1:{port}/health/live", **names):
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
        try:
            for number, connection in enumerate(slow):
                connection.sendall(unfinished[: 1 + number % len(unfinished)])
            started = time.perf_counter()
            answer = httpx.post(f"http://127.0.0.1:{port}/v1/assessments", json=ASKED, timeout=10)
            assert answer.status_code == 200
            assert time.perf_counter() - started < 5
        finally:
            for connection in slow:
                connection.close()


def test_whoever_shows_two_keys_shows_none(tmp_path: Path, bundle: Bundle) -> None:
    settings = Settings(home=tmp_path, offline=True, access="keys")
    text = keys.issue(key_file(settings), "north", ("assess",), 1)[1]
    shown = [("Authorization", f"Bearer {text}")]
    with client_of("asgi", settings, bundle) as client:
        for headers, status in ((shown, 200), (shown * 2, 401)):
            assert client.post("/v1/assessments", json=ASKED, headers=headers).status_code == status


def test_a_request_sent_compressed_is_refused(client: httpx.Client) -> None:
    """What is small when it arrives and large afterwards never gets here."""
    headers = JSON | {"Content-Encoding": "gzip"}
    packed = gzip.compress(json.dumps(ASKED).encode())
    assert client.post("/v1/assessments", content=packed, headers=headers).status_code == 422


def _logged(home: Path) -> list[dict[str, str]]:
    segments = sorted((home / "spool").glob("*.ndjson"))
    lines = [line for segment in segments for line in segment.read_text("utf-8").split("\n")]
    return [json.loads(line)["row"] for line in lines if line]
