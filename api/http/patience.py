"""A connection that is not listened to forever: a head has its length, and silence its end.

Uvicorn limits neither: one client without a key could fill the memory with a header that goes on
and on, or hold connections open that it never uses, or never reads from, until there are none left
for a doctor.

And a head says which host it is for, once: HTTP/1.1 asks servers to refuse any other (RFC 9112
§3.2), and httptools does not. Nor does it refuse chunks from HTTP/1.0, which has none (§6.1), or
keep what stands after them apart from the head, where it could pass for a key (RFC 9110 §6.5.1).
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Of what arrives together at most a quarter of a megabyte more is taken.
LONGEST_HEAD_BYTES = 65_536
PATIENCE_SECONDS = 30.0
# The system takes what is sent in pieces of a megabyte: for a slow line one may last minutes.
_LOOKS_UNTIL_STUCK = 4


class BadHead(ValueError):
    """A head that two servers could read differently; its connection is answered 400."""


class Patient(HttpToolsProtocol):
    """Uvicorn's own protocol, which hangs up on a head too long and on a request left unfinished.

    Unfinished is a head that is not whole `patience` seconds after it began, or for the first one
    after the connection did, and a body of which nothing has arrived for as long. Nor does it keep
    an answer of which nothing is taken for four times as long. Between two requests uvicorn itself
    waits for its own five seconds.
    """

    patience = PATIENCE_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._is_head, self._heads, self._head_bytes = True, 0, 0
        self._waits_since: float | None = self.loop.time()
        self._unsent, self._was_taken, self._stuck = 0, False, 0
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

    def resume_writing(self) -> None:
        """Note that the client takes what it asked for."""
        self._was_taken = True
        super().resume_writing()

    def on_headers_complete(self) -> None:
        """Wait for a body."""
        self._is_head = False
        self._heads += 1
        self._waits_since = self.loop.time()
        names, is_old = [name for name, _ in self.headers], self.parser.get_http_version() == "1.0"
        hosts = names.count(b"host")
        if hosts > 1 or (not is_old and not hosts) or (is_old and b"transfer-encoding" in names):
            raise BadHead
        super().on_headers_complete()
        # What stands after the chunks of a body is no header, and goes into a list nobody reads.
        self.headers = []

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
        if self._is_stuck():
            # Closing would wait until it is all sent.
            self.transport.abort()
            return
        self._timer = self.loop.call_later(self.patience, self._look)

    def _is_stuck(self) -> bool:
        """Whether at the last few looks the client had taken nothing of what waits for it."""
        unsent = self.transport.get_write_buffer_size()
        is_same = unsent >= self._unsent > 0 and not self._was_taken
        self._stuck = self._stuck + 1 if is_same else 0
        self._unsent, self._was_taken = unsent, False
        return self._stuck >= _LOOKS_UNTIL_STUCK
