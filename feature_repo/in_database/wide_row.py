"""The SQL that reads the newest row of each requested key, and its values as Feast types."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from feast.feature_view import FeatureView
from feast.value_type import ValueType
from psycopg import sql

from .live import CREATED, EVENT_TIME, LiveTable
from .point_in_time import newest_first, qualified
from .pool import Read, Rows
from .spelling import Spelling, spelling
from .views import source_keys, source_names, source_of


@dataclass(frozen=True)
class Known:
    """What the database says of a view: whether it has live rows, and a NOT NULL creation time."""

    live: LiveTable | None
    created_may_be_null: bool


@dataclass(frozen=True)
class WideRow:
    """One prepared read of one view.

    `one` takes the value of each join key and answers with at most one row; `many` takes an array
    of values per join key and answers one row for each, in that order. A row is its event time,
    which is NULL if nothing was found, then the features, spelled as `types` says.
    """

    one: bytes
    many: bytes
    keys: tuple[str, ...]
    features: tuple[str, ...]
    types: tuple[Spelling, ...]

    @cached_property
    def conversions(self) -> list[tuple[str, Callable[[Any], Any]]]:
        """The features whose values Feast hands out in another form than the driver reads."""
        pairs = zip(self.features, self.types, strict=True)
        return [(name, kind.as_python) for name, kind in pairs if kind.as_python is not None]

    def names(self, prefix: str) -> Sequence[str]:
        """The features as an answer names them."""
        return [prefix + name for name in self.features] if prefix else self.features

    def read(self, keys: Sequence[Sequence[Any]]) -> Read:
        """The read of these keys, given as a column of values per join key."""
        if not keys or len(keys[0]) == 1:
            return Read(self.one, [values[0] for values in keys])
        return Read(self.many, [list(values) for values in keys])

    def rows(self, found: Rows, count: int) -> Rows:
        """A row for each of `count` keys, in their order, from what a read of them found."""
        if len(found) == count:
            return found
        return (found or [(None,) * (1 + len(self.features))]) * count


def wide_row(view: FeatureView, features: Sequence[str], known: Known) -> WideRow:
    """The read of these features of a view; raises `TypeError` for a type that cannot be served."""
    declared = {field.name: field.dtype.to_value_type() for field in view.features}
    types = [_served(view, name, declared[name]) for name in features]
    key_types = {
        column.name: _served(view, column.name, column.dtype.to_value_type())
        for column in view.entity_columns
    }
    keys = source_keys(view)
    names = tuple(name for _, name in keys)
    spelled = [key_types[name].postgres for name in names]
    given = [sql.SQL(f"${number}::{kind}") for number, kind in enumerate(spelled, 1)]
    asked = [qualified("asked", f"key_{number}") for number in range(len(keys))]
    return WideRow(
        one=_newest(view, features, types, given, known).as_bytes(),
        many=_for_each(spelled, _newest(view, features, types, asked, known)).as_bytes(),
        keys=names,
        features=tuple(features),
        types=tuple(types),
    )


def _served(view: FeatureView, name: str, value_type: ValueType) -> Spelling:
    found = spelling(value_type)
    if found is None:
        raise TypeError(f"{view.name}: '{name}' is {value_type.name}, which cannot be read online")
    return found


def _for_each(key_types: Sequence[str], newest: sql.Composable) -> sql.Composed:
    """The newest row of every key of the given arrays, in their order."""
    arrays = [sql.SQL(f"${number}::{kind}[]") for number, kind in enumerate(key_types, 1)]
    aliases = [sql.Identifier(f"key_{number}") for number in range(len(key_types))]
    return sql.SQL(
        "select found.* from unnest({arrays}) with ordinality as asked ({aliases})"
        " left join lateral ({newest}) as found on true order by asked.place"
    ).format(
        arrays=sql.SQL(", ").join(arrays or [sql.SQL("array[1]")]),
        aliases=sql.SQL(", ").join([*(aliases or [sql.Identifier("any")]), sql.SQL("place")]),
        newest=newest,
    )


def _newest(
    view: FeatureView,
    features: Sequence[str],
    types: Sequence[Spelling],
    keys: Sequence[sql.Composable],
    known: Known,
) -> sql.Composed:
    """The newest row that can be served of one key, from the source or from the live rows."""
    source = source_of(view)
    renamed = source_names(view)
    pairs = list(zip(features, types, strict=True))
    kept = Place(
        relation=sql.SQL(source.get_table_query_string()),
        keys=dict(zip([name for name, _ in source_keys(view)], keys, strict=True)),
        event_time=source.timestamp_field,
        created=source.created_timestamp_column or None,
        columns=tuple(_column(renamed.get(name, name), kind) for name, kind in pairs),
        created_may_be_null=known.created_may_be_null,
    )
    if known.live is None:
        return _lookup(kept, view, with_creation=False)
    live = Place(
        relation=known.live.relation,
        keys=dict(zip([name for _, name in source_keys(view)], keys, strict=True)),
        event_time=EVENT_TIME,
        created=CREATED,
        columns=tuple(_column(name, kind) for name, kind in pairs),
    )
    return sql.SQL(
        "select moment{places} from (({kept}) union all ({live})) as both_kinds"
        " (moment, made{places}) order by moment desc, made desc nulls last limit 1"
    ).format(
        places=_after_comma(sql.Identifier(f"feature_{number}") for number in range(len(pairs))),
        kept=_lookup(kept, view, with_creation=True),
        live=_lookup(live, view, with_creation=True),
    )


@dataclass(frozen=True)
class Place:
    """Where rows of a view are: the source, or the live rows."""

    relation: sql.Composable
    keys: dict[str, sql.Composable]
    event_time: str
    created: str | None
    columns: tuple[sql.Composable, ...]
    created_may_be_null: bool = True


def _after_comma(columns: Iterable[sql.Composable]) -> sql.Composed:
    return sql.Composed([part for column in columns for part in (sql.SQL(", "), column)])


def _lookup(place: Place, view: FeatureView, *, with_creation: bool) -> sql.Composed:
    """The newest row of one key whose event is neither to come nor older than the ttl."""
    moment = qualified("feature", place.event_time)
    conditions = [
        *(
            sql.SQL("{} = {}").format(qualified("feature", name), key)
            for name, key in place.keys.items()
        ),
        sql.SQL("{} <= now()").format(moment),
    ]
    if view.ttl and (seconds := view.ttl.total_seconds()):
        oldest = sql.SQL("{} >= now() - make_interval(secs => {})")
        conditions.append(oldest.format(moment, sql.Literal(seconds)))
    made = qualified("feature", place.created) if place.created else sql.SQL("null::timestamptz")
    return sql.SQL(
        "select {moment}{columns} from {relation} as feature"
        " where {conditions} order by {newest} limit 1"
    ).format(
        moment=moment,
        columns=_after_comma([*([made] if with_creation else []), *place.columns]),
        relation=place.relation,
        conditions=sql.SQL(" and ").join(conditions),
        newest=newest_first(place.event_time, place.created, nullable=place.created_may_be_null),
    )


def _column(name: str, declared: Spelling) -> sql.Composed:
    """The column in its declared type; Feast keeps moments to the second."""
    value = sql.SQL("cast({} as {})").format(qualified("feature", name), sql.SQL(declared.postgres))
    if declared.message_field == "unix_timestamp_val":
        return sql.SQL("date_trunc('second', {})").format(value)
    return value
