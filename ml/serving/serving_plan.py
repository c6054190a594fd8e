"""What serving reads of the feature store, as the bundle carries it: tables, keys, columns, ttl.

It is exported from a Feast feature service (`feature_repo.serving_plan`), so that the service that
answers doctors reads the same rows as Feast without importing it.
"""

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Value = float | int | str | bytes | bool | datetime | None


class Row(NamedTuple):
    """The newest row of a view: its event's moment and its columns by name."""

    event_time: datetime
    values: dict[str, Value]


class ServedView(BaseModel):
    """One feature view: where its rows are, and how long one holds after its event.

    `ttl_seconds` of 0 means for ever. `columns` maps a feature to the column that holds it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    relation: tuple[str, ...] = Field(min_length=1)
    event_time: str
    created: str
    ttl_seconds: float = Field(ge=0)
    columns: dict[str, str] = Field(min_length=1)


class ServingPlan(BaseModel):
    """All views of one feature service; `key` is the column by which each is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str
    key: str
    views: tuple[ServedView, ...] = Field(min_length=1)
