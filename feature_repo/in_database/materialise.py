"""A Feast compute engine whose `materialize` only checks how old rows are: nothing is copied."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import psycopg
from feast.feature_view import FeatureView
from feast.infra.common.materialization_job import (
    MaterializationJob,
    MaterializationJobStatus,
    MaterializationTask,
)
from feast.infra.compute_engines.base import ComputeEngine
from feast.infra.registry.base_registry import BaseRegistry
from feast.repo_config import FeastConfigBaseModel
from psycopg import sql

from .connection import InDatabaseConfig, connection_string
from .point_in_time import qualified
from .trouble import explained
from .views import source_keys, source_names, source_of


class InDatabaseComputeEngineConfig(FeastConfigBaseModel):
    """The engine takes its connection from the online store."""

    type: Literal["feature_repo.in_database.materialise.InDatabaseComputeEngine"] = (
        "feature_repo.in_database.materialise.InDatabaseComputeEngine"
    )


@dataclass(frozen=True)
class Freshness:
    """How old the newest row of each key of a view is, and how many keys that serves.

    `served` of `keys` have a row that is neither to come nor older than the ttl; the ages are of
    the newest, the middle and the oldest of the newest rows, None where there is none.
    """

    view: str
    keys: int
    served: int
    newest: timedelta | None
    middle: timedelta | None
    oldest: timedelta | None

    def sentence(self) -> str:
        """What a person wants to know, on one line."""
        if self.newest is None or self.middle is None or self.oldest is None:
            return f"{self.view}: no row that has happened yet; nothing is served"
        return (
            f"{self.view}: {self.served} of {self.keys} keys are served; their newest rows are"
            f" {_spoken(self.newest)} to {_spoken(self.oldest)} old, half of them under"
            f" {_spoken(self.middle)}"
        )


class FreshnessJob(MaterializationJob):
    """Feast's handle on a look that is over."""

    def __init__(self, freshness: Freshness | None, trouble: BaseException | None) -> None:
        self.freshness = freshness
        self._trouble = trouble

    def status(self) -> MaterializationJobStatus:
        """Whether the view can be served."""
        failed = self._trouble is not None
        return MaterializationJobStatus.ERROR if failed else MaterializationJobStatus.SUCCEEDED

    def error(self) -> BaseException | None:
        """Why it cannot."""
        return self._trouble

    def should_be_retried(self) -> bool:
        """Looking again finds the same."""
        return False

    def job_id(self) -> str:
        """The view's name."""
        return self.freshness.view if self.freshness else ""

    def url(self) -> str | None:
        """There is no page about it."""
        return None


class InDatabaseComputeEngine(ComputeEngine):
    """Verifies that a source is there and fresh, says how old its rows are, moves nothing."""

    def update(self, *_: object, **__: object) -> None:
        """Nothing has to be prepared."""

    def teardown_infra(self, *_: object, **__: object) -> None:
        """Nothing was prepared."""

    def _materialize_one(
        self,
        registry: BaseRegistry,  # noqa: ARG002 - Feast's signature
        task: MaterializationTask,
        **_: Any,  # noqa: ANN401 - Feast's signature
    ) -> FreshnessJob:
        view = task.feature_view
        try:
            found = freshness(self.repo_config.online_store, view)
        except psycopg.Error as error:
            return FreshnessJob(None, explained(error, error.sqlstate, [view]) or error)
        sys.stdout.write(found.sentence() + "\n")
        return FreshnessJob(found, _too_old(found, view))


def freshness(config: InDatabaseConfig, view: FeatureView) -> Freshness:
    """Look at every column the view promises, and at the newest row of every key."""
    with psycopg.connect(connection_string(config, read_only=True)) as connection:
        connection.execute(_all_columns(view))
        row = connection.execute(_ages(view)).fetchone()
    keys, served, newest, middle, oldest = row or (0, 0, None, None, None)
    return Freshness(view.name, keys, served, newest, middle, oldest)


def _too_old(found: Freshness, view: FeatureView) -> RuntimeError | None:
    """Rows that are all past the ttl are a build that did not happen, which Feast should report."""
    if not found.keys or found.served:
        return None
    return RuntimeError(
        f"{view.name}: none of its {found.keys} keys is served, because the newest row of"
        f" {source_of(view).name} is {_spoken(found.newest or timedelta(0))} old and the view's"
        f" ttl is {_spoken(view.ttl or timedelta(0))}"
    )


def _all_columns(view: FeatureView) -> sql.Composed:
    """A query that fails, naming the column, if the source lacks one."""
    renamed = source_names(view)
    names = [renamed.get(field.name, field.name) for field in view.features]
    return sql.SQL("select {} from {} as feature limit 0").format(
        sql.SQL(", ").join(qualified("feature", name) for name in names) or sql.SQL("1"),
        _relation(view),
    )


def _ages(view: FeatureView) -> sql.Composed:
    keys: Sequence[sql.Composable] = [
        qualified("feature", name) for name, _ in source_keys(view)
    ] or [sql.SQL("true")]
    moment = qualified("feature", source_of(view).timestamp_field)
    seconds = view.ttl.total_seconds() if view.ttl else 0
    alive = sql.SQL("moment >= now() - make_interval(secs => {})").format(sql.Literal(seconds))
    return sql.SQL(
        "select count(*), count(*) filter (where {alive}), now() - max(moment),"
        " now() - percentile_disc(0.5) within group (order by moment desc), now() - min(moment)"
        " from (select max({moment}) as moment from {relation} as feature"
        " where {moment} <= now() group by {keys}) as newest"
    ).format(
        alive=alive if seconds else sql.SQL("true"),
        moment=moment,
        relation=_relation(view),
        keys=sql.SQL(", ").join(keys),
    )


def _relation(view: FeatureView) -> sql.Composable:
    return sql.SQL(source_of(view).get_table_query_string())


def _spoken(age: timedelta) -> str:
    """An age in the unit a person would choose."""
    seconds = age.total_seconds()
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
