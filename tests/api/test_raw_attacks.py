"""What somebody who means harm would send over a connection of their own, each tried."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from ml.serving.bundle import Bundle
from tests.api.test_attacks import ASKED, JSON
from tests.support.servers import free_port, running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, bundle: Bundle) -> Iterator[int]:
    """The port of a service of its own, as it is served in earnest."""
    home, port = tmp_path_factory.mktemp("served"), free_port()
    names = {"SEMIA_HOME": str(home), "SEMIA_PORT": str(port), "SEMIA_BUNDLE": str(bundle.folder)}
    with running([sys.executable, "-m", "api"], f"http://127.0.0.1:{port}/health/live", **names):
        yield port


def _told(port: int, said: bytes, seconds: float = 2.0) -> bytes:
    """All that comes back until the service hangs up or says no more for so long."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(said)
        found = b""
        with suppress(TimeoutError, ConnectionResetError):
            while part := connection.recv(65_536):
                found += part
    return found


WHOLE = (
    b"POST /v1/assessments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 16\r\n\r\n{"age_years":30}'
)

CHUNKED = (
    b"POST /v1/assessments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Transfer-Encoding: chunked\r\n\r\n10\r\n{"age_years":30}\r\n0\r\n\r\n'
)


def test_head_is_answered_at_once_and_without_a_body(served: int) -> None:
    started = time.perf_counter()
    for path, status in (("/", 200), ("/health/ready", 200), ("/v1/assessments", 405)):
        answer = httpx.head(f"http://127.0.0.1:{served}{path}", timeout=4)
        assert (answer.status_code, answer.content) == (status, b"")
    assert time.perf_counter() - started < 4


def test_requests_one_upon_the_other_are_each_answered_in_turn(served: int) -> None:
    head = b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    found = _told(served, WHOLE + head + WHOLE * 3)
    assert found.count(b"HTTP/1.1 200 OK") == 5
    assert found.count(b'"disclaimer"') == 4


@pytest.mark.parametrize(
    "said",
    [
        WHOLE.replace(b"Content-Length: 16", b"Content-Length: 16\r\nContent-Length: 3"),
        WHOLE.replace(b"Content-Length: 16", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
        WHOLE.replace(b"Content-Length: 16", b"Content-Length: -1"),
        WHOLE.replace(b"Host: localhost", b"Host : x"),
        WHOLE.replace(b"Host: localhost\r\n", b""),
        CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0"),
        WHOLE.replace(b"Host: localhost", b"Host: localhost\r\nHost: y"),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=[
        "two lengths",
        "a length and chunks",
        "a length below none",
        "a space",
        "no host",
        "chunks of HTTP/1.0",
        "two hosts",
        "HTTP/2",
    ],
)
def test_what_two_servers_could_read_differently_is_refused(served: int, said: bytes) -> None:
    found = _told(served, said + WHOLE)
    assert found.startswith(b"HTTP/1.1 400")
    assert b"HTTP/1.1 200" not in found


def test_what_stands_after_the_body_is_no_header(served: int) -> None:
    """A trailer could pass for a key, or for the clinic that a proxy names."""
    kind = b"Content-Type: application/json\r\n"
    assert _told(served, CHUNKED).startswith(b"HTTP/1.1 200")
    late = CHUNKED.replace(kind, b"").removesuffix(b"\r\n") + kind + b"\r\n"
    assert _told(served, late).startswith(b"HTTP/1.1 415")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.7:8000",
        "0.0.0.0",
    ],
)
def test_no_other_site_leads_a_browser_here(served: int, host: str) -> None:
    """A name of theirs that leads to this computer makes the service a part of their site."""
    for path in (b"/v1/vocabulary", b"/"):
        asked = b"GET %b HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % (path, host.encode())
        assert _told(served, asked).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000", "[::1]"]
)
def test_every_own_name_of_this_computer_will_do(served: int, host: str) -> None:
    asked = b"GET /health/live HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % host.encode()
    assert _told(served, asked).startswith(b"HTTP/1.1 200")


def test_a_neighbour_reads_metrics_by_a_name_without_a_dot_and_nothing_else(served: int) -> None:
    """As Prometheus does from the container beside; and whoever watches asks of its health."""
    told = ((b"/metrics", b"200"), (b"/health/ready", b"200"), (b"/v1/models", b"403"))
    for path, status in told:
        asked = b"GET %b HTTP/1.1\r\nHost: api:8000\r\nConnection: close\r\n\r\n" % path
        assert _told(served, asked).startswith(b"HTTP/1.1 " + status)


def test_a_door_of_another_protocol_is_closed(served: int) -> None:
    asked = (
        b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAA==\r\n\r\n"
    )
    assert _told(served, asked).startswith(b"HTTP/1.1 200")


def test_http_1_0_need_not_name_a_host(served: int) -> None:
    assert _told(served, b"GET /health/live HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\nX: ", b"GET /", b"GET / HTTP/1.1\r\n"])
def test_a_head_without_end_is_cut_off(served: int, begun: bytes) -> None:
    more = b"X: a\r\n" if begun.endswith(b"\n") else b"a" * 6
    sent = 0
    with socket.create_connection(("127.0.0.1", served), timeout=5) as connection:
        connection.sendall(begun)
        with suppress(ConnectionError):
            while sent < 30_000_000:
                connection.sendall(more * 20_000)
                sent += len(more) * 20_000
    # What lies on the way between the two counts too.
    assert sent < 20_000_000
    assert httpx.get(f"http://127.0.0.1:{served}/health/live").status_code == 200


def test_a_head_of_a_usual_length_is_none_too_long(served: int) -> None:
    headers = JSON | {"X-Long": "a" * 60_000}
    address = f"http://127.0.0.1:{served}/v1/assessments"
    long_body = json.dumps(ASKED | {"evidence": [{"code": "x" * 90, "state": "absent"}] * 900})
    with httpx.Client() as client:
        for _ in range(3):
            assert client.post(address, json=ASKED, headers=headers).status_code == 200
            assert client.post(address, content=long_body, headers=JSON).status_code == 422


def test_who_hangs_up_amid_a_request_is_no_fault(served: int) -> None:
    for unfinished in (WHOLE[:-3], WHOLE.replace(b"/v1/assessments", b"/v1/fhir/assess")[:-3]):
        with socket.create_connection(("127.0.0.1", served)) as connection:
            connection.sendall(unfinished)
    address = f"http://127.0.0.1:{served}/metrics"
    counted = ""
    for _ in range(50):
        counted = httpx.get(address).text
        if counted.count('status="400"') >= 2:
            break
        time.sleep(0.05)
    assert counted.count('status="400"') >= 2
    assert 'status="500"' not in counted
