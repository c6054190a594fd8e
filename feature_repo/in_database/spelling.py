"""How a Feast value type is spelled in PostgreSQL, in Arrow, and in Feast's own messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from feast.protos.feast.types.Value_pb2 import Value
from feast.type_map import python_values_to_proto_values
from feast.value_type import ValueType


@dataclass(frozen=True)
class Spelling:
    """One Feast type: in PostgreSQL, in Arrow, and as the field of `Value` that holds it.

    `as_python` turns what the driver reads into what Feast hands out, where the two differ.
    """

    postgres: str
    arrow: pa.DataType
    message_field: str
    value_type: ValueType
    as_python: Callable[[Any], Any] | None = None

    @property
    def postgres_for_arrow(self) -> str:
        """The type to cast to in SQL before Arrow reads it: text where Arrow has none."""
        if pa.types.is_string(self.arrow):
            return "text"
        if pa.types.is_list(self.arrow) and pa.types.is_string(self.arrow.value_type):
            return "text[]"
        return self.postgres


def _to_the_second(moments: list[datetime | None]) -> list[datetime | None]:
    """Feast keeps moments to the second."""
    return [moment and moment.replace(microsecond=0) for moment in moments]


# The type in PostgreSQL, in Arrow, and whether Feast has lists and sets of it.
_ITEMS: dict[str, tuple[str, pa.DataType]] = {
    "BOOL": ("boolean", pa.bool_()),
    "INT32": ("integer", pa.int32()),
    "INT64": ("bigint", pa.int64()),
    "FLOAT": ("real", pa.float32()),
    "DOUBLE": ("double precision", pa.float64()),
    "STRING": ("text", pa.string()),
    "BYTES": ("bytea", pa.binary()),
    "UNIX_TIMESTAMP": ("timestamp with time zone", pa.timestamp("us", "UTC")),
    "UUID": ("uuid", pa.string()),
    "TIME_UUID": ("uuid", pa.string()),
    # As text, because Arrow's decimals would need a precision that Feast does not declare.
    "DECIMAL": ("numeric", pa.string()),
}
_DOCUMENTS = ("JSON", "MAP", "MAP_LIST", "STRUCT", "STRUCT_LIST")


def _message_field(name: str) -> str:
    return f"{name.lower()}_val"


def _spell(name: str) -> list[Spelling]:
    """A type with its list and its set."""
    postgres, arrow = _ITEMS[name]
    in_seconds = _to_the_second if name == "UNIX_TIMESTAMP" else None
    found = [Spelling(postgres, arrow, _message_field(name), ValueType[name])]
    for suffix, as_python in (("LIST", in_seconds), ("SET", set)):
        whole = f"{name}_{suffix}"
        kind = Spelling(
            f"{postgres}[]", pa.list_(arrow), _message_field(whole), ValueType[whole], as_python
        )
        found.append(kind)
    return found


_SPELLINGS = {one.value_type: one for name in _ITEMS for one in _spell(name)} | {
    ValueType[name]: Spelling("jsonb", pa.string(), _message_field(name), ValueType[name])
    for name in _DOCUMENTS
}


def spelling(value_type: ValueType) -> Spelling | None:
    """How `value_type` is spelled, or None for a type these stores pass on as it comes."""
    return _SPELLINGS.get(value_type)


def as_message(declared: Spelling, value: Any) -> Value:  # noqa: ANN401 - whatever a column holds
    """A value as Feast's message; None is the empty message."""
    message = Value()
    if value is None:
        return message
    if declared.value_type == ValueType.UNIX_TIMESTAMP:
        message.unix_timestamp_val = int(value.timestamp())
    elif declared.value_type in _SET_AS_THEY_ARE:
        setattr(message, declared.message_field, value)
    else:
        message = python_values_to_proto_values([value], declared.value_type)[0]
    return message


_SET_AS_THEY_ARE = {
    ValueType[name] for name in ("BOOL", "INT32", "INT64", "FLOAT", "DOUBLE", "STRING", "BYTES")
}


def kind(arrow_type: pa.DataType) -> str:
    """The family within which Arrow itself converts values without changing their meaning."""
    families = {
        "number": pa.types.is_integer(arrow_type) or pa.types.is_floating(arrow_type),
        "text": pa.types.is_string(arrow_type) or pa.types.is_large_string(arrow_type),
        "bytes": pa.types.is_binary(arrow_type) or pa.types.is_large_binary(arrow_type),
        "time": pa.types.is_timestamp(arrow_type),
        "truth": pa.types.is_boolean(arrow_type),
        "nothing": pa.types.is_null(arrow_type),
    }
    return next((name for name, belongs in families.items() if belongs), str(arrow_type))
