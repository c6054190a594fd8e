"""Whether a client takes the media type a route gives (RFC 9110 §12.5.1)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request

from api.words.errors import Problem


def gives(*media_types: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that raises `Problem` (406) unless the client accepts one of `media_types`."""

    # Not a plain function: those FastAPI hands to another thread, which costs more than the work.
    async def require(request: Request) -> None:
        header = _told(request)
        if not any(accepts(header, media_type) for media_type in media_types):
            raise Problem(
                HTTPStatus.NOT_ACCEPTABLE, "not-acceptable", values={"media_type": media_types[0]}
            )

    return require


def _told(request: Request) -> str | None:
    """The Accept header, or None; found without decoding the other headers."""
    if all(name != b"accept" for name, _ in request.scope["headers"]):
        return None
    return request.headers.get("accept")


def accepts(header: str | None, media_type: str) -> bool:
    """True if an Accept header names the type, its family or everything, and does not refuse it."""
    if not header or not header.strip():
        return True
    family = media_type.split("/")[0]
    weights: dict[str, bool] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = "q=0" not in _names(parameters)
    for name in (media_type, f"{family}/*", "*/*"):
        if name in weights:
            return weights[name]
    return False


def _names(parameters: str) -> set[str]:
    """Parameters without spaces, with every way of writing a zero weight as `q=0`."""
    found = {p.replace(" ", "") for p in parameters.split(";")}
    return {"q=0" if p.rstrip("0").rstrip(".") in ("q=", "q=0") else p for p in found}
