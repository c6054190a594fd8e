"""Load for a server: a few connections kept open, each asking again as soon as it is answered."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvloop


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
    port = parts.port or 80
    request = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    started = time.perf_counter()
    until = started + seconds
    askers = (_ask(parts.hostname or "", port, request, until) for _ in range(connections))
    answered = [one for some in await asyncio.gather(*askers) for one in some]
    took = sorted(duration for duration, _ in answered)
    return Measured(
        per_second=len(answered) / (time.perf_counter() - started),
        p50=took[len(took) // 2],
        p99=took[int(len(took) * 0.99)],
        statuses=sorted({status for _, status in answered}),
    )


async def _ask(host: str, port: int, request: bytes, until: float) -> list[tuple[float, int]]:
    """The time and status of every answer that one connection got."""
    reader, writer = await asyncio.open_connection(host, port)
    found = []
    while (started := time.perf_counter()) < until:
        writer.write(request)
        status = await _answer(reader)
        found.append((time.perf_counter() - started, status))
    writer.close()
    return found


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(head.split(b" ", 2)[1])
