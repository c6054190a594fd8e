"""How the stores reach PostgreSQL, from the fields of Feast's own PostgreSQL configuration."""

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
