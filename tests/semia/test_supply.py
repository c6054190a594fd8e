"""Where a source's rows come from, and what is said of a file that is not as it should be."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from semia import data
from tests.semia.conftest import typed
from tests.warehouse.conftest import Notes
from warehouse.errors import BadFile, WrongSetting
from warehouse.landing.land import LoadResult
from warehouse.settings import Settings
from warehouse.sources.registry import get_source


def test_nothing_is_fetched_where_the_network_is_not_to_be_tried(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("warehouse.landing.fetch.fetch", lambda *_: pytest.fail("was fetched"))
    assert typed(monkeypatch, "fetch", "ktas", "--json") == 1
    assert json.loads(capsys.readouterr().out)["where"] == "SEMIA_OFFLINE"


def test_rows_that_cannot_be_read_are_told_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = LoadResult("ktas_visits", "data.csv", "loaded", 10, 3, 0.1)
    notes = Notes()
    for result in (read, replace(read, rejected=0), replace(read, status="unchanged")):
        monkeypatch.setattr(data, "land", lambda *_, result=result: [result])
        given = data.Supply(get_source("ktas"), home, "public")
        data.land_supply(given, Settings(home=home), notes)
    assert notes.notes == [
        "data.csv: 3 rows could not be read; the table raw._rejects says of each why"
    ]


def test_synthesis_cut_off_in_the_middle_is_done_again(tmp_path: Path) -> None:
    settings, source = Settings(home=tmp_path), get_source("ktas")
    whole = (data.synthesise(source, settings, rows=30) / "data.csv").read_bytes()

    def cut_off(folder: Path, *_: object) -> None:
        (folder / "data.csv").write_bytes(whole[:500])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data.synthesise(replace(source, synthesise=cut_off), settings, rows=40)
    assert (data.synthesise(source, settings, rows=30) / "data.csv").read_bytes() == whole


def as_folder(files: Path) -> None:
    (files / "ktas" / "data.csv").mkdir(parents=True)


def with_another_name(files: Path) -> None:
    (files / "ktas").mkdir(parents=True)
    (files / "ktas" / "Data (1).csv").write_text("Group;Sex")


@pytest.mark.parametrize("spoil", [as_folder, with_another_name])
def test_synthetic_rows_never_slip_in_for_a_file_that_is_not_there(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "files")
    settings = Settings(home=tmp_path / "home", data_dir=tmp_path / "files")
    with pytest.raises(BadFile, match=r"no file data\.csv .*ktas"):
        data.public_folder(get_source("ktas"), settings)
    assert data.public_folder(get_source("ddxplus"), settings) is None


def test_a_data_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", data_dir=tmp_path / "dataa")
    with pytest.raises(WrongSetting, match=r"SEMIA_DATA_DIR is no folder .*dataa"):
        data.public_folder(get_source("ktas"), settings)
