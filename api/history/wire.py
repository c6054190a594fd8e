"""Run a prepared query from a coroutine, without a thread that waits for the database.

psycopg's own asynchronous connection asks the loop to watch its socket anew for each wait, within a
task of its own. Here the loop watches it for as long as the connection lives, which is also how the
end of one that waits is seen before it is used.
"""

import asyncio
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

_NAME = b"asked"
Asked = asyncio.Future[pq.abc.PGresult | None]


class Wire:
    """A connection in autocommit that is asked one query, with one text, by one at a time.

    It is made wherever waiting is allowed, and belongs to the loop that first asks.
    """

    def __init__(self, connection: psycopg.Connection[Any], query: bytes, silence: float) -> None:
        """Prepare `query` there; raises `psycopg.Error`.

        A server that says nothing for `silence` seconds is waited for no longer.
        """
        self.query = query
        self._silence = silence
        self._connection = connection
        self._pgconn = connection.pgconn
        # An idle connection takes a key at once: whoever sends it does not wait.
        self._pgconn.nonblocking = 0
        self._read = Transformer(connection)
        self._watching: tuple[asyncio.AbstractEventLoop, int] | None = None
        self._asked: Asked | None = None
        self._found: pq.abc.PGresult | None = None
        self._prepare()

    @property
    def is_open(self) -> bool:
        """Whether neither side has ended it, as far as is known."""
        return self._pgconn.status == pq.ConnStatus.OK

    async def first_row(self, key: str) -> tuple[Any, ...]:
        """The first row for `key`; whoever gives up on it must close.

        Raises `psycopg.Error`, and `TimeoutError` once it has waited too long; then too.
        """
        loop = asyncio.get_running_loop()
        if self._watching is None:
            self._watching = loop, self._pgconn.socket
            loop.add_reader(self._pgconn.socket, self._readable)
        self._asked = loop.create_future()
        self._pgconn.send_query_prepared(_NAME, [key.encode()], result_format=pq.Format.BINARY)
        limit = loop.call_later(self._silence, self._hand_over, TimeoutError())
        try:
            found = _sound(await self._asked, pq.ExecStatus.TUPLES_OK)
        finally:
            limit.cancel()
        self._read.set_pgresult(found)
        return self._read.load_row(0, tuple) or ()

    def close(self) -> None:
        """End it."""
        self._watch_no_more()
        self._connection.close()

    def _watch_no_more(self) -> None:
        # By the number it had: where the server hung up, libpq has closed the socket already.
        if self._watching is not None:
            loop, socket = self._watching
            self._watching = None
            loop.remove_reader(socket)

    def _prepare(self) -> None:
        _sound(self._pgconn.prepare(_NAME, self.query), pq.ExecStatus.COMMAND_OK)

    def _readable(self) -> None:
        """Read what has arrived; once a result is complete, deliver it."""
        try:
            # uvloop tells once of a connection that broke, and what came before lies in front of
            # it: so there is a second look where the first brought no answer.
            if not self._take():
                self._take()
        except psycopg.Error as error:
            self._watch_no_more()
            self._hand_over(error)

    def _take(self) -> bool:
        """Whether a result is complete with what has arrived; raises `psycopg.Error`."""
        self._pgconn.consume_input()
        while not self._pgconn.is_busy():
            found = self._pgconn.get_result()
            if found is None or found.status == pq.ExecStatus.FATAL_ERROR:
                # After an error nothing is waited for: a server that ends may say no more.
                return self._hand_over(found or self._found)
            self._found = found
        return False

    def _hand_over(self, found: pq.abc.PGresult | Exception | None) -> bool:
        """Deliver it to the waiting coroutine; return whether there was one."""
        asked, self._asked, self._found = self._asked, None, None
        if asked is None or asked.done():
            return False
        if isinstance(found, Exception):
            asked.set_exception(found)
        else:
            asked.set_result(found)
        return True


def _sound(found: pq.abc.PGresult | None, status: pq.ExecStatus) -> pq.abc.PGresult:
    """What was found; raises the `psycopg.Error` that it amounts to where that is no answer."""
    if found is None:
        raise psycopg.OperationalError("the connection ended before it was answered")
    if found.status != status:
        raise error_from_result(found)
    return found
