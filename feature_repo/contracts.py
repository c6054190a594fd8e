"""The dbt contract of each feature table: columns, types, and `meta.feast`."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warehouse.errors import BuildFailed, ContractBroken

SCHEMA = "features"
EVENT_TIME = "event_timestamp"
CREATED = "created_at"


class FeastMeta(BaseModel):
    """What a feature model says of itself under `config.meta.feast`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    ttl_days: int = Field(ge=0)
    owner: str = Field(min_length=1)
    services: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True)
class ContractColumn:
    """One column under contract; `data_type` is spelled as in the model's yml."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class FeatureContract:
    """One feature model: its table, its columns in order, and its `meta.feast`."""

    name: str
    table: str
    description: str
    columns: tuple[ContractColumn, ...]
    meta: FeastMeta

    @property
    def key(self) -> str:
        """The column that holds the entity's key."""
        return f"{self.meta.entity}_id"

    @property
    def features(self) -> tuple[ContractColumn, ...]:
        """The columns that are features: all but the key and the two times."""
        beside = {self.key, EVENT_TIME, CREATED}
        return tuple(column for column in self.columns if column.name not in beside)


def read_contracts(manifest: Path) -> tuple[FeatureContract, ...]:
    """Every model of schema `features` with `meta.feast`, by name.

    Raises `BuildFailed` if there is no manifest to read, and `ContractBroken`, naming the model
    and column, for one that promises too little to serve features from.
    """
    nodes = _nodes(manifest)
    contracts = [_contract(node) for node in nodes if _is_feature_model(node)]
    return tuple(sorted(contracts, key=lambda contract: contract.name))


def check_tables(
    contracts: Iterable[FeatureContract], connection: psycopg.Connection[TupleRow]
) -> None:
    """Raise `ContractBroken` for the first column under contract that its table does not have."""
    found = connection.execute(
        "select relname, attname from pg_attribute join pg_class on pg_class.oid = attrelid"
        " where relnamespace = to_regnamespace(%s) and attnum > 0 and not attisdropped",
        (SCHEMA,),
    ).fetchall()
    present = set(found)
    for contract in contracts:
        for column in contract.columns:
            if (contract.table, column.name) not in present:
                raise _broken(
                    f"The database has no column {column.name} in {SCHEMA}.{contract.table}",
                    contract.name,
                    "run semia build",
                )


def _nodes(manifest: Path) -> list[Mapping[str, Any]]:
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        return list(content["nodes"].values())
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BuildFailed(
            "There is no dbt manifest that can be read",
            where=str(manifest),
            next_step="run semia build",
        ) from error


def _is_feature_model(node: Mapping[str, Any]) -> bool:
    return (
        node.get("resource_type") == "model"
        and node.get("schema") == SCHEMA
        and "feast" in _meta(node)
    )


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = node.get("config", {}).get("meta") or {}
    return meta


def _contract(node: Mapping[str, Any]) -> FeatureContract:
    name = str(node["name"])
    if not node["config"].get("contract", {}).get("enforced"):
        raise _broken("Its contract is not enforced", name, "set contract: {enforced: true}")
    contract = FeatureContract(
        name=name,
        table=str(node.get("alias") or name),
        description=str(node.get("description") or ""),
        columns=tuple(_column(name, column) for column in node["columns"].values()),
        meta=_feast_meta(name, _meta(node)["feast"]),
    )
    named = {column.name for column in contract.columns}
    for needed in (contract.key, EVENT_TIME, CREATED):
        if needed not in named:
            raise _broken(f"It has no column {needed}", name, "add the column to its contract")
    if not contract.features:
        raise _broken("It has no feature column", name, "add one, or drop meta.feast")
    return contract


def _column(model: str, column: Mapping[str, Any]) -> ContractColumn:
    name = str(column["name"])
    if not column.get("data_type"):
        raise _broken(f"Column {name} has no data_type", model, "give it one in the model's yml")
    return ContractColumn(name, str(column["data_type"]), str(column.get("description") or ""))


def _feast_meta(model: str, said: object) -> FeastMeta:
    try:
        return FeastMeta.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise _broken(
            f"meta.feast: {place}: {first['msg']}",
            model,
            "write meta.feast with entity, ttl_days, owner and services",
        ) from error


def _broken(what: str, model: str, next_step: str) -> ContractBroken:
    return ContractBroken(what, where=f"model {model}", next_step=next_step)
