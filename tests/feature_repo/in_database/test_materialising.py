"""Materialising looks whether the rows are there and fresh, and copies nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from feast import FeatureStore
from feast.errors import DataSourceNotFoundException, SpecifiedFeaturesNotPresentError
from feast.types import Int32

from tests.feature_repo.laboratory import OURS, SCHEMA, Table, hours

pytestmark = pytest.mark.database


def _signs(*ages_in_hours: float, ttl: float = 0) -> Table:
    now = (datetime.now(UTC) - hours(0)) / timedelta(hours=1)
    rows = [(f"{number}", now - age, 1, 1) for number, age in enumerate(ages_in_hours)]
    return Table("signs", ("ward",), {"fever": Int32}, rows, ttl=timedelta(hours=ttl))


def _tables(bench: psycopg.Connection[Any]) -> list[Any]:
    found = bench.execute("select tablename from pg_tables where schemaname = %s", (SCHEMA,))
    return found.fetchall()


def test_it_says_how_old_the_rows_are_and_copies_nothing(
    open_store: Callable[..., FeatureStore],
    bench: psycopg.Connection[Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = open_store(_signs(3, 5, 72, -9, ttl=48))
    store.materialize(hours(0), datetime.now(UTC))
    assert "signs: 2 of 3 keys are served; their newest rows are 3 hours to 3 days old" in (
        capsys.readouterr().out
    )
    assert _tables(bench) == [("signs",)]


def test_rows_that_are_all_too_old_are_a_failure(
    open_store: Callable[..., FeatureStore],
) -> None:
    store = open_store(_signs(72, 96, ttl=48))
    with pytest.raises(RuntimeError, match=r"signs: none of its 2 keys is served, .* 3 days old"):
        store.materialize(hours(0), datetime.now(UTC))


def test_an_empty_source_is_said(
    open_store: Callable[..., FeatureStore], capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(_signs()).materialize(hours(0), datetime.now(UTC))
    assert "signs: no row that has happened yet; nothing is served" in capsys.readouterr().out


def test_a_column_or_a_table_that_is_gone_is_named(
    open_store: Callable[..., FeatureStore], bench: psycopg.Connection[Any]
) -> None:
    store = open_store(_signs(3))
    bench.execute(f"alter table {SCHEMA}.signs rename column fever to feever")
    with pytest.raises(SpecifiedFeaturesNotPresentError, match=r"fever.*signs"):
        store.materialize(hours(0), datetime.now(UTC))
    bench.execute(f"drop table {SCHEMA}.signs")
    with pytest.raises(DataSourceNotFoundException, match="signs"):
        store.materialize(hours(0), datetime.now(UTC))


def test_feasts_own_engine_finds_nothing_to_keep(
    open_store: Callable[..., FeatureStore], bench: psycopg.Connection[Any]
) -> None:
    store = open_store(_signs(3, 5), kinds={**OURS, "engine": "local"})
    store.materialize(hours(0), datetime.now(UTC))
    kept = bench.execute(f"select count(*) from {SCHEMA}.laboratory__signs__live").fetchone()
    assert kept == (0,)
