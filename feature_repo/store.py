"""Semia's feature store: opening it, applying the contracts, getting training frames."""

import re
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pandas as pd
import psycopg
import pyarrow as pa
import yaml
from feast import Entity, FeatureService, FeatureStore, FeatureView, RepoConfig
from feast.data_source import DataSource
from feast.errors import (
    DataSourceNotFoundException,
    FeatureServiceNotFoundException,
    SpecifiedFeaturesNotPresentError,
)
from feast.infra.registry.sql import SqlRegistry
from psycopg import sql
from sqlalchemy.exc import DBAPIError

from feature_repo.contracts import SCHEMA, check_tables, read_contracts
from feature_repo.features import FeatureDefinitions, build
from feature_repo.in_database.bad_rows import BadEntityRows
from warehouse import connection
from warehouse.errors import ContractBroken, NotEnoughData, SemiaError, UnknownName
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings

FOLDER = Path(__file__).resolve().parent
REGISTRY_SCHEMA = "registry"
_ROLE: connection.Role = "semia_ml"


def manifest_path(settings: Settings) -> Path:
    """Where dbt leaves its manifest, from which all definitions are built."""
    return settings.home / "dbt" / "manifest.json"


def environment(settings: Settings) -> dict[str, str]:
    """What fills in `feature_store.yaml`; export it to use the `feast` command by hand.

    It holds the password of `semia_ml`. Raises `DatabaseAway` if no server was ever started.
    """
    where = connection.parameters(_ROLE, settings)
    return {
        "SEMIA_HOME": str(settings.home.resolve()),
        "SEMIA_FEAST_HOST": where.host,
        "SEMIA_FEAST_PORT": str(where.port),
        "SEMIA_FEAST_DATABASE": where.dbname,
        "SEMIA_FEAST_USER": where.user,
        "SEMIA_FEAST_PASSWORD": where.password,
        "SEMIA_FEAST_OPTIONS": where.options,
        "SEMIA_FEAST_SSLMODE": where.extras.get("sslmode", "prefer"),
        "SEMIA_FEAST_SSLROOTCERT": where.extras.get("sslrootcert", ""),
        "SEMIA_FEAST_REGISTRY": connection.url(
            _ROLE, settings, driver="postgresql+psycopg", schema=REGISTRY_SCHEMA
        ),
    }


def open_store(settings: Settings) -> FeatureStore:
    """The feature store of these settings; raises `DatabaseAway` when nobody answers."""
    raw = yaml.safe_load((FOLDER / "feature_store.yaml").read_text(encoding="utf-8"))
    config = RepoConfig(**_filled(raw, environment(settings)))
    config.repo_path = FOLDER
    with _speaking_plainly():
        store = FeatureStore(config=config)
        # Feast never closes the registry's connections; without this each store leaves some open.
        if isinstance(store.registry, SqlRegistry):
            weakref.finalize(store, store.registry.write_engine.dispose)
        return store


def apply(settings: Settings, progress: Progress = Silent()) -> FeatureDefinitions:
    """Bring the registry to what the dbt contracts say now, and return that.

    What the contracts no longer name is taken out. Raises `BuildFailed` without a manifest and
    `ContractBroken` for a contract Feast cannot carry or a table that does not keep it; the
    registry is then as it was.
    """
    progress.start("Registering features", total=3)
    definitions = build(manifest_path(settings))
    progress.advance()
    with connection.connect(_ROLE, settings) as asked:
        check_tables(read_contracts(manifest_path(settings)), asked)
    progress.advance()
    store = open_store(settings)
    with _speaking_plainly():
        store.apply(
            definitions.objects(), objects_to_delete=_stale(store, definitions), partial=False
        )
    progress.advance()
    return definitions


def training_frame(problem: str, settings: Settings, origin: str | None = None) -> pd.DataFrame:
    """The spine of a problem with its features, as known at each encounter.

    One row per encounter, ordered by `encounter_id`: the spine's columns, then the features of
    the service named like the problem, in the service's order. Numbers and signs are float64,
    where NaN means unknown. With `origin`, only encounters of that origin ('public' or
    'synthetic'). Raises `UnknownName` for a problem that has no service, `ContractBroken` if its
    tables are not there, and `NotEnoughData` if no encounter is left.
    """
    store = open_store(settings)
    service = feature_service(store, problem)
    with _speaking_plainly():
        job = store.get_historical_features(_spine(problem, origin), service)
        table = job.to_arrow()
    if table.num_rows == 0:
        raise NotEnoughData(
            f"No encounter to learn {problem} from",
            where=f"{SCHEMA}.spine_{problem}, origin {origin or 'any'}",
            next_step="land a source and run semia build",
        )
    names = _feature_names(service)
    beside = [name for name in table.column_names if name not in set(names)]
    ordered = table.select(beside + names).sort_by("encounter_id")
    return _with_unknowns(ordered, set(names)).to_pandas()


def _spine(problem: str, origin: str | None) -> str:
    query = sql.SQL("select * from {}").format(sql.Identifier(SCHEMA, f"spine_{problem}"))
    if origin is not None:
        query += sql.SQL(" where origin = {}").format(sql.Literal(origin))
    return query.as_string()


def feature_service(store: FeatureStore, name: str) -> FeatureService:
    """The registered service called `name`; raises `UnknownName` with those there are."""
    try:
        return store.get_feature_service(name)
    except FeatureServiceNotFoundException as error:
        known = ", ".join(sorted(one.name for one in store.list_feature_services()))
        raise UnknownName(
            f"There is no feature service '{name}'",
            where="the feature registry",
            next_step=f"use one of: {known}" if known else "semia build, then semia features",
        ) from error


def quoted_parts(relation: str) -> list[str]:
    """The names in a quoted relation such as "features"."feat_patient__visits"."""
    return [part.replace('""', '"') for part in re.findall(r'"((?:[^"]|"")+)"', relation)]


def _feature_names(service: FeatureService) -> list[str]:
    return [field.name for view in service.feature_view_projections for field in view.features]


def _with_unknowns(table: pa.Table, features: set[str]) -> pa.Table:
    """Integer and boolean features as float64, which alone can say that a value is unknown."""
    fields = [
        pa.field(field.name, pa.float64())
        if field.name in features
        and (pa.types.is_integer(field.type) or pa.types.is_boolean(field.type))
        else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _stale(store: FeatureStore, definitions: FeatureDefinitions) -> list[Any]:
    """What the registry still has and the definitions do not."""
    wanted = {(type(one), str(one.name)) for one in definitions.objects()}
    registered: list[Entity | DataSource | FeatureView | FeatureService] = [
        *store.list_feature_services(),
        *store.list_feature_views(),
        *store.list_data_sources(),
        *store.list_entities(),
    ]
    return [one for one in registered if (type(one), one.name) not in wanted]


def _filled(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - any shape of YAML
    """The YAML's content with every ${NAME} replaced, after parsing, so no value can break it."""
    if isinstance(value, dict):
        return {key: _filled(one, words) for key, one in value.items()}
    return Template(value).substitute(words) if isinstance(value, str) else value


@contextmanager
def _speaking_plainly() -> Iterator[None]:
    """Turn what drivers say below Feast into errors of ours."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise connection.explain(error.orig, "the feature registry") from error
        raise
    except psycopg.Error as error:
        raise connection.explain(error, "the feature store") from error
    except adbc.Error as error:
        raise _explained(error) from error
    except (SpecifiedFeaturesNotPresentError, DataSourceNotFoundException) as error:
        raise _not_as_registered(str(error)) from error
    except BadEntityRows as error:
        raise ContractBroken(
            f"The spine does not do: {error}", where=SCHEMA, next_step="correct the spine model"
        ) from error


def _not_as_registered(said: str) -> ContractBroken:
    return ContractBroken(
        f"The database lacks what the registry names: {said}",
        where="the feature store",
        next_step="run semia build, then semia features",
    )


def _explained(error: adbc.Error) -> SemiaError:
    """A missing table or column is a broken contract; the rest is the database's own trouble."""
    # The driver repeats the whole query, which says nothing to a person.
    said = " ".join(re.split(r"\n(?:LINE \d|Query was)", str(error))[0].split())
    if (error.sqlstate or "") in ("42P01", "42703"):
        return _not_as_registered(said)
    return connection.explain(psycopg.OperationalError(said), "the feature store")
