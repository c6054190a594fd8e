"""The OpenAPI document: what the routes say, plus the problem document every refusal is."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.access.check import is_open
from api.http.documented import PROBLEMS
from api.words.errors import ProblemDocument

_SUMMARY = "Answers from public health data: ill or not, with what, how badly, how sure."
_DESCRIPTION = """Semia supports the judgement of a health professional and does not replace it.

Every sign is present, absent or unknown; what is left out is unknown, never absent. Each answer
says what its model learned from and whether that was public or synthetic data. Refusals are
problem documents (RFC 9457) in Spanish or English, as Accept-Language or the body asks."""
_REFERENCES = "#/components/schemas/{model}"


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` give the completed document, built once at first use."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = found["components"]["schemas"]
    problem = ProblemDocument.model_json_schema(ref_template=_REFERENCES)
    schemas.update(problem.pop("$defs", {}))
    schemas[ProblemDocument.__name__] = problem
    _forget_fastapis_refusals(found)
    _say_what_a_key_opens(found)
    return found


def _forget_fastapis_refusals(found: dict[str, Any]) -> None:
    """Remove FastAPI's own 422 schema, which is never sent."""
    for unused in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(unused, None)
    for item in found["paths"].values():
        for operation in item.values():
            content = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in content:
                del operation["responses"]["422"]


def _say_what_a_key_opens(found: dict[str, Any]) -> None:
    """Every address but the open ones may ask for a key; on one's own computer none does."""
    scheme = {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `semia key new`, or in the cloud a token of your identity "
        "provider; not needed on the computer itself.",
    }
    found["components"]["securitySchemes"] = {"key": scheme}
    for path, item in found["paths"].items():
        for operation in item.values():
            # What is open is all the same not for every Host.
            refusals = (403,) if is_open(path) else (401, 403, 429)
            operation["responses"] |= {str(status): PROBLEMS[status] for status in refusals}
            if not is_open(path):
                operation["security"] = [{}, {"key": []}]
