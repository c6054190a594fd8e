"""Online answers are the newest rows of the source table itself, and nothing is copied."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg
import pytest
from feast import FeatureStore
from feast.online_response import OnlineResponse
from feast.protos.feast.serving.ServingService_pb2 import FieldStatus
from feast.types import Float64, Int32, String

from feature_repo.in_database import fast_path
from feature_repo.in_database.response import ColumnResponse
from tests.feature_repo.laboratory import SCHEMA, STOCK, Table, hours

pytestmark = pytest.mark.database

SIGNS = Table(
    "signs",
    ("ward", "bed"),
    {"fever": Int32, "heart rate": Float64, "word": String},
    [("a", 1, 1, 1, 0, 80.5, "x"), ("a", 1, 2, 1, 1, None, None), ("a", 2, 1, 1, None, 99.0, "é")],
    renamed={"word": "remark"},
)
NAMES = ["signs:fever", "signs:heart rate", "signs:remark"]
KEYS = [{"ward": "a", "bed": 1}, {"ward": "b", "bed": 1}, {"ward": "a", "bed": 2}] * 2


@pytest.fixture(scope="module")
def store(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(SIGNS)


def _read(
    store: FeatureStore,
    keys: list[dict[str, Any]] | dict[str, list[Any]] | None = None,
    **options: bool,
) -> OnlineResponse:
    return store.get_online_features(NAMES, KEYS if keys is None else keys, **options)


def test_the_newest_row_of_each_key_is_read_in_the_order_asked(store: FeatureStore) -> None:
    answer = _read(store)
    assert isinstance(answer, ColumnResponse)
    assert answer.to_dict() == {
        "ward": ["a", "b", "a"] * 2,
        "bed": [1, 1, 2] * 2,
        "fever": [1, None, None] * 2,
        "heart rate": [None, None, 99.0] * 2,
        "remark": [None, None, "é"] * 2,
    }


def test_it_says_what_feasts_own_store_says_after_a_copy(
    store: FeatureStore, open_store: Callable[..., FeatureStore]
) -> None:
    stock = open_store(SIGNS, kinds={**STOCK, "offline": store.config.offline_store.type})
    stock.materialize(hours(0), hours(99))
    for full in (False, True):
        ours, theirs = _read(store, full_feature_names=full), _read(stock, full_feature_names=full)
        assert ours.to_dict(True) == theirs.to_dict(True)
        assert _vectors(ours) == _vectors(theirs)
        pd.testing.assert_frame_equal(ours.to_df(), theirs.to_df(), check_like=True)


def _vectors(answer: OnlineResponse) -> dict[str, bytes]:
    names = answer.proto.metadata.feature_names.val
    vectors = [vector.SerializeToString() for vector in answer.proto.results]
    return dict(zip(names, vectors, strict=True))


def test_feasts_own_way_reads_the_same(store: FeatureStore) -> None:
    slow = _read(store, include_feature_view_version_metadata=True)
    assert not isinstance(slow, ColumnResponse)
    assert slow.to_dict() == _read(store).to_dict()


def test_columns_of_keys_read_like_rows_of_keys(store: FeatureStore) -> None:
    columns = {name: [key[name] for key in KEYS] for name in ("ward", "bed")}
    assert _read(store, columns).to_dict() == _read(store).to_dict()


def test_a_missing_key_value_finds_nothing(store: FeatureStore) -> None:
    answer = _read(store, [{"ward": None, "bed": 1}])
    assert answer.to_dict()["fever"] == [None]
    assert set(answer.proto.results[2].statuses) == {FieldStatus.NOT_FOUND}


def test_a_key_of_another_type_is_refused(store: FeatureStore) -> None:
    with pytest.raises(ValueError, match="one"):
        _read(store, [{"ward": "a", "bed": "one"}])


def test_a_key_left_out_is_named(store: FeatureStore) -> None:
    with pytest.raises(KeyError, match="bed"):
        _read(store, [{"ward": "a"}])


def test_an_unknown_feature_is_named(store: FeatureStore) -> None:
    with pytest.raises(KeyError, match="feever"):
        store.get_online_features(["signs:feever"], KEYS)


def test_future_rows_and_stale_rows_are_not_served(
    open_store: Callable[..., FeatureStore],
) -> None:
    from_now = (datetime.now(UTC) - hours(0)) / timedelta(hours=1)
    rows = [("a", from_now - 1, 1, 1), ("a", from_now + 5, 1, 0), ("b", from_now - 9, 1, 1)]
    store = open_store(Table("fresh", ("ward",), {"fever": Int32}, rows, ttl=timedelta(hours=3)))
    answer = store.get_online_features(["fresh:fever"], [{"ward": "a"}, {"ward": "b"}])
    assert answer.to_dict()["fever"] == [1, None]


def test_taking_the_store_down_leaves_the_tables(
    open_store: Callable[..., FeatureStore], bench: psycopg.Connection[Any]
) -> None:
    store = open_store(SIGNS)
    assert _read(store).to_dict()["fever"][0] == 1
    store.teardown()
    assert bench.execute(f"select count(*) from {SCHEMA}.signs").fetchone() == (3,)


def test_connections_the_server_dropped_are_replaced(
    open_store: Callable[..., FeatureStore], bench: psycopg.Connection[Any]
) -> None:
    store = open_store(SIGNS)
    before = _read(store).to_dict()
    bench.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
        " and datname = current_database() and backend_type = 'client backend'"
    )
    assert _read(store).to_dict() == before


def test_a_definition_that_changes_is_heeded_at_once(
    open_store: Callable[..., FeatureStore],
) -> None:
    store = open_store(SIGNS)
    assert _read(store).to_dict()["fever"] == [1, None, None] * 2
    view = store.get_feature_view("signs")
    view.ttl = timedelta(hours=1)
    store.apply([view])
    assert _read(store).to_dict()["fever"] == [None] * 6


def test_more_kinds_of_requests_than_are_remembered_are_answered_alike(
    store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_path, "_MOST_SHAPES", 2)
    for _ in range(2):
        for name, column in zip(NAMES, ("fever", "heart rate", "remark"), strict=True):
            answer = store.get_online_features([name], KEYS)
            assert isinstance(answer, ColumnResponse)
            assert answer.to_dict()[column] == _read(store).to_dict()[column]
