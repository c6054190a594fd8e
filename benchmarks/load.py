"""Load for a server: a few connections kept open, each asking again as soon as it is answered."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import uvloop

# Seconds and status of each answer.
Answers = list[tuple[float, int]]


@dataclass(frozen=True)
class Measured:
    """What a server did under load: its answers a second, and how long one took, in seconds."""

    per_second: float
    p50: float
    p99: float
    statuses: Sequence[int]


def load(
    url: str,
    body: bytes,
    seconds: float,
    connections: int = 8,
    headers: str = "",
) -> Measured:
    """POST `body` as JSON to `url` for so many seconds, over so many connections."""
    return uvloop.run(_load(url, body, seconds, connections, headers))


async def _load(url: str, body: bytes, seconds: float, connections: int, headers: str) -> Measured:
    parts = urlsplit(url)
    request = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    askers = []
    for _ in range(connections):
        asker = _Asker(request, started + seconds, loop.create_future())
        askers.append(asker)
        await loop.create_connection(lambda one=asker: one, parts.hostname, parts.port or 80)
    answered = [one for some in [await asker.done for asker in askers] for one in some]
    took = sorted(duration for duration, _ in answered)
    return Measured(
        per_second=len(answered) / (time.perf_counter() - started),
        p50=took[len(took) // 2],
        p99=took[int(len(took) * 0.99)],
        statuses=sorted({status for _, status in answered}),
    )


class _Asker(asyncio.Protocol):
    """One connection; `done` is the time and status of every answer that it got.

    Told of what arrives, not waiting for it: the client takes a core of the servers' two, and a
    task that waits for each part of an answer takes twice as much of it.
    """

    def __init__(self, request: bytes, until: float, done: "asyncio.Future[Answers]") -> None:
        self.done = done
        self._request, self._until = request, until
        self._found: Answers = []
        self._head, self._left, self._started = b"", 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take part of an answer; once it is whole, ask again or end."""
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            if not (ends := self._head.find(b"\r\n\r\n") + 4) > 3:
                return
            self._left = ends + _length(self._head[:ends]) - len(self._head)
        if not self._left:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        """Fail where the server hangs up before all is asked."""
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))

    def _ask(self) -> None:
        self._head, self._started = b"", time.perf_counter()
        self._transport.write(self._request)

    def _answered(self) -> None:
        now = time.perf_counter()
        self._found.append((now - self._started, int(self._head[9:12])))
        if now < self._until:
            self._ask()
        else:
            self.done.set_result(self._found)
            self._transport.close()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
