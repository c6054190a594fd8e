"""Killed in the middle, by force: what runs next completes, and equals what was never disturbed."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from tests.support.killing import (
    blocked,
    end_badly,
    postmaster,
    start,
    wait_for,
    wait_for_a_queue,
)
from tests.support.warehouses import ROWS, land_synthetic
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.postgres import server
from warehouse.recovery.contents import tables_of
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = [pytest.mark.database, pytest.mark.slow]

# When a row was landed, how long it took and under which number differ from run to run.
TIMES = [
    "_loaded_at",
    "loaded_at",
    "created_at",
    "finished_at",
    "rejected_at",
    "seconds",
    "load_id",
    "dbt_valid_from",
    "dbt_updated_at",
    "dbt_scd_id",
]
# Of every kind and every schema that dbt writes before the features: seeds, tables, a snapshot.
BUILT = ["staging", "intermediate", "marts", "reference"]
SELECTED = ("+fct_encounters", "+fct_rare_phenotypes", "+icd10_history")
# With the tests whose tables are all selected, and no other.
_BUILDER = """
import sys
from warehouse.errors import SemiaError
from warehouse.settings import load_settings
from warehouse.building.transform import run_dbt
arguments = ["build", "--indirect-selection", "buildable", "--select", *sys.argv[1:]]
try:
    run_dbt(arguments, load_settings())
except SemiaError as error:
    sys.exit(error.one_line())
"""
_LANDER = """
import sys
from pathlib import Path
from warehouse.errors import SemiaError
from warehouse.landing.land import land
from warehouse.settings import load_settings
from warehouse.sources.registry import SOURCES
try:
    land(SOURCES[sys.argv[1]], Path(sys.argv[2]), "synthetic", load_settings())
except SemiaError as error:
    sys.exit(error.one_line())
"""


def rows_of(settings: Settings, schemas: list[str]) -> dict[str, tuple[Any, ...]]:
    """Number of rows and an order-free hash of each table, but for times of the run itself."""
    found = {}
    question = sql.SQL(
        "select count(*), sum(cast(hashtextextended(cast(to_jsonb(t) - %s::text[] as text), 0) "
        "as numeric)) from {} as t"
    )
    with connect("semia_owner", settings) as connection:
        for name, table in tables_of(connection, schemas):
            asked = question.format(sql.Identifier(name, table))
            found[f"{name}.{table}"] = connection.execute(asked, [TIMES]).fetchone() or ()
    return found


def synthesised(settings: Settings, name: str) -> Path:
    """The source's file as `built` landed it, where `semia land` looks for it."""
    folder = settings.home / "synthetic" / name
    folder.mkdir(parents=True, exist_ok=True)
    SOURCES[name].synthesise(folder, ROWS[name], 7, 0.0)
    return folder


def test_landing_cut_off_twice_ends_like_landing_undisturbed(
    victim: Settings, built: Settings
) -> None:
    land(SOURCES["ktas"], synthesised(victim, "ktas"), "synthetic", victim)
    files = synthesised(victim, "yale_triage")
    before = rows_of(victim, ["raw"])
    lander = (sys.executable, "-c", _LANDER, "yale_triage", str(files))

    # All rows are copied when it is killed: only the ledger's line is missing.
    with start(victim, *lander) as killed, blocked(victim, "raw._loads", "exclusive"):
        wait_for_a_queue(victim, killed)
        killed.kill()
    assert rows_of(victim, ["raw"]) == before

    with start(victim, *lander) as left, blocked(victim, "raw._loads", "exclusive"):
        wait_for_a_queue(victim, left)
        os.kill(postmaster(victim), signal.SIGKILL)
        assert "The database does not answer" in end_badly(left)
    server.ensure_running(victim)
    assert rows_of(victim, ["raw"]) == before

    land_synthetic(victim)
    landed, undisturbed = rows_of(victim, ["raw"]), rows_of(built, ["raw"])
    assert len(landed) > 5
    assert landed == undisturbed


def test_a_build_whose_dbt_and_database_were_killed_ends_like_one_undisturbed(
    victim: Settings, built: Settings
) -> None:
    land_synthetic(victim)
    builder = (sys.executable, "-c", _BUILDER, *SELECTED)
    # Seeds are there and the first models are written when the build and its dbt die at once.
    with start(victim, *builder) as killed:
        wait_for(victim, killed, "select to_regclass('staging.stg_cie10__codes') is not null")
        os.killpg(killed.pid, signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    before = rows_of(victim, BUILT)
    assert "marts.fct_encounters" not in before

    # The same under the database: it dies while dbt waits for a table it would make anew.
    with (
        blocked(victim, "staging.stg_cie10__codes", "access share"),
        start(victim, *builder) as left,
    ):
        wait_for_a_queue(victim, left)
        os.kill(postmaster(victim), signal.SIGKILL)
        assert "The database does not answer" in end_badly(left)
    server.ensure_running(victim)
    assert "marts.fct_encounters" not in rows_of(victim, BUILT)

    with start(victim, *builder) as again:
        _, said = again.communicate(timeout=400)
    assert again.returncode == 0, said.decode()
    ended, undisturbed = rows_of(victim, BUILT), rows_of(built, BUILT)
    assert len(ended) > len(before)
    # Nothing half made is left beside the tables that belong there.
    assert ended == {name: undisturbed.get(name) for name in ended}
    assert {"marts.fct_rare_phenotypes", "reference.icd10_history"} < set(ended)
