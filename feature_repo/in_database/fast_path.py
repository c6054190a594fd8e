"""Which online requests are plain reads, and how their rows become the columns of an answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feast import utils
from feast.feature_service import FeatureService
from feast.feature_view import FeatureView
from feast.infra.registry.base_registry import BaseRegistry
from feast.value_type import ValueType

from .response import AnswerColumn
from .spelling import spelling
from .views import view_name

# Feast keeps this to itself; it resolves a request once per refresh of the registry. Where a
# version of Feast has it no longer, every request takes Feast's own way.
_resolve = getattr(utils, "_get_cached_request_context", None)

_RANGES = {
    ValueType.INT32: (-(2**31), 2**31 - 1),
    ValueType.INT64: (-(2**63), 2**63 - 1),
}


# The message field of each feature, and a row per key: its event time, then the features.
Found = tuple[Sequence[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class PlainRequest:
    """Columns of keys, the views to read with their features, and how features are to be named."""

    keys: Mapping[str, Sequence[Any]]
    key_types: Mapping[str, ValueType]
    views: Sequence[tuple[FeatureView, Sequence[str]]]
    full_feature_names: bool


def plain_request(
    registry: BaseRegistry,
    project: str,
    features: Sequence[str] | FeatureService,
    entity_rows: object,
    full_feature_names: bool,
) -> PlainRequest | None:
    """The request if reading rows is all it needs, else None.

    Raises what Feast raises for an unknown feature, view or service.
    """
    if _resolve is None or getattr(features, "precompute_online", False):
        return None
    (_, on_demand, _, key_types, join_keys, views, _, request_data, entityless) = _resolve(
        registry, project, features, full_feature_names
    )
    if on_demand or request_data or entityless or not all(_is_plain(view) for view, _ in views):
        return None
    needed = {column.name for view, _ in views for column in view.entity_columns}
    columns = _columns(entity_rows)
    keys = {name: values for name, values in columns.items() if name in join_keys}
    if keys.keys() != needed or not _are_plain_keys(keys, key_types):
        return None
    return PlainRequest(keys, key_types, views, full_feature_names)


def columns_of(
    request: PlainRequest,
    read: Callable[[FeatureView, Sequence[str], Sequence[Sequence[Any]]], Found],
) -> dict[str, AnswerColumn]:
    """Read every view once and name its columns as Feast does, keys first."""
    answer = {
        name: AnswerColumn(values, _field(request.key_types[name]), None)
        for name, values in request.keys.items()
    }
    for view, names in request.views:
        keys = [request.keys[column.name] for column in view.entity_columns]
        fields, rows = read(view, names, keys)
        event_times, *columns = zip(*rows, strict=True)
        prefix = f"{view_name(view)}__" if request.full_feature_names else ""
        for name, field, values in zip(names, fields, columns, strict=True):
            answer[prefix + name] = AnswerColumn(values, field, event_times)
    return answer


def _is_plain(view: FeatureView) -> bool:
    projection = view.projection
    return not projection.join_key_map and getattr(projection, "version_tag", None) is None


def _columns(entity_rows: object) -> Mapping[str, Sequence[Any]]:
    """The rows as columns of plain lists; none if they are not all alike."""
    if isinstance(entity_rows, list):
        names = entity_rows[0].keys() if entity_rows else ()
        if any(row.keys() != names for row in entity_rows):
            return {}
        return {name: [row[name] for row in entity_rows] for name in names}
    if isinstance(entity_rows, Mapping):
        return {name: values for name, values in entity_rows.items() if isinstance(values, list)}
    return {}


def _are_plain_keys(keys: Mapping[str, Sequence[Any]], types: Mapping[str, ValueType]) -> bool:
    """Whether there is something to read, and Feast would take every key value as it is."""
    sizes = {len(values) for values in keys.values()}
    return (
        len(sizes) == 1
        and 0 not in sizes
        and all(_all_of_type(values, types.get(name)) for name, values in keys.items())
    )


def _all_of_type(values: Iterable[Any], declared: ValueType | None) -> bool:
    """Whether Feast would take these key values as they are."""
    if declared == ValueType.STRING:
        return all(value is None or type(value) is str for value in values)
    if declared in _RANGES:
        low, high = _RANGES[declared]
        return all(
            value is None or (type(value) is int and low <= value <= high) for value in values
        )
    return False


def _field(value_type: ValueType) -> str:
    found = spelling(value_type)
    return found.message_field if found else ""
