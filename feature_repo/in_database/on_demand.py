"""On-demand views computed from plain columns, by the same rules as Feast's own code."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.type_map import feast_value_type_to_python_type, python_values_to_proto_values
from feast.utils import _parse_feature_ref
from feast.value_type import ValueType

from .response import AnswerColumn
from .views import view_name


def is_plain(view: OnDemandFeatureView) -> bool:
    """Whether the view is a function of columns, which nothing stores and nothing aggregates."""
    return (
        view.mode in ("python", "pandas")
        and not view.write_to_online_store
        and not view.aggregations
        and not view.singleton
    )


def request_column(values: Sequence[Any]) -> AnswerColumn:
    """A column of request data, as Feast reads it back from its own messages."""
    messages = python_values_to_proto_values(list(values), ValueType.UNKNOWN)
    return AnswerColumn([feast_value_type_to_python_type(one) for one in messages], None, None,
                        messages)  # fmt: skip


def computed(
    views: Sequence[OnDemandFeatureView],
    references: Sequence[str],
    columns: Mapping[str, AnswerColumn],
    *,
    full: bool,
) -> dict[str, AnswerColumn]:
    """The requested features of on-demand views, computed from `columns`."""
    given = {name: list(column.values) for name, column in columns.items()}
    by_name = {_called(view): view for view in views}
    found: dict[str, AnswerColumn] = {}
    for name, wanted in _wanted(references, by_name, full=full).items():
        view = by_name[name]
        hidden = _not_declared(view, views, references, by_name)
        seen = {column: values for column, values in given.items() if column not in hidden}
        answer = _transformed(view, seen, full=full)
        types = {field.name: field.dtype.to_value_type() for field in view.schema}
        for feature in answer:
            if feature in wanted:
                found[feature] = _column(answer[feature], types.get(feature, ValueType.UNKNOWN))
    return found


def _called(view: OnDemandFeatureView) -> str:
    return (view.projection.name_alias if view.projection else None) or view.name


def _wanted(
    references: Iterable[str], by_name: Mapping[str, OnDemandFeatureView], *, full: bool
) -> dict[str, set[str]]:
    """The columns asked for of each on-demand view, as the answer names them."""
    found: dict[str, set[str]] = {}
    for reference in references:
        name, _, feature = _parse_feature_ref(reference)
        if name in by_name:
            prefix = f"{view_name(by_name[name])}__" if full else ""
            found.setdefault(name, set()).add(prefix + feature)
    return found


def _not_declared(
    view: OnDemandFeatureView,
    views: Iterable[OnDemandFeatureView],
    references: Iterable[str],
    on_demand: Collection[str],
) -> set[str]:
    """Columns of views that this one did not name as its sources, which it must not see."""
    declared = {projection.name for projection in view.source_feature_view_projections.values()}
    others = [
        (name, feature)
        for name, _, feature in map(_parse_feature_ref, references)
        if name not in on_demand
    ]
    others += [
        (projection.name, feature.name)
        for other in views
        for projection in other.source_feature_view_projections.values()
        for feature in projection.features
    ]
    hidden = [(name, feature) for name, feature in others if name not in declared]
    return {spelled for name, feature in hidden for spelled in (feature, f"{name}__{feature}")}


def _transformed(
    view: OnDemandFeatureView, columns: dict[str, list[Any]], *, full: bool
) -> Mapping[str, Sequence[Any]]:
    if view.mode == "python":
        answer: dict[str, Sequence[Any]] = view.transform_dict(columns)
        return answer
    table = view.transform_arrow(pa.table(columns), full)
    return {name: table[name].to_numpy() for name in table.column_names}


def _column(values: Any, value_type: ValueType) -> AnswerColumn:  # noqa: ANN401 - what a view says
    """The values after a journey through Feast's messages, which give them their declared type."""
    given = values if hasattr(values, "__len__") and not isinstance(values, str) else [values]
    messages = python_values_to_proto_values(given, value_type)
    plain = [feast_value_type_to_python_type(message) for message in messages]
    return AnswerColumn(plain, messages=messages)
