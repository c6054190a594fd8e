"""A Feast online store that serves the rows of the feature tables themselves.

Nothing is materialised: what dbt (or anything else) wrote to the source table is what is read.
Rows that are pushed between two builds stand beside it until the source has caught up.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Literal
from weakref import WeakKeyDictionary

from feast.feature_service import FeatureService
from feast.feature_view import FeatureView
from feast.infra.online_stores.online_store import OnlineStore
from feast.infra.registry.base_registry import BaseRegistry
from feast.infra.supported_async_methods import SupportedAsyncMethods
from feast.online_response import OnlineResponse
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import RepeatedValue
from feast.repo_config import RepoConfig

from .connection import InDatabaseConfig
from .fast_path import Shapes, answer_to
from .live import GivenRow, is_pushed_to
from .plans import Plans, Row
from .pool import AsyncPool, Pool
from .steps import Answer, Steps, run, run_async

EntityRows = list[dict[str, Any]] | Mapping[str, Sequence[Any] | RepeatedValue]
Features = list[str] | FeatureService
Progress = Callable[[int], Any] | None


class InDatabaseOnlineStoreConfig(InDatabaseConfig):
    """Feast's PostgreSQL fields; see `InDatabaseConfig` for what is added.

    Live rows are kept in tables of `live_schema`, or beside the features if it is empty.
    """

    type: Literal["feature_repo.in_database.online.InDatabaseOnlineStore"] = (
        "feature_repo.in_database.online.InDatabaseOnlineStore"
    )
    live_schema: str = ""


class InDatabaseOnlineStore(OnlineStore):
    """Reads the newest row of a key as of now, within the view's ttl, from the view's source."""

    def __init__(self) -> None:
        super().__init__()
        self._opening = Lock()
        self._pool: Pool | None = None
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncPool] = WeakKeyDictionary()
        self._known: Plans | None = None
        self._shapes = Shapes()

    @property
    def async_supported(self) -> SupportedAsyncMethods:
        """Reads and writes can be awaited."""
        return SupportedAsyncMethods(read=True, write=True)

    def get_online_features(
        self,
        config: RepoConfig,
        features: Features,
        entity_rows: EntityRows,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:
        """Answer an ordinary request column by column, without a message per value.

        Requests that need more (views without an entity, versions, on-demand views that aggregate
        or are stored, values that are already messages) take Feast's own way.
        """
        request = None
        if not include_feature_view_version_metadata:
            request = self._shapes.request(
                registry, project, features, entity_rows, full_feature_names
            )
        if request is None:
            return super().get_online_features(
                config, features, entity_rows, registry, project, full_feature_names,
                include_feature_view_version_metadata,
            )  # fmt: skip
        return self._run(config, answer_to(request, self._plans(config).plan))

    async def get_online_features_async(
        self,
        config: RepoConfig,
        features: Features,
        entity_rows: EntityRows,
        registry: BaseRegistry,
        project: str,
        full_feature_names: bool = False,
        include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:
        """The same without blocking the event loop."""
        request = None
        if not include_feature_view_version_metadata:
            request = self._shapes.request(
                registry, project, features, entity_rows, full_feature_names
            )
        if request is None:
            return await super().get_online_features_async(
                config, features, entity_rows, registry, project, full_feature_names,
                include_feature_view_version_metadata,
            )  # fmt: skip
        return await self._run_async(config, answer_to(request, self._plans(config).plan))

    def online_read(
        self,
        config: RepoConfig,
        table: FeatureView,
        entity_keys: list[EntityKey],
        requested_features: list[str] | None = None,
    ) -> list[Row]:
        """One row per key, in their order; (None, None) where there is none or a key is NULL."""
        steps = self._plans(config).reading(table, entity_keys, requested_features)
        return self._run(config, steps)

    async def online_read_async(
        self,
        config: RepoConfig,
        table: FeatureView,
        entity_keys: list[EntityKey],
        requested_features: list[str] | None = None,
    ) -> list[Row]:
        """The same without blocking the event loop."""
        steps = self._plans(config).reading(table, entity_keys, requested_features)
        return await self._run_async(config, steps)

    def online_write_batch(
        self, config: RepoConfig, table: FeatureView, data: list[GivenRow], progress: Progress
    ) -> None:
        """Keep each row that is newer than what is served of its key; the rest change nothing.

        Raises `ValueError` naming view and key for a row without a key or still to come.
        """
        self._run(config, self._plans(config).writing(table, data))
        if progress:
            progress(len(data))

    async def online_write_batch_async(
        self, config: RepoConfig, table: FeatureView, data: list[GivenRow], progress: Progress
    ) -> None:
        """The same without blocking the event loop."""
        await self._run_async(config, self._plans(config).writing(table, data))
        if progress:
            progress(len(data))

    def update(
        self,
        config: RepoConfig,
        tables_to_delete: Sequence[FeatureView],
        tables_to_keep: Sequence[FeatureView],
        *_: object,
        **__: object,
    ) -> None:
        """Create and drop the tables of live rows; source tables are left alone."""
        plans = self._plans(config)
        for view in tables_to_delete:
            if isinstance(view, FeatureView):
                self._run(config, plans.dropping(view))
        for view in tables_to_keep:
            if isinstance(view, FeatureView) and is_pushed_to(view):
                self._run(config, plans.making(view))
        plans.forget()

    def teardown(
        self, config: RepoConfig, tables: Sequence[FeatureView], *_: object, **__: object
    ) -> None:
        """Drop the live rows and close the connections; the sources stay."""
        self.update(config, tables, [])
        with self._opening:
            if self._pool is not None:
                self._pool.close()
                self._pool = None

    async def initialize(self, config: RepoConfig) -> None:
        """Connect, so that the first request need not."""
        await self._pool_of_loop(config).open()

    async def close(self) -> None:
        """Close the connections of this event loop."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.close()

    def _plans(self, config: RepoConfig) -> Plans:
        if self._known is None:
            settings = _settings(config)
            self._known = Plans(settings.live_schema or settings.db_schema, config.project)
        return self._known

    def _run(self, config: RepoConfig, steps: Steps[Answer]) -> Answer:
        if self._pool is None:
            with self._opening:
                if self._pool is None:
                    self._pool = Pool(_settings(config))
        return run(steps, self._pool)

    async def _run_async(self, config: RepoConfig, steps: Steps[Answer]) -> Answer:
        return await run_async(steps, self._pool_of_loop(config))

    def _pool_of_loop(self, config: RepoConfig) -> AsyncPool:
        loop = asyncio.get_running_loop()
        if loop not in self._pools:
            self._pools[loop] = AsyncPool(_settings(config))
        return self._pools[loop]


def _settings(config: RepoConfig) -> InDatabaseOnlineStoreConfig:
    settings = config.online_store
    if not isinstance(settings, InDatabaseOnlineStoreConfig):
        raise TypeError(f"{type(settings).__name__} does not configure this online store")
    return settings
