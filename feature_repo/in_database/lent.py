"""Lend one connection at a time, kept open for the next caller.

Logging in takes as long as sending seven thousand entity rows does, and a notebook or a training
asks again and again. One connection is kept, no more; whoever comes while it is lent gets a new
one.
"""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import adbc_driver_postgresql.dbapi as adbc

from .connection import InDatabaseConfig, connected, connection_string

# By process too: a child must not speak over its parent's connection.
_Address = tuple[int, str]
_kept: dict[_Address, adbc.Connection] = {}


@contextmanager
def lent(config: InDatabaseConfig, *, read_only: bool = False) -> Iterator[adbc.Connection]:
    """A connection in a transaction that is rolled back at the end, temporary tables and all."""
    address = (os.getpid(), connection_string(config, read_only=read_only))
    connection = _still_open(address) or connected(config, read_only=read_only)
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    try:
        # The driver begins the next transaction with the next statement, so nothing waits in one.
        connection.rollback()
    except adbc.Error:
        # The work was done; a server that went just then is for the next one to find.
        connection.close()
    else:
        _keep(address, connection)


def let_go() -> None:
    """Close the kept connection; errors are ignored if the server is gone."""
    for address in [one for one in _kept if one[0] == os.getpid()]:
        if connection := _kept.pop(address, None):
            with suppress(adbc.Error):
                connection.close()


def _still_open(address: _Address) -> adbc.Connection | None:
    connection = _kept.pop(address, None)
    if connection is None:
        return None
    try:
        with connection.cursor() as cursor:
            # What holds in any case: a server that has gone since does not take even that.
            cursor.execute("set local jit = off")
    except adbc.Error:
        with suppress(adbc.Error):
            connection.close()
        return None
    return connection


def _keep(address: _Address, connection: adbc.Connection) -> None:
    """Keep it in place of any other."""
    let_go()
    if _kept.setdefault(address, connection) is not connection:
        connection.close()


atexit.register(let_go)
