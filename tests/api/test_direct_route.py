"""A request that goes straight to its function is answered as one that goes through FastAPI."""

import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.answer.assessment import assess
from api.answer.encoded import encoded
from api.bundle.service import Models
from api.bundle.vocabulary import PATIENT_FIELDS, parse
from api.http.direct_route import DirectRoute, Straight
from api.main import create_app
from api.routes import assessments
from api.schemas.asked import AssessmentRequest
from api.schemas.examples import ASSESSMENT_REQUESTS
from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from warehouse.settings import Settings

ADDRESS = "/v1/assessments"


@pytest.fixture
def app(api_settings: Settings, bundle: Bundle) -> FastAPI:
    return create_app(api_settings, bundle)


def taken(app: FastAPI, method: str, path: str, **more: object) -> bool:
    """Whether such a request is tried before FastAPI is asked."""
    straight = Straight(app, assessments.router.routes)
    return straight.route_of({"type": "http", "method": method, "path": path, **more}) is not None


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


def drawn(bundle: Bundle, count: int) -> Iterator[dict[str, Any]]:
    """Requests of patients nobody thought of: some signs, some measurements, a prevalence."""
    draw, words = random.Random(18), parse(bundle.vocabulary)
    signs, measured = (
        sorted(words.symptom),
        [
            one
            for one in words.observations
            if one.kind == "numeric" and one.code not in PATIENT_FIELDS
        ],
    )
    classes = {name: problem.about.classes for name, problem in bundle.problems.items()}
    for _ in range(count):
        some = draw.sample(measured, draw.randint(0, 3))
        given: dict[str, Any] = {
            "age_years": draw.randint(0, 110),
            "observations": {
                one.code: round(draw.uniform(one.minimum or 0.0, one.maximum or 50.0), 1)
                for one in some
                if "_bp_" not in one.code
            },
            "evidence": [
                {"code": code, "state": draw.choice(["present", "absent", "unknown"])}
                for code in draw.sample(signs, draw.randint(0, 15))
            ],
            "language": draw.choice(["es", "en"]),
        }
        if draw.random() < 0.5:
            name = draw.choice(sorted(classes))
            shares = [draw.random() + 0.01 for _ in classes[name]]
            stated = dict(zip(classes[name], (one / sum(shares) for one in shares), strict=True))
            given |= {"problems": [name], "prevalence": {name: stated}}
        yield given


def test_drawn_patients_are_answered_and_noted_alike(
    api_settings: Settings, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "api.log.entries.SpooledLog.add",
        lambda _, __, row: rows.append(json.loads(json.dumps(row))),
    )
    asked = list(drawn(bundle, 150))
    with client_of("asgi", api_settings, bundle) as client:
        straight = [answered(client, given) for given in asked]

        async def never(*_: object) -> None:
            return None

        monkeypatch.setattr(DirectRoute, "direct", never)
        ordinary = [answered(client, given) for given in asked]
    assert straight == ordinary
    kept = [
        {name: value for name, value in row.items() if name not in ("assessment_id", "created_at")}
        for row in rows
    ]
    assert len(kept) == 2 * len(asked)
    assert kept[: len(asked)] == kept[len(asked) :]


def test_what_is_written_piece_by_piece_is_what_pydantic_writes(bundle: Bundle) -> None:
    models = Models.of(bundle)
    for given in drawn(bundle, 50):
        found = assess(models, AssessmentRequest.model_validate(given), "es")
        assert json.loads(encoded(found, models.prepared)) == json.loads(found.model_dump_json())


@pytest.mark.parametrize(
    "headers",
    [
        [("Content-Type", "application/json; charset=utf-8")],
        [("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2")],
        [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")],
    ],
)
def test_what_is_not_plain_goes_the_ordinary_way(
    client: httpx.Client, headers: list[tuple[str, str]]
) -> None:
    given = json.dumps(ASSESSMENT_REQUESTS[0]).encode()
    assert client.post(ADDRESS, content=given, headers=headers).status_code == 200
    refused = client.post(ADDRESS, content=given, headers=[("Content-Type", "text/plain")])
    assert refused.status_code == 415


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
