"""Landing what is bad, or where something fails: what was there stays, and the reason is said."""

import gzip
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.small_source import SOURCE, VISITS, rows_of, source_of, write
from warehouse.errors import BadFile, DatabaseAway, DatabaseRefused, DiskFull
from warehouse.landing import pour
from warehouse.landing.land import land
from warehouse.postgres import schema, server
from warehouse.settings import Settings
from warehouse.sources.readers import delimited, parquet
from warehouse.sources.source import Chunk

pytestmark = pytest.mark.database

BAD_FILES: list[tuple[str, bytes, str]] = [
    ("visits.csv", b"", r"is empty \[.*/visits"),
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


def test_a_file_that_is_written_to_while_it_is_read_leaves_what_was_there(
    raw: Settings, tmp_path: Path
) -> None:
    def meanwhile(path: Path) -> Iterator[Chunk]:
        yield from VISITS.read(path)
        with path.open("a") as file:
            file.write("r,3\n")

    land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", raw)
    write(tmp_path, "patient,age\nq,2\n")
    with pytest.raises(BadFile, match="written to while it was read"):
        land(source_of(replace(VISITS, read=meanwhile)), tmp_path, "public", raw)
    assert rows_of(raw, "select patient from raw.test_visits") == [("p",)]
    land(SOURCE, tmp_path, "public", raw)
    assert rows_of(raw, "select patient from raw.test_visits order by 1") == [("q",), ("r",)]


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
        server.remove(own)
        subprocess.run(["umount", str(disk)], check=True)


def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://u:p@127.0.0.1:1/x")  # type: ignore[arg-type]
    with pytest.raises(DatabaseAway, match="semia up"):
        land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", settings)


def test_before_roles_exist_it_says_how_to_make_them(own: Settings, tmp_path: Path) -> None:
    server.ensure_running(own)
    with pytest.raises(DatabaseRefused, match="semia up --prepare-only"):
        land(SOURCE, write(tmp_path, "patient,age\np,1\n"), "public", own)
