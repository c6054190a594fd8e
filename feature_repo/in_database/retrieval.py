"""A retrieval that runs in the database and streams its answer to Arrow."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import adbc_driver_postgresql.dbapi as adbc
import pandas as pd
import pyarrow as pa
from feast.errors import SavedDatasetLocationAlreadyExists
from feast.feature_view import FeatureView
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    SavedDatasetPostgreSQLStorage,
)
from feast.infra.offline_stores.offline_store import RetrievalJob, RetrievalMetadata
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.saved_dataset import SavedDatasetStorage
from feast.value_type import ValueType
from psycopg import sql

from .connection import InDatabaseConfig, connected
from .lent import lent
from .spelling import Spelling, kind, spelling
from .trouble import explained

NUMERIC = spelling(ValueType.DOUBLE)
TEXT = spelling(ValueType.STRING)
# PostgreSQL's word for a table that is there already.
_MOST_BYTES_OF_A_NAME = 63
_EXISTS = "42P07"


class Work(Protocol):
    """What a retrieval runs."""

    @property
    def declared(self) -> Mapping[str, Spelling | None]:
        """Types that columns of the answer must have, by name."""

    @property
    def writes(self) -> bool:
        """Whether something has to be written to a temporary table first."""

    def prepare(self, cursor: adbc.Cursor) -> str:
        """Do what comes before the query, on the connection that will run it; return the query."""

    def sql(self) -> str:
        """The query, for a person to read."""


class InDatabaseRetrievalJob(RetrievalJob):
    """Feast's handle on a retrieval: nothing runs until an answer is asked for."""

    def __init__(
        self,
        config: InDatabaseConfig,
        work: Work,
        *,
        full_feature_names: bool = False,
        on_demand_feature_views: list[OnDemandFeatureView] | None = None,
        metadata: Callable[[], RetrievalMetadata] | None = None,
        views: Sequence[FeatureView] = (),
    ) -> None:
        self._config = config
        self._work = work
        self._full_feature_names = full_feature_names
        self._on_demand_feature_views = on_demand_feature_views or []
        self._describe = metadata
        self._views = views

    @property
    def full_feature_names(self) -> bool:
        """Whether feature columns carry the name of their view."""
        return self._full_feature_names

    @property
    def on_demand_feature_views(self) -> list[OnDemandFeatureView]:
        """Views that Feast computes from the answer."""
        return self._on_demand_feature_views

    @property
    def metadata(self) -> RetrievalMetadata | None:
        """What was asked for, and over which span of time."""
        return self._describe() if self._describe else None

    def to_sql(self) -> str:
        """The query that answers this retrieval."""
        return self._work.sql()

    def persist(
        self,
        storage: SavedDatasetStorage,
        allow_overwrite: bool | None = False,
        timeout: int | None = None,
    ) -> None:
        """Keep the answer as a table; raises `SavedDatasetLocationAlreadyExists` if it is there.

        The rows stay in the database, unless on-demand views have to be computed from them.
        """
        if not isinstance(storage, SavedDatasetPostgreSQLStorage):
            raise TypeError(f"{type(storage).__name__} is not a place in PostgreSQL")
        place = storage.postgres_options._table
        answer = self.to_arrow(timeout=timeout) if self._on_demand_feature_views else None
        with connected(self._config) as connection:
            with connection.cursor() as cursor:
                if allow_overwrite:
                    cursor.execute(f"drop table if exists {place}")
                try:
                    self._keep(cursor, place, answer, timeout)
                except adbc.Error as error:
                    if error.sqlstate == _EXISTS:
                        raise SavedDatasetLocationAlreadyExists(place) from error
                    raise
            connection.commit()

    def _keep(
        self, cursor: adbc.Cursor, place: str, answer: pa.Table | None, timeout: int | None
    ) -> None:
        if answer is not None:
            schema, _, table = place.rpartition(".")
            cursor.adbc_ingest(table, answer, mode="create", db_schema_name=schema or None)
            return
        _limit(cursor, timeout)
        query = self._work.prepare(cursor)
        cursor.execute(f"create table {place} as (\n{query}\n)")

    def _to_df_internal(self, timeout: int | None = None) -> pd.DataFrame:
        return self._to_arrow_internal(timeout).to_pandas()

    def _to_arrow_internal(self, timeout: int | None = None) -> pa.Table:
        read_only = not self._work.writes
        with lent(self._config, read_only=read_only) as kept, kept.cursor() as cursor:
            _limit(cursor, timeout)
            try:
                query = self._work.prepare(cursor)
                return _answer(cursor, query, self._work.declared)
            except adbc.Error as error:
                if plain := explained(error, error.sqlstate, self._views):
                    raise plain from error
                raise


def _limit(cursor: adbc.Cursor, timeout: int | None) -> None:
    if timeout:
        cursor.execute(f"set statement_timeout = '{int(timeout)}s'")


def describe(config: InDatabaseConfig, query: str) -> pa.Schema:
    """The columns a query would give, without running it."""
    with lent(config, read_only=True) as connection, connection.cursor() as cursor:
        return cursor.adbc_execute_schema(query)


def _answer(cursor: adbc.Cursor, query: str, declared: Mapping[str, Spelling | None]) -> pa.Table:
    """Run the query and give every column its declared type, a batch at a time."""
    found = cursor.adbc_execute_schema(query)
    whole = {_as_kept(name): name for name in declared}
    wanted = {
        field.name: _wanted(field, declared.get(whole.get(field.name, field.name)))
        for field in found
    }
    cursor.execute(_with_casts(query, found, wanted))
    reader = cursor.fetch_record_batch()
    schema = pa.schema(
        [
            pa.field(
                whole.get(field.name, field.name),
                target.arrow if (target := wanted[field.name]) else field.type,
            )
            for field in reader.schema
        ]
    )
    return pa.Table.from_batches((_cast(batch, schema) for batch in reader), schema)


def _as_kept(name: str) -> str:
    """A column's name as PostgreSQL keeps it: it cuts names off after 63 bytes."""
    return name.encode()[:_MOST_BYTES_OF_A_NAME].decode(errors="ignore")


def _wanted(field: pa.Field, declared: Spelling | None) -> Spelling | None:
    """The type to deliver; Arrow has no plain spelling of `numeric`, `uuid` or `jsonb`."""
    if declared is not None:
        return declared
    if not isinstance(field.type, pa.BaseExtensionType):
        return None
    is_numeric = (field.metadata or {}).get(b"POSTGRESQL:type") == b"numeric"
    return NUMERIC if is_numeric else TEXT


def _with_casts(query: str, found: pa.Schema, wanted: Mapping[str, Spelling | None]) -> str:
    """The query, with casts in the database for what Arrow cannot convert itself."""
    foreign = {
        field.name: target.postgres_for_arrow
        for field in found
        if (target := wanted[field.name]) and kind(field.type) != kind(target.arrow)
    }
    if not foreign:
        return query
    columns = [
        sql.SQL("cast({name} as {type}) as {name}").format(
            name=sql.Identifier(name), type=sql.SQL(foreign[name])
        )
        if name in foreign
        else sql.Identifier(name)
        for name in found.names
    ]
    outer = sql.SQL("select {} from (\n{}\n) as answer")
    return outer.format(sql.SQL(", ").join(columns), sql.SQL(query)).as_string()


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [column.cast(field.type) for column, field in zip(batch, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
