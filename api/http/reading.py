"""Read a JSON body strictly: what is ambiguous, endless or not JSON is refused, never guessed."""

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.words.errors import Problem
from api.words.wording import shown

_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `read_json`; `media_types` are those it may come as."""

    media_types: tuple[str, ...] = ("application/json",)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, given a request that reads strictly."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            if self.body_field is not None:
                if not isinstance(request, StrictRequest):
                    request = StrictRequest(request.scope, request.receive)
                require_json(request, await request.body(), self.media_types)
                await request.json()
            return await handle(request)

        return strictly


class StrictRequest(Request):
    """A request whose JSON is read by `read_json`."""

    _strict_json: object

    async def json(self) -> object:
        """The body; raises `Problem` with status 413 or 422."""
        if not hasattr(self, "_strict_json"):
            self._strict_json = read_json(await self.body())
        return self._strict_json


def read_json(content: bytes) -> object:
    """Parse one JSON text; raise `Problem` (422) for what two readers could read differently."""
    try:
        return _STRICT.decode(content.removeprefix(BOM_UTF8).decode())
    except UnicodeDecodeError as error:
        raise Problem(_UNPROCESSABLE, "invalid-json", "json_not_utf8") from error
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise Problem(_UNPROCESSABLE, "invalid-json", "json_at", values=place) from error
    except RecursionError as error:
        raise Problem(_UNPROCESSABLE, "invalid-json", "json_too_deep") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise Problem(_UNPROCESSABLE, "invalid-json", "json_number") from error


def require_json(request: Request, content: bytes, media_types: tuple[str, ...]) -> None:
    """Raise `Problem` for a body that is empty (422) or of another type (415)."""
    if not content.strip():
        raise Problem(_UNPROCESSABLE, "empty-body")
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() not in media_types:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            headers={"Accept-Post": ", ".join(media_types)},
        )


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Problem(_UNPROCESSABLE, "invalid-json", "json_twice", values={"name": shown(twice)})
    return found


def _no_constant(name: str) -> NoReturn:
    raise Problem(_UNPROCESSABLE, "invalid-json", "json_not_finite", values={"name": name})


# Made once: for each request it would be a third of the reading.
_STRICT = json.JSONDecoder(object_pairs_hook=_no_name_twice, parse_constant=_no_constant)
