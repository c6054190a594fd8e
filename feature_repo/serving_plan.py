"""What the service needs to read a feature service's rows without Feast."""

from typing import Any

from feast import FeatureService, FeatureStore
from feast.feature_view_projection import FeatureViewProjection

from feature_repo.store import feature_service, open_store, quoted_parts
from warehouse.errors import ContractBroken
from warehouse.settings import Settings

# What a patient brings along from earlier visits; no problem is trained on it.
HISTORY = "history"


def serving_plan(service: str, settings: Settings) -> dict[str, Any]:
    """The plan of a feature service, as `ml.serving.serving_plan.ServingPlan` reads it.

    Raises `UnknownName` for a service that is not registered, `DatabaseAway` without a registry,
    and `ContractBroken` for views that are not read by one and the same key.
    """
    store = open_store(settings)
    found = feature_service(store, service)
    return {
        "service": service,
        "key": _key(store, found),
        "views": [_served(store, one) for one in found.feature_view_projections],
    }


def _key(store: FeatureStore, service: FeatureService) -> str:
    views = [store.get_feature_view(one.name) for one in service.feature_view_projections]
    keys = {tuple(view.join_keys) for view in views}
    if len(keys) == 1 and len(found := keys.pop()) == 1:
        return found[0]
    raise ContractBroken(
        "Its views are not read by one and the same key",
        where=f"feature service {service.name}",
        next_step="give every model of the service the same entity",
    )


def _served(store: FeatureStore, projection: FeatureViewProjection) -> dict[str, Any]:
    view = store.get_feature_view(projection.name)
    source: Any = view.batch_source
    renamed = {new: old for old, new in source.field_mapping.items()}
    names = [field.name for field in projection.features]
    return {
        "name": view.name,
        "relation": quoted_parts(source.get_table_query_string()),
        "event_time": source.timestamp_field,
        "created": source.created_timestamp_column,
        "ttl_seconds": view.ttl.total_seconds() if view.ttl else 0.0,
        "columns": {name: renamed.get(name, name) for name in names},
    }
