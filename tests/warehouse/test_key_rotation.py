from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import SecretStr

from warehouse.connection import connect
from warehouse.errors import WrongSetting
from warehouse.hash_key import fingerprint, hash_key, key_file
from warehouse.landing import key_rotation
from warehouse.landing.identifiers import hashed
from warehouse.landing.key_rotation import rotate
from warehouse.landing.land import land
from warehouse.postgres import schema, server
from warehouse.settings import Settings
from warehouse.sources.readers import delimited
from warehouse.sources.source import Source, Table

pytestmark = pytest.mark.database

TABLE = Table(
    "visits", "visits.csv", ("person", "sign"), delimited(",", "utf-8"), identifiers=("person",)
)


def _nothing(folder: Path, rows: int, seed: int, shift: float) -> None:
    """These tests write their own file."""


SOURCE = Source("probe", "Probe", "", "", "", (TABLE,), _nothing, 0)


@pytest.fixture
def landed(own: Settings, tmp_path: Path) -> tuple[Settings, Path]:
    """Four visits of two persons and of nobody, landed with a key of the settings' own."""
    server.ensure_running(own)
    schema.prepare(own)
    (tmp_path / "visits.csv").write_text("person,sign\n1001,fever\n1002,rash\n1001,rash\n,rash\n")
    land(SOURCE, tmp_path, "public", own)
    return own, tmp_path


def persons(settings: Settings) -> list[str]:
    with connect("semia_ingest", settings) as connection:
        found = connection.execute("select person from raw.visits order by _row_number").fetchall()
    return [person for (person,) in found]


def test_a_new_line_hashes_what_the_lines_before_it_made() -> None:
    once = hashed(pa.array(["1001"]), b"old")
    assert hashed(once, b"new").to_pylist() == hashed(pa.array(["1001"]), b"old\nnew").to_pylist()


def test_persons_stay_linked_under_a_new_key(landed: tuple[Settings, Path]) -> None:
    settings, folder = landed
    before, former = persons(settings), hash_key(settings)
    assert rotate([SOURCE], settings) == 2
    after = persons(settings)
    assert after[0] == after[2] != after[1]
    assert after[3] == before[3]
    assert not {*before[:3]} & {*after[:3]}
    assert hash_key(settings).startswith(former + b"\n")
    assert [path.name for path in settings.home.glob("hash.key*")] == ["hash.key"]
    # What lands from now on meets what was there: the file, landed anew, gives the same hashes.
    with connect("semia_ingest", settings) as connection:
        connection.execute("truncate raw.visits, raw._loads")
    land(SOURCE, folder, "public", settings)
    assert persons(settings) == after


def test_what_was_built_is_out_of_date(landed: tuple[Settings, Path]) -> None:
    settings, folder = landed
    rotate([SOURCE], settings)
    with connect("semia_ingest", settings) as connection:
        found = connection.execute("select status, row_count from raw._loads order by load_id")
        assert found.fetchall() == [("loaded", 4), ("replaced", 4)]
    assert [one.status for one in land(SOURCE, folder, "public", settings)] == ["unchanged"]


def test_a_rotation_cut_off_before_its_end_changes_nothing(
    landed: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = landed
    before, key = persons(settings), hash_key(settings)

    def cut(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(key_rotation, "_hash_on", cut)
    with pytest.raises(KeyboardInterrupt):
        rotate([SOURCE], settings)
    land(SOURCE, folder, "public", settings)
    assert (persons(settings), hash_key(settings)) == (before, key)
    assert [path.name for path in settings.home.glob("hash.key*")] == ["hash.key"]


def test_a_rotation_cut_off_after_the_rows_is_finished(landed: tuple[Settings, Path]) -> None:
    settings, folder = landed
    former = key_file(settings).read_bytes()
    rotate([SOURCE], settings)
    # As if the computer had gone down between the transaction and the renaming of the file.
    key_file(settings).rename(settings.home / "hash.key.next")
    key_file(settings).write_bytes(former)
    after = persons(settings)
    land(SOURCE, folder, "public", settings)
    assert persons(settings) == after
    assert fingerprint(hash_key(settings)) != fingerprint(former)


def test_rows_are_never_landed_with_another_key(landed: tuple[Settings, Path]) -> None:
    settings, folder = landed
    other = settings.model_copy(update={"hash_key": SecretStr("another")})
    with pytest.raises(WrongSetting, match="not the one that rows were landed with") as caught:
        land(SOURCE, folder, "synthetic", other)
    assert "another" not in str(caught.value)


def test_a_key_of_the_settings_is_theirs(landed: tuple[Settings, Path]) -> None:
    settings, _ = landed
    given = settings.model_copy(update={"hash_key": SecretStr("given")})
    with pytest.raises(WrongSetting, match="unset SEMIA_HASH_KEY"):
        rotate([SOURCE], given)
