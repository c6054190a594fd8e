"""The SQL that reads the newest row of each asked key, and what its values mean to Feast."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from feast.feature_view import FeatureView
from feast.protos.feast.types.Value_pb2 import Value
from feast.value_type import ValueType
from psycopg import sql

from .point_in_time import newest_first, qualified
from .spelling import Spelling, spelling
from .views import source_keys, source_of


@dataclass(frozen=True)
class WideRow:
    """One prepared read of one view.

    `query` takes one array of keys per join key and answers them in that order: the row's event
    time, which is NULL if no row was found, then the features. `fields` names the field of
    Feast's `Value` that carries each feature.
    """

    query: str
    keys: tuple[str, ...]
    features: tuple[str, ...]
    fields: tuple[str, ...]


def wide_row(view: FeatureView, features: Sequence[str]) -> WideRow:
    """The read of these features of a view; raises `TypeError` for a type that cannot be served."""
    fields = {field.name: field.dtype.to_value_type() for field in view.features}
    types = [_served(view, name, fields[name]) for name in features]
    pairs = source_keys(view)
    key_types = {
        column.name: _served(view, column.name, column.dtype.to_value_type())
        for column in view.entity_columns
    }
    return WideRow(
        query=_query(view, pairs, [key_types[name] for _, name in pairs], features, types),
        keys=tuple(name for _, name in pairs),
        features=tuple(features),
        fields=tuple(one.message_field for one in types),
    )


def as_message(field: str, value: Any) -> Value:  # noqa: ANN401 - whatever the column holds
    """A value of the database as Feast's message; NULL is the empty message."""
    message = Value()
    if value is None:
        return message
    if field == "unix_timestamp_val":
        message.unix_timestamp_val = int(value.timestamp())
    elif field.endswith("_list_val"):
        getattr(message, field).val.extend(value)
    else:
        setattr(message, field, value)
    return message


def _served(view: FeatureView, name: str, value_type: ValueType) -> Spelling:
    found = spelling(value_type)
    if found is None:
        raise TypeError(f"{view.name}: '{name}' is {value_type.name}, which cannot be read online")
    return found


def _query(
    view: FeatureView,
    keys: Sequence[tuple[str, str]],
    key_types: Sequence[Spelling],
    features: Sequence[str],
    types: Sequence[Spelling],
) -> str:
    source = source_of(view)
    source_names = {mapped: name for name, mapped in source.field_mapping.items()}
    names = [source_names.get(feature, feature) for feature in features]
    aliases = [f"key_{number}" for number in range(len(keys))]
    return (
        sql.SQL(
            "select found.* from unnest({arrays}) with ordinality as asked ({aliases}, place)"
            " left join lateral (select {event_time}, {columns} from {relation} as feature"
            " where {matches} and {event_time} <= now(){alive} order by {newest} limit 1"
            ") as found on true order by asked.place"
        )
        .format(
            arrays=sql.SQL(", ").join(
                sql.SQL(f"${number}::{key.postgres}[]") for number, key in enumerate(key_types, 1)
            ),
            aliases=sql.SQL(", ").join(map(sql.Identifier, aliases)),
            event_time=qualified("feature", source.timestamp_field),
            columns=sql.SQL(", ").join(map(_column, names, types)),
            relation=sql.SQL(source.get_table_query_string()),
            matches=sql.SQL(" and ").join(
                sql.SQL("{} = {}").format(qualified("feature", name), qualified("asked", alias))
                for (name, _), alias in zip(keys, aliases, strict=True)
            ),
            alive=_alive(view),
            newest=newest_first(source.timestamp_field, source.created_timestamp_column or None),
        )
        .as_string()
    )


def _column(name: str, declared: Spelling) -> sql.Composed:
    """The column in its declared type; Feast keeps moments to the second."""
    value = sql.SQL("cast({} as {})").format(qualified("feature", name), sql.SQL(declared.postgres))
    if declared.message_field == "unix_timestamp_val":
        return sql.SQL("date_trunc('second', {})").format(value)
    return value


def _alive(view: FeatureView) -> sql.Composable:
    seconds = int(view.ttl.total_seconds()) if view.ttl else 0
    if not seconds:
        return sql.SQL("")
    return sql.SQL(" and {} >= now() - make_interval(secs => {})").format(
        qualified("feature", source_of(view).timestamp_field), sql.Literal(seconds)
    )
