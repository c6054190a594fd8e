"""Whether a client already has the current version of a resource (RFC 9110 §13.1.2)."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response


def has(request: Request, etag: str) -> bool:
    """True if If-None-Match names `etag`, or everything; strong and weak tags compare alike."""
    header = request.headers.get("if-none-match", "")
    known = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in known or etag.removeprefix("W/") in known


def unless_known(request: Request, version: str, write: Callable[[], str]) -> Response:
    """The JSON that `write` gives, or 304 where the client has it: it changes with `version`."""
    headers = {"ETag": f'W/"{version}"', "Cache-Control": "no-cache"}
    if has(request, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(write(), media_type="application/json", headers=headers)
