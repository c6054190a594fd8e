"""The columns of the published file behind each encounter, as they were landed.

Training never reads them. The leakage screen does, in a transaction that can write nothing: a leak
is found where it lies, before anybody makes a feature of it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from psycopg import Connection, sql

from ml.problems import Problem
from warehouse.connection import connect, speaking_plainly
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES
from warehouse.sources.source import Table

_MATCHED = sql.SQL(
    "select count(*) from {spine} as s inner join {table} as r"
    " on s.encounter_id = {source} || '-' || r._origin || '-' || r._row_number::text"
)
_ROWS = sql.SQL(
    "select s.encounter_id, {columns} from {spine} as s inner join {table} as r"
    " on s.encounter_id = {source} || '-' || r._origin || '-' || r._row_number::text"
    " where s.encounter_id = any({wanted})"
)


def landed(
    problem: Problem, source: str, encounters: NDArray[np.str_], settings: Settings
) -> pd.DataFrame:
    """Every published column of these encounters, as text, indexed by `encounter_id`.

    Columns that name a patient or were made by landing are left out. Empty where no table of the
    source has a row for each encounter.
    """
    with speaking_plainly("schema raw"), connect("semia_dbt", settings) as connection:
        connection.execute("set transaction read only")
        table = _table_of_encounters(problem, source, connection)
        if table is None:
            return pd.DataFrame(index=encounters)
        return _rows(problem, source, table, encounters, connection)


def _table_of_encounters(
    problem: Problem, source: str, connection: Connection[Any]
) -> Table | None:
    """The table of the source in which most encounters have a row; a list of codes has few."""
    tables = SOURCES[source].tables if source in SOURCES else ()
    counts = [
        (_one(connection, _filled(_MATCHED, problem, source, table)), table) for table in tables
    ]
    most, found = max(counts, key=lambda pair: pair[0], default=(0, None))
    return found if most else None


def _rows(
    problem: Problem,
    source: str,
    table: Table,
    encounters: NDArray[np.str_],
    connection: Connection[Any],
) -> pd.DataFrame:
    columns = [name for name in _columns(connection, table) if name not in table.identifiers]
    query = _filled(_ROWS, problem, source, table, columns, encounters.tolist())
    read = connection.execute(query).fetchall()
    frame = pd.DataFrame(read, columns=["encounter_id", *columns], dtype=object)
    return frame.set_index("encounter_id").loc[encounters.tolist()]


def _columns(connection: Connection[Any], table: Table) -> list[str]:
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass"
        " and attnum > 0 and not attisdropped and attname not like '\\_%%' order by attnum",
        (f"raw.{table.name}",),
    )
    return [name for (name,) in rows]


def _filled(
    query: sql.SQL,
    problem: Problem,
    source: str,
    table: Table,
    columns: Sequence[str] = (),
    wanted: Sequence[str] = (),
) -> sql.Composed:
    return query.format(
        spine=sql.Identifier("features", problem.spine),
        table=sql.Identifier("raw", table.name),
        source=sql.Literal(source),
        columns=sql.SQL(", ").join(sql.Identifier("r", name) for name in columns),
        wanted=sql.Literal(list(wanted)),
    )


def _one(connection: Connection[Any], query: sql.Composed) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
