"""Landing: whole files or nothing, once, with where each row came from."""

import gzip
import hashlib
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.conftest import Notes, put_away
from warehouse import pour
from warehouse.connection import connect
from warehouse.errors import BadFile, DatabaseAway, DatabaseRefused, DiskFull
from warehouse.land import land
from warehouse.postgres import schema, server
from warehouse.settings import Settings
from warehouse.sources.readers import delimited, parquet
from warehouse.sources.source import Chunk, Source, Table

pytestmark = pytest.mark.database

VISITS = Table("test_visits", "visits.csv", ("patient", "age"), delimited(",", "utf-8"))


def source_of(*tables: Table) -> Source:
    return Source(
        name="test_source",
        title="",
        homepage="",
        licence="",
        citation="",
        tables=tables,
        synthesise=lambda folder, rows, seed, shift: None,
        synthetic_rows=1,
    )


SOURCE = source_of(VISITS)


def rows_of(settings: Settings, question: str) -> list[tuple[Any, ...]]:
    with connect("semia_ingest", settings) as connection:
        return connection.execute(question).fetchall()  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def raw(database: Settings) -> Iterator[Settings]:
    """The shared server with an empty `raw`."""
    yield database
    with connect("semia_ingest", database) as connection:
        connection.execute(
            "drop table if exists raw.test_visits, raw.test_wide, raw._loads, raw._rejects"
        )


def write(folder: Path, text: str | bytes, name: str = "visits.csv") -> Path:
    data = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(data)
    return folder


def test_rows_land_as_text_with_where_they_came_from(
    raw: Settings, tmp_path: Path, notes: Notes
) -> None:
    text = 'Patient,Age,Note\np1,071,""\np2,,"a ""b"", c"\n'
    (result,) = land(SOURCE, write(tmp_path, text), "public", raw, notes)
    assert (result.status, result.rows, result.rejected) == ("loaded", 2, 0)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    assert rows_of(raw, "select * from raw.test_visits order by _row_number") == [
        ("p1", "071", "", "public", "visits.csv", sha256, 2, rows_of(raw, MOMENT)[0][0]),
        ("p2", "", 'a "b", c', "public", "visits.csv", sha256, 3, rows_of(raw, MOMENT)[0][0]),
    ]
    assert notes.begun == [("test_source: visits.csv", 3)]
    assert notes.done == 2


MOMENT = "select max(_loaded_at) from raw.test_visits"


def test_null_and_empty_stay_apart(raw: Settings, tmp_path: Path) -> None:
    table = replace(VISITS, read=delimited(",", "utf-8", null_values=("NA",)))
    land(source_of(table), write(tmp_path, "patient,age\nNA,\n"), "public", raw)
    assert rows_of(raw, "select patient, age from raw.test_visits") == [(None, "")]


def test_the_same_file_twice_is_landed_once(raw: Settings, tmp_path: Path) -> None:
    folder = write(tmp_path, "patient,age\np1,1\np2\n")
    first = land(SOURCE, folder, "public", raw)
    before = rows_of(raw, "select *, xmin::text from raw.test_visits")
    (again,) = land(SOURCE, folder, "public", raw)
    assert (again.status, again.rows, again.rejected) == ("unchanged", 1, 1)
    assert rows_of(raw, "select *, xmin::text from raw.test_visits") == before
    assert rows_of(raw, "select status, row_count, reject_count from raw._loads") == [
        ("loaded", first[0].rows, 1)
    ]


def test_two_at_once_land_a_file_once(raw: Settings, tmp_path: Path) -> None:
    folder = write(tmp_path, "patient,age\n" + "p,1\n" * 20_000)
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: land(SOURCE, folder, "public", raw), range(3)))
    assert sorted(run[0].status for run in runs) == ["loaded", "unchanged", "unchanged"]
    assert rows_of(raw, "select count(*) from raw.test_visits") == [(20_000,)]


def test_new_content_replaces_the_old_rows_and_rejects(raw: Settings, tmp_path: Path) -> None:
    land(SOURCE, write(tmp_path, "patient,age\np1,1\np2\n"), "public", raw)
    (result,) = land(SOURCE, write(tmp_path, "patient,age\np3,3\n"), "public", raw)
    assert result.status == "replaced"
    assert rows_of(raw, "select patient from raw.test_visits") == [("p3",)]
    assert rows_of(raw, "select count(*) from raw._rejects") == [(0,)]
    back = land(SOURCE, write(tmp_path, "patient,age\np1,1\np2\n"), "public", raw)
    assert back[0].status == "replaced"
    assert rows_of(raw, "select patient from raw.test_visits") == [("p1",)]


def test_public_and_synthetic_rows_lie_side_by_side(raw: Settings, tmp_path: Path) -> None:
    land(SOURCE, write(tmp_path, "patient,age\ns1,1\n"), "synthetic", raw)
    land(SOURCE, write(tmp_path, "patient,age\np1,1\n"), "public", raw)
    assert sorted(rows_of(raw, "select _origin, patient from raw.test_visits")) == [
        ("public", "p1"),
        ("synthetic", "s1"),
    ]


def test_columns_nobody_asked_for_land_too(raw: Settings, tmp_path: Path) -> None:
    land(SOURCE, write(tmp_path, "patient,age\np1,1\n"), "synthetic", raw)
    land(SOURCE, write(tmp_path, "age,Höhe (cm),patient\n2,180,p2\n"), "public", raw)
    found = rows_of(raw, "select patient, age, hohe_cm from raw.test_visits order by 1")
    assert found == [("p1", "1", None), ("p2", "2", "180")]


def test_refused_rows_are_kept_apart(raw: Settings, tmp_path: Path) -> None:
    data = b"patient,age\np1,1\np2\np3,\x00\np4,\xff\np5,5\n"
    (result,) = land(SOURCE, write(tmp_path, data), "public", raw)
    assert (result.rows, result.rejected) == (2, 3)
    found = rows_of(raw, "select line, reason, original from raw._rejects order by line")
    assert found == [
        (3, "1 cells where the header has 2", "p2"),
        (4, "a NUL byte", "p3,\\x00"),
        (5, "bytes that are not utf-8", "p4,\\xff"),
    ]
    assert [row[0] for row in rows_of(raw, "select _row_number from raw.test_visits")] == [2, 6]


def test_identifiers_never_land(raw: Settings, tmp_path: Path) -> None:
    table = replace(VISITS, identifiers=("patient",))
    folder = write(tmp_path, "patient,age\nMRN-1,1\nMRN-1,2\nMRN-2,3\nMRN-3\n")
    land(source_of(table), folder, "public", raw)
    found = [row[0] for row in rows_of(raw, "select patient from raw.test_visits order by age")]
    assert found[0] == found[1] != found[2]
    assert all(len(token) == 64 for token in found)
    everything = rows_of(raw, "select t::text from raw.test_visits t")
    everything += rows_of(raw, "select t::text from raw._rejects t")
    assert not [row for row in everything if "MRN" in row[0]]
    assert rows_of(raw, "select line from raw._rejects") == [(5,)]


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("visits.csv", b"", r"is empty \[visits"),
    ("visits.csv", b"patient,age\n", "a header and no rows .*line 2"),
    ("visits.csv", b"patient,years\np,1\n", "lacks 1 of its 2 columns: age .*line 1"),
    ("visits.csv", b"patient;age\np;1\n", "lacks 2 of its 2 columns"),
    ("visits.csv", ",".join(["patient", "age", *map(str, range(1600))]).encode(), "has 1602 col"),
    ("visits.csv", "patient,age\np,1\n".encode("utf-16"), "UTF-16"),
    ("visits.csv", b"patient,age\n" + b"\xe1\xe9,1\n" * 30, "30 of 30 rows .* utf-8 .*line 2"),
    ("visits.csv.gz", gzip.compress(b"patient,age\n" + b"p,1\n" * 9000, mtime=0)[:-9], "truncated"),
    ("visits.csv.gz", b"patient,age\np,1\n", "damaged"),
    ("visits.parquet", b"PAR1 cut off", "damaged or truncated"),
]


@pytest.mark.parametrize(("name", "data", "complaint"), BAD_FILES)
def test_a_bad_file_leaves_the_table_as_it_was(
    raw: Settings, tmp_path: Path, name: str, data: bytes, complaint: str
) -> None:
    reader = parquet() if name.endswith("parquet") else delimited(",", "utf-8")
    table = replace(VISITS, file=name, read=reader)
    if name.endswith("parquet"):
        pq.write_table(pa.table({"patient": ["p1"], "age": [1]}), tmp_path / name)
    else:
        good = b"patient,age\np1,1\n"
        write(tmp_path, gzip.compress(good) if name.endswith("gz") else good, name)
    land(source_of(table), tmp_path, "public", raw)
    before = rows_of(raw, "select * from raw.test_visits")
    write(tmp_path, data, name)
    with pytest.raises(BadFile, match=complaint) as caught:
        land(source_of(table), tmp_path, "public", raw)
    assert "\n" not in caught.value.one_line()
    assert caught.value.next_step
    assert rows_of(raw, "select * from raw.test_visits") == before
    assert rows_of(raw, "select count(*) from raw._rejects") == [(0,)]
    last = rows_of(raw, "select status, error from raw._loads order by load_id desc limit 1")
    assert last == [("failed", caught.value.what)]


def test_a_first_file_that_is_bad_makes_no_table(raw: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        land(SOURCE, write(tmp_path, "patient,years\np,1\n"), "public", raw)
    assert rows_of(raw, "select to_regclass('raw.test_visits')") == [(None,)]


def test_a_missing_file_is_said(raw: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such file"):
        land(SOURCE, tmp_path, "public", raw)


def test_after_a_failure_the_right_file_lands(raw: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        land(SOURCE, write(tmp_path, "patient,age\n"), "public", raw)
    (result,) = land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", raw)
    assert result.status == "loaded"


def test_a_full_disk_on_the_servers_side_is_said(
    raw: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", raw)

    def full(*arguments: object) -> None:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")

    monkeypatch.setattr(pour._Copies, "write", full)
    with pytest.raises(DiskFull, match=r"raw\.test_visits from .*visits\.csv"):
        land(SOURCE, write(tmp_path, "patient,age\nq,1\n"), "public", raw)
    assert rows_of(raw, "select patient from raw.test_visits") == [("p",)]


def test_a_full_disk_on_our_side_is_said(raw: Settings, tmp_path: Path) -> None:
    def full(path: Path) -> Iterator[Chunk]:
        raise OSError(28, "No space left on device")
        yield

    with pytest.raises(DiskFull, match="No room left"):
        land(
            source_of(replace(VISITS, read=full)),
            write(tmp_path, "patient,age\nq,1\n"),
            "public",
            raw,
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_really_fills_up_loses_nothing(tmp_path: Path, open_folder: Path) -> None:
    disk = open_folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "none", str(disk), "-o", "mode=755"]
    if subprocess.run([*mount, "-o", "size=100m"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    own = Settings(home=disk / "home")
    try:
        server.ensure_running(own)
        schema.prepare(own)
        land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", own)
        write(tmp_path, b"patient,age\n" + b"somebody,1234567890\n" * 900_000)
        with pytest.raises(DiskFull, match="free some space"):
            land(SOURCE, tmp_path, "public", own)
        subprocess.run([*mount, "-o", "remount,size=300m"], check=True)
        server.ensure_running(own)
        assert rows_of(own, "select patient from raw.test_visits") == [("p",)]
    finally:
        put_away(own)
        subprocess.run(["umount", str(disk)], check=True)


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://u:p@127.0.0.1:1/x")  # type: ignore[arg-type]
    with pytest.raises(DatabaseAway, match="semia up"):
        land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", settings)


def test_before_roles_exist_it_says_how_to_make_them(own: Settings, tmp_path: Path) -> None:
    server.ensure_running(own)
    with pytest.raises(DatabaseRefused, match="semia up --prepare-only"):
        land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", own)


def test_raw_tables_are_not_analysed_behind_our_back(raw: Settings, tmp_path: Path) -> None:
    land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", raw)
    (found,) = rows_of(raw, "select reloptions from pg_class where relname = 'test_visits'")
    assert found == (["autovacuum_analyze_threshold=2147483647"],)


@pytest.mark.slow
def test_a_wide_file_lands_in_seconds(raw: Settings, tmp_path: Path) -> None:
    columns = {f"c{n}": pa.array([str(n % 7)] * 20_000) for n in range(560)}
    pq.write_table(pa.table(columns), tmp_path / "wide.parquet")
    table = Table("test_wide", "wide.parquet", ("c0",), parquet())
    (result,) = land(source_of(table), tmp_path, "public", raw)
    assert result.rows == 20_000
    assert result.seconds < 30
