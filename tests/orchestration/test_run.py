"""The whole schedule, run once against an embedded warehouse with small synthetic files."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.orchestration.conftest import ROOT, Airflow
from tests.support.warehouses import HASH_KEY, rows_of
from warehouse.postgres import server
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.database,
    pytest.mark.program("airflow"),
    pytest.mark.timeout(1800),
]

SEMIA = Path(sys.executable).with_name("semia")


def semia(settings: dict[str, str], *arguments: str) -> None:
    """Type a `semia` command; fail with what it says."""
    command = [SEMIA, *arguments]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings of a computer on which Semia is up: small files landed, champions promoted."""
    home, files = tmp_path_factory.mktemp("scheduled-home"), tmp_path_factory.mktemp("files")
    for source in SOURCES.values():
        (files / source.name).mkdir()
        source.synthesise(files / source.name, rows_of(source), 7, 0.0)
    settings = {"SEMIA_HOME": str(home), "SEMIA_DATA_DIR": str(files), "SEMIA_OFFLINE": "1"}
    settings["SEMIA_HASH_KEY"] = HASH_KEY
    try:
        semia(settings, "up", "--prepare-only", "--quick")
        yield settings
        semia(settings, "down")
    finally:
        server.remove(Settings(home=home))


@pytest.fixture(scope="module")
def scheduled(airflow: Airflow, brought_up: dict[str, str]) -> Airflow:
    """Airflow after one run of the DAG, in which every challenger was trained anew."""
    parameters = json.dumps({"quick": True, "force": True})
    command = ("dags", "test", "semia_retraining", "--conf", parameters)
    done = airflow.run("airflow", *command, **brought_up)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return airflow


def states(airflow: Airflow) -> dict[str, str]:
    """How each task of the run ended."""
    with closing(sqlite3.connect(airflow.home / "airflow.db")) as database:
        return dict(database.execute("select task_id, state from task_instance"))


def passwords(settings: dict[str, str]) -> list[bytes]:
    """What must be in nothing that Airflow keeps: the password `semia env` gives to dbt."""
    command = [SEMIA, "env"]
    printed = subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True
    )
    lines = [line for line in printed.stdout.splitlines() if "PASSWORD=" in line]
    return [line.split("=", 1)[1].strip("'").encode() for line in lines]


def test_every_task_succeeds(scheduled: Airflow) -> None:
    ended = states(scheduled)
    assert {"land", "dbt.spine_severity_model_build", "export"} <= set(ended)
    assert {task: state for task, state in ended.items() if state != "success"} == {}


def test_the_run_leaves_a_bundle_and_a_drift_measurement(
    scheduled: Airflow, brought_up: dict[str, str]
) -> None:
    home = Path(brought_up["SEMIA_HOME"])
    bundle = json.loads((home / "bundle/manifest.json").read_text(encoding="utf-8"))
    drift = json.loads((home / "drift.json").read_text(encoding="utf-8"))
    assert set(drift["problems"]) <= set(bundle["problems"])
    assert bundle["created_at"] > drift["measured_at"]


def test_no_password_is_in_anything_that_airflow_keeps(
    scheduled: Airflow, brought_up: dict[str, str]
) -> None:
    secret = passwords(brought_up)
    assert [len(password) > 8 for password in secret] == [True]
    kept = [file for file in scheduled.home.rglob("*") if file.is_file()]
    assert any(file.name == "airflow.db" for file in kept)
    assert [file.name for file in kept if secret[0] in file.read_bytes()] == []


def test_dbt_left_nothing_in_the_checkout(scheduled: Airflow) -> None:
    assert not (ROOT / "dbt_project/target").exists()
    assert not (ROOT / "dbt_project/logs").exists()
