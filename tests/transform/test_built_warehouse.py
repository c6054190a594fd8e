"""What a whole `dbt build` leaves behind: described, keyed, tested and without a warning."""

import json
from pathlib import Path
from typing import Any

import pytest

from warehouse.building.transform import PROJECT, run_dbt, target_folder
from warehouse.connection import connect
from warehouse.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.slow]

BUILT_SCHEMAS = ["staging", "intermediate", "marts", "features", "monitoring", "reference"]


@pytest.fixture(scope="module")
def manifest(built: Settings) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((target_folder(built) / "manifest.json").read_text("utf-8"))
    return found


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with connect("semia_dbt", settings) as connection:
        return connection.execute(sql).fetchall()


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]


def test_every_seed_model_and_test_passed_without_a_warning(built: Settings) -> None:
    folder = target_folder(built)
    results = json.loads((folder / "run_results.json").read_text("utf-8"))["results"]
    assert len(results) > 250
    assert {result["status"] for result in results} <= {"success", "pass"}
    log = (folder / "logs" / "dbt.log").read_text("utf-8")
    assert [line for line in log.splitlines() if "[warn " in line or "[error" in line] == []


def test_every_model_has_one_yml_of_its_name() -> None:
    for kind in ("models", "tests/generic"):
        assert list((PROJECT / kind).rglob("*.sql"))
    queries = sorted((PROJECT / "models").rglob("*.sql"))
    assert [path.name for path in queries if not path.with_suffix(".yml").exists()] == []


def test_every_model_reads_as_named_steps() -> None:
    endings = {
        path.name: path.read_text("utf-8").rstrip().splitlines()[-1]
        for path in (PROJECT / "models").rglob("*.sql")
    }
    assert {name: end for name, end in endings.items() if end != "select * from final"} == {}


def test_every_model_and_column_is_described(built: Settings) -> None:
    undescribed = query(
        built,
        f"""
        select n.nspname || '.' || c.relname || coalesce('.' || a.attname, '')
        from pg_class as c
        inner join pg_namespace as n on c.relnamespace = n.oid
        left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname = any(array{BUILT_SCHEMAS}) and c.relkind = 'r'
          and (
              coalesce(obj_description(c.oid, 'pg_class'), '') = ''
              or coalesce(col_description(c.oid, a.attnum), '') = ''
          )
        order by 1
        """,
    )
    assert undescribed == []


def test_every_model_is_tested(manifest: dict[str, Any]) -> None:
    tested = {node.get("attached_node") for node in manifest["nodes"].values()}
    tested |= {f"model.semia.{test['model']}" for test in manifest["unit_tests"].values()}
    # An ephemeral model has no rows but those of the table that takes it in.
    made = [m for m in models(manifest) if m["config"]["materialized"] != "ephemeral"]
    assert [m["name"] for m in made if m["unique_id"] not in tested] == []


def test_feature_tables_have_their_keys_and_index(
    manifest: dict[str, Any], built: Settings
) -> None:
    names = sorted(m["name"] for m in models(manifest) if m["schema"] == "features")
    assert len(names) == 18
    constraints = query(
        built,
        """
        select c.conrelid::regclass::text, c.contype::text
        from pg_constraint as c
        where c.connamespace = 'features'::regnamespace and c.contype in ('p', 'f')
        """,
    )
    for name in names:
        assert (f"features.{name}", "p") in constraints
        # Places have no table of their own to point at.
        is_of_place = name in ("feat_municipality__incidence", "municipality_names")
        assert ((f"features.{name}", "f") in constraints) is not is_of_place
    indexed = query(
        built,
        r"""
        select tablename from pg_indexes
        where schemaname = 'features'
          and indexdef like '%\_id, event_timestamp DESC, created_at DESC)'
        """,
    )
    assert sorted(row[0] for row in indexed) == [n for n in names if n.startswith("feat_")]


def test_contracts_are_enforced_on_features_alone(manifest: dict[str, Any]) -> None:
    enforced = {m["name"] for m in models(manifest) if m["contract"]["enforced"]}
    assert enforced == {m["name"] for m in models(manifest) if m["schema"] == "features"}


def test_flags_are_counted_as_the_file_raises_them(built: Settings) -> None:
    for flag in ("cc_abdominalpain", "cc_chestpain", "htn"):
        (raw,) = query(built, f"select count(*) from raw.yale_triage_visits where {flag} <> '0'")
        (clean,) = query(
            built,
            "select count(*) from staging.stg_yale_triage__flags as flags"
            f" where flags.source_column = '{flag}'",
        )
        # A row typed twice counts once.
        assert 0 < clean[0] <= raw[0] <= clean[0] * 1.1 + 2


def test_unknown_is_null_and_never_zero_at_triage(built: Settings) -> None:
    (row,) = query(
        built,
        """
        select count(*) filter (where chest_pain = 1), count(*) filter (where chest_pain = 0),
               count(*) filter (where chest_pain is null)
        from features.feat_encounter__triage_signs
        """,
    )
    present, absent, unknown = row
    assert present > 0
    assert absent == 0
    assert unknown > present


def test_the_documentation_can_be_generated(built: Settings, tmp_path: Path) -> None:
    run_dbt(["docs", "generate", "--target-path", str(tmp_path)], built)
    catalog = json.loads((tmp_path / "catalog.json").read_text("utf-8"))
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    made = {
        k
        for k, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "snapshot")
        and node["config"]["materialized"] != "ephemeral"
    }
    assert set(catalog["nodes"]) == made
    assert catalog["errors"] is None
