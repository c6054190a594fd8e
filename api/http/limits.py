"""Refuse a request body that is too large while it arrives, before it is held in memory."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.words.errors import Problem

BODY_LIMIT_BYTES = 1_000_000
BATCH_LIMIT_BYTES = 200_000_000
# Routes that count what they take, because it may be more.
COUNTED_BY_THEMSELVES = frozenset({"/v1/assessments/batch"})


class BodyLimit:
    """Refuse a request's body (413) as soon as it is known to pass `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what arrives."""
        if scope["type"] != "http" or scope["path"] in COUNTED_BY_THEMSELVES:
            await self._app(scope, receive, send)
            return
        announced = _announced(scope)
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if max(arrived, announced) > self._limit:
                raise too_large(self._limit)
            return message

        await self._app(scope, counted, send)


def _announced(scope: Scope) -> int:
    """The Content-Length header's value, or 0 if it is missing or malformed."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


def too_large(limit: int) -> Problem:
    """The refusal of a body of more than `limit` bytes."""
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-large",
        "body_limit",
        values={"limit": limit},
        headers={"Connection": "close"},
    )
