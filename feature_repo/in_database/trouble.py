"""Translate database errors about a table that no longer fits its view to Feast's own errors."""

import re
from collections.abc import Iterable
from typing import Any

from feast.errors import DataSourceNotFoundException, SpecifiedFeaturesNotPresentError
from feast.feature_view import FeatureView

from .views import source_names, source_of

_NO_TABLE = "42P01"
_NO_COLUMN = "42703"


def explained(
    error: Exception, sqlstate: str | None, views: Iterable[FeatureView]
) -> Exception | None:
    """Feast's error for a missing table or column of one of `views`; None for any other trouble.

    `DataSourceNotFoundException` names the table, `SpecifiedFeaturesNotPresentError` the columns.
    """
    if sqlstate not in (_NO_TABLE, _NO_COLUMN):
        return None
    said = str(error)
    for view in views:
        table = source_of(view).get_table_query_string()
        if sqlstate == _NO_TABLE and _names(said, table):
            return DataSourceNotFoundException(table)  # type: ignore[no-untyped-call]
        if sqlstate == _NO_COLUMN and (column := _missing_column(said, view)):
            return _without(column, view)
    return None


def _without(column: str, view: FeatureView) -> SpecifiedFeaturesNotPresentError:
    """Feast's error, which prints whatever it is given for the fields it names."""
    gone: list[Any] = [column]
    here: list[Any] = [name for name in _source_columns(view) if name != column]
    return SpecifiedFeaturesNotPresentError(gone, here, view.name)


def _missing_column(said: str, view: FeatureView) -> str | None:
    found = re.search(r'column (?:feature\.)?"?(.+?)"? does not exist', said)
    if found and found.group(1) in _source_columns(view):
        return found.group(1)
    return None


def _source_columns(view: FeatureView) -> list[str]:
    source, renamed = source_of(view), source_names(view)
    names = [column.name for column in (*view.entity_columns, *view.features)]
    times = [source.timestamp_field, source.created_timestamp_column]
    return [*(renamed.get(name, name) for name in names), *filter(None, times)]


def _names(said: str, table: str) -> bool:
    """Whether the message names this table; it leaves out the quotes that a query needs."""
    return table.replace('"', "") in said.replace('"', "")
