"""The store as a person uses it: apply the contracts, then ask for a training set."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from feature_repo import store
from tests.feature_repo.manifests import feature_model, write_manifest
from tests.support.servers import free_port, running
from warehouse import connection
from warehouse.errors import BuildFailed, ContractBroken, NotEnoughData, UnknownName
from warehouse.settings import Settings

pytestmark = pytest.mark.database

VITALS = feature_model("feat_encounter__vitals", {"heart_rate": "double precision"})
SIGNS = feature_model("feat_encounter__signs", {"fever": "smallint", "cough": "smallint"})
TIMES = "event_timestamp timestamptz not null, created_at timestamptz not null"


@pytest.fixture
def small(database: Settings) -> Iterator[Settings]:
    """Two feature tables and a spine, with their manifest, in an otherwise empty database."""
    write_manifest(database.home, VITALS, SIGNS)
    with connection.connect("semia_dbt", database) as dbt:
        dbt.execute("set search_path = features")
        dbt.execute(
            f"create table feat_encounter__vitals"
            f" (encounter_id text primary key, {TIMES}, heart_rate double precision)"
        )
        dbt.execute(
            f"create table feat_encounter__signs"
            f" (encounter_id text primary key, {TIMES}, fever smallint, cough smallint)"
        )
        dbt.execute(
            "create table spine_severity as select * from (values"
            " ('e2', 'p1', timestamptz '2020-01-02Z', 'level_2', 'ktas', 'public'),"
            " ('e1', 'p1', timestamptz '2020-01-02Z', 'level_3', 'yale', 'public'),"
            " ('e3', 'p2', timestamptz '2020-01-02Z', 'level_1', 'yale', 'synthetic'))"
            " as v (encounter_id, patient_id, event_timestamp, label, source, origin)"
        )
        dbt.execute(
            "insert into feat_encounter__vitals values"
            " ('e1', '2020-01-02Z', now(), 80), ('e2', '2020-01-03Z', now(), 99)"
        )
        dbt.execute(
            "insert into feat_encounter__signs values ('e1', '2020-01-02Z', now(), 1, null),"
            " ('e2', '2020-01-01Z', now(), 0, 1), ('e3', '2020-01-02Z', now(), null, 1)"
        )
    yield database
    with connection.connect("semia_dbt", database) as dbt:
        for table in ("feat_encounter__vitals", "feat_encounter__signs", "spine_severity"):
            dbt.execute(f"drop table if exists features.{table}")
    (database.home / "dbt" / "manifest.json").unlink(missing_ok=True)


def test_a_training_frame_has_the_spine_then_the_features_as_then_known(small: Settings) -> None:
    store.apply(small)
    frame = store.training_frame("severity", small)
    assert list(frame.columns) == [
        "encounter_id", "patient_id", "event_timestamp", "label", "source", "origin",
        "fever", "cough", "heart_rate",
    ]  # fmt: skip
    assert list(frame["encounter_id"]) == ["e1", "e2", "e3"]
    plain = frame.astype(object).where(frame.notna(), None)
    assert list(plain["heart_rate"]) == [80.0, None, None]
    assert list(plain["fever"]) == [1.0, 0.0, None]
    assert {str(kind) for kind in frame.dtypes[-3:]} == {"float64"}


def test_a_training_frame_can_be_of_one_origin(small: Settings) -> None:
    store.apply(small)
    assert list(store.training_frame("severity", small, "synthetic")["encounter_id"]) == ["e3"]
    with pytest.raises(NotEnoughData, match="origin nowhere'"):
        store.training_frame("severity", small, "nowhere'")


def test_applying_twice_changes_nothing_and_dropped_models_leave(small: Settings) -> None:
    first, second = store.apply(small), store.apply(small)
    assert [view.name for view in first.views] == [view.name for view in second.views]
    assert _registered(small) == {"feat_encounter__signs", "feat_encounter__vitals"}
    write_manifest(small.home, SIGNS)
    store.apply(small)
    assert _registered(small) == {"feat_encounter__signs"}
    assert [one.name for one in store.open_store(small).list_data_sources()] == [
        "features.feat_encounter__signs"
    ]


def _registered(settings: Settings) -> set[str]:
    return {view.name for view in store.open_store(settings).list_feature_views()}


def test_a_problem_without_features_is_named_with_those_there_are(small: Settings) -> None:
    store.apply(small)
    with pytest.raises(UnknownName, match=r"'severety'.*severity"):
        store.training_frame("severety", small)


def test_a_column_that_is_gone_is_named_before_anything_is_registered(small: Settings) -> None:
    store.apply(small)
    with connection.connect("semia_dbt", small) as dbt:
        dbt.execute("alter table features.feat_encounter__signs drop column cough")
    with pytest.raises(ContractBroken, match=r"no column cough in features\.feat_encounter__signs"):
        store.apply(small)
    with pytest.raises(ContractBroken, match="cough") as error:
        store.training_frame("severity", small)
    assert "select" not in error.value.what


def test_without_a_build_there_is_nothing_to_apply(small: Settings) -> None:
    (small.home / "dbt" / "manifest.json").unlink()
    with pytest.raises(BuildFailed, match="semia build"):
        store.apply(small)


@pytest.mark.slow
def test_the_feast_command_reads_the_same_definitions(small: Settings) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("feast"), "-c", store.FOLDER, "apply"],
        env={**os.environ, **store.environment(small)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert _registered(small) == {"feat_encounter__signs", "feat_encounter__vitals"}


def test_feast_ui_shows_the_page_and_lists_every_view_with_its_features(small: Settings) -> None:
    store.apply(small)
    feast, port = Path(sys.executable).with_name("feast"), str(free_port())
    command = [str(feast), "-c", str(store.FOLDER), "ui", "-h", "127.0.0.1", "-p", port]
    address = f"http://127.0.0.1:{port}"
    # Importing Feast takes its time on a busy computer.
    with running(command, f"{address}/health", patience=90, **store.environment(small)):
        page = httpx.get(address, follow_redirects=True, timeout=30).text
        projects = httpx.get(f"{address}/projects-list.json", timeout=30).json()["projects"]
        listed = httpx.get(
            f"{address}/api/v1/feature_views", params={"project": "semia"}, timeout=30
        ).json()["featureViews"]
    assert '<div id="root">' in page
    assert [one["id"] for one in projects] == ["semia"]
    assert {
        one["spec"]["name"]: [feature["name"] for feature in one["spec"]["features"]]
        for one in listed
    } == {
        "feat_encounter__vitals": ["heart_rate"],
        "feat_encounter__signs": ["fever", "cough"],
    }
