"""Feast's entities, sources, views and services, built from the dbt contracts and nothing else.

`feast apply` imports this file by itself and collects what it finds in it. Nothing is built for
an ordinary import; only who lists the module's names, as Feast does, has the project's own
manifest read.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from feast import Entity, FeatureService, FeatureView, Field, ValueType
from feast.feast_object import FeastObject
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    PostgreSQLSource,
)
from feast.types import (
    Bool,
    Bytes,
    FeastType,
    Float32,
    Float64,
    Int32,
    Int64,
    String,
    UnixTimestamp,
)
from psycopg import sql

from feature_repo.contracts import (
    CREATED,
    EVENT_TIME,
    SCHEMA,
    ContractColumn,
    FeatureContract,
    read_contracts,
)
from warehouse.errors import ContractBroken
from warehouse.settings import load_settings

# Only types whose every value Feast carries unchanged, online and offline.
_FEAST_TYPES: dict[str, FeastType] = {
    "boolean": Bool,
    "bool": Bool,
    "smallint": Int32,
    "int2": Int32,
    "integer": Int32,
    "int": Int32,
    "int4": Int32,
    "bigint": Int64,
    "int8": Int64,
    "real": Float32,
    "float4": Float32,
    "double precision": Float64,
    "float8": Float64,
    "text": String,
    "varchar": String,
    "character varying": String,
    "bytea": Bytes,
    "timestamptz": UnixTimestamp,
    "timestamp with time zone": UnixTimestamp,
}
_KEY_TYPES: dict[FeastType, ValueType] = {
    String: ValueType.STRING,
    Int32: ValueType.INT32,
    Int64: ValueType.INT64,
}


@dataclass(frozen=True)
class FeatureDefinitions:
    """Everything Feast is told, each kind ordered by name."""

    entities: tuple[Entity, ...]
    sources: tuple[PostgreSQLSource, ...]
    views: tuple[FeatureView, ...]
    services: tuple[FeatureService, ...]

    def objects(self) -> list[FeastObject]:
        """All of them, as `FeatureStore.apply` takes them."""
        return [*self.entities, *self.sources, *self.views, *self.services]


def build(manifest_path: Path) -> FeatureDefinitions:
    """The definitions that a dbt manifest amounts to.

    Raises `BuildFailed` without a manifest, and `ContractBroken`, naming model and column, for a
    type Feast cannot carry and for two features of one name in one service.
    """
    contracts = read_contracts(manifest_path)
    entities = _entities(contracts)
    sources = {contract.name: _source(contract) for contract in contracts}
    views = {
        contract.name: _view(contract, entities[contract.meta.entity], sources[contract.name])
        for contract in contracts
    }
    return FeatureDefinitions(
        entities=tuple(entities.values()),
        sources=tuple(sources.values()),
        views=tuple(views.values()),
        services=tuple(
            _service(name, [one for one in contracts if name in one.meta.services], views)
            for name in sorted({name for one in contracts for name in one.meta.services})
        ),
    )


def feast_type(model: str, column: ContractColumn) -> FeastType:
    """The Feast type of a column; raises `ContractBroken` if there is none that fits."""
    spelled = re.sub(r"\s*\(\d+\)", "", column.data_type.strip().lower())
    found = _FEAST_TYPES.get(spelled)
    if found is None:
        raise ContractBroken(
            f"Column {column.name} is {column.data_type}, which Feast cannot carry",
            where=f"model {model}",
            next_step=f"cast it to one of: {', '.join(sorted(_FEAST_TYPES))}",
        )
    return found


def _entities(contracts: tuple[FeatureContract, ...]) -> dict[str, Entity]:
    """One entity per name; every model that has it must give its key the same type."""
    types: dict[str, FeastType] = {}
    for contract in contracts:
        (key,) = [column for column in contract.columns if column.name == contract.key]
        found = feast_type(contract.name, key)
        if found not in _KEY_TYPES or types.setdefault(contract.meta.entity, found) != found:
            raise ContractBroken(
                f"Column {key.name} is {key.data_type}, which does not do as a key",
                where=f"model {contract.name}",
                next_step="make the key text or an integer, and the same in every feature model",
            )
    return {
        name: Entity(name=name, join_keys=[f"{name}_id"], value_type=_KEY_TYPES[found])
        for name, found in sorted(types.items())
    }


def _view(contract: FeatureContract, entity: Entity, source: PostgreSQLSource) -> FeatureView:
    beside = {EVENT_TIME, CREATED}
    return FeatureView(
        name=contract.name,
        entities=[entity],
        ttl=timedelta(days=contract.meta.ttl_days),
        schema=[
            Field(
                name=column.name,
                dtype=feast_type(contract.name, column),
                description=column.description,
            )
            for column in contract.columns
            if column.name not in beside
        ],
        source=source,
        description=contract.description,
        owner=contract.meta.owner,
        tags={"model": contract.name},
    )


def _source(contract: FeatureContract) -> PostgreSQLSource:
    # Feast compares sources by name and not by table, so the name says the table.
    return PostgreSQLSource(
        name=f"{SCHEMA}.{contract.table}",
        table=sql.Identifier(SCHEMA, contract.table).as_string(),
        timestamp_field=EVENT_TIME,
        created_timestamp_column=CREATED,
        description=contract.description,
        owner=contract.meta.owner,
    )


def _service(
    name: str, contracts: list[FeatureContract], views: dict[str, FeatureView]
) -> FeatureService:
    seen: dict[str, str] = {}
    for contract in contracts:
        for column in contract.features:
            other = seen.setdefault(column.name, contract.name)
            if other != contract.name:
                raise ContractBroken(
                    f"Column {column.name} is already in {other}, and service {name} has both",
                    where=f"model {contract.name}",
                    next_step="rename one of them, or take one model out of the service",
                )
    return FeatureService(
        name=name,
        features=[views[contract.name] for contract in contracts],
        description=f"The features of '{name}': what was known at the moment asked about.",
        owner=contracts[0].meta.owner,
    )


@cache
def _collected() -> dict[str, FeastObject]:
    manifest = load_settings().home / "dbt" / "manifest.json"
    objects = build(manifest).objects()
    return {f"{type(one).__name__}_{number}": one for number, one in enumerate(objects)}


def __dir__() -> list[str]:
    return sorted({*globals(), *_collected()})


def __getattr__(name: str) -> FeastObject:
    collected = _collected() if "_" in name and not name.startswith("_") else {}
    if name not in collected:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return collected[name]
