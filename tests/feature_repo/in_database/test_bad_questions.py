"""A question that makes no sense is refused with an error that names what is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import psycopg
import pytest
from feast import FeatureStore
from feast.errors import (
    DataSourceNotFoundException,
    EntityDFNotDateTime,
    EntityTimestampInferenceException,
    FeastEntityDFMissingColumnsError,
    FeatureNameCollisionError,
    FeatureViewNotFoundException,
    InvalidEntityType,
    SpecifiedFeaturesNotPresentError,
)
from feast.types import Int32

from feature_repo.in_database.bad_rows import BadEntityRows
from tests.feature_repo.laboratory import OURS, Table, hours

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


@pytest.fixture(scope="module")
def strict(store: FeatureStore, open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(SIGNS, kinds={**OURS, "strict": "yes"}, afresh=False)


def _as_query(rows: pd.DataFrame) -> str:
    kind = "timestamptz" if rows["event_timestamp"].dt.tz else "timestamp"
    values = ", ".join(
        f"({'null' if pd.isna(bed) else int(bed)}::bigint, {kind} '{moment}')"
        for bed, moment in zip(rows["bed"], rows["event_timestamp"], strict=True)
    )
    return f"select * from (values {values}) as v (bed, event_timestamp)"


MISTAKES = {
    "without a zone": ([1], [hours(1).replace(tzinfo=None)], "event_timestamp"),
    "still to come": ([1], [datetime.now(UTC) + timedelta(days=1)], "event_timestamp"),
    "is missing in 1 entity rows": ([1, None], [hours(1)] * 2, "bed"),
    "1 entity rows repeat": ([1, 1, 2], [hours(1)] * 3, "'bed', 'event_timestamp'"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("as_query", [False, True])
def test_rows_that_are_a_mistake_in_a_training_set_are_named(
    strict: FeatureStore, store: FeatureStore, mistake: str, as_query: bool
) -> None:
    beds, moments, column = MISTAKES[mistake]
    rows = pd.DataFrame({"bed": beds, "event_timestamp": moments})
    asked = _as_query(rows) if as_query else rows
    with pytest.raises(BadEntityRows, match=mistake) as said:
        _ask(strict, asked)
    assert column in str(said.value)
    assert len(_ask(store, asked)) == len(rows)


@pytest.mark.parametrize("as_query", [False, True])
def test_rows_that_are_no_mistake_are_answered(strict: FeatureStore, as_query: bool) -> None:
    rows = pd.DataFrame({"bed": [1, 1, 9], "event_timestamp": [hours(1), hours(2), hours(1)]})
    found = _ask(strict, _as_query(rows) if as_query else rows)
    assert sorted(found["fever"].fillna(-1)) == [-1, 1, 1]


def test_a_tables_name_does_for_a_query(
    store: FeatureStore, bench: psycopg.Connection[Any]
) -> None:
    bench.execute(
        "create or replace view laboratory.spine as"
        " select 1::bigint as bed, timestamptz '2024-01-01 02:00Z' as event_timestamp"
    )
    assert list(_ask(store, "laboratory.spine")["fever"]) == [1]


def test_a_column_dropped_under_a_running_store_is_named_and_found_again(
    store: FeatureStore, bench: psycopg.Connection[Any]
) -> None:
    rows = pd.DataFrame({"bed": [1], "event_timestamp": [hours(2)]})

    def online() -> list[Any]:
        fever: list[Any] = store.get_online_features(["signs:fever"], {"bed": [1]}).to_dict()[
            "fever"
        ]
        return fever

    assert online() == [1]
    bench.execute("alter table laboratory.signs rename column fever to feever")
    for read in (online, lambda: _ask(store, rows)):
        with pytest.raises(SpecifiedFeaturesNotPresentError, match=r"\['fever'\].*'signs'"):
            read()
    bench.execute("alter table laboratory.signs rename column feever to fever")
    bench.execute("alter table laboratory.signs alter column fever type bigint")
    assert online() == [1]
    assert list(_ask(store, rows)["fever"]) == [1]


def test_a_table_that_is_gone_is_named(store: FeatureStore, bench: psycopg.Connection[Any]) -> None:
    bench.execute("alter table laboratory.signs rename to sings")
    with pytest.raises(DataSourceNotFoundException, match="signs"):
        store.get_online_features(["signs:fever"], {"bed": [1]})
    with pytest.raises(DataSourceNotFoundException, match="signs"):
        _ask(store, pd.DataFrame({"bed": [1], "event_timestamp": [hours(2)]}))
    bench.execute("alter table laboratory.sings rename to signs")
