"""The entity rows of a retrieval, validated and made ready for the database.

They come as a DataFrame, which is uploaded, or as a query, which is used where it stands.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from feast.errors import (
    EntityDFNotDateTime,
    FeastEntityDFMissingColumnsError,
    InvalidEntityType,
)
from feast.infra.offline_stores.offline_utils import infer_event_timestamp_from_entity_df
from psycopg import sql

from .spelling import Spelling, kind

_TABLE = re.compile(r'(\w+|"[^"]+")(\.(\w+|"[^"]+"))?')


@dataclass(frozen=True)
class EntityFrame:
    """Rows to answer: `content` is an Arrow table still to be uploaded, or a query's text."""

    content: pa.Table | str
    columns: tuple[str, ...]
    asked_at: str


def frame_from_pandas(rows: pd.DataFrame, keys: Mapping[str, Spelling | None]) -> EntityFrame:
    """Check a DataFrame and give its columns the types that PostgreSQL compares by index.

    `keys` are the join keys with their declared types: a key that pandas turned into floats
    because one was missing becomes an integer again. Raises `FeastEntityDFMissingColumnsError`,
    `EntityDFNotDateTime`, or `TypeError` naming the key that is of another type.
    """
    asked_at = infer_event_timestamp_from_entity_df(dict(rows.dtypes))
    _require(keys, rows.columns)
    table = pa.Table.from_pandas(rows, preserve_index=False)
    columns = {}
    for name in table.column_names:
        values = _plain(table.column(name))
        if name == asked_at:
            values = _as_moment(values)
        elif declared := keys.get(name):
            values = _as_key(name, values, declared)
        columns[name] = values
    return EntityFrame(pa.table(columns), tuple(columns), asked_at)


def frame_from_query(
    query: str, schema: pa.Schema, keys: Mapping[str, Spelling | None]
) -> EntityFrame:
    """Check a query whose answer has the given schema; raises as `frame_from_pandas` does."""
    asked_at = infer_event_timestamp_from_entity_df(
        {field.name: _numpy_type(field.type) for field in schema}
    )
    _require(keys, schema.names)
    if kind(schema.field(asked_at).type) != "time":
        raise EntityDFNotDateTime
    for name, declared in keys.items():
        found = schema.field(name).type
        if declared is not None and kind(found) not in (kind(declared.arrow), "nothing"):
            raise _wrong_key(name, found, declared)
    return EntityFrame(query, tuple(schema.names), asked_at)


def entity_rows(entity_df: object) -> pd.DataFrame | str:
    """The rows as a DataFrame or as one bare query, which may be given as a table's name.

    Raises `InvalidEntityType` for anything else.
    """
    if isinstance(entity_df, str):
        query = entity_df.strip().rstrip(";")
        return f"table {query}" if _TABLE.fullmatch(query) else query
    if isinstance(entity_df, pd.DataFrame):
        return entity_df
    raise InvalidEntityType(type(entity_df))


def as_relation(query: str) -> sql.Composable:
    """The query in brackets, on lines of its own so that a closing comment swallows nothing."""
    return sql.SQL(f"(\n{query}\n)")


def span(rows: pd.DataFrame, asked_at: str) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest moment asked about, or None twice if there is none."""
    moments = pd.to_datetime(rows[asked_at], utc=True).dropna()
    if moments.empty:
        return None, None
    return moments.min().to_pydatetime(), moments.max().to_pydatetime()


def _require(keys: Mapping[str, Spelling | None], columns: Iterable[str]) -> None:
    missing = set(keys) - set(columns)
    if missing:
        raise FeastEntityDFMissingColumnsError(set(keys), missing)  # type: ignore[no-untyped-call]


def _numpy_type(arrow_type: pa.DataType) -> np.dtype[Any]:
    return np.dtype("datetime64[us]" if kind(arrow_type) == "time" else object)


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values in a type that the driver can upload."""
    found = values.type
    if pa.types.is_dictionary(found):
        return values.cast(found.value_type)
    if pa.types.is_null(found):
        return values.cast(pa.string())
    if pa.types.is_timestamp(found):
        # PostgreSQL keeps microseconds; cutting the rest off never reaches into the future.
        return values.cast(pa.timestamp("us", found.tz), safe=False)
    return values


def _as_moment(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date(values.type):
        return values.cast(pa.timestamp("us"))
    if kind(values.type) != "time":
        raise EntityDFNotDateTime
    return values


def _as_key(name: str, values: pa.ChunkedArray, declared: Spelling) -> pa.ChunkedArray:
    if values.null_count == len(values):
        return pa.chunked_array([pa.nulls(len(values), declared.arrow)])
    if kind(values.type) != kind(declared.arrow):
        raise _wrong_key(name, values.type, declared)
    try:
        return values.cast(declared.arrow)
    except pa.ArrowInvalid as error:
        raise _wrong_key(name, values.type, declared) from error


def _wrong_key(name: str, found: pa.DataType, declared: Spelling) -> TypeError:
    return TypeError(f"entity key '{name}' holds {found}, but its entity declares {declared.arrow}")
