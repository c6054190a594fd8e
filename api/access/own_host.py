"""On one's own computer nobody needs a key, and no web page of others may use that.

A page of another site can let its own name lead to 127.0.0.1 (DNS rebinding). The browser then
takes the service for a part of that site, and the page could ask for patients and read the answers.
What the browser still tells is the name it was led by, as the Host.
"""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.check import METRICS, is_loopback, refusal


class OwnHost:
    """Refuse a request (403) that was sent to any other name than this computer's for itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the refusal."""
        if scope["type"] != "http" or is_own(scope):
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
            host = _without_port(value.decode("latin-1").lower())
            is_neighbour = scope["path"] == METRICS and "." not in host
            if not (is_neighbour or is_loopback(host)):
                return False
    return True


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
