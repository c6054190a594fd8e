"""A question that makes no sense is refused with an error that names what is wrong."""

from collections.abc import Callable

import pandas as pd
import pytest
from feast import FeatureStore
from feast.errors import (
    EntityDFNotDateTime,
    EntityTimestampInferenceException,
    FeastEntityDFMissingColumnsError,
    FeatureNameCollisionError,
    FeatureViewNotFoundException,
    InvalidEntityType,
)
from feast.types import Int32

from tests.feature_repo.laboratory import Table, hours

pytestmark = pytest.mark.database

SIGNS = Table("signs", ("bed",), {"fever": Int32}, [(1, 1, 1, 1)])


@pytest.fixture(scope="module")
def store(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(SIGNS)


def _ask(store: FeatureStore, rows: object, feature: str = "signs:fever") -> pd.DataFrame:
    return store.get_historical_features(rows, [feature]).to_df()


def test_a_missing_key_column_is_named(store: FeatureStore) -> None:
    with pytest.raises(FeastEntityDFMissingColumnsError, match="bed"):
        _ask(store, pd.DataFrame({"event_timestamp": [hours(1)]}))


def test_a_missing_key_column_of_a_query_is_named(store: FeatureStore) -> None:
    with pytest.raises(FeastEntityDFMissingColumnsError, match="bed"):
        _ask(store, "select now() as event_timestamp")


def test_no_time_column_is_said(store: FeatureStore) -> None:
    with pytest.raises(EntityTimestampInferenceException):
        _ask(store, pd.DataFrame({"bed": [1]}))


def test_a_time_that_is_text_is_said(store: FeatureStore) -> None:
    with pytest.raises(EntityDFNotDateTime):
        _ask(store, pd.DataFrame({"bed": [1], "event_timestamp": ["yesterday"]}))


@pytest.mark.parametrize("wrong", ["one", 1.5, 2**70])
def test_a_key_of_another_type_is_named(store: FeatureStore, wrong: object) -> None:
    rows = pd.DataFrame({"bed": [wrong], "event_timestamp": [hours(1)]})
    with pytest.raises((TypeError, OverflowError), match=r"bed|int"):
        _ask(store, rows)


def test_a_key_of_another_type_in_a_query_is_named(store: FeatureStore) -> None:
    with pytest.raises(TypeError, match="entity key 'bed' holds string"):
        _ask(store, "select 'one' as bed, now() as event_timestamp")


def test_rows_of_another_kind_are_refused(store: FeatureStore) -> None:
    with pytest.raises(InvalidEntityType):
        _ask(store, [{"bed": 1}])


def test_an_unknown_view_is_named(store: FeatureStore) -> None:
    rows = pd.DataFrame({"bed": [1], "event_timestamp": [hours(1)]})
    with pytest.raises(FeatureViewNotFoundException, match="sings"):
        _ask(store, rows, "sings:fever")


def test_a_column_that_bears_a_features_name_is_named(store: FeatureStore) -> None:
    rows = pd.DataFrame({"bed": [1], "fever": [0], "event_timestamp": [hours(1)]})
    with pytest.raises(FeatureNameCollisionError, match="fever"):
        _ask(store, rows)


def test_a_query_can_only_read(store: FeatureStore) -> None:
    with pytest.raises(Exception, match=r"read-only|syntax error"):
        _ask(store, "delete from laboratory.signs returning bed, now() as event_timestamp")
    rows = pd.DataFrame({"bed": [1], "event_timestamp": [hours(2)]})
    assert list(_ask(store, rows)["fever"]) == [1]


def test_a_comment_at_the_end_of_a_query_swallows_nothing(store: FeatureStore) -> None:
    query = "select 1::bigint as bed, timestamptz '2024-01-01 02:00Z' as event_timestamp; -- rows"
    with pytest.raises(Exception, match="syntax error"):
        _ask(store, query)
    assert list(_ask(store, query.replace(";", ""))["fever"]) == [1]


def test_times_finer_than_the_database_keeps_never_reach_into_the_future(
    store: FeatureStore,
) -> None:
    just_before = pd.Timestamp(hours(1)) - pd.Timedelta(1, "ns")
    rows = pd.DataFrame({"bed": [1], "event_timestamp": [just_before]})
    assert _ask(store, rows)["fever"].isna().all()
