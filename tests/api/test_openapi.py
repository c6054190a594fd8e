"""The OpenAPI document holds: its examples run, its statuses are the ones given."""

from typing import Any

import httpx
import pytest

from api.schemas.examples import ASSESSMENT_REQUESTS, PROBLEM
from api.schemas.given import Assessment
from api.words.errors import ProblemDocument


@pytest.fixture
def openapi(client: httpx.Client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document


@pytest.mark.parametrize("example", ASSESSMENT_REQUESTS)
def test_every_example_request_gets_an_answer(client: httpx.Client, example: object) -> None:
    response = client.post("/v1/assessments", json=example)
    assert response.status_code == 200, response.text
    Assessment.model_validate_json(response.content)


def test_the_examples_are_in_the_document(openapi: dict[str, Any]) -> None:
    request = openapi["components"]["schemas"]["AssessmentRequest"]
    assert request["examples"] == ASSESSMENT_REQUESTS


def test_every_example_of_a_parameter_is_taken(
    client: httpx.Client, openapi: dict[str, Any]
) -> None:
    asked = 0
    for path, item in openapi["paths"].items():
        for parameter in item.get("get", {}).get("parameters", ()):
            for example in parameter["schema"].get("examples", ()):
                answer = client.get(path, params={parameter["name"]: example})
                # Without a database there is no list of assessments; a wrong example is a 422.
                expected = {200} if path != "/v1/assessments" else {503}
                assert answer.status_code in expected, answer.text
                asked += 1
    assert asked >= 5


def test_the_example_of_a_refusal_is_one(client: httpx.Client) -> None:
    given = {"observations": {"heart_rate_per_min": 900}}
    said = client.post("/v1/assessments", json=given).json()
    shown = ProblemDocument.model_validate(PROBLEM).model_dump(exclude={"errors"})
    assert ProblemDocument.model_validate(said).model_dump(exclude={"errors"}) == shown
    assert said["errors"][0]["pointer"] == PROBLEM["errors"][0]["pointer"]


def test_every_reference_leads_somewhere(openapi: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in openapi["components"]["schemas"]}
    found = set(_references(openapi))
    assert found
    assert found <= known


def test_refusals_are_documented_as_problem_documents(openapi: dict[str, Any]) -> None:
    responses = openapi["paths"]["/v1/assessments"]["post"]["responses"]
    assert set(responses) == {"200", "401", "403", "406", "413", "415", "422", "429", "503"}
    for status, response in responses.items():
        media = "application/json" if status == "200" else "application/problem+json"
        assert list(response["content"]) == [media]


def test_what_needs_no_key_says_so(openapi: dict[str, Any]) -> None:
    guarded = {path for path, item in openapi["paths"].items() if "security" in str(item)}
    assert set(openapi["paths"]) - guarded == {"/health/live", "/health/ready"}


def test_every_operation_says_what_it_is(openapi: dict[str, Any]) -> None:
    operations = [op for item in openapi["paths"].values() for op in item.values()]
    assert all(op["summary"] and op["description"] for op in operations)
    assert openapi["openapi"].startswith("3.1")


def test_the_documentation_page_is_served_from_here(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "http" not in page.text.replace('http-equiv="', "")


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _references(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in _references(value)]
    return []
