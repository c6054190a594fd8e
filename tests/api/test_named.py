"""Whose a request is, where a proxy or API Gateway has checked it before the service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import lambda_handler
from api.access.check import check_safe
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of, event_of, own_event_loop, token_of
from warehouse.errors import WrongSetting
from warehouse.settings import Settings

ASKED = {"age_years": 30, "problems": ["arbovirus"]}
OTHERS = ASKED | {"patient": {"source": "south", "identifier": "1"}}
CLAIM = "https://semia.example/clinic"
NORTH = {"X-Semia-Clinic": "north", "X-Semia-Person": "dr-1"}


@pytest.fixture
def gateway(tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The handler as it is in the image, with a claim of the provider's own; where its state is."""
    monkeypatch.setenv("SEMIA_HOME", str(tmp_path))
    monkeypatch.setenv("SEMIA_BUNDLE", str(bundle.folder))
    monkeypatch.delenv("SEMIA_ACCESS", raising=False)
    lambda_handler._adapter.cache_clear()
    with own_event_loop():
        yield tmp_path
    lambda_handler._adapter.cache_clear()


def call(authorizer: object, path: str = "/v1/assessments", body: object = ASKED) -> dict[str, Any]:
    method = "GET" if body is None else "POST"
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | NORTH
    request = httpx.Request(method, f"https://a.example{path}", content=content, headers=headers)
    return lambda_handler.handler(event_of(request, authorizer), None)  # type: ignore[arg-type]


@pytest.mark.usefixtures("gateway")
def test_the_log_says_whose_token_asked(capfd: pytest.CaptureFixture[str]) -> None:
    assert call(token_of())["statusCode"] == 200
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    (row,) = [line["row"] for line in lines if line.get("log") == "assessments"]
    assert (row["clinic"], row["asked_by"]) == ("north", "dr-1")


@pytest.mark.usefixtures("gateway")
def test_a_token_opens_its_own_clinics_patients_alone() -> None:
    refused = call(token_of(), body=OTHERS)
    assert refused["statusCode"] == 422
    assert json.loads(refused["body"])["errors"][0]["code"] == "not_own_patient"
    assert call(token_of(clinic="south"), body=OTHERS)["statusCode"] == 200


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize(
    "authorizer",
    [
        None,
        {},
        "jwt",
        {"jwt": None},
        {"jwt": {"claims": None, "scopes": None}},
        {"jwt": {"scopes": ["assess"]}},
        {"iam": {"userId": "AIDA", "accountId": "123456789012"}},
        {"lambda": {"clinic": "north", "sub": "dr-1"}},
        {"claims": {"clinic": "north", "sub": "dr-1"}},
    ],
    ids=["none", "empty", "text", "no token", "no claims", "scopes", "role", "lambda", "rest"],
)
def test_what_no_gateway_has_checked_is_refused(authorizer: object) -> None:
    """As from a function URL, from whoever may invoke the function, or another authoriser."""
    answer = call(authorizer)
    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["type"] == "urn:semia:problem:no-key"
    assert call(authorizer, "/v1/vocabulary", None)["statusCode"] == 401
    assert call(authorizer, "/health/live", None)["statusCode"] == 200


@pytest.mark.usefixtures("gateway")
@pytest.mark.parametrize(
    "claims",
    [
        {"clinic": ""},
        {"clinic": "local"},
        {"clinic": "North"},
        {"clinic": "[north south]"},
        {"clinic": ["north"]},
        {"clinic": None},
        {"clinic": "north' or true --"},
        {"clinic": "n" * 41},
        {"sub": ""},
        {"sub": None},
        {"sub": "x" * 256},
        {"sub": "a\nb"},
        {"sub": "a\x00"},
    ],
)
def test_a_token_that_does_not_name_one_clinic_and_one_person_opens_nothing(
    claims: dict[str, object],
) -> None:
    answer = call(token_of(**claims))
    assert answer["statusCode"] == 403
    assert json.loads(answer["body"])["type"] == "urn:semia:problem:no-clinic"


def test_the_claim_is_the_providers_own(gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMIA_CLINIC_CLAIM", CLAIM)
    assert call(token_of())["statusCode"] == 403
    assert call(token_of(**{CLAIM: "south"}), body=OTHERS)["statusCode"] == 200


@pytest.mark.usefixtures("gateway")
def test_a_function_says_that_its_log_is_elsewhere() -> None:
    answer = call(token_of(), "/v1/assessments", None)
    assert answer["statusCode"] == 503
    assert "SEMIA_LOG" in json.loads(answer["body"])["detail"]


@pytest.mark.usefixtures("gateway")
def test_no_token_reads_what_all_clinics_together_asked() -> None:
    answer = call(token_of(), "/metrics", None)
    assert answer["statusCode"] == 403
    assert json.loads(answer["body"])["type"] == "urn:semia:problem:wrong-scope"


@pytest.fixture
def behind(way: str, tmp_path: Path, bundle: Bundle) -> Iterator[httpx.Client]:
    """A client of a service behind a proxy that names clinics."""
    settings = Settings(home=tmp_path, offline=True, access="proxy-clinics")
    with client_of(way, settings, bundle) as client:
        yield client


def test_a_proxy_names_the_clinic(behind: httpx.Client, tmp_path: Path) -> None:
    assert behind.post("/v1/assessments", json=ASKED, headers=NORTH).status_code == 200
    assert behind.post("/v1/assessments", json=OTHERS, headers=NORTH).status_code == 422
    (segment,) = (tmp_path / "spool").glob("*.ndjson")
    row = json.loads(segment.read_bytes().splitlines()[0])["row"]
    assert (row["clinic"], row["asked_by"]) == ("north", "dr-1")


@pytest.mark.parametrize("written", ["utf-8", "latin-1"])
def test_a_proxy_names_a_person_in_spanish(
    behind: httpx.Client, tmp_path: Path, written: str
) -> None:
    named = {**NORTH, "X-Semia-Person": "MARÍA García Ñusta".encode(written)}
    assert behind.post("/v1/assessments", json=ASKED, headers=named).status_code == 200
    (segment,) = (tmp_path / "spool").glob("*.ndjson")
    row = json.loads(segment.read_bytes().splitlines()[0])["row"]
    assert row["asked_by"] == "MARÍA García Ñusta"


@pytest.mark.parametrize("missing", list(NORTH))
def test_what_a_proxy_did_not_check_is_refused(behind: httpx.Client, missing: str) -> None:
    headers = {name: value for name, value in NORTH.items() if name != missing}
    assert behind.post("/v1/assessments", json=ASKED, headers=headers).status_code == 401
    assert behind.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "named",
    [{"X-Semia-Clinic": "local"}, {"X-Semia-Clinic": "north, south"}, {"X-Semia-Person": ""}],
)
def test_a_proxy_that_names_nobody_is_told(behind: httpx.Client, named: dict[str, str]) -> None:
    assert behind.post("/v1/assessments", json=ASKED, headers=NORTH | named).status_code == 403


def test_a_header_that_the_client_sent_too_is_not_believed(tmp_path: Path, bundle: Bundle) -> None:
    settings = Settings(home=tmp_path, offline=True, access="proxy-clinics")
    twice = [*NORTH.items(), ("X-Semia-Clinic", "south")]
    with client_of("asgi", settings, bundle) as client:
        assert client.post("/v1/assessments", json=ASKED, headers=twice).status_code == 401


def test_without_keys_a_service_listens_where_it_can_be_asked(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"SEMIA_HOST=192\.168\.1\.5"):
        check_safe(Settings(home=tmp_path, host="192.168.1.5", access="local"))
    for host in ("127.0.0.1", "::1", "0.0.0.0", "::"):
        check_safe(Settings(home=tmp_path, host=host, access="local"))


def test_who_listens_by_itself_has_no_gateway_before_it(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="SEMIA_ACCESS=gateway"):
        check_safe(Settings(home=tmp_path, access="gateway"))
    check_safe(Settings(home=tmp_path, host="0.0.0.0", access="proxy-clinics"))
