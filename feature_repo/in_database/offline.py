"""A Feast offline store whose point-in-time join is one index lookup per view and entity row."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Literal

import pandas as pd
import pyarrow as pa
from feast.data_source import DataSource
from feast.feature_view import FeatureView
from feast.infra.offline_stores import offline_utils
from feast.infra.offline_stores.contrib.postgres_offline_store import postgres as stock
from feast.infra.offline_stores.offline_store import RetrievalJob, RetrievalMetadata
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.repo_config import RepoConfig
from feast.utils import compute_non_entity_date_range

from .bad_rows import refuse_bad_frame, refuse_without_zone
from .connection import InDatabaseConfig
from .entity_frame import EntityFrame, entity_rows, frame_from_pandas, frame_from_query, span
from .retrieval import InDatabaseRetrievalJob, describe
from .spelling import Spelling
from .views import declared_types, join_keys, joined_views
from .work import PlainQuery, PointInTime, time_span

# Feast's helper wants a span of time to prune partitions by; the join here has no use for one.
_NO_SPAN = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))


class InDatabaseOfflineStoreConfig(InDatabaseConfig, stock.PostgreSQLOfflineStoreConfig):
    """Feast's PostgreSQL fields; see `InDatabaseConfig` for what is added.

    With `strict`, entity rows that are a mistake in a training set are refused by name instead of
    being answered as Feast answers them: see `bad_rows`.
    """

    strict: bool = False
    type: Literal["feature_repo.in_database.offline.InDatabaseOfflineStore"] = (
        "feature_repo.in_database.offline.InDatabaseOfflineStore"  # type: ignore[assignment]
    )


class InDatabaseOfflineStore(stock.PostgreSQLOfflineStore):
    """Feast's semantics (ttl, newest creation wins, field mapping), answered by index lookups.

    Wants an index `(key, event time desc, created desc)` on each source. Where Feast's own
    PostgreSQL store differs, this one keeps exact ties to one row, compares composite keys
    column by column, and counts a row without a creation time as the oldest of its moment.
    """

    @staticmethod
    def get_historical_features(
        config: RepoConfig,
        feature_views: list[FeatureView],
        feature_refs: list[str],
        entity_df: pd.DataFrame | str | None,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        filter_by_created_timestamp: bool = False,
        **kwargs: datetime | None,
    ) -> RetrievalJob:
        """Join the features to the entity rows as known at each row's moment.

        A DataFrame is uploaded to a temporary table and answered in its own order; a query is
        used where it stands. Without either, Feast's own query over a range of time is run.
        """
        settings = _settings(config)
        contexts = offline_utils.get_feature_view_query_context(
            feature_refs, feature_views, registry, project, _NO_SPAN
        )
        on_demand = OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry)
        if entity_df is None:
            return _over_a_range(
                settings, feature_views, feature_refs, contexts, full_feature_names, on_demand,
                kwargs.get("start_date"), kwargs.get("end_date"),
            )  # fmt: skip
        rows = entity_rows(entity_df)
        frame = _frame(settings, rows, join_keys(feature_views))
        work = PointInTime(
            frame=frame,
            views=joined_views(contexts, feature_views, frame.columns, full=full_feature_names),
            declared=declared_types(contexts, feature_views, full=full_feature_names),
            by_creation=filter_by_created_timestamp,
            keys=tuple(join_keys(feature_views)),
            strict=settings.strict,
        )

        def metadata() -> RetrievalMetadata:
            earliest, latest = (
                time_span(settings, rows, frame.asked_at)
                if isinstance(rows, str)
                else span(rows, frame.asked_at)
            )
            keys = [name for name in frame.columns if name != frame.asked_at]
            return RetrievalMetadata(feature_refs, keys, earliest, latest)

        return InDatabaseRetrievalJob(
            settings,
            work,
            full_feature_names=full_feature_names,
            on_demand_feature_views=on_demand,
            metadata=metadata,
            views=feature_views,
        )

    @staticmethod
    def pull_latest_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None,
        start_date: datetime,
        end_date: datetime,
    ) -> RetrievalJob:
        """The newest row of every key in the range: Feast's own query, streamed to Arrow."""
        job = stock.PostgreSQLOfflineStore.pull_latest_from_table_or_query(
            config, data_source, join_key_columns, feature_name_columns, timestamp_field,
            created_timestamp_column, start_date, end_date,
        )  # fmt: skip
        return InDatabaseRetrievalJob(_settings(config), PlainQuery(job.to_sql()))

    @staticmethod
    def pull_all_from_table_or_query(
        config: RepoConfig,
        data_source: DataSource,
        join_key_columns: list[str],
        feature_name_columns: list[str],
        timestamp_field: str,
        created_timestamp_column: str | None = None,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> RetrievalJob:
        """Every row of the range: Feast's own query, streamed to Arrow."""
        job = stock.PostgreSQLOfflineStore.pull_all_from_table_or_query(
            config, data_source, join_key_columns, feature_name_columns, timestamp_field,
            created_timestamp_column, start_date, end_date,
        )  # fmt: skip
        return InDatabaseRetrievalJob(_settings(config), PlainQuery(job.to_sql()))


def _settings(config: RepoConfig) -> InDatabaseOfflineStoreConfig:
    settings = config.offline_store
    if not isinstance(settings, InDatabaseOfflineStoreConfig):
        raise TypeError(f"{type(settings).__name__} does not configure this offline store")
    return settings


def _frame(
    settings: InDatabaseOfflineStoreConfig,
    rows: pd.DataFrame | str,
    keys: Mapping[str, Spelling | None],
) -> EntityFrame:
    if isinstance(rows, str):
        schema = describe(settings, rows)
        frame = frame_from_query(rows, schema, keys)
        if settings.strict:
            refuse_without_zone(frame.asked_at, schema)
        return frame
    frame = frame_from_pandas(rows, keys)
    if settings.strict and isinstance(frame.content, pa.Table):
        refuse_without_zone(frame.asked_at, frame.content.schema)
        refuse_bad_frame(frame.content, tuple(keys), frame.asked_at)
    return frame


def _over_a_range(
    settings: InDatabaseConfig,
    feature_views: list[FeatureView],
    feature_refs: list[str],
    contexts: list[offline_utils.FeatureViewQueryContext],
    full_feature_names: bool,
    on_demand: list[OnDemandFeatureView],
    start: datetime | None,
    end: datetime | None,
) -> RetrievalJob:
    """Every feature row between two moments; Feast's own query needs no entity rows for this."""
    earliest, latest = compute_non_entity_date_range(feature_views, start, end)
    query = stock.build_point_in_time_query(
        [asdict(context) for context in contexts],
        left_table_query_string="",
        entity_df_event_timestamp_col="event_timestamp",
        entity_df_columns={"event_timestamp": None}.keys(),
        query_template=stock.MULTIPLE_FEATURE_VIEW_POINT_IN_TIME_JOIN,
        full_feature_names=full_feature_names,
        start_date=earliest,
        end_date=latest,
    )
    return InDatabaseRetrievalJob(
        settings,
        PlainQuery(query, declared_types(contexts, feature_views, full=full_feature_names)),
        full_feature_names=full_feature_names,
        on_demand_feature_views=on_demand,
        metadata=lambda: RetrievalMetadata(feature_refs, [], earliest, latest),
    )
