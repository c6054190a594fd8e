"""How the stores reach PostgreSQL, from the fields of Feast's own PostgreSQL configuration."""

from functools import lru_cache
from typing import Any

import adbc_driver_postgresql
import adbc_driver_postgresql.dbapi as adbc
from adbc_driver_manager import AdbcConnection, AdbcDatabase
from feast.infra.utils.postgres.connection_utils import _get_conn_kwargs
from feast.infra.utils.postgres.postgres_config import PostgreSQLConfig
from psycopg.conninfo import make_conninfo


class InDatabaseConfig(PostgreSQLConfig):
    """Feast's PostgreSQL fields, and `options`: what libpq sends at connection, as `-c role=…`."""

    options: str = ""


def connection_string(config: InDatabaseConfig, *, read_only: bool = False) -> str:
    """A libpq keyword string for this configuration.

    Times without a zone mean UTC, as everywhere in Feast. Compiling queries is switched off
    because it costs more than these short plans take to run.
    """
    given = _get_conn_kwargs(config)
    options = [config.options, given.pop("options"), "-c timezone=UTC", "-c jit=off"]
    if read_only:
        options.append("-c default_transaction_read_only=on")
    return make_conninfo(
        host=config.host,
        port=config.port,
        dbname=config.database,
        user=config.user,
        password=config.password,
        options=" ".join(part for part in options if part),
        **{name: value for name, value in given.items() if value is not None},
    )


def connected(config: InDatabaseConfig, *, read_only: bool = False) -> adbc.Connection:
    """A new connection that gives and takes Arrow; whoever uses it as a context closes it."""
    database = _database(connection_string(config, read_only=read_only))
    kept: Any = _Kept()
    return adbc.Connection(kept, AdbcConnection(database))


class _Kept:
    """Stands for a driver's database where a connection would close it together with itself."""

    def close(self) -> None:
        """Leave it open for the next connection; no session of the server hangs on it."""


@lru_cache(maxsize=16)
def _database(address: str) -> AdbcDatabase:
    """What the driver knows of a server: asking it for its types takes as long as connecting."""
    return adbc_driver_postgresql.connect(address)
