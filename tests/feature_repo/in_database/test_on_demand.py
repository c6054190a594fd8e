"""Aliases, renamed keys and on-demand views are read quickly, and give what Feast's way gives."""

import asyncio
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from feast import FeatureService, FeatureStore, Field, RequestSource
from feast.on_demand_feature_view import on_demand_feature_view
from feast.online_response import OnlineResponse
from feast.types import Float64, Int64, String
from hypothesis import given, settings
from hypothesis import strategies as st

from feature_repo.in_database import fast_path
from feature_repo.in_database.response import ColumnResponse
from tests.feature_repo.laboratory import OURS, STOCK, Table, hours

pytestmark = [
    pytest.mark.database,
    pytest.mark.filterwarnings("ignore:On demand feature view is an experimental:RuntimeWarning"),
]

VITALS = Table(
    "vitals",
    ("ward", "bed"),
    {"heart_rate": Float64, "systolic": Float64},
    # Several rows a key, a missing value, and a bed of each ward.
    [
        ("a", 1, 1, 1, 80.0, 120.0), ("a", 1, 2, 1, 90.0, 100.0), ("a", 2, 1, 1, 70.0, None),
        ("b", 1, 1, 1, 60.0, 110.0),
    ],
)  # fmt: skip
NOTES = Table("notes", ("bed",), {"note": String}, [(1, 1, 1, "x"), (2, 1, 1, "é")])
RIGHT_NOW = RequestSource(name="right_now", schema=[Field(name="age", dtype=Int64)])


def _views() -> list[Any]:
    vitals, notes = VITALS.view(), NOTES.view()

    @on_demand_feature_view(
        sources=[vitals, RIGHT_NOW],
        schema=[Field(name="shock_index", dtype=Float64), Field(name="is_old", dtype=Int64)],
        mode="python",
    )
    def shock(inputs: dict[str, Any]) -> dict[str, Any]:
        pairs = zip(inputs["heart_rate"], inputs["systolic"], strict=True)
        return {
            "shock_index": [None if not (h and s) else h / s for h, s in pairs],
            "is_old": [int(age > 64) for age in inputs["age"]],
        }

    @on_demand_feature_view(
        sources=[notes], schema=[Field(name="note_length", dtype=Int64)], mode="pandas"
    )
    def lengths(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"note_length": frame["note"].fillna("").str.len()})

    everything = FeatureService(name="everything", features=[vitals, notes, shock, lengths])
    some = FeatureService(name="some", features=[shock[["shock_index"]], notes])
    beside = FeatureService(
        name="beside",
        features=[
            notes.with_name("here"),
            notes.with_name("there").with_join_key_map({"bed": "other_bed"}),
        ],
    )
    return [RIGHT_NOW, shock, lengths, everything, some, beside]


@pytest.fixture(scope="module")
def store(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(VITALS, NOTES, more=_views())


@pytest.fixture(scope="module")
def stock(store: FeatureStore, open_store: Callable[..., FeatureStore]) -> FeatureStore:
    kinds = {**STOCK, "offline": OURS["offline"]}
    copied = open_store(VITALS, NOTES, kinds=kinds, afresh=False, more=_views())
    copied.materialize(hours(0), hours(99))
    return copied


ROWS = [
    {"ward": "a", "bed": 1, "age": 70}, {"ward": "a", "bed": 2, "age": 30},
    {"ward": "c", "bed": 9, "age": 64}, {"ward": "a", "bed": 1, "age": 8},
]  # fmt: skip


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", ["everything", "some"])
def test_on_demand_views_are_computed_as_feast_computes_them(
    store: FeatureStore, stock: FeatureStore, name: str, full: bool
) -> None:
    ours, theirs = (
        one.get_online_features(one.get_feature_service(name), ROWS, full_feature_names=full)
        for one in (store, stock)
    )
    assert isinstance(ours, ColumnResponse)
    assert not isinstance(theirs, ColumnResponse)
    assert _plain(ours.to_dict()) == _plain(theirs.to_dict())
    assert _vectors(ours) == _vectors(theirs)


def _plain(answer: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """NaN, which an on-demand view may give, does not equal itself."""
    return {
        name: [None if value != value else value for value in values]
        for name, values in sorted(answer.items())
    }


def _vectors(answer: OnlineResponse) -> dict[str, str]:
    names = answer.proto.metadata.feature_names.val
    return dict(zip(names, map(str, answer.proto.results), strict=True))


def test_one_view_is_read_by_two_keys(store: FeatureStore, stock: FeatureStore) -> None:
    asked = [{"bed": 1, "other_bed": 2}, {"bed": 2, "other_bed": 9}]
    ours, theirs = (
        one.get_online_features(one.get_feature_service("beside"), asked, full_feature_names=True)
        for one in (store, stock)
    )
    assert isinstance(ours, ColumnResponse)
    assert ours.to_dict()["there__note"] == ["é", None]
    assert ours.to_dict() == theirs.to_dict()


def test_request_data_left_out_is_named(store: FeatureStore) -> None:
    with pytest.raises(Exception, match="age"):
        store.get_online_features(["shock:shock_index"], [{"ward": "a", "bed": 1}])


def test_history_computes_them_too(store: FeatureStore) -> None:
    asked = pd.DataFrame({"ward": ["a"], "bed": [1], "age": [70], "event_timestamp": [hours(1.5)]})
    found = store.get_historical_features(asked, ["shock:shock_index", "shock:is_old"]).to_df()
    assert found[["shock_index", "is_old"]].to_numpy().tolist() == [[80 / 120, 1]]


@settings(max_examples=30, deadline=None, database=None, derandomize=True)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "ward": st.sampled_from(["a", "b", "c"]),
                "bed": st.integers(1, 3),
                "age": st.integers(0, 99),
            }
        ),
        min_size=1,
        max_size=6,
    ),
    names=st.lists(
        st.sampled_from(
            ["vitals:heart_rate", "vitals:systolic", "notes:note", "shock:shock_index",
             "shock:is_old", "lengths:note_length"]
        ),
        min_size=1,
        unique=True,
    ),
    full=st.booleans(),
    awaited=st.booleans(),
)  # fmt: skip
def test_any_request_is_answered_as_feast_answers_it(
    store: FeatureStore,
    stock: FeatureStore,
    rows: list[dict[str, Any]],
    names: list[str],
    full: bool,
    awaited: bool,
) -> None:
    async def asynchronously() -> OnlineResponse:
        answer = await store.get_online_features_async(names, rows, full)
        await store._get_provider().close()
        return answer

    ours = (
        asyncio.run(asynchronously()) if awaited else store.get_online_features(names, rows, full)
    )
    theirs = stock.get_online_features(names, rows, full)
    assert _plain(ours.to_dict()) == _plain(theirs.to_dict())


def test_without_feasts_private_function_every_request_takes_feasts_way(
    store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = store.get_feature_service("everything")
    quick = store.get_online_features(service, ROWS)
    for changed in (None, lambda *_: ((),) * (fast_path._PARTS + 1)):
        monkeypatch.setattr(fast_path, "_resolve", changed)
        slow = store.get_online_features(service, ROWS)
        assert not isinstance(slow, ColumnResponse)
        assert _plain(slow.to_dict()) == _plain(quick.to_dict())


def test_feast_still_has_the_private_function() -> None:
    assert fast_path._resolve is not None
