"""`semia build --changed` asks dbt for what newly landed files reach, and never for less."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.warehouse.conftest import Notes
from warehouse import changed
from warehouse.changed import build_all, build_changed
from warehouse.errors import BuildFailed
from warehouse.land import land
from warehouse.settings import Settings
from warehouse.sources.registry import get_source
from warehouse.transform import DbtResult, target_folder

pytestmark = pytest.mark.database


class Dbt:
    """Stands in for dbt: keeps what it was asked to build, and fails when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[list[str]] = []
        self.fails = False
        monkeypatch.setattr(changed, "build_selected", self.everything)
        monkeypatch.setattr(changed, "run_dbt", self.selected)

    def everything(self, settings: Settings, progress: object) -> DbtResult:
        return self.selected(["build"], settings, progress)

    def selected(self, arguments: Sequence[str], settings: Settings, progress: object) -> DbtResult:
        self.asked.append(list(arguments))
        if self.fails:
            raise BuildFailed("a model failed")
        return DbtResult(1, 0.1)

    def last(self) -> list[str]:
        return self.asked.pop()


@pytest.fixture
def dbt(monkeypatch: pytest.MonkeyPatch) -> Dbt:
    return Dbt(monkeypatch)


def land_made_up(own: Settings, name: str, seed: int) -> None:
    folder = own.home / name
    folder.mkdir(exist_ok=True)
    get_source(name).synthesise(folder, 60, seed, 0.0)
    land(get_source(name), folder, "synthetic", own)


def test_the_first_build_is_a_whole_one(scratch: Settings, dbt: Dbt) -> None:
    land_made_up(scratch, "cie10", 1)
    land_made_up(scratch, "ktas", 1)
    build_changed(scratch, Notes())
    assert dbt.last() == ["build"]


def test_nothing_new_asks_dbt_for_nothing(scratch: Settings, dbt: Dbt) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 1)
    dbt.asked.clear()
    notes = Notes()
    assert build_changed(scratch, notes).nodes == 0
    assert dbt.asked == []
    assert notes.notes == ["no file has landed since the last build"]


def test_a_new_file_and_the_ledger_are_built_with_all_they_reach(
    scratch: Settings, dbt: Dbt
) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 2)
    land_made_up(scratch, "sivigila_dengue", 2)
    build_changed(scratch, Notes())
    assert dbt.last() == [
        "build", "--exclude-resource-type", "unit_test", "--select", "source:raw.cie10_codes+",
        "source:raw.sivigila_dengue_notifications+", "source:raw._loads+",
    ]  # fmt: skip
    build_changed(scratch, Notes())
    assert [asked for asked in dbt.asked if "--select" in asked] == []


def test_what_a_whole_build_wrote_of_the_project_is_not_written_again(
    scratch: Settings, dbt: Dbt
) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 4)
    manifest = target_folder(scratch) / "manifest.json"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text("{}", encoding="utf-8")
    build_changed(scratch, Notes())
    manifest.unlink()
    assert "--no-write-json" in dbt.last()


def test_what_failed_is_built_again(scratch: Settings, dbt: Dbt) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 3)
    dbt.fails = True
    with pytest.raises(BuildFailed):
        build_changed(scratch, Notes())
    first = dbt.last()
    dbt.fails = False
    build_changed(scratch, Notes())
    assert dbt.last() == first
    assert "source:raw.cie10_codes+" in first


def test_a_whole_build_that_did_not_end_is_followed_by_a_whole_one(
    scratch: Settings, dbt: Dbt
) -> None:
    build_all(scratch, Notes())
    dbt.fails = True
    with pytest.raises(BuildFailed):
        build_all(scratch, Notes())
    dbt.fails = False
    build_changed(scratch, Notes())
    assert dbt.last() == ["build"]


def test_another_project_is_built_whole(scratch: Settings, dbt: Dbt) -> None:
    build_all(scratch, Notes())
    other = scratch.model_copy(update={"k_anonymity": scratch.k_anonymity + 1})
    build_changed(other, Notes())
    assert dbt.last() == ["build"]


def test_every_table_that_lands_is_a_source_of_the_project(parsed: Path) -> None:
    from warehouse.sources.registry import SOURCES

    manifest = json.loads((parsed / "dbt/manifest.json").read_text(encoding="utf-8"))
    landing = {table.name for source in SOURCES.values() for table in source.tables}
    assert {f"source.semia.raw.{name}" for name in landing | {"_loads"}} == set(manifest["sources"])
