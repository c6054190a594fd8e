"""A fast path that routes a valid request to its function without going through FastAPI.

FastAPI's own way from a request to a function costs as much as a small model does. It is still
gone wherever there is something to say or to read: a body that comes in pieces, is long or not
valid, a header that is there twice or that the function asks for, whatever is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from fastapi import Response
from pydantic import TypeAdapter, ValidationError
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.limits import BODY_LIMIT_BYTES
from api.http.reading import StrictRequest, StrictRoute, read_json
from api.words.errors import Problem

Headers = Sequence[tuple[bytes, bytes]]


class DirectRoute(StrictRoute):
    """A strict route whose function takes `(body, request)` and gives a response."""

    @property
    def is_direct(self) -> bool:
        """Whether a JSON body and headers are all that it reads."""
        taken = self.dependant
        reads_address = taken.path_params or taken.query_params or taken.cookie_params
        return self.body_field is not None and not reads_address

    @cached_property
    def _valid(self) -> Callable[[object], object]:
        """What checks a body; raises `ValidationError`."""
        body = self.body_field.field_info.annotation  # type: ignore[union-attr]
        return TypeAdapter[object](body).validate_python  # type: ignore[arg-type]

    @cached_property
    def _headers(self) -> frozenset[bytes]:
        return frozenset(field.alias.encode() for field in self.dependant.header_params)

    async def direct(self, request: StrictRequest, message: Message) -> Response | None:
        """The answer to a request with this first message; None where FastAPI is to be asked."""
        if not self._is_plain(request.scope["headers"], message):
            return None
        try:
            given = self._valid(read_json(message["body"]))
            for dependency in self.dependencies:
                await dependency.dependency(request)  # type: ignore[misc]
            answer: Response = await self.endpoint(given, request)
        except (ValidationError, Problem):
            # Nothing was kept of it; the ordinary way comes to the same end and says so.
            return None
        return answer

    def _is_plain(self, headers: Headers, message: Message) -> bool:
        """Whether it is JSON in one piece, and no header of it is FastAPI's to read."""
        told = dict(headers)
        return (
            told.get(b"content-type") == b"application/json"
            and len(told) == len(headers)
            and self._headers.isdisjoint(told)
            and message["type"] == "http.request"
            and not message.get("more_body")
            and len(message["body"]) <= BODY_LIMIT_BYTES
        )


class Straight:
    """Serves the direct routes; any other request is passed on to FastAPI unchanged."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes = {
            (method, route.path): route
            for route in routes
            if isinstance(route, DirectRoute) and route.is_direct
            for method in route.methods or ()
        }

    def route_of(self, scope: Scope) -> DirectRoute | None:
        """The direct route that a request asks for by its own address."""
        if scope["type"] != "http" or scope.get("root_path"):
            return None
        return self._routes.get((scope["method"], scope["path"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on unchanged."""
        route = self.route_of(scope)
        if route is None:
            await self._app(scope, receive, send)
            return
        message = await receive()
        scope["route"] = route
        answer = await route.direct(StrictRequest(scope, receive), message)
        if answer is None:
            await self._app(scope, _again(message, receive), send)
        else:
            await answer(scope, receive, send)


def _again(message: Message, receive: Receive) -> Receive:
    """What gives a message that was received already once more, then what else arrives."""
    waiting = [message]

    async def told() -> Message:
        return waiting.pop() if waiting else await receive()

    return told
