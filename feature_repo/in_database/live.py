"""Rows pushed between two builds: one table per view, and per key the row of the newest event."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from feast.feature_view import FeatureView
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.type_map import feast_value_type_to_python_type
from feast.utils import make_tzaware
from psycopg import sql
from psycopg.types.json import Jsonb

from .point_in_time import qualified
from .pool import Write
from .spelling import Spelling, spelling
from .views import source_keys, source_of

EVENT_TIME = "feast_event_time"
CREATED = "feast_created"
LONGEST_NAME = 63
# Clocks differ; a row further ahead than this is a mistake, and would hide what comes after it.
_AHEAD = timedelta(minutes=1)

GivenRow = tuple[EntityKey, dict[str, Value], datetime, datetime | None]


@dataclass(frozen=True)
class LiveTable:
    """The table of a view's live rows."""

    schema: str
    name: str

    @property
    def relation(self) -> sql.Identifier:
        """The table, as a query names it."""
        return sql.Identifier(self.schema, self.name)


def live_table(schema: str, project: str, view: FeatureView) -> LiveTable:
    """Where the live rows of a view are, whether or not there are any."""
    name = f"{project}__{view.name}__live"
    if len(name.encode()) > LONGEST_NAME:
        mark = hashlib.sha256(name.encode()).hexdigest()[:12]
        name = f"{name.encode()[: LONGEST_NAME - 18].decode(errors='ignore')}_{mark}_live"
    return LiveTable(schema, name)


def is_pushed_to(view: FeatureView) -> bool:
    """Whether the view has a push source, and so will have live rows."""
    return view.stream_source is not None


def making(table: LiveTable, view: FeatureView) -> Write:
    """Make the table, or give it the columns that the view has gained."""
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind.postgres))
        for name, kind in _columns(view).items()
    ]
    keys = [sql.Identifier(name) for _, name in source_keys(view)]
    made = sql.SQL(
        "create table if not exists {table} ({columns}, {event} timestamptz not null,"
        " {created} timestamptz, primary key ({keys}))"
    ).format(
        table=table.relation,
        columns=sql.SQL(", ").join(columns),
        event=sql.Identifier(EVENT_TIME),
        created=sql.Identifier(CREATED),
        keys=sql.SQL(", ").join(keys),
    )
    gained = sql.SQL("alter table {} {}").format(
        table.relation,
        sql.SQL(", ").join(sql.SQL("add column if not exists {}").format(one) for one in columns),
    )
    return Write(sql.SQL("; ").join([made, gained]).as_bytes())


def dropping(table: LiveTable) -> Write:
    """Drop the table; the source it stood beside is not touched."""
    return Write(sql.SQL("drop table if exists {}").format(table.relation).as_bytes())


def upserting(table: LiveTable, view: FeatureView, rows: Sequence[GivenRow]) -> Write:
    """Keep each row that is newer than what the source and the live rows hold of its key.

    Newer by its event, then by its creation: a batch that comes late changes nothing. Raises
    `ValueError` naming view and key for a row without a key or with an event still to come.
    """
    kinds = _columns(view)
    keys = [name for _, name in source_keys(view)]
    names = [*kinds, EVENT_TIME, CREATED]
    places = [f"${n}::{kind.postgres}" for n, kind in enumerate(kinds.values(), 1)]
    places += [f"${len(kinds) + n}::timestamptz" for n in (1, 2)]
    statement = sql.SQL(
        "insert into {table} as kept ({names}) select {places} where not exists"
        " (select from {source} as feature where {same_key} and {not_newer})"
        " on conflict ({keys}) do update set {updates}"
        " where (excluded.{event}, coalesce(excluded.{made}, '-infinity'))"
        " >= (kept.{event}, coalesce(kept.{made}, '-infinity'))"
    ).format(
        table=table.relation,
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        places=sql.SQL(", ").join(map(sql.SQL, places)),
        source=sql.SQL(source_of(view).get_table_query_string()),
        same_key=_same_key(view, dict(zip(names, places, strict=True))),
        not_newer=_not_newer(view, places[-2], places[-1]),
        keys=sql.SQL(", ").join(map(sql.Identifier, keys)),
        updates=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
            for name in names
            if name not in keys
        ),
        event=sql.Identifier(EVENT_TIME),
        made=sql.Identifier(CREATED),
    )
    given = [_parameters(view, kinds, row) for row in rows]
    return Write(statement.as_bytes(), given)


def _columns(view: FeatureView) -> dict[str, Spelling]:
    """Every column with its type; raises `TypeError` for one that cannot be kept."""
    fields = {column.name: column.dtype for column in view.entity_columns}
    fields |= {field.name: field.dtype for field in view.features}
    found: dict[str, Spelling] = {}
    for name, dtype in fields.items():
        kind = spelling(dtype.to_value_type())
        if kind is None:
            raise TypeError(f"{view.name}: '{name}' is {dtype}, which cannot be kept online")
        found[name] = kind
    return found


def _same_key(view: FeatureView, places: Mapping[str, str]) -> sql.Composed:
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(qualified("feature", source), sql.SQL(places[name]))
        for source, name in source_keys(view)
    )


def _not_newer(view: FeatureView, event: str, created: str) -> sql.Composed:
    """Whether the given row is no newer than the source's; without creation is oldest."""
    source = source_of(view)
    made: sql.Composable = sql.SQL("'-infinity'::timestamptz")
    if source.created_timestamp_column:
        column = qualified("feature", source.created_timestamp_column)
        made = sql.SQL("coalesce({}, '-infinity')").format(column)
    return sql.SQL("({}, {}) >= ({}, coalesce({}, '-infinity'))").format(
        qualified("feature", source.timestamp_field), made, sql.SQL(event), sql.SQL(created)
    )


def _parameters(view: FeatureView, kinds: Mapping[str, Spelling], row: GivenRow) -> list[Any]:
    key, values, event, created = row
    given = dict(zip(key.join_keys, key.entity_values, strict=True)) | dict(values)
    plain = {name: _plain(kind, given.get(name)) for name, kind in kinds.items()}
    moment = make_tzaware(event)
    named = ", ".join(f"{name}={plain[name]!r}" for name in key.join_keys if name in plain)
    if any(plain[name] is None for _, name in source_keys(view)):
        raise ValueError(f"{view.name}: a row without a key cannot be kept ({named})")
    if moment > datetime.now(UTC) + _AHEAD:
        raise ValueError(f"{view.name}: the row of {named} is of {moment}, which is still to come")
    return [*plain.values(), moment, make_tzaware(created) if created else None]


def _plain(kind: Spelling, value: Value | None) -> Any:  # noqa: ANN401 - whatever the column holds
    """A message's value as the driver writes it."""
    found = None if value is None else feast_value_type_to_python_type(value, kind.value_type)
    if found is not None and kind.postgres == "jsonb":
        return Jsonb(found)
    return list(found) if isinstance(found, set) else found
