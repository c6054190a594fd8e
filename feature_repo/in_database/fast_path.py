"""Which online requests are plain reads, and how their rows become the columns of an answer."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feast import utils
from feast.feature_service import FeatureService
from feast.feature_view import FeatureView
from feast.infra.registry.base_registry import BaseRegistry
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.value_type import ValueType

from . import on_demand
from .pool import Rows
from .response import AnswerColumn
from .spelling import Spelling, spelling
from .steps import ReadView
from .views import view_name
from .wide_row import WideRow

# Feast keeps this to itself; it resolves a request once per refresh of the registry. Where a
# version of Feast has it no longer, or answers otherwise, every request takes Feast's own way.
_resolve = getattr(utils, "_get_cached_request_context", None)
_PARTS = 9

_RANGES = {
    ValueType.INT32: (-(2**31), 2**31 - 1),
    ValueType.INT64: (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True)
class PlainRequest:
    """Columns of keys and request data, the views to read, and how features are to be named."""

    keys: Mapping[str, Sequence[Any]]
    key_types: Mapping[str, Spelling]
    views: Sequence[tuple[FeatureView, Sequence[str]]]
    on_demand: Sequence[OnDemandFeatureView]
    given: Mapping[str, AnswerColumn]
    references: Sequence[str]
    wanted: frozenset[str]
    full_feature_names: bool


def plain_request(
    registry: BaseRegistry,
    project: str,
    features: Sequence[str] | FeatureService,
    entity_rows: object,
    full_feature_names: bool,
) -> PlainRequest | None:
    """The request if reading rows and computing from them is all it needs, else None.

    Raises what Feast raises for an unknown feature, view or service.
    """
    if _resolve is None or getattr(features, "precompute_online", False):
        return None
    context = _resolve(registry, project, features, full_feature_names)
    if len(context) != _PARTS:
        return None
    references, computing, _, types, all_keys, views, wanted, request_data, entityless = context
    if entityless or not all(map(_is_plain, views)) or not all(map(on_demand.is_plain, computing)):
        return None
    needed = {name for view, _ in views for name in _asked_keys(view)}
    columns = _columns(entity_rows)
    keys = {name: values for name, values in columns.items() if name in needed}
    # A key that no requested view has is handed back as it came.
    beside = {*request_data, *(all_keys - needed)}
    given = {name: values for name, values in columns.items() if name in beside}
    if keys.keys() != needed or not given.keys() >= set(request_data):
        return None
    if not _are_plain_keys(keys, given, types):
        return None
    spelled = {name: spelling(types[name]) for name in keys}
    return PlainRequest(
        keys=keys,
        key_types={name: one for name, one in spelled.items() if one},
        views=views,
        on_demand=computing,
        given={name: on_demand.request_column(values) for name, values in given.items()},
        references=references,
        wanted=wanted | (all_keys - set(request_data)),
        full_feature_names=full_feature_names,
    )


def columns_of(
    request: PlainRequest, plan: Callable[..., Generator[Any, Rows, WideRow]]
) -> Generator[Any, Rows, dict[str, AnswerColumn]]:
    """Read every view once and name its columns as Feast does, keys first."""
    answer = {
        name: AnswerColumn(values, request.key_types[name]) for name, values in request.keys.items()
    }
    answer |= request.given
    for view, names in request.views:
        keys = [request.keys[name] for name in _asked_keys(view)]
        wide = yield from plan(view, names)
        found = yield ReadView(view, wide.read(keys))
        rows = wide.rows(found, len(keys[0]))
        prefix = f"{view_name(view)}__" if request.full_feature_names else ""
        answer.update(_named(prefix, wide, rows))
    if not request.on_demand:
        return answer
    full = request.full_feature_names
    answer |= on_demand.computed(request.on_demand, request.references, answer, full=full)
    return {name: one for name, one in answer.items() if name in request.wanted}


def _named(prefix: str, wide: WideRow, rows: Rows) -> Iterable[tuple[str, AnswerColumn]]:
    event_times, *columns = zip(*rows, strict=True)
    for name, declared, values in zip(wide.features, wide.types, columns, strict=True):
        shown = values
        if declared.as_python is not None:
            shown = tuple(None if one is None else declared.as_python(one) for one in values)
        yield prefix + name, AnswerColumn(shown, declared, event_times)


def _asked_keys(view: FeatureView) -> list[str]:
    """What the request calls the view's keys, which an alias may have renamed."""
    renamed = view.projection.join_key_map
    return [renamed.get(column.name, column.name) for column in view.entity_columns]


def _is_plain(view_and_names: tuple[FeatureView, Sequence[str]]) -> bool:
    return getattr(view_and_names[0].projection, "version_tag", None) is None


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


def _are_plain_keys(
    keys: Mapping[str, Sequence[Any]],
    given: Mapping[str, Sequence[Any]],
    types: Mapping[str, ValueType],
) -> bool:
    """Whether there is something to read, and Feast would take every key value as it is."""
    sizes = {len(values) for values in (*keys.values(), *given.values())}
    return (
        bool(keys)
        and len(sizes) == 1
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
