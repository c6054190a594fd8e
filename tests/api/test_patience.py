"""Who never finishes what they say is hung up on, and nobody else."""

import asyncio

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


async def _seconds_until_closed(parts: list[bytes], pause: float) -> tuple[float, bytes]:
    """Send one part after the other; when the server hung up at last, and what it had said."""
    loop = asyncio.get_running_loop()
    config = uvicorn.Config(_slow, timeout_keep_alive=1)  # type: ignore[arg-type]
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: Hasty(config, state, {}), "127.0.0.1", 0)
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
    _, said = asyncio.run(_seconds_until_closed(parts, 0.05))
    assert said.startswith(b"HTTP/1.1 204")


def test_a_body_may_take_its_time_as_long_as_something_arrives() -> None:
    head = WHOLE.replace(b"Content-Length: 4", b"Content-Length: 8")[:-4]
    parts = [head, *[b"a"] * 8]
    _, said = asyncio.run(_seconds_until_closed(parts, 0.1))
    assert said.startswith(b"HTTP/1.1 204")
