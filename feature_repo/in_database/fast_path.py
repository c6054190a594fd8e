"""Which online requests are plain reads, and how their rows become the response's columns."""

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
from .response import AnswerColumn, ColumnResponse, ViewAnswer
from .spelling import Spelling, spelling
from .steps import ReadView
from .views import view_name
from .wide_row import WideRow

# Feast keeps this to itself; it resolves a request once per refresh of the registry. Where a
# version of Feast has it no longer, or answers otherwise, every request takes Feast's own way.
_resolve = getattr(utils, "_get_cached_request_context", None)
_PARTS = 9
# A service asks for few different sets of features; more than these are resolved anew.
_MOST_SHAPES = 256

_RANGES = {
    ValueType.INT32: (-(2**31), 2**31 - 1),
    ValueType.INT64: (-(2**63), 2**63 - 1),
}


@dataclass(frozen=True)
class AskedView:
    """A view to read: these features of it, by what the request calls its keys."""

    view: FeatureView
    names: Sequence[str]
    keys: tuple[str, ...]
    prefix: str


@dataclass(frozen=True)
class Shape:
    """What a request means, whatever keys it asks for.

    `keys` are the join keys to read by, with their types; `beside` are the columns handed back or
    computed from, of which `request_data` must be there.
    """

    views: tuple[AskedView, ...]
    keys: Mapping[str, ValueType]
    spelled: Mapping[str, Spelling]
    beside: frozenset[str]
    request_data: frozenset[str]
    on_demand: Sequence[OnDemandFeatureView]
    references: Sequence[str]
    wanted: frozenset[str]
    full_feature_names: bool


@dataclass(frozen=True)
class PlainRequest:
    """A shape, with the values of its keys and the columns given beside them."""

    shape: Shape
    keys: Mapping[str, Sequence[Any]]
    given: Mapping[str, AnswerColumn]


class Shapes:
    """The shapes of requests, worked out once for as long as Feast resolves them alike."""

    def __init__(self) -> None:
        # Feast gives out the same context until the registry is read again. Holding it keeps
        # another from getting its id.
        self._known: dict[int, tuple[object, Shape | None]] = {}

    def request(
        self,
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
        shape = self._shape(context, full_feature_names)
        return None if shape is None else _filled(shape, _columns(entity_rows))

    def _shape(self, context: Sequence[Any], full: bool) -> Shape | None:
        known = self._known.get(id(context))
        if known is None:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            known = self._known[id(context)] = (context, _shape(context, full))
        return known[1]


def _shape(context: Sequence[Any], full: bool) -> Shape | None:
    if len(context) != _PARTS:
        return None
    references, computing, _, types, all_keys, views, wanted, request_data, entityless = context
    if entityless or not all(map(_is_plain, views)) or not all(map(on_demand.is_plain, computing)):
        return None
    asked = tuple(
        AskedView(view, names, _asked_keys(view), f"{view_name(view)}__" if full else "")
        for view, names in views
    )
    keys = {name: types.get(name) for view in asked for name in view.keys}
    if not keys or not all(kind == ValueType.STRING or kind in _RANGES for kind in keys.values()):
        return None
    spelled = {name: spelling(kind) for name, kind in keys.items()}
    return Shape(
        views=asked,
        keys=keys,
        spelled={name: one for name, one in spelled.items() if one},
        # A key that no requested view has is handed back as it came.
        beside=frozenset({*request_data, *all_keys} - keys.keys()),
        request_data=frozenset(request_data),
        on_demand=computing,
        references=references,
        wanted=wanted | (all_keys - set(request_data)),
        full_feature_names=full,
    )


def _filled(shape: Shape, columns: Mapping[str, Sequence[Any]]) -> PlainRequest | None:
    """The request of these columns, if Feast would take every one of them as it is."""
    keys = {name: columns[name] for name in shape.keys if name in columns}
    given = {name: columns[name] for name in shape.beside if name in columns}
    if len(keys) < len(shape.keys) or not given.keys() >= shape.request_data:
        return None
    sizes = {len(values) for values in (*keys.values(), *given.values())}
    if len(sizes) != 1 or 0 in sizes:
        return None
    if not all(_all_of_type(values, shape.keys[name]) for name, values in keys.items()):
        return None
    asked = {name: on_demand.request_column(values) for name, values in given.items()}
    return PlainRequest(shape, keys, asked)


def answer_to(
    request: PlainRequest, plan: Callable[..., Generator[Any, Rows, WideRow]]
) -> Generator[Any, Rows, ColumnResponse]:
    """Read every view once; the answer names its columns as Feast does, keys first."""
    shape = request.shape
    given = {
        name: AnswerColumn(values, shape.spelled[name]) for name, values in request.keys.items()
    }
    given |= request.given
    answers = []
    for asked in shape.views:
        keys = [request.keys[name] for name in asked.keys]
        wide = yield from plan(asked.view, asked.names)
        found = yield ReadView(asked.view, wide.read(keys))
        answers.append(ViewAnswer(asked.prefix, wide, wide.rows(found, len(keys[0]))))
    if not shape.on_demand:
        return ColumnResponse(given, answers)
    for answer in answers:
        given |= answer.columns()
    full = shape.full_feature_names
    given |= on_demand.computed(shape.on_demand, shape.references, given, full=full)
    return ColumnResponse({name: one for name, one in given.items() if name in shape.wanted})


def _asked_keys(view: FeatureView) -> tuple[str, ...]:
    """What the request calls the view's keys, which an alias may have renamed."""
    renamed = view.projection.join_key_map
    return tuple(renamed.get(column.name, column.name) for column in view.entity_columns)


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
