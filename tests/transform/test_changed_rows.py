"""What is made again by encounter is what making everything would give, row by row."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from psycopg.rows import scalar_row
from pydantic import SecretStr

from tests.support.killing import blocked, end_badly, postmaster, start, wait_for
from tests.support.warehouses import HASH_KEY, a_home, running_warehouse
from tests.warehouse.conftest import Notes
from warehouse.building.changed import build_all, build_changed
from warehouse.building.transform import PROJECT, profile_environment
from warehouse.connection import connect
from warehouse.errors import BuildFailed
from warehouse.landing.land import land
from warehouse.postgres import server
from warehouse.progress import Silent
from warehouse.recovery.contents import Content, contents, schemas_of
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES

pytestmark = [pytest.mark.database, pytest.mark.slow]

# When a build ended, and of what.
OF_BUILDS = {"monitoring._built"}
CONSTRAINTS = """
    select cast(conrelid::regclass as text), pg_get_constraintdef(oid)
    from pg_catalog.pg_constraint where connamespace = 'features'::regnamespace
    order by 1, 2
"""
SPINE = "select distinct source from features.spine_arbovirus"
OIDS = """
    select cast(oid as text) from pg_catalog.pg_class
    where
        relnamespace in (
            'staging'::regnamespace, 'intermediate'::regnamespace, 'marts'::regnamespace,
            'features'::regnamespace, 'analyst'::regnamespace, 'reference'::regnamespace
        )
        and relkind in ('r', 'i')
    order by oid
"""
OID = "select cast(to_regclass('marts.' || %s)::oid as text)"
FORMER = """
    select relname from pg_catalog.pg_class
    where right(relname, 7) = '_former' or relname = 'of_the_owner' order by relname
"""
WAITS = """
    select count(*) > 0 from pg_locks
    where relation = 'marts.fct_evidence'::regclass and not granted
"""
_BUILDER = """
from warehouse.building.changed import build_changed
from warehouse.progress import Silent
from warehouse.settings import load_settings
build_changed(load_settings(), Silent())
"""


@pytest.fixture(scope="module")
def own() -> Iterator[Settings]:
    """A warehouse with a few rows of every source, built whole."""
    with a_home() as home:
        settings = Settings(home=home, offline=True, hash_key=SecretStr(HASH_KEY))
        with running_warehouse(settings) as own:
            for name, source in SOURCES.items():
                place(own, name).mkdir(parents=True)
                source.synthesise(place(own, name), 300, 7, 0.0)
                land(source, place(own, name), "synthetic", own)
            build_all(own, Silent())
            yield own


def place(own: Settings, name: str) -> Path:
    return own.home / "files" / name


def rewrite(
    own: Settings, name: str, file: str, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    """Land a file again, its lines changed; the first is the header."""
    path = place(own, name) / file
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    land(SOURCES[name], place(own, name), "synthetic", own)


def of_the_other_sex(line: bytes) -> bytes:
    return line.replace(b",M,", b",F,") if b",M," in line else line.replace(b",F,", b",M,")


def ask(own: Settings, question: str, *given: object) -> list[str]:
    with connect("semia_owner", own) as connection:
        cursor = connection.cursor(row_factory=scalar_row)
        return list(cursor.execute(question, given))  # type: ignore[call-overload]


def everything(own: Settings) -> tuple[dict[str, Content], object]:
    """Every row of every table, and what keeps the features' keys."""
    with connect("semia_owner", own) as connection:
        found = contents(connection, schemas_of(connection))
        constraints = connection.execute(CONSTRAINTS).fetchall()
    return {name: one for name, one in found.items() if name not in OF_BUILDS}, constraints


def assert_like_a_full_refresh(own: Settings) -> None:
    changed = everything(own)
    build_all(own, Silent())
    whole = everything(own)
    assert {name for name in changed[0] if changed[0][name] != whole[0].get(name)} == set()
    assert changed == whole


def test_changed_builds_and_a_killed_one_end_like_a_full_refresh(own: Settings) -> None:
    tables, before = ask(own, OIDS), everything(own)

    # Late rows, a row with another cell, rows that are gone.
    rewrite(own, "sinan_arbovirus", "data_set.csv", lambda lines: [*lines, *lines[7:9]])
    rewrite(own, "ktas", "data.csv", lambda lines: lines[:-3])
    rewrite(
        own, "ddxplus", "release_test_patients.csv",
        lambda lines: [lines[0], of_the_other_sex(lines[1]), *lines[2:-1], lines[5]],
    )  # fmt: skip
    yale = place(own, "yale_triage") / "ed_triage.parquet"
    visits = pq.read_table(yale)
    pq.write_table(visits.slice(0, visits.num_rows - 2), yale)
    land(SOURCES["yale_triage"], yale.parent, "synthetic", own)
    # A meaning that is another, one that is gone.
    rewrite(
        own, "cie10", "catalogo_minsalud_co.csv",
        lambda lines: [lines[0], lines[1].replace(b"inventado", b"renamed"), *lines[2:-1]],
    )  # fmt: skip
    landed = everything(own)

    # Killed when the signs are made and what is known of an encounter is not.
    with (
        blocked(own, "marts.fct_evidence", "share"),
        start(own, sys.executable, "-c", _BUILDER) as killed,
    ):
        wait_for(own, killed, WAITS)
        os.killpg(killed.pid, signal.SIGKILL)
    assert everything(own) == landed
    build_changed(own, Silent())
    assert everything(own)[0]["reference.icd10_history"] != before[0]["reference.icd10_history"]

    # Every row moves by one line; nobody knows any more what the notifications to learn from were,
    # so that those kept for validation are all there is.
    rewrite(own, "ktas", "data.csv", lambda lines: [lines[0], *lines[2:]])
    rewrite(
        own, "sinan_arbovirus", "data_set.csv",
        lambda lines: [lines[0], *(line.rpartition(b";")[0] + b";\n" for line in lines[1:])],
    )  # fmt: skip
    assert ask(own, SPINE) == ["sinan_arbovirus"]
    build_changed(own, Silent())
    assert ask(own, SPINE) == ["foz_chikungunya"]
    # Nothing was made whole in all this.
    assert ask(own, OIDS) == tables
    assert_like_a_full_refresh(own)


def test_a_changed_build_whose_database_was_killed_changed_nothing(own: Settings) -> None:
    rewrite(
        own, "ktas", "data.csv", lambda lines: [lines[0], of_the_other_sex(lines[1]), *lines[3:]]
    )
    landed = everything(own)
    with (
        blocked(own, "marts.fct_evidence", "share"),
        start(own, sys.executable, "-c", _BUILDER) as left,
    ):
        wait_for(own, left, WAITS)
        os.kill(postmaster(own), signal.SIGKILL)
        assert "The database does not answer" in end_badly(left)
    server.ensure_running(own)
    assert everything(own) == landed
    tables = ask(own, OIDS)
    build_changed(own, Silent())
    assert ask(own, OIDS) == tables
    assert_like_a_full_refresh(own)


def test_rows_that_fail_a_test_change_nothing(own: Settings) -> None:
    sound = (place(own, "ktas") / "data.csv").read_bytes()
    column = sound.splitlines()[0].lower().split(b";").index(b"ktas_expert")
    rewrite(
        own, "ktas", "data.csv", lambda lines: [lines[0], of_level_9(lines[1], column), *lines[2:]]
    )
    landed = everything(own)
    for _ in range(2):
        with pytest.raises(BuildFailed) as caught:
            build_changed(own, Silent())
        assert "rows_are_sound_stg_ktas__visits" in caught.value.what
        assert caught.value.where == "dbt_project/models/staging/ktas/stg_ktas__visits.yml"
        assert everything(own) == landed
    rewrite(own, "ktas", "data.csv", lambda _: sound.splitlines(keepends=True))
    build_changed(own, Silent())
    assert_like_a_full_refresh(own)


def of_level_9(line: bytes, column: int) -> bytes:
    cells = line.split(b";")
    return b";".join([*cells[:column], b"9", *cells[column + 1 :]])


def test_where_the_questions_mean_something_else_everything_is_made(own: Settings) -> None:
    (before,) = ask(own, OID, "fct_evidence")
    rewrite(
        own, "ddxplus", "release_evidences.json",
        lambda lines: [lines[0].replace(b"Fever, felt or measured", b"Fever, felt"), *lines[1:]],
    )  # fmt: skip
    build_changed(own, Silent())
    assert ask(own, OID, "fct_evidence") != [before]


def test_what_was_made_by_hand_is_not_made_on(own: Settings) -> None:
    rewrite(own, "ktas", "data.csv", lambda lines: lines[:-1])
    # Staged by hand, its new rows look as if they had been there: nobody could tell what changed.
    dbt = Path(sys.executable).parent / "dbt"
    subprocess.run(
        [dbt, "run", "--select", "stg_ktas__visits"], cwd=PROJECT, check=True, capture_output=True,
        env={**os.environ, **profile_environment(own)},
    )  # fmt: skip
    (before,) = ask(own, OID, "fct_evidence")
    build_changed(own, Silent())
    (after,) = ask(own, OID, "fct_evidence")
    assert after != before
    build_changed(own, Silent())
    assert ask(own, OID, "fct_evidence") == [after]


def test_a_whole_build_drops_what_no_model_makes_any_more(own: Settings) -> None:
    with connect("semia_dbt", own) as connection:
        connection.execute("create table marts.fct_former as select 1 as one")
        connection.execute("create view staging.stg_former as select 1 as one")
        connection.execute("create table intermediate.int_former as select 1 as one")
    with connect("semia_owner", own) as connection:
        connection.execute("create table marts.of_the_owner as select 1 as one")
        connection.execute("create view public.on_it as select * from intermediate.int_former")
    notes = Notes()
    build_all(own, notes)
    assert ask(own, FORMER) == ["int_former", "of_the_owner"]
    assert {note for note in notes.notes if "no model makes" in note} == {
        "no model makes intermediate.int_former any more; something else stands on it",
        "no model makes marts.fct_former any more: dropped",
        "no model makes staging.stg_former any more: dropped",
    }
