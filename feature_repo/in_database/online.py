"""A Feast online store that serves the rows of the feature tables themselves.

Nothing is materialised: what dbt (or anything else) wrote to the source table is what is read.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Literal

from feast import utils
from feast.feature_service import FeatureService
from feast.feature_view import FeatureView
from feast.infra.online_stores.online_store import OnlineStore
from feast.infra.registry.base_registry import BaseRegistry
from feast.online_response import OnlineResponse
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import RepeatedValue, Value
from feast.repo_config import RepoConfig

from .connection import InDatabaseConfig
from .fast_path import Found, columns_of, plain_request
from .reader import Reader
from .response import ColumnResponse
from .views import source_of
from .wide_row import WideRow, as_message, wide_row

Row = tuple[datetime | None, dict[str, Value] | None]


class InDatabaseOnlineStoreConfig(InDatabaseConfig):
    """Feast's PostgreSQL fields; see `InDatabaseConfig` for what is added."""

    type: Literal["feature_repo.in_database.online.InDatabaseOnlineStore"] = (
        "feature_repo.in_database.online.InDatabaseOnlineStore"
    )


class InDatabaseOnlineStore(OnlineStore):
    """Reads the newest row of a key as of now, within the view's ttl, from the view's source."""

    def __init__(self) -> None:
        super().__init__()
        self._opening = Lock()
        self._reader: Reader | None = None
        self._plans: dict[tuple[str, ...], tuple[FeatureView, WideRow]] = {}

    def get_online_features(
        self,
        config: RepoConfig,
        features: list[str] | FeatureService,
        entity_rows: list[dict[str, Any]] | Mapping[str, Sequence[Any] | RepeatedValue],
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:
        """Answer an ordinary request column by column, without a message per value.

        Requests that need more than reading rows (on-demand views, request data, views without
        an entity, renamed keys, versions, values that are already messages) take Feast's way.
        """
        request = None
        if not include_feature_view_version_metadata:
            request = plain_request(registry, project, features, entity_rows, full_feature_names)
        if request is None:
            return super().get_online_features(
                config, features, entity_rows, registry, project, full_feature_names,
                include_feature_view_version_metadata,
            )  # fmt: skip

        def read(view: FeatureView, names: Sequence[str], keys: Sequence[Any]) -> Found:
            plan = self._plan(view, names)
            return plan.fields, self._read(config, plan, keys)

        return ColumnResponse(columns_of(request, read))

    def online_read(
        self,
        config: RepoConfig,
        table: FeatureView,
        entity_keys: list[EntityKey],
        requested_features: list[str] | None = None,
    ) -> list[Row]:
        """One row per key, in their order; (None, None) where there is none or a key is NULL."""
        names = requested_features or [field.name for field in table.features]
        plan = self._plan(table, names)
        rows = self._read(config, plan, _key_columns(plan, entity_keys))
        return [_as_feast_row(plan, row) for row in rows]

    def online_write_batch(
        self,
        config: RepoConfig,
        table: FeatureView,
        data: list[tuple[EntityKey, dict[str, Value], datetime, datetime | None]],
        progress: Callable[[int], Any] | None,
    ) -> None:
        """Verify that every given row is already served, or that a newer one is.

        So materialising is a check and costs no copy. Raises `NotImplementedError` naming the
        view and key of the first row that is not in the source: this store does not write.
        """
        now = datetime.now(UTC)
        for key, values, event_time, _ in data:
            moment = utils.make_tzaware(event_time)
            if moment > now or (table.ttl and moment < now - table.ttl):
                continue
            (found,) = self.online_read(config, table, [key], list(values))
            if not _serves(found, values, moment):
                raise NotImplementedError(_refusal(table, key))
        if progress:
            progress(len(data))

    def update(self, *_: object, **__: object) -> None:
        """Forget how views were read; there is no table of this store to make or drop."""
        self._plans.clear()

    def teardown(self, *_: object, **__: object) -> None:
        """Close the connections. The tables belong to whoever builds them, and stay."""
        self._plans.clear()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _read(
        self, config: RepoConfig, plan: WideRow, keys: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        with self._opening:
            if self._reader is None:
                self._reader = Reader(config.online_store)
            reader = self._reader
        return reader.read(plan.query, keys)

    def _plan(self, view: FeatureView, names: Sequence[str]) -> WideRow:
        place = (view.name, *names)
        known = self._plans.get(place)
        if known is None or known[0] is not view:
            known = self._plans[place] = (view, wide_row(view, names))
        return known[1]


def _key_columns(plan: WideRow, entity_keys: Sequence[EntityKey]) -> list[list[Any]]:
    rows = [dict(zip(key.join_keys, key.entity_values, strict=True)) for key in entity_keys]
    missing = [name for name in plan.keys if any(name not in row for row in rows)]
    if missing:
        raise KeyError(f"Missing join key values for keys: {missing}.")
    return [[_plain(row[name]) for row in rows] for name in plan.keys]


def _plain(value: Value) -> Any:  # noqa: ANN401 - whatever type the key has
    field = value.WhichOneof("val")
    return None if field is None else getattr(value, field)


def _as_feast_row(plan: WideRow, row: Sequence[Any]) -> Row:
    if row[0] is None:
        return None, None
    messages = map(as_message, plan.fields, row[1:])
    return row[0], dict(zip(plan.features, messages, strict=True))


def _serves(found: Row, values: Mapping[str, Value], moment: datetime) -> bool:
    served_at, served = found
    if served_at is None or served is None or served_at < moment:
        return False
    return served_at > moment or all(
        served[name].SerializeToString() == value.SerializeToString()
        for name, value in values.items()
    )


def _refusal(table: FeatureView, key: EntityKey) -> str:
    named = ", ".join(
        f"{name}={_plain(value)!r}"
        for name, value in zip(key.join_keys, key.entity_values, strict=True)
    )
    return (
        f"{table.name}: the row of {named} is not in {source_of(table).name}, which is what"
        " this online store serves and does not write; add it to the source instead"
    )
