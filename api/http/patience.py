"""A connection that is not listened to forever: a head has its length, and silence its end.

Uvicorn limits neither: one client without a key could fill the memory with a header that goes on
and on, or hold connections open that it never uses until there are none left for a doctor.

And a head says which host it is for, once: HTTP/1.1 asks servers to refuse any other (RFC 9112
§3.2), and httptools does not.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Of what arrives together at most a quarter of a megabyte more is taken.
LONGEST_HEAD_BYTES = 65_536
PATIENCE_SECONDS = 30.0


class NoHost(ValueError):
    """A request of HTTP/1.1 that names no host, or several; its connection is answered 400."""


class Patient(HttpToolsProtocol):
    """Uvicorn's own protocol, which hangs up on a head too long and on a request left unfinished.

    Unfinished is a head that is not whole `patience` seconds after it began, or for the first one
    after the connection did, and a body of which nothing has arrived for as long. Between two
    requests uvicorn itself waits for its own five seconds.
    """

    patience = PATIENCE_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._is_head, self._heads, self._head_bytes = True, 0, 0
        self._waits_since: float | None = self.loop.time()
        self._timer = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived; refuse a head that has grown too long."""
        was_head, heads = self._is_head, self._heads
        super().data_received(data)
        # Of what ends one request or a head, whatever else it begins is not counted.
        if not (was_head and self._is_head) or self._heads != heads:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > LONGEST_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """Wait for the rest of a head."""
        self._waits_since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Wait for a body."""
        self._is_head = False
        self._heads += 1
        self._waits_since = self.loop.time()
        hosts = [name for name, _ in self.headers].count(b"host")
        if hosts != 1 and (hosts or self.parser.get_http_version() != "1.0"):
            raise NoHost
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Wait for the rest of a body."""
        self._waits_since = self.loop.time()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing but what uvicorn waits for: the answer, then another request."""
        self._is_head, self._waits_since = True, None
        super().on_message_complete()

    def _look(self) -> None:
        now = self.loop.time()
        if self._waits_since is not None:
            if self.flow.read_paused:
                # The service itself does not listen just now.
                self._waits_since = now
            elif now - self._waits_since >= self.patience:
                self.transport.close()
                return
        self._timer = self.loop.call_later(self.patience, self._look)
