"""Send a response's headers and body in one write: two writes wake the client twice."""

import asyncio
from typing import Any, cast

from api.http.patience import Patient

# Of a final answer: "100 Continue" has no body, and is waited for.
_HEADS = (b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4", b"HTTP/1.1 5")
_END_OF_HEAD = b"\r\n\r\n"


class Gathered:
    """A transport that keeps the head of an answer until the first part of its body follows.

    Uvicorn writes the head alone and a body after it, be it empty; but none where HEAD was asked.
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

    def send_waiting(self) -> None:
        """Send a head that no body followed."""
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        """Send what waits and hang up."""
        self.send_waiting()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)


class OneWrite(Patient):
    """The protocol over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with a transport that gathers."""
        self._gathered = Gathered(transport)
        super().connection_made(cast("asyncio.Transport", self._gathered))

    def on_response_complete(self) -> None:
        """Go on to the next request once all of this answer is sent."""
        self._gathered.send_waiting()
        super().on_response_complete()
