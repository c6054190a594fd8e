"""A request that goes straight to its function is answered as one that goes through FastAPI."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.examples import ASSESSMENT_REQUESTS
from api.main import create_app
from api.straight import DirectRoute
from ml.bundle import Bundle
from warehouse.settings import Settings

ADDRESS = "/v1/assessments"


@pytest.fixture
def app(api_settings: Settings, bundle: Bundle) -> FastAPI:
    return create_app(api_settings, bundle)


def taken(app: FastAPI, method: str, path: str, **more: object) -> bool:
    """Whether the first route of all takes such a request."""
    scope = {"type": "http", "method": method, "path": path, **more}
    return bool(app.router.routes[0].matches(scope)[0].value)


def answered(client: httpx.Client, given: object, **headers: str) -> dict[str, Any]:
    answer = client.post(ADDRESS, json=given, headers=headers)
    assert answer.status_code == 200, answer.text
    own: dict[str, Any] = answer.json()
    return {name: value for name, value in own.items() if name not in ("id", "created_at")} | {
        "language of the header": answer.headers["content-language"]
    }


def test_only_what_reads_a_body_and_headers_goes_straight(app: FastAPI) -> None:
    assert taken(app, "POST", ADDRESS)
    assert not taken(app, "GET", ADDRESS)
    assert not taken(app, "POST", f"{ADDRESS}/")
    assert not taken(app, "POST", f"{ADDRESS}/1/feedback")
    assert not taken(app, "POST", ADDRESS, root_path="/semia")


@pytest.mark.parametrize("given", ASSESSMENT_REQUESTS)
def test_both_ways_answer_alike(client: httpx.Client, given: object) -> None:
    # A header that the function asks for is FastAPI's to read.
    assert answered(client, given) == answered(client, given, **{"Idempotency-Key": "one"})


def test_what_is_refused_is_refused_alike(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = ["", "[", "{}", '{"age_years": 500}', '{"sex": "x", "evidence": 3}', "[1]", "9" * 5000]
    headers = {"Content-Type": "application/json"}

    def refusals() -> list[tuple[int, Any]]:
        every = [client.post(ADDRESS, content=body, headers=headers) for body in bodies]
        return [(one.status_code, one.json()) for one in every]

    straight = refusals()

    async def never(*_: object) -> None:
        return None

    monkeypatch.setattr(DirectRoute, "direct", never)
    assert refusals() == straight
    assert {status for status, _ in straight} == {422}


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_long_answers_vary_with_what_the_client_takes(client: httpx.Client, accepted: str) -> None:
    headers = {"Accept-Encoding": accepted}
    long = client.post(ADDRESS, json=ASSESSMENT_REQUESTS[0], headers=headers)
    short = client.post(ADDRESS, json={}, headers=headers)
    assert "accept-encoding" in long.headers["vary"].lower()
    assert "accept-language" in long.headers["vary"].lower()
    assert long.headers.get("content-encoding", "identity") == accepted
    assert "accept-encoding" not in short.headers["vary"].lower()
