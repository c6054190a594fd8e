"""How refusals appear in the OpenAPI: one schema, one example, the media type they really have."""

from typing import Any

from api.schemas.examples import PROBLEM
from api.words.errors import MEDIA_TYPE, ProblemDocument

_MEANINGS = {
    304: "Nothing has changed since the ETag given in If-None-Match.",
    401: "A key or token is needed and none that is valid was given.",
    403: "The key or token given does not open this address, or names no clinic; "
    "or no key is needed and the Host is not this computer's own.",
    404: "There is nothing under this address.",
    406: "The client does not accept the media type this address gives.",
    412: "Nothing of the patient's record was sent along as prefetch.",
    413: "The body is larger than 1,000,000 bytes.",
    415: "The body is not sent as application/json.",
    422: "The body is empty or not JSON, or some field or parameter cannot be accepted.",
    429: "The key given has asked too often; Retry-After says when it may again.",
    503: "There are no models yet that could answer, or what is asked for cannot be read now.",
}


def _refusal(status: int) -> dict[str, Any]:
    if status < 400:
        return {"description": _MEANINGS[status]}
    schema = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
    content: dict[str, Any] = {"schema": schema}
    if status == 422:
        content["example"] = PROBLEM
    return {"description": _MEANINGS[status], "content": {MEDIA_TYPE: content}}


PROBLEMS: dict[int | str, dict[str, Any]] = {status: _refusal(status) for status in _MEANINGS}
