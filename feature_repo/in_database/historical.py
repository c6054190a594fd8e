"""Features as they were known: what one retrieval asks for, and the job that answers it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
from feast.feature_view import FeatureView
from feast.infra.offline_stores import offline_utils
from feast.infra.offline_stores.contrib.postgres_offline_store import postgres as stock
from feast.infra.offline_stores.offline_store import RetrievalMetadata
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.utils import compute_non_entity_date_range

from .bad_rows import refuse_bad_frame, refuse_without_zone
from .connection import InDatabaseConfig
from .entity_frame import EntityFrame, frame_from_pandas, frame_from_query, span
from .retrieval import InDatabaseRetrievalJob, describe
from .views import declared_types, join_keys, joined_views
from .work import PlainQuery, PointInTime, time_span

# Feast's helper wants a span of time to prune partitions by; the join here has no use for one.
_NO_SPAN = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Asked:
    """The features `references` names, each of a view in `views`; `full` puts the view's name
    before theirs. `strict` refuses entity rows that are a mistake in a training set."""

    settings: InDatabaseConfig
    strict: bool
    views: list[FeatureView]
    references: list[str]
    contexts: Sequence[offline_utils.FeatureViewQueryContext]
    on_demand: list[OnDemandFeatureView]
    full: bool

    def at(self, rows: pd.DataFrame | str, *, by_creation: bool) -> InDatabaseRetrievalJob:
        """The features as known at the moment of each entity row.

        `by_creation` also leaves out what was created only after that moment.
        """
        frame = self._frame(rows)
        work = PointInTime(
            frame=frame,
            views=joined_views(self.contexts, self.views, frame.columns, full=self.full),
            declared=declared_types(self.contexts, self.views, full=self.full),
            by_creation=by_creation,
            keys=tuple(join_keys(self.views)),
            strict=self.strict,
        )

        return InDatabaseRetrievalJob(
            self.settings,
            work,
            full_feature_names=self.full,
            on_demand_feature_views=self.on_demand,
            metadata=lambda: self._metadata(rows, frame),
            views=self.views,
        )

    def between(self, start: datetime | None, end: datetime | None) -> InDatabaseRetrievalJob:
        """Every feature row of a span of time; Feast's own query needs no entity rows for this."""
        earliest, latest = compute_non_entity_date_range(self.views, start, end)
        query = stock.build_point_in_time_query(
            [asdict(context) for context in self.contexts],
            left_table_query_string="",
            entity_df_event_timestamp_col="event_timestamp",
            entity_df_columns={"event_timestamp": None}.keys(),
            query_template=stock.MULTIPLE_FEATURE_VIEW_POINT_IN_TIME_JOIN,
            full_feature_names=self.full,
            start_date=earliest,
            end_date=latest,
        )
        return InDatabaseRetrievalJob(
            self.settings,
            PlainQuery(query, declared_types(self.contexts, self.views, full=self.full)),
            full_feature_names=self.full,
            on_demand_feature_views=self.on_demand,
            metadata=lambda: RetrievalMetadata(self.references, [], earliest, latest),
        )

    def _metadata(self, rows: pd.DataFrame | str, frame: EntityFrame) -> RetrievalMetadata:
        if isinstance(rows, str):
            earliest, latest = time_span(self.settings, rows, frame.asked_at)
        else:
            earliest, latest = span(rows, frame.asked_at)
        keys = [name for name in frame.columns if name != frame.asked_at]
        return RetrievalMetadata(self.references, keys, earliest, latest)

    def _frame(self, rows: pd.DataFrame | str) -> EntityFrame:
        keys = join_keys(self.views)
        if isinstance(rows, str):
            schema = describe(self.settings, rows)
            frame = frame_from_query(rows, schema, keys)
            if self.strict:
                refuse_without_zone(frame.asked_at, schema)
            return frame
        frame = frame_from_pandas(rows, keys)
        if self.strict and isinstance(frame.content, pa.Table):
            refuse_without_zone(frame.asked_at, frame.content.schema)
            refuse_bad_frame(frame.content, tuple(keys), frame.asked_at)
        return frame


def query_contexts(
    references: list[str], views: list[FeatureView], registry: BaseRegistry, project: str
) -> list[offline_utils.FeatureViewQueryContext]:
    """Where the features of each view are and how Feast calls them there."""
    return offline_utils.get_feature_view_query_context(
        references, views, registry, project, _NO_SPAN
    )
