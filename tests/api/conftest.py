"""A small bundle, the application over it, and a client that asks it directly or as Lambda."""

import asyncio
import base64
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from mangum import Mangum

from api.history.remembered import PatientReader
from api.lambda_handler import TEXT
from api.log.entries import Log
from api.main import create_app
from ml.serving.bundle import Bundle
from tests.support.bundles import make_tiny_bundle
from warehouse.settings import Settings

with warnings.catch_warnings():
    # Starlette asks for httpx2, which the locks do not hold; httpx does the same here.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


OWN = "http://localhost"


class LambdaTransport(httpx.BaseTransport):
    """Send httpx requests as API Gateway HTTP API events to a handler, with a token of north."""

    def __init__(self, handler: Callable[[dict[str, Any], Any], dict[str, Any]]) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answer = self._handler(event_of(request, token_of()), None)
        content = answer.get("body", "")
        body = base64.b64decode(content) if answer["isBase64Encoded"] else content.encode()
        return httpx.Response(answer["statusCode"], headers=answer["headers"], content=body)


def event_of(request: httpx.Request, authorizer: object = None) -> dict[str, Any]:
    """The event API Gateway makes of a request (payload format 2.0), once the token is checked.

    Text arrives as it is and all else as base64; a header that was sent twice arrives once, joined
    by a comma; what is not there has no member.
    """
    path, query = unquote(request.url.path), request.url.query.decode()
    http = {
        "method": request.method,
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
        "userAgent": request.headers.get("user-agent", ""),
    }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            **request.headers,
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3",
            "domainName": request.url.host,
            "domainPrefix": "a1b2c3",
            "http": http,
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "ANY /{proxy+}",
            "stage": "$default",
            "time": "30/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795953600000,
        },
        "pathParameters": {"proxy": path.removeprefix("/")},
        "isBase64Encoded": False,
    }
    if authorizer is not None:
        event["requestContext"]["authorizer"] = authorizer
    if query:
        event["queryStringParameters"] = dict(request.url.params)
    if request.content:
        event |= _body(request.content)
    return event


def _body(content: bytes) -> dict[str, Any]:
    try:
        return {"body": content.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}


def token_of(**claims: object) -> dict[str, Any]:
    """What API Gateway's JWT authoriser tells of a token that it has checked."""
    checked = {"iss": "https://id.example", "aud": "semia", "sub": "dr-1", "clinic": "north"}
    return {"jwt": {"claims": checked | claims, "scopes": None}}


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_tiny_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def api_settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", offline=True)


@pytest.fixture(params=["asgi", "lambda"])
def way(request: pytest.FixtureRequest) -> str:
    """Which of the two ways to serve the test runs under."""
    return str(request.param)


@contextmanager
def client_of(
    way: str,
    settings: Settings,
    bundle: Bundle | None,
    log: Log | None = None,
    reader: PatientReader | None = None,
) -> Iterator[httpx.Client]:
    """A client of a new application, asked directly or through the Lambda adapter."""
    app = create_app(settings, bundle, log, reader)
    if way == "asgi":
        with TestClient(app, base_url=OWN) as client:
            yield client
        return
    with own_event_loop():
        transport = LambdaTransport(Mangum(app, lifespan="off", text_mime_types=TEXT))
        with httpx.Client(transport=transport, base_url=OWN) as client:
            yield client
    # What ends with the process there.
    app.state.histories.close()


@contextmanager
def own_event_loop() -> Iterator[None]:
    """Mangum keeps the loop it finds or makes, as Lambda wants; a test must close it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@pytest.fixture
def client(way: str, api_settings: Settings, bundle: Bundle) -> Iterator[httpx.Client]:
    """A client of the service with the small bundle."""
    with client_of(way, api_settings, bundle) as ready:
        yield ready


@pytest.fixture
def no_models(way: str, api_settings: Settings) -> Iterator[httpx.Client]:
    """A client of a service whose bundle has not been exported yet."""
    with client_of(way, api_settings, None) as ready:
        yield ready
