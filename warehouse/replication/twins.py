"""Lasting twins of the tables that dbt drops and makes again, so that they can be replicated.

A publication follows a table, not its name: when dbt puts a new table in the old one's place,
subscribers would go on waiting for the old. A twin stays, and takes up only the rows that changed,
in one transaction: a subscriber sees one whole build after another, never half of one.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

# Everything in these has been de-identified; raw, staging and intermediate never leave, nor does
# what was asked of the service, nor the registry of the models.
DEIDENTIFIED = ("reference", "marts", "analyst", "features")
SCHEMA = "published"

_TABLES = """
    select n.nspname, c.relname, array_agg(a.attname order by a.attnum),
        array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum)
    from pg_catalog.pg_class as c
    inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
    inner join pg_catalog.pg_attribute as a on a.attrelid = c.oid
    where n.nspname = any(%s) and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped
    group by n.nspname, c.relname
    order by n.nspname, c.relname
"""


@dataclass(frozen=True)
class Table:
    """A table by schema and name, and its columns with their types, in order."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def twin(self) -> "Table":
        """Its twin: a key made of the row's content, then the same columns."""
        return Table(SCHEMA, f"{self.schema}__{self.name}", (("_row", "uuid"), *self.columns))

    @property
    def identifier(self) -> sql.Identifier:
        """The table's full name in SQL."""
        return sql.Identifier(self.schema, self.name)

    def definition(self) -> sql.Composed:
        """The statement that makes a twin; any PostgreSQL takes it, of whoever owns the schema."""
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in self.columns
        ]
        return sql.SQL("create table {} ({}, primary key (_row))").format(
            self.identifier, sql.SQL(", ").join(columns)
        )


def tables_in(connection: Connection, schemas: tuple[str, ...]) -> dict[str, Table]:
    """The tables of `schemas`, by `schema.name`."""
    found = connection.execute(_TABLES, [list(schemas)]).fetchall()
    tables = [
        Table(schema, name, tuple(zip(names, kinds, strict=True)))
        for schema, name, names, kinds in found
    ]
    return {f"{table.schema}.{table.name}": table for table in tables}


def settle_twins(connection: Connection, wanted: list[Table]) -> set[str]:
    """Create twins that are missing or have other columns; drop those of dropped tables.

    Returns the names of the twins made anew: they are empty.
    """
    there = tables_in(connection, (SCHEMA,))
    names = {f"{twin.schema}.{twin.name}": twin for twin in wanted}
    for name, table in there.items():
        if names.get(name) != table:
            connection.execute(sql.SQL("drop table {} cascade").format(table.identifier))
    new = {name for name, twin in names.items() if there.get(name) != twin}
    for name in sorted(new):
        connection.execute(names[name].definition())
    return new


def refresh(connection: Connection, table: Table) -> int:
    """Bring the twin of `table` to what the table holds; returns how many rows came or went.

    A row's key is the MD5 of its text, and of how often the same row came before it: a row that
    did not change keeps its key, and is not sent again.
    """
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)
    words = {"twin": table.twin.identifier, "table": table.identifier, "columns": columns}
    connection.execute("drop table if exists pg_temp.semia_rows")
    connection.execute(
        sql.SQL(
            "create temporary table semia_rows on commit drop as "
            "select cast(md5(_text || row_number() over (partition by _text)) as uuid) as _row, "
            "{columns} from (select md5(cast(semia_row as text)) as _text, semia_row.* "
            "from {table} as semia_row) as spelt"
        ).format(**words)
    )
    connection.execute("analyze pg_temp.semia_rows")
    gone = connection.execute(
        sql.SQL(
            "delete from {twin} as twin where not exists "
            "(select from pg_temp.semia_rows as now where now._row = twin._row)"
        ).format(**words)
    )
    came = connection.execute(
        sql.SQL(
            "insert into {twin} (_row, {columns}) select _row, {columns} "
            "from pg_temp.semia_rows as now where not exists "
            "(select from {twin} as twin where twin._row = now._row)"
        ).format(**words)
    )
    return gone.rowcount + came.rowcount
