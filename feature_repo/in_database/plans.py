"""How each view is read and written: looked up in the catalogue once, then cached."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from feast.feature_view import FeatureView
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.type_map import feast_value_type_to_python_type

from .live import GivenRow, LiveTable, dropping, live_table, making, upserting
from .pool import Read
from .spelling import as_message
from .steps import ReadView, Steps
from .views import source_keys, source_of, view_name
from .wide_row import Known, WideRow, wide_row

Row = tuple[datetime | None, dict[str, Value] | None]

_WHAT_IS_THERE = (
    b"select to_regclass($1) is not null, exists (select from pg_attribute"
    b" where attrelid = to_regclass($2) and attname = $3 and attnotnull)"
)


class Plans:
    """The reads and writes of one project's views, in one schema of live rows.

    A plan is good as long as the registry gives out the same view, so whatever has changed is
    noticed when the registry is read again.
    """

    def __init__(self, live_schema: str, project: str) -> None:
        self._schema = live_schema
        self._project = project
        self._plans: dict[tuple[str, ...], tuple[FeatureView, WideRow]] = {}

    def forget(self) -> None:
        """Drop the cached plans, so that they are looked up again."""
        self._plans.clear()

    def plan(self, view: FeatureView, names: Sequence[str]) -> Steps[WideRow]:
        """How these features of a view are read."""
        place = (view_name(view), *names)
        kept = self._plans.get(place)
        if kept is None or kept[0] is not view:
            known = yield from self._known(view)
            kept = self._plans[place] = (view, wide_row(view, names, known))
        return kept[1]

    def reading(
        self, view: FeatureView, keys: Sequence[EntityKey], names: Sequence[str] | None
    ) -> Steps[list[Row]]:
        """The rows of these keys as Feast's messages."""
        wanted = names or [field.name for field in view.features]
        plan = yield from self.plan(view, wanted)
        found = yield ReadView(view, plan.read(_key_columns(plan, keys)))
        return [_as_feast_row(plan, row) for row in plan.rows(found, len(keys))]

    def writing(self, view: FeatureView, rows: Sequence[GivenRow]) -> Steps[None]:
        """Keep these rows where they are newer; their table is made for the first of them."""
        table = self._live(view)
        write = upserting(table, view, rows)
        known = yield from self._known(view)
        if known.live is None:
            yield making(table, view)
            self.forget()
        yield write

    def making(self, view: FeatureView) -> Steps[None]:
        """Make the table of a view's live rows."""
        yield making(self._live(view), view)

    def dropping(self, view: FeatureView) -> Steps[None]:
        """Drop the table of a view's live rows, if there is one."""
        table = self._live(view)
        ((there, _),) = yield Read(_WHAT_IS_THERE, [table.relation.as_string(), None, None])
        if there:
            yield dropping(table)

    def _live(self, view: FeatureView) -> LiveTable:
        return live_table(self._schema, self._project, view)

    def _known(self, view: FeatureView) -> Steps[Known]:
        """What the database says of the view's tables."""
        source, table = source_of(view), self._live(view)
        place = source.get_table_query_string()
        relation = None if place.lstrip().startswith("(") else place
        asked = [table.relation.as_string(), relation, source.created_timestamp_column or None]
        ((there, certain),) = yield Read(_WHAT_IS_THERE, asked)
        return Known(table if there and source_keys(view) else None, not certain)


def _key_columns(plan: WideRow, keys: Sequence[EntityKey]) -> list[list[Any]]:
    rows = [dict(zip(key.join_keys, key.entity_values, strict=True)) for key in keys]
    missing = [name for name in plan.keys if any(name not in row for row in rows)]
    if missing:
        raise KeyError(f"Missing join key values for keys: {missing}.")
    return [[feast_value_type_to_python_type(row[name]) for row in rows] for name in plan.keys]


def _as_feast_row(plan: WideRow, row: Sequence[Any]) -> Row:
    if row[0] is None:
        return None, None
    messages = map(as_message, plan.types, row[1:])
    return row[0], dict(zip(plan.features, messages, strict=True))
