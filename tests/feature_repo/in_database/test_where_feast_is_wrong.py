"""Where Feast's own PostgreSQL store answers wrongly, ours gives the right answer."""

from collections.abc import Callable

import pandas as pd
import pytest
from feast import FeatureStore
from feast.types import Int32

from tests.feature_repo.laboratory import Table, hours

pytestmark = pytest.mark.database

FEVER = {"fever": Int32}


def _ask(store: FeatureStore, **columns: list[object]) -> list[object]:
    rows = pd.DataFrame({**columns, "event_timestamp": [hours(10)] * len(columns["ward"])})
    answer = store.get_historical_features(rows, ["signs:fever"]).to_df()
    assert len(answer) == len(rows)
    return list(answer["fever"].astype(object).where(answer["fever"].notna(), None))


def test_keys_that_look_alike_when_glued_together_are_told_apart(
    open_store: Callable[..., FeatureStore],
) -> None:
    rows = [("1", 23, 1, 1, 0), ("12", 3, 1, 1, 1)]
    store = open_store(Table("signs", ("ward", "bed"), FEVER, rows))
    assert _ask(store, ward=["1", "12"], bed=[23, 3]) == [0, 1]


def test_an_exact_tie_gives_one_row(open_store: Callable[..., FeatureStore]) -> None:
    store = open_store(Table("signs", ("ward",), FEVER, [("a", 1, 1, 1), ("a", 1, 1, 1)]))
    assert _ask(store, ward=["a"]) == [1]


def test_a_row_without_creation_time_is_seen_and_counts_as_the_oldest(
    open_store: Callable[..., FeatureStore],
) -> None:
    rows = [("a", 1, None, 1), ("b", 1, None, 1), ("b", 1, 1, 0)]
    store = open_store(Table("signs", ("ward",), FEVER, rows))
    assert _ask(store, ward=["a", "b"]) == [1, 0]


def test_a_key_column_of_nothing_but_missing_values_finds_nothing(
    open_store: Callable[..., FeatureStore],
) -> None:
    store = open_store(Table("signs", ("ward",), FEVER, [("a", 1, 1, 1)]))
    assert _ask(store, ward=[None, None]) == [None, None]


def test_rows_come_back_in_the_order_they_were_asked(
    open_store: Callable[..., FeatureStore],
) -> None:
    rows = [(f"{number}", 1, 1, number) for number in range(50)]
    store = open_store(Table("signs", ("ward",), FEVER, rows))
    asked = [f"{number}" for number in reversed(range(50))]
    assert _ask(store, ward=list(asked)) == list(map(int, asked))


def test_names_that_need_quoting_are_only_names(open_store: Callable[..., FeatureStore]) -> None:
    awkward = 'fe"ver; drop table x'
    store = open_store(Table("signs", ("ward",), {awkward: Int32}, [("a", 1, 1, 1)]))
    rows = pd.DataFrame({"ward": ["a"], "event_timestamp": [hours(2)], 'o"dd %s': [5]})
    answer = store.get_historical_features(rows, [f"signs:{awkward}"]).to_df()
    assert answer[[awkward, 'o"dd %s']].to_dict("records") == [{awkward: 1, 'o"dd %s': 5}]
