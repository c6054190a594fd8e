"""On one's own computer nobody needs a key, and no web page of others may use that.

A page of another site can let its own name lead to 127.0.0.1 (DNS rebinding). The browser then
takes the service for a part of that site, and the page could ask for patients and read the answers.
What the browser still tells is the name it was led by, as the Host.
"""

from functools import lru_cache

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.check import HEALTH, METRICS, is_loopback, refusal


class OwnHost:
    """Refuse a request (403) that was sent to any other name than this computer's for itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the refusal."""
        if scope["type"] != "http" or scope["path"].startswith(HEALTH) or is_own(scope):
            await self._app(scope, receive, send)
            return
        await refusal(Request(scope), 403, "other-host")(scope, receive, send)


def is_own(scope: Scope) -> bool:
    """Whether every Host that a request names is this computer; HTTP/1.0 need not name one.

    Metrics may be asked for by a name without a dot, as containers have for one another: nobody
    outside can let such a name lead anywhere.
    """
    for name, value in scope["headers"]:
        if name == b"host":
            is_ours, has_dot = _read(value)
            if not (is_ours or (scope["path"] == METRICS and not has_dot)):
                return False
    return True


@lru_cache(maxsize=64)
def _read(value: bytes) -> tuple[bool, bool]:
    """Whether a Host is this computer, and whether it has a dot; most requests name the same."""
    host = value.decode("latin-1").lower()
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return is_loopback(host), "." in host
