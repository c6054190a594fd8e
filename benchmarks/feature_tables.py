"""The tables and Feast stores that bench_feature_store measures."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from warehouse import connection
from warehouse.settings import Settings

if TYPE_CHECKING:
    from feast import Entity, FeatureStore, FeatureView, Field

OURS = "feature_repo.in_database"
WIDTH = 60
# Number of columns and their type; the last four have the shape of the widest problem of ours.
VIEWS = {
    "measured": (WIDTH, "double precision"),
    "observed": (WIDTH, "smallint"),
    "demographics": (2, "double precision"),
    "vitals": (14, "double precision"),
    "signs": (200, "smallint"),
    "antecedents": (56, "smallint"),
}
WIDEST = ("demographics", "vitals", "signs", "antecedents")
ENTITIES = 100_000
SPINE = 50_000
OBSERVATIONS = 40
# How old a row may be. With any ttl, Feast's own query compares every entity row with every other.
TTL = timedelta(days=3650)
# A role whose planner has been told what Feast's own query needs to know.
NO_LOOPS = "bench_no_loops"
PASSWORD = "of this bench alone"


def key(number: int) -> str:
    """The key of an entity."""
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()


def columns(view: str) -> list[str]:
    """The features of a view."""
    return [f"{view}_{number}" for number in range(VIEWS[view][0])]


def fill(settings: Settings) -> None:
    """Make one table per view, indexed as dbt indexes them, and a spine for the long history."""
    with connection.connect("semia_owner", settings, autocommit=True) as owner:
        owner.execute("create schema bench")
        owner.execute("grant usage on schema bench to semia_api")
        owner.execute(
            "alter default privileges in schema bench grant select on tables to semia_api"
        )
        owner.execute(f"create role {NO_LOOPS} superuser login password '{PASSWORD}'")
        owner.execute(f"alter role {NO_LOOPS} set enable_nestloop = off")
        for view, (_, kind) in VIEWS.items():
            rows = (SPINE, OBSERVATIONS) if view == "observed" else (ENTITIES, 1)
            for statement in _statements(view, kind, *rows):
                owner.execute(statement)
        owner.execute(
            "create table bench.spine as select md5(i::text) as encounter_id, timestamptz"
            f" '2021-01-01' + mod(i * 7919, 365) * interval '1 day' as event_timestamp"
            f" from generate_series(1, {SPINE}) as i"
        )
        owner.execute("vacuum analyze bench.spine")


def _statements(view: str, kind: str, entities: int, each: int) -> list[str]:
    """Make and fill a table: a sign in ten is known, everything measured is."""
    names = columns(view)
    value = "random() * 100"
    if kind == "smallint":
        value = "mod(i, 97)" if view == "observed" else "nullif((random() * 10)::int / 10, 0)"
    unique = "primary key" if each == 1 else "not null"
    return [
        f"create table bench.{view} (encounter_id text {unique}, event_timestamp timestamptz"
        f" not null, created_at timestamptz not null, {', '.join(f'{n} {kind}' for n in names)})",
        f"insert into bench.{view}"
        f" select md5(i::text), seen, seen, {', '.join([value] * len(names))}"
        f" from generate_series(1, {entities}) as i, generate_series(1, {each}) as visit, lateral"
        " (select timestamptz '2020-01-01' + mod(i * 7919, 365 * 86400) * interval '1 s'"
        " + visit * interval '17 days' - interval '17 days' as seen) as t",
        f"create index on bench.{view} (encounter_id, event_timestamp desc, created_at desc)",
        f"vacuum analyze bench.{view}",
    ]


def references(views: tuple[str, ...]) -> list[str]:
    """Every feature of these views, as Feast names them."""
    return [f"{view}:{name}" for view in views for name in columns(view)]


def open_store(settings: Settings, who: str) -> "FeatureStore":
    """A Feast store on the tables: `ours`, `stock`, or `stock` without nested loops."""
    from feast import FeatureStore, RepoConfig

    where = _where(settings, who)
    offline = online = "postgres"
    engine = {}
    if who == "ours":
        offline, online = (
            f"{OURS}.offline.InDatabaseOfflineStore",
            f"{OURS}.online.InDatabaseOnlineStore",
        )
        engine = {"batch_engine": {"type": f"{OURS}.materialise.InDatabaseComputeEngine"}}
    store = FeatureStore(
        config=RepoConfig(
            project="bench",
            provider="local",
            registry=str(settings.home / f"registry-{who}.db"),
            offline_store={"type": offline, **where},
            online_store={"type": online, **where},
            entity_key_serialization_version=3,
            **engine,
        )
    )
    store.apply(_definitions())
    return store


def _where(settings: Settings, who: str) -> dict[str, object]:
    """How a store logs in to the database, and as whom."""
    where = connection.parameters("semia_owner", settings)
    user, password = (NO_LOOPS, PASSWORD) if who == NO_LOOPS else (where.user, where.password)
    return {
        "host": where.host,
        "port": where.port,
        "database": where.dbname,
        "db_schema": "bench",
        "user": user,
        "password": password,
        "sslmode": "prefer",
    }


def _definitions() -> "list[Entity | FeatureView]":
    """The entity and one view per table, as Feast is told of them."""
    from feast import Entity, FeatureView, ValueType
    from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
        PostgreSQLSource,
    )

    encounter = Entity(name="encounter", join_keys=["encounter_id"], value_type=ValueType.STRING)
    views = [
        FeatureView(
            name=view,
            entities=[encounter],
            ttl=TTL,
            schema=_schema(view, kind),
            source=PostgreSQLSource(
                name=view,
                table=f"bench.{view}",
                timestamp_field="event_timestamp",
                created_timestamp_column="created_at",
            ),
        )
        for view, (_, kind) in VIEWS.items()
    ]
    return [encounter, *views]


def _schema(view: str, kind: str) -> "list[Field]":
    from feast import Field
    from feast.types import Float64, Int32, String

    number = Int32 if kind == "smallint" else Float64
    features = [Field(name=name, dtype=number) for name in columns(view)]
    return [Field(name="encounter_id", dtype=String), *features]
