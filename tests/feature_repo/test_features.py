"""Feast's definitions say exactly what the dbt contracts say, or name the column that cannot."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feast import ValueType
from feast.types import Bool, Float64, Int32, Int64, String, UnixTimestamp

from feature_repo.features import build
from tests.feature_repo.manifests import feature_model, write_manifest
from warehouse.errors import BuildFailed, ContractBroken

VITALS = {"heart_rate_per_min": "double precision", "is_injury": "smallint"}


def test_views_have_the_contracts_columns_types_and_words(tmp_path: Path) -> None:
    kinds = {
        "a": "smallint", "b": "INTEGER", "c": "bigint", "d": "double precision", "e": "boolean",
        "f": "text", "g": "character varying(50)", "h": "timestamp with time zone",
    }  # fmt: skip
    model = feature_model("feat_encounter__vitals", kinds, ttl_days=30, owner="dr. x")
    (view,) = build(write_manifest(tmp_path, model)).views
    found = {field.name: field.dtype for field in view.features}
    assert list(found) == list(kinds)
    assert list(found.values()) == [
        Int32, Int32, Int64, Float64, Bool, String, String, UnixTimestamp,
    ]  # fmt: skip
    assert view.ttl == timedelta(days=30)
    assert view.owner == "dr. x"
    assert view.description == "What feat_encounter__vitals says."
    assert {field.description for field in view.features} >= {"a of feat_encounter__vitals"}


def test_the_source_names_its_table_so_a_renamed_table_is_a_change(tmp_path: Path) -> None:
    model = feature_model("feat_encounter__vitals", VITALS)
    model["alias"] = "vitals_v2"
    (source,) = build(write_manifest(tmp_path, model)).sources
    assert source.name == "features.vitals_v2"
    assert source.get_table_query_string() == '"features"."vitals_v2"'
    assert source.timestamp_field == "event_timestamp"
    assert source.created_timestamp_column == "created_at"


def test_one_service_per_problem_and_one_entity_for_all(tmp_path: Path) -> None:
    signs = feature_model("feat_b", {"fever": "smallint"}, services=["severity", "arbovirus"])
    definitions = build(write_manifest(tmp_path, signs, feature_model("feat_a", VITALS)))
    views = {
        service.name: [view.name for view in service.feature_view_projections]
        for service in definitions.services
    }
    assert views == {"arbovirus": ["feat_b"], "severity": ["feat_a", "feat_b"]}
    (entity,) = definitions.entities
    assert (entity.name, entity.join_key) == ("encounter", "encounter_id")
    assert entity.value_type == ValueType.STRING


@pytest.mark.parametrize("kind", ["numeric(10, 2)", "date", "jsonb", "interval", "text[]"])
def test_a_type_feast_cannot_carry_is_refused_by_column(tmp_path: Path, kind: str) -> None:
    manifest = write_manifest(tmp_path, feature_model("feat_x", {"good": "text", "odd": kind}))
    with pytest.raises(ContractBroken, match=r"Column odd is .* which Feast cannot carry") as said:
        build(manifest)
    assert said.value.where == "model feat_x"


def _without_contract(model: dict[str, Any]) -> None:
    model["config"]["contract"] = {"enforced": False}


def _without_time(model: dict[str, Any]) -> None:
    del model["columns"]["event_timestamp"]


def _without_type(model: dict[str, Any]) -> None:
    model["columns"]["is_injury"]["data_type"] = None


def _with_odd_key(model: dict[str, Any]) -> None:
    model["columns"]["encounter_id"]["data_type"] = "double precision"


def _without_owner(model: dict[str, Any]) -> None:
    del model["config"]["meta"]["feast"]["owner"]


def _with_unknown_word(model: dict[str, Any]) -> None:
    model["config"]["meta"]["feast"]["ttl"] = 3


def _without_features(model: dict[str, Any]) -> None:
    for name in VITALS:
        del model["columns"][name]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_contract, "not enforced"),
        (_without_time, "no column event_timestamp"),
        (_without_type, "Column is_injury has no data_type"),
        (_with_odd_key, "encounter_id is double precision, which does not do as a key"),
        (_without_owner, "owner"),
        (_with_unknown_word, "ttl"),
        (_without_features, "no feature column"),
    ],
)
def test_a_contract_that_promises_too_little_is_refused(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], said: str
) -> None:
    model = feature_model("feat_x", dict(VITALS))
    spoil(model)
    with pytest.raises(ContractBroken, match=said) as error:
        build(write_manifest(tmp_path, model))
    assert error.value.where == "model feat_x"
    assert error.value.next_step


def test_one_name_twice_in_a_service_is_refused(tmp_path: Path) -> None:
    models = [feature_model(name, {"fever": "smallint"}) for name in ("feat_a", "feat_b")]
    with pytest.raises(ContractBroken, match="fever is already in feat_a, and service severity"):
        build(write_manifest(tmp_path, *models))


@pytest.mark.parametrize("content", [None, "", "[]", '{"nodes": 5}'])
def test_a_manifest_that_cannot_be_read_asks_for_a_build(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BuildFailed, match="semia build"):
        build(path)


def test_importing_feast_leaves_the_environment_and_our_metrics_alone() -> None:
    program = (
        "import os, feature_repo.features;"
        " from prometheus_client.values import ValueClass;"
        " print('PROMETHEUS_MULTIPROC_DIR' in os.environ, ValueClass.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "MutexValue"]
