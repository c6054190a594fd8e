"""Roles, schemas and rights, put in place on any server whose owner role may make them."""

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from warehouse import audit
from warehouse.connection import connect, speaking_plainly
from warehouse.errors import DatabaseRefused
from warehouse.roles import ROLES
from warehouse.server_state import identity_of
from warehouse.settings import Settings

_FOLDER = Path(__file__).parent
_STEPS = ("roles.sql", "schemas.sql", "grants.sql", "serving.sql", "audit.sql")
_FAULTS_SHOWN = "create or replace view serving.audit_faults as "
# Any number will do, as long as every Semia takes the same: two at once would collide.
_LOCK = 7364_6961


def prepare(settings: Settings) -> None:
    """Apply `_STEPS` and show what fails in the log, in one transaction; again is harmless.

    Raises `DatabaseAway`, or `DatabaseRefused` when the given user may not create roles.
    """
    with speaking_plainly("roles and schemas"), connect("semia_owner", settings) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for step in _STEPS:
            _apply(connection, step)
        connection.execute(sql.SQL(_FAULTS_SHOWN + audit.faults_query()))
        _apply(connection, "audit_view.sql")
        if settings.database_url is None:
            _set_passwords(connection, identity_of(settings).passwords)


def _apply(connection: psycopg.Connection[Any], step: str) -> None:
    """Run one of our own SQL files."""
    text = (_FOLDER / step).read_text(encoding="utf-8")
    try:
        connection.execute(sql.SQL(text))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseRefused(
            f"The user may not make what Semia needs: {error.diag.message_primary}",
            where=step,
            next_step="give the user of SEMIA_DATABASE_URL the right createrole and a database "
            "of its own, or let a superuser grant it the roles of roles.sql",
        ) from error


def _set_passwords(connection: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """Give each role the password of server.json; only its SCRAM hash travels and is logged."""
    for role in ROLES:
        secret = connection.pgconn.encrypt_password(
            passwords[role].encode(), role.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(role), sql.Literal(secret.decode())
            )
        )
