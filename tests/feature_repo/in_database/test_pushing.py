"""Rows pushed between two builds are served at once, unless something newer is there already."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg
import pytest
from feast import FeatureStore
from feast.types import Float64, Int32, String
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feature_repo.laboratory import OURS, SCHEMA, Table, fill_tables, hours

pytestmark = pytest.mark.database

NAMES = ["signs:fever", "signs:heart rate", "signs:remark"]
KEYS = [{"ward": "a", "bed": 1}, {"ward": "a", "bed": 2}]
LIVE = f"{SCHEMA}.laboratory__signs__live"


def _signs(*, pushed: bool = False) -> Table:
    return Table(
        "signs",
        ("ward", "bed"),
        {"fever": Int32, "heart rate": Float64, "word": String},
        [("a", 1, 2, 2, 1, 80.5, "x")],
        renamed={"word": "remark"},
        pushed=pushed,
    )


@pytest.fixture
def store(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(_signs(pushed=True))


def _row(seen: float, fever: int | None, *, bed: int | None = 1, made: float = 9) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ward": ["a"], "bed": [bed], "fever": pd.Series([fever], dtype=object),
            "heart rate": [71.5], "remark": ["é"], "seen at": [hours(seen)],
            "made at": [hours(made)],
        }
    )  # fmt: skip


def _fever(store: FeatureStore) -> list[Any]:
    fever: list[Any] = store.get_online_features(NAMES, KEYS).to_dict()["fever"]
    return fever


def test_a_pushed_row_is_served_beside_what_the_source_holds(store: FeatureStore) -> None:
    assert _fever(store) == [1, None]
    store.push("signs_now", _row(seen=3, fever=0))
    store.push("signs_now", _row(seen=1, fever=1, bed=2))
    assert store.get_online_features(NAMES, KEYS).to_dict() == {
        "ward": ["a", "a"], "bed": [1, 2], "fever": [0, 1],
        "heart rate": [71.5, 71.5], "remark": ["é", "é"],
    }  # fmt: skip


def test_a_late_batch_changes_nothing(store: FeatureStore) -> None:
    store.push("signs_now", _row(seen=5, fever=0))
    store.push("signs_now", _row(seen=4, fever=1))
    store.push("signs_now", _row(seen=5, fever=1, made=8))
    assert _fever(store) == [0, None]
    store.push("signs_now", _row(seen=5, fever=1, made=10))
    assert _fever(store) == [1, None]


def test_what_the_source_holds_already_is_not_kept_twice(
    store: FeatureStore, bench: psycopg.Connection[Any]
) -> None:
    store.push("signs_now", _row(seen=2, fever=0, made=2))
    assert bench.execute(f"select count(*) from {LIVE}").fetchone() == (0,)
    assert _fever(store) == [1, None]


def test_the_source_is_served_again_once_it_has_caught_up(
    store: FeatureStore, bench: psycopg.Connection[Any]
) -> None:
    store.push("signs_now", _row(seen=3, fever=0))
    fill_tables(bench, [replace(_signs(), rows=[("a", 1, 4, 4, 1, 90.0, "y")])])
    assert _fever(store) == [1, None]


def test_rows_may_be_written_without_a_push_source(
    open_store: Callable[..., FeatureStore],
) -> None:
    store = open_store(_signs())
    assert _fever(store) == [1, None]
    store.write_to_online_store("signs", _row(seen=3, fever=0))
    assert _fever(store) == [0, None]


def test_pushing_and_reading_can_be_awaited(store: FeatureStore) -> None:
    async def work() -> list[Any]:
        await store.initialize()
        await store.push_async("signs_now", _row(seen=3, fever=0))
        answer = await store.get_online_features_async(NAMES, KEYS)
        await store.close()
        fever: list[Any] = answer.to_dict()["fever"]
        return fever

    assert asyncio.run(work()) == [0, None]
    assert asyncio.run(work()) == [0, None]


def test_a_row_without_a_key_is_refused(store: FeatureStore) -> None:
    with pytest.raises(ValueError, match=r"signs: a row without a key .*bed=None"):
        store.push("signs_now", _row(seen=3, fever=0, bed=None).astype({"bed": object}))


def test_a_row_still_to_come_is_refused(store: FeatureStore) -> None:
    ahead = (datetime.now(UTC) - hours(0)) / timedelta(hours=1) + 1
    with pytest.raises(ValueError, match=r"signs: the row of .*bed=1 is of .* still to come"):
        store.push("signs_now", _row(seen=ahead, fever=0))
    assert _fever(store) == [1, None]


def test_a_view_that_is_gone_takes_its_live_rows_along(
    store: FeatureStore, bench: psycopg.Connection[Any]
) -> None:
    store.push("signs_now", _row(seen=3, fever=0))
    store.apply([], objects_to_delete=[store.get_feature_view("signs")], partial=False)
    assert bench.execute("select to_regclass(%s)", (LIVE,)).fetchone() == (None,)
    assert bench.execute(f"select count(*) from {SCHEMA}.signs").fetchone() == (1,)


def test_a_feature_the_view_has_gained_is_kept_too(
    store: FeatureStore, open_store: Callable[..., FeatureStore], bench: psycopg.Connection[Any]
) -> None:
    store.push("signs_now", _row(seen=3, fever=0))
    bench.execute(f"alter table {SCHEMA}.signs add column cough smallint")
    wider = _signs(pushed=True)
    wider.features["cough"] = Int32
    wider_store = open_store(wider, afresh=False)
    wider_store.push("signs_now", _row(seen=4, fever=1).assign(cough=1))
    answer = wider_store.get_online_features([*NAMES, "signs:cough"], KEYS).to_dict()
    assert (answer["fever"], answer["cough"]) == ([1, None], [1, None])


@pytest.fixture(scope="module")
def pushed_to(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(_signs(pushed=True), kinds=OURS)


@settings(max_examples=25, deadline=None, database=None, derandomize=True)
@given(
    pushed=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 99)), min_size=1)
)
def test_whatever_the_order_the_newest_row_is_served(
    pushed_to: FeatureStore, bench: psycopg.Connection[Any], pushed: list[tuple[int, int, int]]
) -> None:
    bench.execute(f"truncate {LIVE}")
    for seen, made, fever in pushed:
        pushed_to.push("signs_now", _row(seen=seen, fever=fever, made=made))
    newest = max((seen, made) for seen, made, _ in [(2, 2, 1), *pushed])
    allowed = {fever for seen, made, fever in [(2, 2, 1), *pushed] if (seen, made) == newest}
    assert _fever(pushed_to)[0] in allowed
