"""Connections for the online store: small pools that survive errors and restarts of the server."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg import AsyncRawCursor, RawCursor
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolTimeout

from .connection import InDatabaseConfig, connection_string

# A request that waits longer than this for a connection will not be of use to anybody.
_WAIT_SECONDS = 2.0
# psycopg doubles its pause up to minutes; a server that is back must be found at once.
_AGAIN_SECONDS = 0.2

Rows = list[TupleRow]


@dataclass(frozen=True)
class Read:
    """A prepared query and what its places `$1`, `$2`, … hold."""

    query: bytes
    parameters: Sequence[Any] = ()


@dataclass(frozen=True)
class Write:
    """A statement run once for every row of its parameters, or as it is where it has none."""

    statement: bytes
    rows: Sequence[Sequence[Any]] | None = None


Step = Read | Write


class _Connection(psycopg.Connection[TupleRow]):
    """Keeps one cursor for its reads: a new one costs a tenth of the time of a short read."""

    @cached_property
    def reads(self) -> RawCursor[TupleRow]:
        """A cursor whose rows come in binary."""
        cursor = RawCursor(self)
        cursor.format = psycopg.pq.Format.BINARY
        return cursor


class Pool:
    """Runs steps; every connection goes back to the pool, whatever happens."""

    def __init__(self, config: InDatabaseConfig) -> None:
        self._pool: ConnectionPool[_Connection] = ConnectionPool(
            connection_class=_Connection,
            configure=_plan_once,
            reconnect_failed=_keep_trying,
            open=True,
            **_options(config),
        )
        weakref.finalize(self, self._pool.close)

    def do(self, step: Step) -> Rows:
        """The rows of a step; a connection that had died is replaced, and the step run again."""
        try:
            return self._once(step)
        except psycopg.OperationalError as error:
            if not _lost_connection(error):
                raise
            self._pool.check()
            return self._once(step)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _once(self, step: Step) -> Rows:
        # Without `with connection`, which asks for a commit that autocommit has no use for.
        connection = self._pool.getconn()
        try:
            if isinstance(step, Read):
                reads = connection.reads
                return reads.execute(step.query, step.parameters, prepare=True).fetchall()
            cursor = RawCursor(connection)
            with connection.transaction():
                cursor.execute(_MAY_WRITE)
                if step.rows is None:
                    cursor.execute(step.statement, prepare=False)
                else:
                    cursor.executemany(step.statement, step.rows)
            return []
        except psycopg.OperationalError:
            # It may look alive until it is read again, and must not be lent out meanwhile.
            connection.close()
            raise
        finally:
            self._pool.putconn(connection)


class AsyncPool:
    """The same for one event loop, to which its connections belong."""

    def __init__(self, config: InDatabaseConfig) -> None:
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[TupleRow]] = AsyncConnectionPool(
            configure=_plan_once_async,
            reconnect_failed=_keep_trying_async,
            open=False,
            **_options(config),
        )

    async def open(self) -> None:
        """Connect; what is open already stays as it is."""
        await self._pool.open()

    async def do(self, step: Step) -> Rows:
        """The rows of a step; a connection that had died is replaced, and the step run again."""
        await self.open()
        try:
            return await self._once(step)
        except psycopg.OperationalError as error:
            if not _lost_connection(error):
                raise
            await self._pool.check()
            return await self._once(step)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    async def _once(self, step: Step) -> Rows:
        async with self._pool.connection() as connection:
            cursor = AsyncRawCursor(connection)
            if isinstance(step, Read):
                cursor.format = psycopg.pq.Format.BINARY
                await cursor.execute(step.query, step.parameters, prepare=True)
                return await cursor.fetchall()
            async with connection.transaction():
                await cursor.execute(_MAY_WRITE)
                if step.rows is None:
                    await cursor.execute(step.statement, prepare=False)
                else:
                    await cursor.executemany(step.statement, step.rows)
            return []


def _options(config: InDatabaseConfig) -> dict[str, Any]:
    """What both kinds of pool are made with."""
    return {
        "conninfo": connection_string(config, read_only=True),
        "min_size": config.min_conn,
        "max_size": config.max_conn,
        "timeout": _WAIT_SECONDS,
        "reconnect_timeout": _AGAIN_SECONDS,
        "kwargs": {"autocommit": True},
    }


_MAY_WRITE = "set transaction read write"
_PLAN_ONCE = "set plan_cache_mode = force_generic_plan"


def _plan_once(connection: psycopg.Connection[TupleRow]) -> None:
    """For one key PostgreSQL would re-plan every read, which costs more than the read."""
    connection.execute(_PLAN_ONCE)


async def _plan_once_async(connection: psycopg.AsyncConnection[TupleRow]) -> None:
    await connection.execute(_PLAN_ONCE)


def _keep_trying(pool: ConnectionPool[Any]) -> None:
    """Go on connecting as long as somebody waits; whoever asks later starts it again."""
    if pool.get_stats()["requests_waiting"]:
        pool.check()


async def _keep_trying_async(pool: AsyncConnectionPool[Any]) -> None:
    if pool.get_stats()["requests_waiting"]:
        await pool.check()


def _lost_connection(error: psycopg.OperationalError) -> bool:
    """Whether the connection is at fault, and not the query or the time it took."""
    if isinstance(error, PoolTimeout):
        return False
    return not error.sqlstate or error.sqlstate.startswith(("08", "57P"))
