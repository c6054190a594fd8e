"""`semia build --changed` makes again what newly landed files reach, and never less."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.conftest import Notes
from warehouse.building import changed
from warehouse.building.changed import build_all, build_changed
from warehouse.building.compiled import Node, Plan
from warehouse.building.transform import DbtResult, target_folder
from warehouse.connection import connect
from warehouse.errors import BuildFailed
from warehouse.landing.land import land
from warehouse.landing.loads import Connection
from warehouse.settings import Settings
from warehouse.sources.registry import get_source

pytestmark = pytest.mark.database

BY_ENCOUNTER = "select * from e /* of what changed: where encounter_id in (select 1) */"


def node(
    kind: str, name: str, *parents: str, code: str = "select 1", **meta: object
) -> dict[str, Any]:
    return {
        "resource_type": kind, "name": name, "original_file_path": f"{name}.sql", "columns": {},
        "relation_name": None if kind == "test" else f"made.{name}", "schema": "made",
        "compiled_code": code,
        "config": {"materialized": "table", "meta": meta}, "depends_on": {"nodes": list(parents)},
    }  # fmt: skip


CIE10, VISITS, LEDGER, QUESTIONS = (
    f"source.semia.raw.{table}"
    for table in ("cie10_codes", "ktas_visits", "_loads", "ddxplus_evidences")
)
NODES = {
    "test.b": node("test", "dim_icd10_is_sound", "model.dim_icd10"),
    "model.dim_icd10": node("model", "dim_icd10", "model.codes"),
    "model.codes": node("model", "codes", CIE10),
    "model.visits": node("model", "visits", VISITS, code=BY_ENCOUNTER, finds_changes=True),
    "model.signs": node("model", "signs", "model.visits", "model.questions", code=BY_ENCOUNTER),
    "model.questions": node("model", "questions", QUESTIONS),
    "model.freshness": node("model", "freshness", LEDGER),
}


class Made:
    """Stands in for dbt and for the statements: keeps what was to be made, and fails when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[list[str]] = []
        self.fails = False
        self.nodes = NODES
        monkeypatch.setattr(changed, "build_selected", self.everything)
        monkeypatch.setattr(changed, "make_again", self.again)

    def everything(
        self, settings: Settings, progress: object, then: Callable[[], None]
    ) -> DbtResult:
        self.note(["everything"])
        target_folder(settings).mkdir(parents=True, exist_ok=True)
        manifest = target_folder(settings) / "manifest.json"
        manifest.write_text(json.dumps({"nodes": self.nodes}), encoding="utf-8")
        then()
        return DbtResult(1, 0.1)

    def again(self, connection: Connection, nodes: Iterable[Node], progress: object) -> None:
        self.note([one.name for one in nodes])

    def note(self, asked: list[str]) -> None:
        self.asked.append(asked)
        if self.fails:
            raise BuildFailed("a model failed")

    def last(self) -> list[str]:
        return self.asked.pop()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


def land_made_up(own: Settings, name: str, seed: int) -> None:
    folder = own.home / name
    folder.mkdir(exist_ok=True)
    get_source(name).synthesise(folder, 60, seed, 0.0)
    land(get_source(name), folder, "synthetic", own)


def test_the_first_build_is_a_whole_one(scratch: Settings, made: Made) -> None:
    land_made_up(scratch, "cie10", 1)
    land_made_up(scratch, "ktas", 1)
    build_changed(scratch, Notes())
    assert made.last() == ["everything"]


def test_nothing_new_makes_nothing(scratch: Settings, made: Made) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 1)
    made.asked.clear()
    notes = Notes()
    assert build_changed(scratch, notes).nodes == 0
    assert made.asked == []
    assert notes.notes == ["no file has landed since the last build"]


def test_what_a_new_file_and_the_ledger_reach_is_made_in_its_order(
    scratch: Settings, made: Made
) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 2)
    build_changed(scratch, Notes())
    found = made.last()
    assert sorted(found) == ["codes", "dim_icd10", "dim_icd10_is_sound", "freshness"]
    assert [found.index(one) for one in ("codes", "dim_icd10", "dim_icd10_is_sound")] == sorted(
        found.index(one) for one in ("codes", "dim_icd10", "dim_icd10_is_sound")
    )
    land_made_up(scratch, "ktas", 2)
    build_changed(scratch, Notes())
    assert sorted(made.last()) == ["freshness", "signs", "visits"]
    made.asked.clear()
    build_changed(scratch, Notes())
    assert made.asked == []


def test_a_file_that_nobody_follows_to_encounters_has_everything_made(
    scratch: Settings, made: Made
) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "ddxplus", 2)
    build_changed(scratch, Notes())
    assert made.last() == ["everything"]


def test_a_table_with_another_column_has_everything_made(scratch: Settings, made: Made) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "ktas", 5)
    with connect("semia_ingest", scratch) as connection:
        connection.execute("alter table raw.ktas_visits add column another text")
    build_changed(scratch, Notes())
    assert made.last() == ["everything"]


def test_what_dbt_did_not_compile_is_not_made_again(scratch: Settings, made: Made) -> None:
    half = {**NODES, "model.codes": {**NODES["model.codes"], "compiled_code": None}}
    made.nodes = half
    build_all(scratch, Notes())
    land_made_up(scratch, "ktas", 6)
    build_changed(scratch, Notes())
    assert made.last() == ["everything"]


def test_what_failed_is_made_again(scratch: Settings, made: Made) -> None:
    build_all(scratch, Notes())
    land_made_up(scratch, "cie10", 3)
    made.fails = True
    with pytest.raises(BuildFailed):
        build_changed(scratch, Notes())
    first = made.last()
    made.fails = False
    build_changed(scratch, Notes())
    assert made.last() == first
    assert "codes" in first


def test_a_whole_build_that_did_not_end_is_followed_by_a_whole_one(
    scratch: Settings, made: Made
) -> None:
    build_all(scratch, Notes())
    made.fails = True
    with pytest.raises(BuildFailed):
        build_all(scratch, Notes())
    made.fails = False
    build_changed(scratch, Notes())
    assert made.last() == ["everything"]


def test_another_project_is_built_whole(scratch: Settings, made: Made) -> None:
    build_all(scratch, Notes())
    other = scratch.model_copy(update={"k_anonymity": scratch.k_anonymity + 1})
    build_changed(other, Notes())
    assert made.last() == ["everything"]


def test_a_plan_is_the_same_when_it_was_written_down(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"nodes": NODES}), encoding="utf-8")
    plan = Plan.read(manifest)
    assert Plan.held(json.loads(json.dumps(plan.as_json()))) == plan
    visits = plan.nodes["model.visits"]
    assert visits.condition == "where encounter_id in (select 1)"
    assert visits.sql_of_changed == "select * from e where encounter_id in (select 1)"


def test_who_is_new_is_asked_of_the_first_steps_of_a_model(parsed: Path) -> None:
    manifest = json.loads((parsed / "dbt/manifest.json").read_text(encoding="utf-8"))
    finders = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["meta"].get("finds_changes")
    ]
    assert len(finders) >= 5
    for found in finders:
        # Not compiled, but the names and ends of its steps are the same.
        model = Node("model.m", "model", "m", "m.sql", "made.m", found["raw_code"], [])
        first = model.ended_after("kept", "\nselect 1")
        assert found["raw_code"].startswith(first.removesuffix("\nselect 1"))
        # Made by the macro of that name, or the same for each row where none can be a repeat.
        assert "repeat_number(" in first or "1 as repeat_number" in first
        assert "repeat_number = 1" not in first
        assert "only_found(" in first


def test_every_table_that_lands_is_a_source_of_the_project(parsed: Path) -> None:
    from warehouse.sources.registry import SOURCES

    manifest = json.loads((parsed / "dbt/manifest.json").read_text(encoding="utf-8"))
    landing = {table.name for source in SOURCES.values() for table in source.tables}
    raw = {key for key in manifest["sources"] if key.startswith("source.semia.raw.")}
    assert raw == {f"source.semia.raw.{name}" for name in landing | {"_loads"}}
