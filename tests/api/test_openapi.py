"""The OpenAPI document holds: its examples run, its statuses are the ones given."""

import json
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
            # One within an address is asked below.
            shown = parameter["schema"].get("examples", ()) if parameter["in"] == "query" else ()
            for example in shown:
                answer = client.get(path, params={parameter["name"]: example})
                # Without a database there is no list of assessments; a wrong example is a 422.
                expected = {200} if path != "/v1/assessments" else {503}
                assert answer.status_code in expected, answer.text
                asked += 1
    assert asked >= 5


def _examples_of(openapi: dict[str, Any], path: str) -> list[tuple[str, Any]]:
    """Media type and content of each example of what is posted there."""
    found = []
    for media, content in openapi["paths"][path]["post"]["requestBody"]["content"].items():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        schema = openapi["components"]["schemas"].get(name, content["schema"])
        shown = [content["example"]] if "example" in content else schema.get("examples", [])
        found += [(media, one) for one in shown]
    return found


def _path_of(openapi: dict[str, Any], path: str, method: str) -> str:
    """An address with the examples of its parameters in their places."""
    parameters = openapi["paths"][path][method].get("parameters", ())
    return path.format_map(
        {one["name"]: one["schema"]["examples"][0] for one in parameters if one["in"] == "path"}
    )


def test_every_example_of_what_is_posted_is_taken(
    client: httpx.Client, openapi: dict[str, Any]
) -> None:
    for path, item in openapi["paths"].items():
        if "post" not in item:
            continue
        examples = _examples_of(openapi, path)
        assert examples, path
        for media, shown in examples:
            content = shown if isinstance(shown, str) else json.dumps(shown)
            address = _path_of(openapi, path, "post")
            answer = client.post(address, content=content, headers={"Content-Type": media})
            assert answer.status_code in (200, 202), (path, answer.text)


def test_every_address_with_a_name_in_it_has_an_example_that_is_found(
    client: httpx.Client, openapi: dict[str, Any]
) -> None:
    named = [path for path, item in openapi["paths"].items() if "{" in path and "get" in item]
    assert named == ["/v1/models/{problem}"]
    for path in named:
        assert client.get(_path_of(openapi, path, "get")).status_code == 200


def test_every_link_leads_to_an_answer(client: httpx.Client, openapi: dict[str, Any]) -> None:
    followed = set()
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            for name, one in operation["responses"].get("200", {}).get("links", {}).items():
                # Without a database there is no list to follow from.
                if (path, method) != ("/v1/assessments", "get"):
                    body = client.request(method, path, json=_first(openapi, path, method)).json()
                    _follow(client, openapi, one, body)
                followed.add((path, method, name))
    assert followed == {
        ("/v1/assessments", "post", "feedback"),
        ("/v1/assessments", "get", "feedback"),
        ("/v1/fhir/assess", "post", "feedback"),
        ("/v1/models", "get", "model"),
    }


def _first(openapi: dict[str, Any], path: str, method: str) -> object:
    return _examples_of(openapi, path)[0][1] if method == "post" else None


def _follow(
    client: httpx.Client, openapi: dict[str, Any], link: dict[str, Any], body: object
) -> None:
    path, method = link["operationRef"].removeprefix("#/paths/").rsplit("/", 1)
    path = path.replace("~1", "/")
    values = {
        name: _at(body, pointer.removeprefix("$response.body#"))
        for name, pointer in link["parameters"].items()
    }
    given = _first(openapi, path, method)
    answer = client.request(method, path.format_map(values), json=given)
    assert answer.status_code in (200, 202), answer.text


def _at(body: Any, pointer: str) -> object:  # noqa: ANN401 - whatever JSON holds
    for part in pointer.split("/")[1:]:
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


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
