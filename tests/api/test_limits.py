"""A body is counted while it arrives, so that an endless one costs nothing."""

import asyncio
from typing import Any

from api.http.limits import BODY_LIMIT_BYTES
from api.main import create_app
from ml.serving.bundle import Bundle
from warehouse.settings import Settings

PIECE = b"x" * 100_000


def _post(headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/assessments",
        "raw_path": b"/v1/assessments",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def _status_and_pieces(
    settings: Settings, bundle: Bundle, headers: list[tuple[bytes, bytes]]
) -> tuple[int, int]:
    """The status answered to an endless body, and how many of its pieces were taken."""
    taken = 0
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": PIECE, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    app: Any = create_app(settings, bundle)
    asyncio.run(app(_post(headers), receive, send))
    return statuses[0], taken


def test_an_endless_body_is_refused_once_it_passes_the_limit(
    api_settings: Settings, bundle: Bundle
) -> None:
    status, taken = _status_and_pieces(api_settings, bundle, [])
    assert status == 413
    assert taken == BODY_LIMIT_BYTES // len(PIECE) + 1


def test_an_announced_length_over_the_limit_is_refused_at_the_first_piece(
    api_settings: Settings, bundle: Bundle
) -> None:
    status, taken = _status_and_pieces(api_settings, bundle, [(b"content-length", b"5000000")])
    assert (status, taken) == (413, 1)


def test_a_length_that_lies_does_not_help(api_settings: Settings, bundle: Bundle) -> None:
    status, _ = _status_and_pieces(api_settings, bundle, [(b"content-length", b"-7")])
    assert status == 413
