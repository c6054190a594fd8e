"""Requests that cannot be served: which status, which field, in whose words."""

import httpx
import pytest

from tests.api.refusals import JSON, refuse


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty-body"),
        (b"  \n", "empty-body"),
        (b'{"age_years": 3', "invalid-json"),
        (b"age=3", "invalid-json"),
        (b'{"age_years": NaN}', "invalid-json"),
        (b'{"age_years": -Infinity}', "invalid-json"),
        (b'{"age_years": 1, "age_years": 2}', "invalid-json"),
        (b"[" * 200_000, "invalid-json"),
        (b'{"a":' * 50_000, "invalid-json"),
        (b'{"age_years": ' + b"9" * 6000 + b"}", "invalid-json"),
        ("{'edad': 'ñ'}".encode("latin-1"), "invalid-json"),
        (b'{"age_years": 1e999}', "invalid-request"),
        (b'{"age_years": ' + b"9" * 400 + b"}", "invalid-request"),
        (b"[]", "invalid-request"),
        (b"null", "invalid-request"),
        (b'"fever"', "invalid-request"),
        (b'{"\\ud800": 1}', "invalid-request"),
        (b'{"sex": "\\ud800"}', "invalid-request"),
        (b'{"observations": {"\\u0000": 1}}', "invalid-request"),
    ],
)
def test_a_body_that_is_not_a_request_is_told_what_it_is(
    client: httpx.Client, body: bytes, kind: str
) -> None:
    assert refuse(client, body)["type"] == f"urn:semia:problem:{kind}"


def test_a_place_in_broken_json_is_given(client: httpx.Client) -> None:
    assert refuse(client, b'{\n "age_years": }')["detail"].endswith("línea 2, columna 15.")


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_a_body_over_a_megabyte_is_refused(client: httpx.Client, size: int) -> None:
    problem = refuse(client, b"x" * size, status=413)
    assert problem["type"] == "urn:semia:problem:too-large"
    assert "1000000" in problem["detail"]


def test_a_body_just_under_the_limit_is_read(client: httpx.Client) -> None:
    body = b'{"age_years": 3' + b" " * 999_000 + b"}"
    assert client.post("/v1/assessments", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "multipart/x"])
def test_another_content_type_is_refused(client: httpx.Client, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    response = client.post("/v1/assessments", content=b'{"age_years": 3}', headers=headers)
    assert response.status_code == 415
    assert response.headers["accept-post"] == "application/json"


def test_json_with_a_charset_is_accepted(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/JSON; charset=utf-8"}
    response = client.post("/v1/assessments", content=b'{"age_years": 3}', headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("application/*;q=0.3", 200),
        ("text/html, */*;q=0.1", 200),
        ("text/html", 406),
        ("application/json;q=0, */*", 406),
        ("application/json;q=0.0", 406),
    ],
)
def test_only_json_can_be_had(client: httpx.Client, accept: str, status: int) -> None:
    response = client.get("/v1/models", headers={"Accept": accept})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/assets/../main.py", 404, "not-found"),
        ("GET", "/assets/%2e%2e%2fmain.py", 404, "not-found"),
        ("PUT", "/v1/assessments", 405, "method-not-allowed"),
        ("DELETE", "/v1/vocabulary", 405, "method-not-allowed"),
        ("GET", "/v1/models/nobody", 404, "not-found"),
    ],
)
def test_wrong_addresses_and_methods_get_problem_documents(
    client: httpx.Client, method: str, path: str, status: int, kind: str
) -> None:
    response = client.request(method, path, headers={"Accept-Language": "en"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == f"urn:semia:problem:{kind}"
    assert response.json()["language"] == "en"
    if status == 405:
        assert response.headers["allow"]


@pytest.mark.parametrize("path", ["/v1/vocabulary", "/v1/models", "/health/ready"])
def test_without_models_the_next_command_is_said(no_models: httpx.Client, path: str) -> None:
    response = no_models.get(path)
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert "semia up" in response.json()["detail"]


def test_without_models_a_question_gets_503_and_bad_data_still_422(
    no_models: httpx.Client,
) -> None:
    assert no_models.post("/v1/assessments", json={"age_years": 3}).status_code == 503
    assert no_models.post("/v1/assessments", json={"age_years": "x"}).status_code == 422
    assert no_models.get("/health/live").status_code == 200
    assert no_models.get("/").status_code == 200
