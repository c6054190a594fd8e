"""Head and body of an answer leave together, and nothing that is waited for stays behind."""

import asyncio
from collections.abc import Callable

import pytest

from api.http.gathered import Gathered

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


class Wire(asyncio.Transport):
    """Keeps each write, and that it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("body", [b"{}", b""], ids=["a body", "none"])
def test_head_and_body_are_one_write(body: bytes) -> None:
    wire = Wire()
    gathered = Gathered(wire)
    gathered.write(HEAD)
    assert wire.sent == []
    gathered.write(body)
    assert wire.sent == [HEAD + body]


def test_every_later_part_of_a_stream_is_sent_at_once() -> None:
    wire = Wire()
    gathered = Gathered(wire)
    for part in (HEAD, b"5\r\nline\n\r\n", b"0\r\n\r\n"):
        gathered.write(part)
    assert wire.sent == [HEAD + b"5\r\nline\n\r\n", b"0\r\n\r\n"]


def test_who_waits_to_be_told_to_go_on_is_told() -> None:
    wire = Wire()
    Gathered(wire).write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert wire.sent == [b"HTTP/1.1 100 Continue\r\n\r\n"]


@pytest.mark.parametrize(
    ("writes", "sent"),
    [([HEAD], [HEAD]), ([], [])],
    ids=["a head without its body", "nothing"],
)
def test_hanging_up_sends_what_waits(writes: list[bytes], sent: list[bytes]) -> None:
    wire = Wire()
    gathered = Gathered(wire)
    for data in writes:
        gathered.write(data)
    gathered.close()
    assert wire.sent == sent
    assert wire.closed


def test_a_head_that_no_body_follows_is_sent_when_the_answer_is_over() -> None:
    wire = Wire()
    gathered = Gathered(wire)
    for _ in range(2):
        gathered.write(HEAD)
        gathered.send_waiting()
        gathered.send_waiting()
    assert wire.sent == [HEAD, HEAD]


def test_all_else_is_the_transports_own() -> None:
    wire = Wire()
    asked: Callable[[], bool] = Gathered(wire).is_closing
    assert asked == wire.is_closing
