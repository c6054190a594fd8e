"""Semia's own features, as dbt builds them: all registered, and the same however they are read."""

from typing import Any

import pandas as pd
import psycopg
import pytest
from feast import FeatureStore

from feature_repo import store
from feature_repo.contracts import FeatureContract, read_contracts
from feature_repo.features import feast_type
from warehouse import connection
from warehouse.settings import Settings

pytestmark = pytest.mark.database

PROBLEMS = ("severity", "arbovirus", "differential", "admission")
OTHER_SERVICES = ("clinical_scores", "epidemiology", "history")


@pytest.fixture(scope="module")
def applied(built: Settings) -> FeatureStore:
    store.apply(built)
    return store.open_store(built)


@pytest.fixture(scope="module")
def contracts(built: Settings) -> tuple[FeatureContract, ...]:
    return read_contracts(store.manifest_path(built))


def test_the_registry_equals_the_contracts_name_by_name_and_type_by_type(
    applied: FeatureStore, contracts: tuple[FeatureContract, ...]
) -> None:
    registered = {
        view.name: [(field.name, field.dtype) for field in view.features]
        for view in applied.list_feature_views()
    }
    assert registered == {
        contract.name: [
            (column.name, feast_type(contract.name, column)) for column in contract.features
        ]
        for contract in contracts
    }
    services = sorted(service.name for service in applied.list_feature_services())
    assert services == sorted([*PROBLEMS, *OTHER_SERVICES])


def test_the_tables_equal_the_contracts(
    built: Settings, contracts: tuple[FeatureContract, ...]
) -> None:
    with connection.connect("semia_ml", built) as asked:
        for contract in contracts:
            assert _columns(asked, contract.table) == [
                (column.name, column.data_type) for column in contract.columns
            ]


def _columns(asked: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    rows = asked.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        (f"features.{table}",),
    )
    return [(name, kind) for name, kind in rows]


def test_every_feature_is_described(applied: FeatureStore) -> None:
    silent = [
        f"{view.name}:{field.name}"
        for view in applied.list_feature_views()
        for field in view.features
        if not field.description.strip()
    ]
    assert silent == []


@pytest.mark.parametrize("problem", PROBLEMS)
def test_reading_online_gives_the_last_row_of_history(
    applied: FeatureStore, built: Settings, problem: str
) -> None:
    frame = store.training_frame(problem, built).head(200)
    service = applied.get_feature_service(problem)
    keys = [{"encounter_id": key} for key in frame["encounter_id"]]
    online = applied.get_online_features(service, keys).to_df()
    features = [field.name for view in service.feature_view_projections for field in view.features]
    pd.testing.assert_frame_equal(
        online[features].astype("float64"), frame[features].astype("float64"), check_names=False
    )
    assert online[features].notna().to_numpy().any()


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_training_frame_is_the_whole_spine_and_nothing_but_numbers_beside_it(
    built: Settings, problem: str
) -> None:
    frame = store.training_frame(problem, built)
    with connection.connect("semia_ml", built) as asked:
        row = asked.execute(f"select count(*) from features.spine_{problem}").fetchone()
    assert row == (len(frame),)
    assert frame["encounter_id"].is_unique
    beside = ["encounter_id", "patient_id", "event_timestamp", "label", "source", "origin"]
    assert {str(kind) for kind in frame.drop(columns=beside).dtypes} == {"float64"}
