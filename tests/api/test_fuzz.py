"""Whatever is sent, the answer is one the OpenAPI documents, and never a fault of ours."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml.serving.bundle import Bundle
from tests.api.conftest import client_of
from tests.support.tiny_vocabulary import OBSERVATIONS, SIGNS
from warehouse.settings import Settings

FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["present", "absent", "female", "fever", "es", "arbovirus"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
SIGN = st.fixed_dictionaries(
    {
        "code": st.sampled_from(sorted(SIGNS)) | st.text(max_size=20),
        "state": st.sampled_from(["present", "absent", "unknown"]),
    }
)
NEARLY_RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "age_years": st.floats(-5, 130) | ANYTHING,
        "sex": st.sampled_from(["female", "male", None]) | ANYTHING,
        "observations": st.dictionaries(
            st.sampled_from(sorted(OBSERVATIONS)) | st.text(), st.floats() | ANYTHING, max_size=5
        ),
        "evidence": st.lists(SIGN | ANYTHING, max_size=8) | ANYTHING,
        "problems": st.lists(st.sampled_from(["arbovirus", "severity"]) | st.text(), max_size=3)
        | ANYTHING,
        "prevalence": st.dictionaries(
            st.sampled_from(["arbovirus", "admission"]) | st.text(),
            st.fixed_dictionaries({"admitted": st.floats(0, 1), "discharged": st.floats(0, 1)})
            | st.dictionaries(st.text(), st.floats() | ANYTHING, max_size=3),
            max_size=2,
        )
        | ANYTHING,
        "language": st.sampled_from(["es", "en"]) | ANYTHING,
    },
)


@pytest.fixture(scope="module", params=["asgi", "lambda"])
def asked(
    request: pytest.FixtureRequest, bundle: Bundle, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    home: Path = tmp_path_factory.mktemp("fuzz")
    with client_of(request.param, Settings(home=home), bundle) as client:
        yield client


def _is_documented(response: httpx.Response) -> None:
    assert response.status_code in (200, 413, 415, 422), response.text
    document = response.json()
    if response.status_code == 200:
        assert len(document["answers"]) >= 1
        return
    assert response.headers["content-type"] == "application/problem+json"
    codes = {error["code"] for error in document.get("errors", [])}
    assert "not_understood" not in codes, document


def _send(client: httpx.Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    _is_documented(client.post("/v1/assessments", content=content, headers=headers))


@FUZZ
@given(body=NEARLY_RIGHT)
def test_nearly_right_requests(asked: httpx.Client, body: dict[str, Any]) -> None:
    _send(asked, json.dumps(body).encode())


@FUZZ
@given(body=ANYTHING)
def test_any_json(asked: httpx.Client, body: object) -> None:
    _send(asked, json.dumps(body).encode())


@FUZZ
@given(content=st.binary(max_size=300))
def test_any_bytes(asked: httpx.Client, content: bytes) -> None:
    _send(asked, content)


HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@FUZZ
@given(accept=HEADER, language=HEADER, content_type=HEADER)
def test_any_headers(asked: httpx.Client, accept: str, language: str, content_type: str) -> None:
    headers = {"Accept": accept, "Accept-Language": language, "Content-Type": content_type}
    response = asked.post("/v1/assessments", content=b'{"age_years": 3}', headers=headers)
    assert response.status_code in (200, 406, 415)


@FUZZ
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_name_of_a_model_or_file(asked: httpx.Client, name: str) -> None:
    for folder in ("/v1/models/", "/assets/"):
        assert asked.get(folder + quote(name, safe="")).status_code in (200, 404)
