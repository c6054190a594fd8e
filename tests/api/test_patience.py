"""Who never finishes what they say is hung up on, and nobody else."""

import asyncio
import socket

import pytest
import uvicorn
from uvicorn.server import ServerState

from api.http.gathered import OneWrite

WHOLE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"


class Hasty(OneWrite):
    """Waits for a fifth of a second."""

    patience = 0.2


async def _slow(scope: object, receive: object, send: object) -> None:
    """Reads all of it, takes longer than a client may, and answers."""
    while (await receive())["more_body"]:  # type: ignore[operator]
        pass
    await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body"})  # type: ignore[operator]


class Calmer(OneWrite):
    """Waits for so long that a busy computer does not use it up."""

    patience = 0.6


async def _seconds_until_closed(
    parts: list[bytes], pause: float, protocol: type[OneWrite] = Hasty
) -> tuple[float, bytes]:
    """Send one part after the other; when the server hung up at last, and what it had said."""
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(_slow, timeout_keep_alive=1)  # type: ignore[arg-type]
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    started = loop.time()
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause)
        said = await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        said = b""
    finally:
        writer.close()
        server.close()
    return loop.time() - started, said


@pytest.mark.parametrize(
    "parts",
    [
        [b""],
        [WHOLE[:10]],
        [WHOLE[:-2]],
        # A head that goes on and on, a letter at a time.
        [WHOLE[:30], *([b"a"] * 20)],
    ],
    ids=["nothing", "half a head", "half a body", "a head in drops"],
)
def test_who_does_not_finish_is_hung_up_on(parts: list[bytes]) -> None:
    seconds, said = asyncio.run(_seconds_until_closed(parts, 0.05))
    assert said == b""
    assert 0.2 <= seconds < 2


def test_who_waits_for_an_answer_is_not() -> None:
    seconds, said = asyncio.run(_seconds_until_closed([WHOLE], 0.0))
    assert said.startswith(b"HTTP/1.1 204")
    # The answer took half a second, and uvicorn waited one more for another request.
    assert seconds >= 1.5


def test_the_end_of_a_long_body_is_no_head() -> None:
    long_body = b"a" * 400_000
    head = WHOLE.replace(b"Content-Length: 4", b"Content-Length: %d" % len(long_body))[:-4]
    parts = [head + long_body[:1], long_body[1:200_000], long_body[200_000:]]
    _, said = asyncio.run(_seconds_until_closed(parts, 0.05, Calmer))
    assert said.startswith(b"HTTP/1.1 204")


def test_a_body_may_take_its_time_as_long_as_something_arrives() -> None:
    head = WHOLE.replace(b"Content-Length: 4", b"Content-Length: 8")[:-4]
    parts = [head, *[b"a"] * 8]
    _, said = asyncio.run(_seconds_until_closed(parts, 0.1, Calmer))
    assert said.startswith(b"HTTP/1.1 204")


LONG = 12_000_000


async def _long(scope: object, receive: object, send: object) -> None:
    """Gives an answer that no buffer on the way holds."""
    length = [(b"content-length", str(LONG).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": length})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"a" * LONG})  # type: ignore[operator]


async def _read_slowly(pause: float, at_once: int, until: float) -> tuple[int, bool]:
    """Ask, then read so much at a time until then; how much came, and if the server holds on."""
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(_long)  # type: ignore[arg-type]
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: Hasty(config, state, {}), "127.0.0.1", 0)
    # With room for little, as a phone has on its way here.
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    small.connect(server.sockets[0].getsockname())
    reader, writer = await asyncio.open_connection(sock=small, limit=at_once)
    writer.write(WHOLE)
    came, end = 0, loop.time() + until
    try:
        while came < LONG and loop.time() < end:
            await asyncio.sleep(pause)
            came += len(await reader.read(at_once)) if at_once > 1 else 0
    except ConnectionError:
        pass
    is_held = bool(state.connections)
    writer.transport.abort()
    server.close()
    return came, is_held


def test_who_takes_nothing_of_an_answer_is_hung_up_on() -> None:
    came, is_held = asyncio.run(_read_slowly(0.1, 1, 2.5))
    assert (came, is_held) == (0, False)


def test_who_takes_an_answer_slowly_gets_all_of_it() -> None:
    came, _ = asyncio.run(_read_slowly(0.02, 200_000, 20))
    assert came >= LONG
