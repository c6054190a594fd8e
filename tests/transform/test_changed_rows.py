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

from tests.support.killing import blocked, start, wait_for
from tests.support.warehouses import HASH_KEY, a_home, running_warehouse
from warehouse.changed import build_all, build_changed
from warehouse.connection import connect
from warehouse.land import land
from warehouse.progress import Silent
from warehouse.recovery.contents import Content, contents, schemas_of
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES
from warehouse.transform import PROJECT, profile_environment, run_dbt

pytestmark = [pytest.mark.database, pytest.mark.slow]

# Numbers of builds, and who is gone: what is told of it is compared by itself.
OF_BUILDS = {"monitoring._built", "monitoring._made", "intermediate.int_encounters__followed"}
CONTENT = """
    select sum(('x' || left(md5(encounter_id || content_hash), 15))::bit(60)::bigint)::text
    from intermediate.int_encounters__followed
"""
BY_ENCOUNTER = "select model from monitoring._made where model <> 'int_encounters__followed'"
CONSTRAINTS = """
    select cast(conrelid::regclass as text), pg_get_constraintdef(oid)
    from pg_catalog.pg_constraint where connamespace = 'features'::regnamespace
    order by 1, 2
"""
SPINE = "select distinct source from features.spine_arbovirus"
OIDS = """
    select cast(oid as text) from pg_catalog.pg_class where relname = any(%s) order by relname
"""
WAITS = """
    select count(*) > 0 from pg_locks
    where relation = 'marts.fct_evidence'::regclass and not granted
"""
_BUILDER = """
from warehouse.changed import build_changed
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


def everything(own: Settings) -> tuple[dict[str, Content], list[str], object]:
    """Every row of every table, and what keeps the features' keys."""
    with connect("semia_owner", own) as connection:
        found = contents(connection, schemas_of(connection))
        constraints = connection.execute(CONSTRAINTS).fetchall()  # type: ignore[call-overload]
    rows = {name: content for name, content in found.items() if name not in OF_BUILDS}
    return rows, ask(own, CONTENT), constraints


def test_changed_builds_and_a_killed_one_end_like_a_full_refresh(own: Settings) -> None:
    models = ask(own, BY_ENCOUNTER)
    assert set(models) > {
        "int_answers__ddxplus_listed", "int_observations__recorded", "fct_observations",
        "fct_symptoms", "fct_evidence", "fct_labels", "spine_arbovirus",
        "feat_encounter__triage_signs",
    }  # fmt: skip
    tables, before = ask(own, OIDS, models), everything(own)

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

    # Killed when the signs are made and what is known of an encounter is not.
    with (
        blocked(own, "marts.fct_evidence", "share"),
        start(own, sys.executable, "-c", _BUILDER) as killed,
    ):
        wait_for(own, killed, WAITS)
        os.killpg(killed.pid, signal.SIGKILL)
    taken_up = "select changed_in from monitoring._made where model = %s"
    assert ask(own, taken_up, "fct_symptoms") > ask(own, taken_up, "fct_evidence")
    build_changed(own, Silent())
    assert everything(own)[0] != before[0]

    # Every row moves by one line; the questions mean something else; nobody knows any more what
    # the notifications to learn from were, so that those kept for validation are all there is.
    rewrite(own, "ktas", "data.csv", lambda lines: [lines[0], *lines[2:]])
    rewrite(
        own, "ddxplus", "release_evidences.json",
        lambda lines: [lines[0].replace(b"Fever, felt or measured", b"Fever, felt"), *lines[1:]],
    )  # fmt: skip
    rewrite(
        own, "sinan_arbovirus", "data_set.csv",
        lambda lines: [lines[0], *(line.rpartition(b";")[0] + b";\n" for line in lines[1:])],
    )  # fmt: skip
    assert ask(own, SPINE) == ["sinan_arbovirus"]
    build_changed(own, Silent())
    assert ask(own, SPINE) == ["foz_chikungunya"]
    assert ask(own, OIDS, models) == tables

    changed = everything(own)
    build_all(own, Silent())
    whole = everything(own)
    assert {name for name in changed[0] if changed[0][name] != whole[0].get(name)} == set()
    assert changed == whole


def test_rows_of_a_project_nobody_named_are_not_made_on(own: Settings) -> None:
    (whole,) = ask(own, OIDS, ["fct_evidence"])
    run_dbt(["run", "--select", "fct_evidence"], own)
    assert ask(own, OIDS, ["fct_evidence"]) == [whole]
    # dbt by itself knows nothing of what was edited: it makes the table whole, and so does the
    # next that knows, for what it finds may be of any project.
    dbt = Path(sys.executable).parent / "dbt"
    subprocess.run(
        [dbt, "run", "--select", "fct_evidence"], cwd=PROJECT, check=True, capture_output=True,
        env={**os.environ, **profile_environment(own)},
    )  # fmt: skip
    (plain,) = ask(own, OIDS, ["fct_evidence"])
    run_dbt(["run", "--select", "fct_evidence"], own)
    (named,) = ask(own, OIDS, ["fct_evidence"])
    assert len({whole, plain, named}) == 3


def test_nobody_makes_on_what_was_made_before_all_were_followed_anew(own: Settings) -> None:
    (before,) = ask(own, OIDS, ["fct_evidence"])
    run_dbt(["run", "--full-refresh", "--select", "int_encounters__followed"], own)
    run_dbt(["run", "--select", "fct_evidence"], own)
    assert ask(own, OIDS, ["fct_evidence"]) != [before]
