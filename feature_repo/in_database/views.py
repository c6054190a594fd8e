"""What Feast says of its feature views, in the terms of the point-in-time join."""

from collections.abc import Iterable, Sequence

from feast.data_source import DataSource
from feast.errors import FeatureNameCollisionError
from feast.feature_view import DUMMY_ENTITY_ID, FeatureView
from feast.infra.offline_stores.offline_utils import FeatureViewQueryContext
from feast.on_demand_feature_view import OnDemandFeatureView

from .point_in_time import Column, JoinedView
from .spelling import Spelling, spelling


def join_keys(feature_views: Iterable[FeatureView]) -> dict[str, Spelling | None]:
    """The key columns that entity rows must hold, each with its declared type."""
    return {
        view.projection.join_key_map.get(column.name, column.name): spelling(
            column.dtype.to_value_type()
        )
        for view in feature_views
        for column in view.entity_columns
        if column.name != DUMMY_ENTITY_ID
    }


def joined_views(
    contexts: Sequence[FeatureViewQueryContext],
    feature_views: Sequence[FeatureView],
    asked_columns: Sequence[str],
    *,
    full: bool,
) -> tuple[JoinedView, ...]:
    """The views to join, in order; raises `FeatureNameCollisionError` if a feature has the name
    of a column that the entity rows already hold."""
    by_name = {view_name(view): view for view in feature_views}
    collisions = [
        f"{context.name}:{feature}"
        for context in contexts
        for feature in context.features
        if output_name(context, feature, full=full) in asked_columns
    ]
    if collisions:
        raise FeatureNameCollisionError(collisions, full)
    return tuple(_joined(context, by_name[context.name], full=full) for context in contexts)


def declared_types(
    contexts: Iterable[FeatureViewQueryContext],
    feature_views: Iterable[FeatureView],
    *,
    full: bool,
) -> dict[str, Spelling | None]:
    """The declared type of every feature column of the answer, by the column's name."""
    fields = {
        (view_name(view), field.name): spelling(field.dtype.to_value_type())
        for view in feature_views
        for field in view.features
    }
    return {
        output_name(context, feature, full=full): fields.get(
            (context.name, context.field_mapping.get(feature, feature))
        )
        for context in contexts
        for feature in context.features
    }


def output_name(context: FeatureViewQueryContext, feature: str, *, full: bool) -> str:
    """What the answer calls a source column: its mapped name, behind the view's name if asked."""
    mapped = context.field_mapping.get(feature, feature)
    return f"{context.name}__{mapped}" if full else mapped


def source_keys(view: FeatureView) -> list[tuple[str, str]]:
    """Each key as the source calls it, and as the view does."""
    renamed = source_names(view)
    return [
        (renamed.get(column.name, column.name), column.name)
        for column in view.entity_columns
        if column.name != DUMMY_ENTITY_ID
    ]


def source_names(view: FeatureView) -> dict[str, str]:
    """What the source calls the columns that the view calls otherwise."""
    return {mapped: name for name, mapped in source_of(view).field_mapping.items()}


def source_of(view: FeatureView) -> DataSource:
    """Where the view's rows are; raises `ValueError` for a view that has no table or query."""
    if view.batch_source is None:
        raise ValueError(f"feature view '{view.name}' has no source to read")
    return view.batch_source


def view_name(view: FeatureView | OnDemandFeatureView) -> str:
    """What the request calls the view, which may be an alias."""
    name: str = view.projection.name_to_use()  # type: ignore[no-untyped-call]
    return name


def _joined(context: FeatureViewQueryContext, view: FeatureView, *, full: bool) -> JoinedView:
    renamed = view.projection.join_key_map
    return JoinedView(
        relation=context.table_subquery,
        keys=tuple((source, renamed.get(name, name)) for source, name in source_keys(view)),
        event_time=context.timestamp_field,
        created=context.created_timestamp_column or None,
        ttl_seconds=context.ttl,
        columns=tuple(
            Column(feature, output_name(context, feature, full=full))
            for feature in context.features
        ),
    )
