"""Every answer, refusals included, tells the browser to trust nothing but this host."""

import httpx
import pytest

from api.main import create_app
from ml.serving.bundle import Bundle
from tests.api.conftest import TestClient
from warehouse.settings import Settings


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/vocabulary", "/nothing", "/metrics"])
def test_every_answer_is_dressed(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert "access-control-allow-origin" not in headers


def test_whoever_came_encrypted_never_comes_in_the_clear_again(
    api_settings: Settings, bundle: Bundle
) -> None:
    app = create_app(api_settings, bundle)
    for scheme, told in (("https", "max-age=31536000"), ("http", None)):
        client = TestClient(app, base_url=f"{scheme}://localhost")
        assert client.get("/").headers.get("strict-transport-security") == told


def test_another_site_cannot_make_a_browser_ask(client: httpx.Client) -> None:
    """No CORS header is given, and what a form can send without asking first is refused."""
    headers = {"Origin": "https://elsewhere.example", "Content-Type": "text/plain"}
    response = client.post("/v1/assessments", content=b'{"age_years": 3}', headers=headers)
    assert response.status_code == 415
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    assert client.options("/v1/assessments", headers=asked).status_code == 405


def test_what_was_sent_is_shown_back_harmless(client: httpx.Client) -> None:
    code = "\u202e<script>\n" + "x" * 80
    body = {"evidence": [{"code": code, "state": "present"}]}
    response = client.post("/v1/assessments", json=body)
    (error,) = response.json()["errors"]
    assert "\u202e" not in error["detail"]
    assert "\n" not in error["detail"]
    assert len(error["detail"]) < 150
