"""Whether a client already has the current version of a resource (RFC 9110 §13.1.2)."""

from starlette.requests import Request


def has(request: Request, etag: str) -> bool:
    """True if If-None-Match names `etag`, or everything; strong and weak tags compare alike."""
    header = request.headers.get("if-none-match", "")
    known = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in known or etag.removeprefix("W/") in known
