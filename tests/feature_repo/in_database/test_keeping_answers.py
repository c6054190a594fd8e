"""Answers can be kept as data sets, limited in time, and read over a range without entity rows."""

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import pytest
from feast import FeatureStore
from feast.errors import SavedDatasetLocationAlreadyExists
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    SavedDatasetPostgreSQLStorage,
)
from feast.types import Int32

from tests.feature_repo.laboratory import DAY_ONE, SCHEMA, Table, hours

pytestmark = [
    pytest.mark.database,
    pytest.mark.filterwarnings("ignore:(Saving|Retrieving) dataset:RuntimeWarning"),
]

ROWS = [("a", 1, 1, 1), ("a", 2, 2, 0), ("b", 3, 3, 1)]
ASKED = pd.DataFrame({"ward": ["a", "b"], "event_timestamp": [hours(5), hours(5)]})


@pytest.fixture
def store(open_store: Callable[..., FeatureStore]) -> FeatureStore:
    return open_store(Table("signs", ("ward",), {"fever": Int32}, ROWS))


def test_an_answer_is_kept_and_read_again(store: FeatureStore) -> None:
    place = SavedDatasetPostgreSQLStorage(f"{SCHEMA}.kept")
    job = store.get_historical_features(ASKED, ["signs:fever"])
    kept = store.create_saved_dataset(job, "kept", place).to_df()
    assert sorted(zip(kept["ward"], kept["fever"], strict=True)) == [("a", 0), ("b", 1)]
    with pytest.raises(SavedDatasetLocationAlreadyExists, match="kept"):
        job.persist(place)
    job.persist(place, allow_overwrite=True)


def test_rows_of_a_range_need_no_asked_rows(store: FeatureStore) -> None:
    found = store.get_historical_features(
        None, ["signs:fever"], start_date=hours(2), end_date=hours(3)
    ).to_df()
    assert sorted(zip(found["ward"], found["fever"], strict=True)) == [("a", 0), ("b", 1)]


def test_the_newest_row_of_each_key_is_pulled(store: FeatureStore) -> None:
    source = store.get_data_source("signs")
    job = store._get_provider().offline_store.pull_latest_from_table_or_query(
        store.config, source, ["ward"], ["fever"], "seen at", "made at", DAY_ONE,
        datetime(2025, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    pulled = job.to_df()
    assert sorted(zip(pulled["ward"], pulled["fever"], strict=True)) == [("a", 0), ("b", 1)]


def test_a_job_says_what_it_was_asked(store: FeatureStore) -> None:
    for asked in (ASKED, "select 'a' as ward, timestamptz '2024-01-01 05:00Z' as event_timestamp"):
        job = store.get_historical_features(asked, ["signs:fever"])
        assert job.metadata is not None
        assert job.metadata.keys == ["ward"]
        assert job.metadata.min_event_timestamp == hours(5)
        assert job.metadata.max_event_timestamp == hours(5)
        assert "left join lateral" in job.to_sql()


def test_waiting_has_an_end(store: FeatureStore) -> None:
    slow = "select 'a' as ward, now() as event_timestamp, pg_sleep(9)::text as slow"
    with pytest.raises(Exception, match="statement timeout"):
        store.get_historical_features(slow, ["signs:fever"]).to_arrow(timeout=1)
