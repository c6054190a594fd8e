"""How a Feast value type is spelled in PostgreSQL, in Arrow, and in Feast's own messages."""

from dataclasses import dataclass

import pyarrow as pa
from feast.value_type import ValueType


@dataclass(frozen=True)
class Spelling:
    """One Feast type: in PostgreSQL, in Arrow, and as the field of `Value` that holds it."""

    postgres: str
    arrow: pa.DataType
    message_field: str


_SCALARS = {
    ValueType.BOOL: Spelling("boolean", pa.bool_(), "bool_val"),
    ValueType.INT32: Spelling("integer", pa.int32(), "int32_val"),
    ValueType.INT64: Spelling("bigint", pa.int64(), "int64_val"),
    ValueType.FLOAT: Spelling("real", pa.float32(), "float_val"),
    ValueType.DOUBLE: Spelling("double precision", pa.float64(), "double_val"),
    ValueType.STRING: Spelling("text", pa.string(), "string_val"),
    ValueType.BYTES: Spelling("bytea", pa.binary(), "bytes_val"),
    ValueType.UNIX_TIMESTAMP: Spelling(
        "timestamp with time zone", pa.timestamp("us", "UTC"), "unix_timestamp_val"
    ),
}
_LISTS = {
    ValueType.BOOL_LIST: ValueType.BOOL,
    ValueType.INT32_LIST: ValueType.INT32,
    ValueType.INT64_LIST: ValueType.INT64,
    ValueType.FLOAT_LIST: ValueType.FLOAT,
    ValueType.DOUBLE_LIST: ValueType.DOUBLE,
    ValueType.STRING_LIST: ValueType.STRING,
}


def spelling(value_type: ValueType) -> Spelling | None:
    """How `value_type` is spelled, or None for a type these stores pass on as it comes."""
    item = _LISTS.get(value_type)
    if item is None:
        return _SCALARS.get(value_type)
    scalar = _SCALARS[item]
    list_field = scalar.message_field.replace("_val", "_list_val")
    return Spelling(scalar.postgres + "[]", pa.list_(scalar.arrow), list_field)


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
