"""Send a response's headers and body in one write: two writes wake the client twice."""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Of a final answer: "100 Continue" has no body, and is waited for.
_HEADS = (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4", b"HTTP/1.1 5")
_END_OF_HEAD = b"\r\n\r\n"


class Gathered:
    """A transport that keeps the head of an answer until the first part of its body follows.

    Uvicorn writes the head alone and always a body after it, be it empty.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        # Asked with every answer: found here, it need not be looked for there.
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Send it, after the head that waits; or let it wait, where it is one."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.endswith(_END_OF_HEAD) and data.startswith(_HEADS):
            self._head = data
            return
        self._transport.write(data)

    def close(self) -> None:
        """Send what waits and hang up."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)


class OneWrite(HttpToolsProtocol):
    """Uvicorn's own protocol over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with a transport that gathers."""
        super().connection_made(cast("asyncio.Transport", Gathered(transport)))
