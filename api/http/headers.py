"""Headers that every answer carries: nothing from another host, nothing framed, nothing guessed."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_PAIRS = [
    (name.lower().encode(), value.encode())
    for name, value in (*SECURITY_HEADERS.items(), ("Cache-Control", "no-store"))
]
# A browser that has come here encrypted never comes in the clear again.
_PAIRS_ENCRYPTED = [*_PAIRS, (b"strict-transport-security", b"max-age=31536000")]


class SecurityHeaders:
    """Add the security headers that an answer does not set itself, stricter for its own page.

    What says nothing about storing may not be stored.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""

        pairs = _PAIRS_ENCRYPTED if scope.get("scheme") == "https" else _PAIRS

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                missing = [pair for pair in pairs if pair[0] not in own]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, dressed)
