"""Landing: whole files or nothing, once, with where each row came from."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.conftest import Notes
from tests.warehouse.small_source import SOURCE, VISITS, rows_of, source_of, write
from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.settings import Settings
from warehouse.sources.readers import delimited, parquet
from warehouse.sources.source import Table

pytestmark = pytest.mark.database


def test_rows_land_as_text_with_where_they_came_from(
    raw: Settings, tmp_path: Path, notes: Notes
) -> None:
    text = 'Patient,Age,Note\np1,071,""\np2,,"a ""b"", c"\n'
    (result,) = land(SOURCE, write(tmp_path, text), "public", raw, notes)
    assert (result.status, result.rows, result.rejected) == ("loaded", 2, 0)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    assert rows_of(raw, "select * from raw.test_visits order by _row_number") == [
        ("p1", "071", "", "public", "visits.csv", 2, rows_of(raw, MOMENT)[0][0]),
        ("p2", "", 'a "b", c', "public", "visits.csv", 3, rows_of(raw, MOMENT)[0][0]),
    ]
    assert rows_of(raw, "select file_sha256 from raw._loads") == [(sha256,)]
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


def test_a_row_that_stays_keeps_when_it_came(raw: Settings, tmp_path: Path) -> None:
    when = "select patient, age, to_char(_loaded_at, 'US') from raw.test_visits"
    land(SOURCE, write(tmp_path, "patient,age\np1,1\np2,\np3,3\np3,3\n"), "public", raw)
    land(SOURCE, write(tmp_path, "patient,age\np1,1\n"), "synthetic", raw)
    first = rows_of(raw, f"{when} order by _origin, _row_number")
    text = "patient,age\np1,1\np2,2\np3,3\np4,4\np5,5\n"
    (result,) = land(SOURCE, write(tmp_path, text), "public", raw)
    assert (result.status, result.rows) == ("replaced", 5)
    again = rows_of(raw, f"{when} order by _origin, _row_number")
    assert [row[:2] for row in again[:-1]] == [
        ("p1", "1"), ("p2", "2"), ("p3", "3"), ("p4", "4"), ("p5", "5")
    ]  # fmt: skip
    # The same row in the same line; and what lies beside, of another origin.
    assert (again[0], again[2], again[-1]) == (first[0], first[2], first[-1])
    new = {row[2:] for row in (again[1], again[3], again[4])}
    assert len(new) == 1
    assert new.isdisjoint(row[2:] for row in first)


def test_a_row_that_moved_or_has_a_new_cell_is_new(raw: Settings, tmp_path: Path) -> None:
    when = "select patient, _loaded_at from raw.test_visits order by _row_number"
    land(SOURCE, write(tmp_path, "patient,age\np1,1\np2,2\n"), "public", raw)
    first = dict(rows_of(raw, when))
    land(SOURCE, write(tmp_path, "patient,age,note\np1,1,\np2,2,said\n"), "public", raw)
    land(SOURCE, write(tmp_path, "patient,age\np1,1\np2,2\n"), "public", raw)
    second = dict(rows_of(raw, when))
    assert second["p2"] > first["p2"]
    land(SOURCE, write(tmp_path, "patient,age\np0,0\np1,1\np2,2\n"), "public", raw)
    moved = rows_of(raw, when)
    assert [row[0] for row in moved] == ["p0", "p1", "p2"]
    assert len({row[1] for row in moved}) == 1
    assert moved[0][1] > max(second.values())


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


def test_a_table_that_kept_the_files_hash_in_each_row_lets_go_of_it(
    raw: Settings, tmp_path: Path
) -> None:
    land(SOURCE, write(tmp_path, "patient,age\ns1,1\n"), "synthetic", raw)
    with connect("semia_ingest", raw) as connection:
        connection.execute(
            "alter table raw.test_visits add column _file_sha256 text not null default 'of old'"
        )
        connection.execute("alter table raw.test_visits alter column _file_sha256 drop default")
    land(SOURCE, write(tmp_path, "patient,age\np1,1\n"), "public", raw)
    assert rows_of(raw, "select patient from raw.test_visits order by 1") == [("p1",), ("s1",)]


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


def test_raw_tables_are_not_analysed_behind_our_back(raw: Settings, tmp_path: Path) -> None:
    land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", raw)
    (found,) = rows_of(raw, "select reloptions from pg_class where relname = 'test_visits'")
    assert found == (["autovacuum_analyze_threshold=2147483647"],)


def test_a_wide_file_lands_whole(raw: Settings, tmp_path: Path) -> None:
    columns = {f"c{n}": pa.array([str(n % 7)] * 20_000) for n in range(560)}
    pq.write_table(pa.table(columns), tmp_path / "wide.parquet")
    table = Table("test_wide", "wide.parquet", ("c0",), parquet())
    (result,) = land(source_of(table), tmp_path, "public", raw)
    assert result.rows == 20_000
