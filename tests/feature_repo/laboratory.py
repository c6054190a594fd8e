"""A place to compare feature stores: small tables in a schema of their own, and stores on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from feast import Entity, FeatureStore, FeatureView, Field, PushSource, RepoConfig, ValueType
from feast.data_source import DataSource
from feast.feast_object import FeastObject
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    PostgreSQLSource,
)
from feast.types import (
    Decimal,
    FeastType,
    Float64,
    Int32,
    Int64,
    Json,
    Set,
    String,
    UnixTimestamp,
    Uuid,
)
from psycopg import sql

SCHEMA = "laboratory"
DAY_ONE = datetime(2024, 1, 1, tzinfo=UTC)
OURS = {
    "offline": "feature_repo.in_database.offline.InDatabaseOfflineStore",
    "online": "feature_repo.in_database.online.InDatabaseOnlineStore",
    "engine": "feature_repo.in_database.materialise.InDatabaseComputeEngine",
}
STOCK = {"offline": "postgres", "online": "sqlite"}
KEY_TYPES = {"ward": (String, ValueType.STRING), "bed": (Int64, ValueType.INT64)}
POSTGRES_TYPES: dict[FeastType, str] = {
    String: "text",
    Int64: "bigint",
    Int32: "smallint",
    Float64: "double precision",
    Uuid: "uuid",
    Decimal: "numeric",
    Json: "jsonb",
    UnixTimestamp: "timestamptz",
    Set(String): "text[]",
}


def hours(count: float) -> datetime:
    """The moment so many hours after the first day began."""
    return DAY_ONE + timedelta(hours=count)


@dataclass(frozen=True)
class Table:
    """One feature table: rows are keys, hour of the event, hour of creation, then the features.

    `renamed` maps a column of the table to the feature's name, where they differ.
    """

    name: str
    keys: tuple[str, ...]
    features: dict[str, FeastType]
    rows: Sequence[tuple[Any, ...]] = ()
    ttl: timedelta = timedelta(0)
    has_created: bool = True
    renamed: dict[str, str] = field(default_factory=dict)
    pushed: bool = False

    def view(self) -> FeatureView:
        """The table as Feast sees it."""
        return FeatureView(
            name=self.name,
            entities=[entity(key) for key in self.keys],
            ttl=self.ttl,
            schema=[
                *(Field(name=key, dtype=KEY_TYPES[key][0]) for key in self.keys),
                *(
                    Field(name=self.renamed.get(name, name), dtype=kind)
                    for name, kind in self.features.items()
                ),
            ],
            source=self._source(),
        )

    def _source(self) -> DataSource:
        batch = PostgreSQLSource(
            name=self.name,
            table=sql.Identifier(SCHEMA, self.name).as_string(),
            timestamp_field="seen at",
            created_timestamp_column="made at" if self.has_created else "",
            field_mapping=self.renamed,
        )
        return PushSource(name=f"{self.name}_now", batch_source=batch) if self.pushed else batch

    def references(self) -> list[str]:
        """Every feature of the table, as a request names it."""
        return [f"{self.name}:{self.renamed.get(name, name)}" for name in self.features]


def entity(key: str) -> Entity:
    """An entity whose name is also its key."""
    return Entity(name=key, join_keys=[key], value_type=KEY_TYPES[key][1])


def make_tables(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> None:
    """Start the laboratory afresh with these tables; times are NULL where a row says None."""
    connection.execute(f"drop schema if exists {SCHEMA} cascade")
    connection.execute(f"create schema {SCHEMA}")
    for table in tables:
        columns = [
            *(f"{key} {POSTGRES_TYPES[KEY_TYPES[key][0]]}" for key in table.keys),
            '"seen at" timestamptz not null',
            '"made at" timestamptz',
            *(
                f"{sql.Identifier(name).as_string()} {POSTGRES_TYPES[kind]}"
                for name, kind in table.features.items()
            ),
        ]
        place = sql.Identifier(SCHEMA, table.name).as_string()
        connection.execute(f"create table {place} ({', '.join(columns)})")
    fill_tables(connection, tables)


def fill_tables(connection: psycopg.Connection[Any], tables: Iterable[Table]) -> None:
    """Put the tables' rows in place of what they hold."""
    with connection.cursor() as cursor:
        for table in tables:
            place = sql.Identifier(SCHEMA, table.name).as_string()
            cursor.execute(f"delete from {place}")
            marks = ", ".join(["%s"] * (len(table.keys) + 2 + len(table.features)))
            rows = [_moments(table, row) for row in table.rows]
            cursor.executemany(f"insert into {place} values ({marks})", rows)


def _moments(table: Table, row: Sequence[Any]) -> list[Any]:
    seen, made = len(table.keys), len(table.keys) + 1
    return [
        hours(value) if place in (seen, made) and value is not None else value
        for place, value in enumerate(row)
    ]


def _online(kind: str, connection_fields: dict[str, Any], folder: Path) -> dict[str, Any]:
    if kind == "sqlite":
        return {"type": kind, "path": str(folder / "online.db")}
    return {"type": kind, **connection_fields}


def _strict(kinds: dict[str, str]) -> dict[str, bool]:
    return {"strict": True} if "strict" in kinds else {}


def open_laboratory(
    kinds: dict[str, str],
    connection_fields: dict[str, Any],
    folder: Path,
    tables: Iterable[Table],
    more: Sequence[FeastObject] = (),
) -> FeatureStore:
    """A Feast store of these kinds of stores, with the tables and `more` applied."""
    folder.mkdir(parents=True, exist_ok=True)
    store = FeatureStore(
        config=RepoConfig(
            project="laboratory",
            provider="local",
            registry=str(folder / "registry.db"),
            offline_store={"type": kinds["offline"], **connection_fields, **_strict(kinds)},
            online_store=_online(kinds["online"], connection_fields, folder),
            batch_engine=kinds.get("engine", "local"),
            entity_key_serialization_version=3,
            # Feast would otherwise give moments without a zone one before they are looked at.
            coerce_tz_aware="strict" not in kinds,
        )
    )
    views = [table.view() for table in tables]
    keys = sorted({key for table in tables for key in table.keys})
    store.apply([*map(entity, keys), *views, *more])
    return store
