"""What a warehouse holds, in figures that two copies can be compared by."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from warehouse.roles import ROLES

Connection = psycopg.Connection[Any]

# A row becomes the same text on every server only if its times and numbers are written alike.
SPELLING = (
    "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; "
    "set extra_float_digits = 1; set bytea_output = 'hex'; set row_security = off"
)


@dataclass(frozen=True)
class Content:
    """How many rows a table has, and a sum over the MD5 of each that no order changes."""

    rows: int
    digest: str


def schemas_of(connection: Connection) -> list[str]:
    """The schemas that Semia's roles, or whoever is connected, own in this database."""
    found = connection.execute(
        """
        select nspname from pg_catalog.pg_namespace
        where pg_get_userbyid(nspowner) = any(array[current_user, session_user] || %s::name[])
          and nspname !~ '^pg_' and nspname not in ('public', 'information_schema')
        order by nspname
        """,
        [list(ROLES)],
    )
    return [name for (name,) in found]


def tables_of(connection: Connection, schemas: list[str]) -> list[tuple[str, str]]:
    """Schema and name of every table there that holds rows itself."""
    return connection.execute(
        """
        select n.nspname, c.relname
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
        where n.nspname = any(%s) and c.relkind in ('r', 'm')
        order by n.nspname, c.relname
        """,
        [schemas],
    ).fetchall()


def content_query(schema: str, table: str) -> sql.Composed:
    """The query for a table's `Content`: the number of rows, and the digest as text.

    Sixty bits of each row's MD5 are summed: rows in another order are the same, and a row lost,
    doubled or changed is another sum.
    """
    return sql.SQL(
        "select count(*), coalesce(cast(sum(cast(cast("
        "'x' || left(md5(cast(semia_row as text)), 15) as bit(60)) as bigint)) as text), '0') "
        "from {} as semia_row"
    ).format(sql.Identifier(schema, table))


def contents(connection: Connection, schemas: list[str]) -> dict[str, Content]:
    """The content of every table of `schemas`, by `schema.table`, in the current transaction."""
    connection.execute(SPELLING)
    found: dict[str, Content] = {}
    for schema, table in tables_of(connection, schemas):
        rows, digest = connection.execute(content_query(schema, table)).fetchone() or (0, "0")
        found[f"{schema}.{table}"] = Content(rows, digest)
    return found
