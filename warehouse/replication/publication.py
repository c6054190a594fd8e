"""What the local server offers to one in the cloud: the de-identified tables, and no other."""

import secrets
from dataclasses import dataclass

from psycopg import sql

from warehouse.building.build_lock import only_build
from warehouse.connection import connect, speaking_plainly
from warehouse.errors import NotEnoughData, WrongSetting
from warehouse.progress import Progress, Silent
from warehouse.replication.twins import (
    DEIDENTIFIED,
    SCHEMA,
    Connection,
    refresh,
    settle_twins,
    tables_in,
)
from warehouse.settings import Settings

PUBLICATION = "semia_published"
SUBSCRIBER = "semia_subscriber"


@dataclass(frozen=True)
class Published:
    """How many tables are offered, how many rows came or went since the last time, and whether
    a table is new or has other columns, so that subscribers must make theirs anew.
    """

    tables: int
    changes: int
    is_reshaped: bool


def publish(settings: Settings, progress: Progress = Silent()) -> Published:
    """Bring what is published up to the last build; the first time, begin to publish.

    Raises `WrongSetting` where the server does not write what a subscriber would need,
    `NotEnoughData` before the first build.
    """
    with (
        only_build(settings, progress),
        speaking_plainly("the published tables"),
        connect("semia_owner", settings) as connection,
    ):
        _refuse_without_logical(connection)
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(SCHEMA)))
        tables = list(tables_in(connection, DEIDENTIFIED).values())
        if not tables:
            raise NotEnoughData(
                "No de-identified table has been built yet",
                where=", ".join(DEIDENTIFIED),
                next_step="semia build",
            )
        new = settle_twins(connection, [table.twin for table in tables])
        progress.start("Publishing", len(tables))
        changes = 0
        for table in tables:
            changes += refresh(connection, table)
            progress.advance()
        _offer(connection)
    return Published(len(tables), changes, bool(new))


def is_published(settings: Settings) -> bool:
    """Whether this server publishes anything."""
    with connect("semia_owner", settings) as connection:
        found = connection.execute(
            "select from pg_catalog.pg_publication where pubname = %s", [PUBLICATION]
        )
        return found.rowcount > 0


def admit_subscriber(settings: Settings) -> str:
    """Give the role that subscribers log in as a new password, and return it.

    It may read the published tables and follow the log of changes, and nothing else.
    """
    password = secrets.token_urlsafe(24)
    with (
        speaking_plainly("the subscriber's role"),
        connect("semia_owner", settings) as connection,
    ):
        known = connection.execute(
            "select from pg_catalog.pg_roles where rolname = %s", [SUBSCRIBER]
        )
        role = sql.Identifier(SUBSCRIBER)
        if known.rowcount == 0:
            connection.execute(sql.SQL("create role {} login replication").format(role))
        # Only the hash of it travels and is logged.
        secret = connection.pgconn.encrypt_password(
            password.encode(), SUBSCRIBER.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("alter role {} password {}").format(role, sql.Literal(secret.decode()))
        )
        _allow(connection)
    return password


def _offer(connection: Connection) -> None:
    """Have the publication name exactly the twins there are."""
    twins = [table.identifier for table in tables_in(connection, (SCHEMA,)).values()]
    names, listed = sql.Identifier(PUBLICATION), sql.SQL(", ").join(twins)
    found = connection.execute(
        "select from pg_catalog.pg_publication where pubname = %s", [PUBLICATION]
    )
    verb = (
        "alter publication {} set table {}"
        if found.rowcount
        else "create publication {} for table {}"
    )
    connection.execute(sql.SQL(verb).format(names, listed))
    if connection.execute("select from pg_roles where rolname = %s", [SUBSCRIBER]).rowcount:
        _allow(connection)


def _allow(connection: Connection) -> None:
    words = {"schema": sql.Identifier(SCHEMA), "role": sql.Identifier(SUBSCRIBER)}
    connection.execute(sql.SQL("grant usage on schema {schema} to {role}").format(**words))
    connection.execute(
        sql.SQL("grant select on all tables in schema {schema} to {role}").format(**words)
    )


def _refuse_without_logical(connection: Connection) -> None:
    row = connection.execute("select current_setting('wal_level')").fetchone()
    if row != ("logical",):
        raise WrongSetting(
            f"The server writes its log of changes at the level {row[0] if row else '?'}",
            where="wal_level",
            next_step="stop and start the embedded server (semia down, semia up), or have "
            "wal_level set to logical on the server of SEMIA_DATABASE_URL",
        )
