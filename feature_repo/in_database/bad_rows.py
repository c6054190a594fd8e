"""Refuse entity rows that Feast would accept but that are a mistake in a training set.

A moment without a zone is read as another by everybody who asks; a moment still to come asks for
what nobody knows yet; a row without a key has no features; and a row asked twice weighs double.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from .entity_frame import as_relation


class BadEntityRows(ValueError):
    """Asked rows that are a mistake; says which column, and in how many rows."""


def refuse_without_zone(asked_at: str, schema: pa.Schema) -> None:
    """Raise `BadEntityRows` naming the column of moments if it has no time zone."""
    found = schema.field(asked_at).type
    if not (pa.types.is_timestamp(found) and found.tz):
        raise BadEntityRows(
            f"entity column '{asked_at}' holds times without a zone; say which,"
            " for example with tz_localize('UTC') or timestamptz"
        )


def refuse_bad_frame(rows: pa.Table, keys: Sequence[str], asked_at: str) -> None:
    """Raise `BadEntityRows` naming the column and how many of the rows are a mistake."""
    for name in (*keys, asked_at):
        _refuse_missing(name, rows[name].null_count)
    now = pa.scalar(datetime.now(UTC), rows[asked_at].type)
    _refuse_future(asked_at, pc.sum(pc.greater(rows[asked_at], now)).as_py() or 0)
    named = [*keys, asked_at]
    _refuse_repeated(named, rows.num_rows - rows.group_by(named).aggregate([]).num_rows)


def refuse_bad_rows(cursor: adbc.Cursor, query: str, keys: Sequence[str], asked_at: str) -> None:
    """The same for the rows of a query, which are counted where they are."""
    named = [*keys, asked_at]
    columns = [sql.Identifier(name) for name in named]
    missing = [sql.SQL("count(*) filter (where {} is null)").format(one) for one in columns]
    cursor.execute(
        sql.SQL(
            "select {missing}, count(*) filter (where {asked_at} > now()),"
            " count(*) - count(distinct ({columns})) from {rows} as asked"
        )
        .format(
            missing=sql.SQL(", ").join(missing),
            asked_at=sql.Identifier(asked_at),
            columns=sql.SQL(", ").join(columns),
            rows=as_relation(query),
        )
        .as_string()
    )
    *without, future, repeated = cursor.fetchone()
    for name, count in zip(named, without, strict=True):
        _refuse_missing(name, count)
    _refuse_future(asked_at, future)
    _refuse_repeated(named, repeated)


def _refuse_missing(name: str, count: int) -> None:
    if count:
        raise BadEntityRows(f"entity column '{name}' is missing in {count} entity rows")


def _refuse_future(name: str, count: int) -> None:
    if count:
        raise BadEntityRows(f"entity column '{name}' is still to come in {count} entity rows")


def _refuse_repeated(names: Sequence[str], count: int) -> None:
    if count:
        named = ", ".join(f"'{name}'" for name in names)
        raise BadEntityRows(f"{count} entity rows repeat the {named} of another")
