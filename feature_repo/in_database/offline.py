"""A Feast offline store whose point-in-time join is one index lookup per view and entity row."""

from datetime import datetime
from typing import Literal

import pandas as pd
from feast.data_source import DataSource
from feast.feature_view import FeatureView
from feast.infra.offline_stores.contrib.postgres_offline_store import postgres as stock
from feast.infra.offline_stores.offline_store import RetrievalJob
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.repo_config import RepoConfig

from .connection import InDatabaseConfig
from .entity_frame import entity_rows
from .historical import Asked, query_contexts
from .retrieval import InDatabaseRetrievalJob
from .work import PlainQuery


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
        asked = Asked(
            settings=settings,
            strict=settings.strict,
            views=feature_views,
            references=feature_refs,
            contexts=query_contexts(feature_refs, feature_views, registry, project),
            on_demand=OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry),
            full=full_feature_names,
        )
        if entity_df is None:
            return asked.between(kwargs.get("start_date"), kwargs.get("end_date"))
        return asked.at(entity_rows(entity_df), by_creation=filter_by_created_timestamp)

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
