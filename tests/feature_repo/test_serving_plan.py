"""What serving reads by the exported plan is what Feast reads, online and as history."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from feast import FeatureStore

from api.history.remembered import PatientReader
from api.history.rows import DatabaseReader
from feature_repo import store
from feature_repo.serving_plan import HISTORY, serving_plan
from ml.serving.serving_plan import Row, ServedView, ServingPlan
from semia.feast_reader import FeastReader
from tests.feature_repo.manifests import feature_model, write_manifest
from warehouse import connection
from warehouse.errors import ContractBroken, UnknownName
from warehouse.settings import Settings

pytestmark = pytest.mark.database

PEOPLE = 8
COLUMNS = {"pulse": "double precision", "visits": "integer", "asthma": "smallint"}


Read = Callable[[ServingPlan, str], Mapping[str, Row]]


@contextmanager
def reading(reader: PatientReader) -> Iterator[Read]:
    """What reads a patient, as the service's event loop does: one loop for all."""
    with asyncio.Runner() as loop:

        async def close() -> None:
            reader.close()

        yield lambda plan, patient: loop.run(reader.read(plan, patient))
        loop.run(close())


def plan_of(service: str, settings: Settings) -> ServingPlan:
    return ServingPlan.model_validate(serving_plan(service, settings))


@pytest.fixture
def applied(built: Settings) -> FeatureStore:
    store.apply(built)
    return store.open_store(built)


def keys_of(settings: Settings, view: ServedView, key: str) -> list[str]:
    relation = ".".join(view.relation)
    with connection.connect("semia_ml", settings) as asked:
        found = asked.execute(
            f"select distinct {key} from {relation} order by {key} limit {PEOPLE}"
        ).fetchall()
    return [name for (name,) in found]


def historical(feast: FeatureStore, plan: ServingPlan, keys: list[str]) -> dict[str, Any]:
    """The last row of history of every key, as of a second ago."""
    moment = datetime.now(UTC) - timedelta(seconds=1)
    asked = pd.DataFrame({plan.key: keys, "event_timestamp": pd.to_datetime([moment] * len(keys))})
    names = [f"{view.name}:{column}" for view in plan.views for column in view.columns]
    table = feast.get_historical_features(asked, names, full_feature_names=True).to_arrow()
    return {row.pop(plan.key): row for row in table.to_pylist()}


def assert_same_everywhere(
    settings: Settings, feast: FeatureStore, plan: ServingPlan, keys: list[str]
) -> list[Mapping[str, Row]]:
    feast_reader = FeastReader(store.open_store(settings))
    read = []
    with reading(DatabaseReader(settings)) as ours, reading(feast_reader) as by_feast:
        past = historical(feast, plan, keys)
        for key in keys:
            rows = ours(plan, key)
            assert _to_the_second(by_feast(plan, key)) == _to_the_second(rows)
            assert {
                f"{view.name}__{column}": rows[view.name].values[column]
                if view.name in rows
                else None
                for view in plan.views
                for column in view.columns
            } == {name: past[key][name] for name in past[key] if "__" in name}
            read.append(rows)
    return read


def _to_the_second(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {
        name: Row(row.event_time.replace(microsecond=0), row.values) for name, row in rows.items()
    }


def test_every_view_of_every_service_is_read_alike(built: Settings, applied: FeatureStore) -> None:
    seen = set()
    services = [service.name for service in applied.list_feature_services()]
    for service in services:
        plan = plan_of(service, built)
        keys = [key for view in plan.views for key in keys_of(built, view, plan.key)]
        read = assert_same_everywhere(built, applied, plan, [*dict.fromkeys(keys), "nobody"])
        assert read[-1] == {}
        seen |= {view for rows in read for view in rows}
    # The published sources' visits and weeks are years old, which is past these views' ttl.
    stale = {"feat_patient__last_vitals", "feat_municipality__incidence"}
    assert {view.name for view in applied.list_feature_views()} - seen == stale


@pytest.fixture
def pulses(database: Settings) -> Iterator[Settings]:
    """One view with rows that are fresh, stale, still to come, and two of one moment."""
    write_manifest(database.home, feature_model("feat_patient__pulses", COLUMNS, entity="patient",
                                                ttl_days=1, services=[HISTORY]))  # fmt: skip
    with connection.connect("semia_dbt", database) as dbt:
        dbt.execute(
            "create table features.feat_patient__pulses (patient_id text, event_timestamp"
            " timestamptz not null, created_at timestamptz not null, pulse double precision,"
            " visits integer, asthma smallint)"
        )
        dbt.execute(
            "insert into features.feat_patient__pulses values"
            " ('fresh', now() - interval '2 h', now(), 60, 1, 0),"
            " ('fresh', now() - interval '1 h', now(), 70, 2, null),"
            " ('fresh', now() + interval '1 h', now(), 80, 3, 1),"
            " ('stale', now() - interval '25 h', now(), 60, 1, 0),"
            " ('future', now() + interval '1 h', now(), 60, 1, 0),"
            " ('tied', now() - interval '1 h', now() - interval '5 min', 60, 1, 0),"
            " ('tied', now() - interval '1 h', now(), 90, 1, 0)"
        )
    store.apply(database)
    yield database
    with connection.connect("semia_dbt", database) as dbt:
        dbt.execute("drop table if exists features.feat_patient__pulses")
    (database.home / "dbt" / "manifest.json").unlink(missing_ok=True)


def test_stale_and_future_rows_are_unknown_to_all_alike(pulses: Settings) -> None:
    keys = ["fresh", "stale", "future", "tied", "nobody"]
    plan = plan_of(HISTORY, pulses)
    read = assert_same_everywhere(pulses, store.open_store(pulses), plan, keys)
    assert [rows["feat_patient__pulses"].values["pulse"] if rows else None for rows in read] == [
        70.0, None, None, 90.0, None,
    ]  # fmt: skip


def test_a_restart_and_a_dropped_column_are_survived_and_named(pulses: Settings) -> None:
    plan = plan_of(HISTORY, pulses)
    with reading(DatabaseReader(pulses)) as read:
        assert read(plan, "fresh")
        with connection.connect("semia_owner", pulses, autocommit=True) as owner:
            owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'semia_api'"
            )
        assert read(plan, "fresh")
        with connection.connect("semia_dbt", pulses) as dbt:
            dbt.execute("alter table features.feat_patient__pulses drop column asthma")
        with pytest.raises(ContractBroken, match="asthma"):
            read(plan, "fresh")
        with connection.connect("semia_dbt", pulses) as dbt:
            dbt.execute("alter table features.feat_patient__pulses add column asthma smallint")
        assert read(plan, "fresh")


def test_a_column_of_another_width_is_read_on_by_connections_that_knew_the_old_one(
    pulses: Settings,
) -> None:
    plan, feast_reader = plan_of(HISTORY, pulses), FeastReader(store.open_store(pulses))
    with reading(DatabaseReader(pulses)) as ours, reading(feast_reader) as by_feast:
        before = ours(plan, "fresh"), by_feast(plan, "fresh")
        with connection.connect("semia_dbt", pulses) as dbt:
            dbt.execute("alter table features.feat_patient__pulses alter visits type bigint")
        assert (ours(plan, "fresh"), by_feast(plan, "fresh")) == before


def test_a_service_that_is_not_there_is_named_with_those_there_are(pulses: Settings) -> None:
    with pytest.raises(UnknownName, match="history"):
        serving_plan("histories", pulses)
