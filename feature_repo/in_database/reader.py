"""Connections for online reads: a small pool that survives errors and restarts of the server."""

import weakref
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from .connection import InDatabaseConfig, connection_string

# A read that waits longer than this for a connection will not be of use to anybody.
_WAIT_SECONDS = 5.0


class Reader:
    """Runs prepared reads; every connection goes back to the pool, whatever happens."""

    def __init__(self, config: InDatabaseConfig) -> None:
        self._pool: ConnectionPool[psycopg.Connection[TupleRow]] = ConnectionPool(
            connection_string(config, read_only=True),
            min_size=config.min_conn,
            max_size=config.max_conn,
            timeout=_WAIT_SECONDS,
            kwargs={"autocommit": True},
            configure=_plan_once,
            open=True,
        )
        weakref.finalize(self, self._pool.close)

    def read(self, query: str, parameters: Sequence[Any]) -> list[TupleRow]:
        """The rows of a prepared query; a connection that had died is replaced once."""
        try:
            return self._read(query, parameters)
        except psycopg.OperationalError:
            self._pool.check()
            return self._read(query, parameters)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _read(self, query: str, parameters: Sequence[Any]) -> list[TupleRow]:
        with self._pool.connection() as connection:
            cursor = RawCursor(connection)
            cursor.format = psycopg.pq.Format.BINARY
            return cursor.execute(query, parameters, prepare=True).fetchall()


def _plan_once(connection: psycopg.Connection[TupleRow]) -> None:
    """For one key PostgreSQL would plan every read anew, which costs more than the read."""
    connection.execute("set plan_cache_mode = force_generic_plan")
