"""Feast's answer to an online request, made of plain columns; messages only if asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from math import floor
from typing import Any, NamedTuple

from feast.online_response import TIMESTAMP_POSTFIX, OnlineResponse
from feast.protos.feast.serving.ServingService_pb2 import FieldStatus, GetOnlineFeaturesResponse
from feast.protos.feast.types.Value_pb2 import Value
from feast.utils import make_tzaware

from .pool import Rows
from .spelling import Spelling, as_message
from .wide_row import WideRow


class AnswerColumn(NamedTuple):
    """One column of an answer: its values, how to spell them as messages, its statuses.

    `event_times` is None for what has no event, such as a key; a None among them means no row was
    found. `messages` are given where they were needed before.
    """

    values: Sequence[Any]
    declared: Spelling | None = None
    event_times: Sequence[datetime | None] | None = None
    messages: Sequence[Value] | None = None

    def as_messages(self) -> Sequence[Value]:
        """The values as Feast's messages."""
        if self.messages is not None or self.declared is None:
            return self.messages or []
        return [as_message(self.declared, value) for value in self.values]


class ViewAnswer(NamedTuple):
    """What was read of one view, as its rows; few ever look at the columns as messages."""

    prefix: str
    wide: WideRow
    rows: Rows

    def values(self) -> dict[str, list[Any]]:
        """The features as Feast names them, each with a value for every asked key."""
        columns = map(list, islice(zip(*self.rows, strict=True), 1, None))
        found = dict(zip(self.wide.names(self.prefix), columns, strict=True))
        for name, as_python in self.wide.conversions:
            values = found[self.prefix + name]
            found[self.prefix + name] = [None if one is None else as_python(one) for one in values]
        return found

    def columns(self) -> dict[str, AnswerColumn]:
        """The same with types and event times."""
        times = [row[0] for row in self.rows]
        return {
            name: AnswerColumn(values, declared, times)
            for (name, values), declared in zip(self.values().items(), self.wide.types, strict=True)
        }


class ColumnResponse(OnlineResponse):
    """Feast's response; its protobuf message is built at first access."""

    def __init__(
        self, columns: Mapping[str, AnswerColumn], views: Sequence[ViewAnswer] = ()
    ) -> None:
        self._columns = columns
        self._views = views
        # Feast looks here for values older than their type; here each column knows its own.
        self._feature_types = {}

    def __getattr__(self, name: str) -> GetOnlineFeaturesResponse:
        if name != "proto":
            raise AttributeError(name)
        columns = dict(self._columns)
        for view in self._views:
            columns |= view.columns()
        self.proto = _message(columns)
        return self.proto

    def to_dict(self, include_event_timestamps: bool = False) -> dict[str, Any]:
        """The columns by name; with event times, in seconds and 0 for none, if asked."""
        found = {name: list(column.values) for name, column in self._columns.items()}
        for view in self._views:
            found |= view.values()
        return self._with_times(found) if include_event_timestamps else found

    def _with_times(self, found: Mapping[str, list[Any]]) -> dict[str, Any]:
        """Each column and, after it, its event times."""
        size = len(next(iter(found.values())))
        times = {
            name: _seconds(column.event_times or [None] * size)
            for name, column in self._columns.items()
        }
        for view in self._views:
            of_view = _seconds([row[0] for row in view.rows])
            times |= dict.fromkeys(view.wide.names(view.prefix), of_view)
        return {
            called: values
            for name, column in found.items()
            for called, values in ((name, column), (name + TIMESTAMP_POSTFIX, list(times[name])))
        }


def _seconds(moments: Sequence[datetime | None]) -> list[int]:
    return [floor(make_tzaware(moment).timestamp()) if moment else 0 for moment in moments]


def _message(columns: Mapping[str, AnswerColumn]) -> GetOnlineFeaturesResponse:
    message = GetOnlineFeaturesResponse()
    message.metadata.feature_names.val.extend(columns)
    for column in columns.values():
        _add(message, column)
    return message


def _add(message: GetOnlineFeaturesResponse, column: AnswerColumn) -> None:
    times = column.event_times or [None] * len(column.values)
    vector = message.results.add()
    vector.values.extend(column.as_messages())
    for moment in times:
        is_missing = column.event_times is not None and moment is None
        vector.statuses.append(FieldStatus.NOT_FOUND if is_missing else FieldStatus.PRESENT)
        timestamp = vector.event_timestamps.add()
        if moment is not None:
            timestamp.FromDatetime(moment)
