"""Send a body that must be refused, and read the problem document it gets."""

import json
from typing import Any

import httpx

JSON = {"Content-Type": "application/json"}


def refuse(client: httpx.Client, body: object, status: int = 422, **headers: str) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post("/v1/assessments", content=content, headers={**JSON, **headers})
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:semia:problem:")
    assert problem["instance"] == "/v1/assessments"
    return problem


def details(problem: dict[str, Any]) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in problem["errors"]}
