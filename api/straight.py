"""A sound request reaches its function at once, before any router is asked for it.

FastAPI's own way from a request to a function costs as much as a small model does. It is still
gone wherever FastAPI has something to say or to read: a body that is not valid, a header that the
function asks for.
"""

from collections.abc import Iterable
from functools import cached_property

from fastapi import Response
from pydantic import BaseModel, ValidationError
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from api.reading import StrictRequest, StrictRoute, require_json

_WAS_TRIED = "semia.straight"


class DirectRoute(StrictRoute):
    """A strict route whose function takes `(body, request)` and gives a response."""

    @property
    def is_direct(self) -> bool:
        """Whether a body and headers are all that it reads."""
        taken = self.dependant
        reads_address = taken.path_params or taken.query_params or taken.cookie_params
        return self.body_field is not None and not reads_address

    @cached_property
    def _body(self) -> type[BaseModel]:
        field = self.body_field
        return field.field_info.annotation  # type: ignore[return-value,union-attr]

    @cached_property
    def _headers(self) -> frozenset[bytes]:
        return frozenset(field.alias.encode() for field in self.dependant.header_params)

    async def direct(self, request: StrictRequest) -> Response | None:
        """The answer; None where FastAPI has something to say. Raises `Problem`."""
        content = await request.body()
        if not content.strip() or any(
            name in self._headers for name, _ in request.scope["headers"]
        ):
            return None
        require_json(request, content, self.media_types)
        try:
            given = self._body.model_validate(await request.json())
        except ValidationError:
            return None
        for dependency in self.dependencies:
            await dependency.dependency(request)  # type: ignore[misc]
        answer: Response = await self.endpoint(given, request)
        return answer


class Straight(BaseRoute):
    """Takes what is for one of the direct routes; what that leaves goes the ordinary way."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = {
            (method, route.path): route
            for route in routes
            if isinstance(route, DirectRoute) and route.is_direct
            for method in route.methods or ()
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is for a direct route, asked for by its own address."""
        if scope["type"] == "http" and not scope.get("root_path") and _WAS_TRIED not in scope:
            route = self._routes.get((scope["method"], scope["path"]))
            if route is not None:
                return Match.FULL, {"route": route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it, or hand it on whole."""
        request = StrictRequest(scope, receive)
        answer = await scope["route"].direct(request)
        if answer is not None:
            await answer(scope, receive, send)
            return
        scope[_WAS_TRIED] = True
        await scope["router"](scope, _again(await request.body(), receive), send)


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already once more, then what else arrives."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def told() -> Message:
        return waiting.pop() if waiting else await receive()

    return told
