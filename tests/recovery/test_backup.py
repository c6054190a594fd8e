"""A backup brings back the same rows, or changes nothing and says why."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.recovery.conftest import held
from tests.warehouse.conftest import Notes
from warehouse.connection import connect, parameters
from warehouse.errors import BadBackup, DatabaseRefused, SemiaError, WrongSetting
from warehouse.postgres import schema
from warehouse.recovery import clients
from warehouse.recovery.backup import back_up
from warehouse.recovery.manifest import DUMP, file_sha256, read_manifest, write_manifest
from warehouse.recovery.restore import restore
from warehouse.settings import Settings

pytestmark = pytest.mark.database

_RESTORE = """
import sys
from pathlib import Path
from warehouse.recovery.restore import restore
from warehouse.settings import Settings
restore(Settings(home=Path(sys.argv[1]), offline=True), Path(sys.argv[2]), replace=True)
"""


@pytest.fixture
def filled(victim: Settings) -> Settings:
    """A warehouse with a few tables of several owners, a view, an identity and odd values."""
    with connect("semia_ingest", victim) as connection:
        connection.execute("drop table if exists raw.visits cascade")
        connection.execute(
            "create table raw.visits (id bigint generated always as identity, words text)"
        )
        connection.execute(
            "insert into raw.visits (words) select 'año ''' || n || E'\\t\\\\' "
            "from generate_series(1, 20000) as n"
        )
    with connect("semia_dbt", victim) as connection:
        connection.execute("drop table if exists features.odd, features.younger cascade")
        connection.execute(
            "create table features.odd (x float8, at timestamptz, n numeric primary key)"
        )
        connection.execute(
            "insert into features.odd "
            "values ('nan', 'infinity', 1), (0.1, '2026-02-03 04:05+05', 2)"
        )
        connection.execute("create view features.seen as select * from features.odd")
    with connect("semia_ml", victim) as connection:
        # Owned by another than its schema, as drift is.
        connection.execute("create table if not exists monitoring.learned as select 1 as n")
    shutil.rmtree(victim.bundle_dir, ignore_errors=True)
    return victim


@pytest.fixture
def kept(filled: Settings, tmp_path: Path) -> Path:
    return back_up(filled, tmp_path / "kept")[0]


def spoil(settings: Settings) -> None:
    with connect("semia_dbt", settings) as connection:
        connection.execute("update features.odd set x = 7 where n = 2")
        connection.execute("create table features.younger as select 1 as n")


def test_rows_rights_and_numbering_come_back(filled: Settings, kept: Path) -> None:
    before = held(filled)
    spoil(filled)
    with connect("semia_ingest", filled) as connection:
        connection.execute("drop table raw.visits")
    assert held(filled) != before
    restore(filled, kept, replace=True)
    assert held(filled) == before
    assert before["raw.visits"].rows == 20000
    with connect("semia_ml", filled) as connection:
        assert connection.execute("select count(*) from features.seen").fetchone() == (2,)
    with connect("semia_ingest", filled) as connection:
        row = connection.execute("insert into raw.visits (words) values ('') returning id")
        assert row.fetchone() == (20001,)


@pytest.mark.slow
def test_a_whole_warehouse_comes_back_on_another_server(
    built: Settings, victim: Settings, tmp_path: Path
) -> None:
    folder, manifest = back_up(built, tmp_path / "whole")
    restore(victim, folder, replace=True)
    assert held(victim) == held(built) == manifest.tables
    rows = {name: table.rows for name, table in manifest.tables.items()}
    assert rows["raw.yale_triage_visits"] >= 4000
    assert rows["features.feat_encounter__triage_vitals"] > 4000


def test_a_backup_goes_to_a_server_where_we_are_no_superuser(filled: Settings, kept: Path) -> None:
    roles = "semia_ingest, semia_dbt, semia_ml, semia_api, semia_analyst, semia_replica"
    with connect("semia_owner", filled, autocommit=True) as connection:
        connection.execute("create role clinic login createrole password 'a clinic''s'")
        connection.execute(f"grant {roles}, semia_owner to clinic with admin option")
        connection.execute("create database clinic owner clinic")
    where = parameters("semia_owner", filled)
    address = f"postgresql://clinic:a%20clinic's@{where.host}:{where.port}/clinic"
    other = filled.model_copy(update={"database_url": SecretStr(address)})
    schema.prepare(other)
    restore(other, kept)
    assert held(other) == read_manifest(kept).tables


def test_a_warehouse_with_rows_is_not_overwritten_unasked(filled: Settings, kept: Path) -> None:
    spoil(filled)
    before = held(filled)
    with pytest.raises(WrongSetting, match="--replace"):
        restore(filled, kept)
    assert held(filled) == before


def test_rows_that_differ_from_the_first_page_are_not_taken(filled: Settings, kept: Path) -> None:
    manifest = read_manifest(kept)
    wrong = replace(manifest.tables["features.odd"], digest="1")
    write_manifest(kept, replace(manifest, tables={**manifest.tables, "features.odd": wrong}))
    spoil(filled)
    before = held(filled)
    with pytest.raises(BadBackup, match=r"features\.odd differs"):
        restore(filled, kept, replace=True)
    assert held(filled) == before


def test_a_damaged_backup_is_refused_before_anything_is_touched(
    filled: Settings, kept: Path, tmp_path: Path
) -> None:
    before = held(filled)
    dump = kept / DUMP
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 255
    dump.write_bytes(content)
    with pytest.raises(BadBackup, match="damaged"):
        restore(filled, kept, replace=True)
    (kept / "manifest.json").write_text("{}")
    with pytest.raises(BadBackup, match="cannot be read"):
        restore(filled, kept, replace=True)
    with pytest.raises(BadBackup, match="no backup"):
        restore(filled, tmp_path, replace=True)
    assert held(filled) == before


def test_a_dump_that_pg_restore_cannot_read_changes_nothing(filled: Settings, kept: Path) -> None:
    before = held(filled)
    content = (kept / DUMP).read_bytes()
    (kept / DUMP).write_bytes(content[: len(content) // 2])
    first_page = json.loads((kept / "manifest.json").read_text())
    first_page["dump_sha256"] = file_sha256(kept / DUMP)
    (kept / "manifest.json").write_text(json.dumps(first_page))
    with pytest.raises(SemiaError, match=r"stopped|to its end"):
        restore(filled, kept, replace=True)
    assert held(filled) == before


def test_a_restore_killed_half_way_leaves_the_old_warehouse(filled: Settings, kept: Path) -> None:
    spoil(filled)
    before = held(filled)
    command = [sys.executable, "-c", _RESTORE, str(filled.home), str(kept)]
    question = "select count(*) from pg_stat_activity where application_name = 'psql'"
    with subprocess.Popen(command) as process:
        with connect("semia_owner", filled, autocommit=True) as connection:
            while connection.execute(question).fetchone() == (0,):
                assert process.poll() is None
                time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    wait_until_alone(filled)
    assert held(filled) == before
    restore(filled, kept, replace=True)
    assert held(filled) == read_manifest(kept).tables


def wait_until_alone(settings: Settings) -> None:
    """Wait until the sessions of a killed program are gone."""
    question = "select count(*) from pg_stat_activity where application_name = 'psql'"
    deadline = time.monotonic() + 60
    with connect("semia_owner", settings, autocommit=True) as connection:
        while connection.execute(question).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_it_is_for_our_eyes_and_holds_no_key(filled: Settings, kept: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    key = filled.hash_key
    assert key is not None
    everything = b"".join(path.read_bytes() for path in kept.rglob("*") if path.is_file())
    assert key.get_secret_value().encode() not in everything
    assert parameters("semia_owner", filled).password.encode() not in everything


def test_another_key_is_told(filled: Settings, kept: Path, notes: Notes) -> None:
    restore(filled, kept, replace=True, progress=notes)
    assert [note for note in notes.notes if "key" in note] == []
    other = filled.model_copy(update={"hash_key": SecretStr("another")})
    restore(other, kept, replace=True, progress=notes)
    assert [note for note in notes.notes if "is not the one of this backup" in note]


def test_the_bundle_comes_back_with_it(filled: Settings, tmp_path: Path) -> None:
    filled.bundle_dir.mkdir()
    (filled.bundle_dir / "manifest.json").write_text("then")
    folder, _ = back_up(filled, tmp_path / "with-bundle")
    (filled.bundle_dir / "manifest.json").write_text("now")
    restore(filled, folder, replace=True)
    assert (filled.bundle_dir / "manifest.json").read_text() == "then"
    shutil.rmtree(filled.bundle_dir)


def test_what_is_there_is_not_overwritten_by_a_backup(filled: Settings, kept: Path) -> None:
    with pytest.raises(WrongSetting, match="never overwrites"):
        back_up(filled, kept)


def test_a_backup_that_fails_leaves_nothing_that_looks_whole(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.recovery.backup._snapshot", lambda connection: "0-0-0")
    with pytest.raises(DatabaseRefused, match="snapshot"):
        back_up(filled, tmp_path / "half")
    assert not (tmp_path / "half").exists()


def test_without_client_programs_it_says_what_to_install(
    victim: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_NEEDED", ("pg_dump_of_nobody",))
    with pytest.raises(WrongSetting, match=r"Debian: postgresql-client-\d+"):
        clients.find_clients(victim)


def test_no_password_is_among_the_words_of_a_client(victim: Settings) -> None:
    found = clients.find_clients(victim)
    secret = parameters("semia_owner", victim).password
    assert secret not in " ".join(found.command("psql"))
    assert found.environment["PGPASSWORD"] == secret
