"""OpenAPI links: which part of an answer asks the next question, and where."""

from typing import Any

_OF_THE_BODY = "$response.body#"


def link(path: str, method: str, description: str, **parameters: str) -> dict[str, Any]:
    """A link to an operation; each of `parameters` is a JSON pointer into the answer's body."""
    written = path.replace("/", "~1")
    return {
        "operationRef": f"#/paths/{written}/{method}",
        "parameters": {name: _OF_THE_BODY + pointer for name, pointer in parameters.items()},
        "description": description,
    }


def feedback_link(pointer: str) -> dict[int | str, dict[str, Any]]:
    """Of an answer that holds an assessment's id at `pointer`: how to say what proved right."""
    address = "/v1/assessments/{assessment_id}/feedback"
    found = link(address, "post", "Say how the answer turned out.", assessment_id=pointer)
    return {200: {"links": {"feedback": found}}}
