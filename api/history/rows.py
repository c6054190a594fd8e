"""A patient's newest rows straight from the feature tables, in one round trip, without a thread.

The hash of an identifier alone reaches the database, as the parameter of a prepared query.
"""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg
from fastapi.concurrency import run_in_threadpool
from psycopg import sql

from api.history import on_aws
from api.history.remembered import REBUILD
from api.history.wire import Wire
from ml.serving.serving_plan import Row, ServedView, ServingPlan
from warehouse.connection import connect, explain, parameters
from warehouse.errors import ContractBroken, DatabaseAway, SemiaError
from warehouse.settings import Settings

# A doctor does not wait longer than this for what is not needed to answer.
_PATIENCE_SECONDS = 2
_AGAIN_SECONDS = 1.0
# The server's own limit is told first; this is for one that says nothing any more.
_SILENCE_SECONDS = _PATIENCE_SECONDS + 1
# The server works on so many at once; who comes when all are taken waits for one.
_MOST_WIRES = 8
_MOMENT = "event moment"
# A restart of the server leaves dead connections behind, and a column whose type was changed
# leaves connections that cannot read it (0A000); a new one tells.
_OUTLIVED = ("08", "57P", "0A000")


class DatabaseReader:
    """Reads as `semia_api`; its connections are made when needed and kept while they are good."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: deque[Wire] = deque()
        self._turns = asyncio.Semaphore(_MOST_WIRES)
        self._away_until = 0.0
        self._known: tuple[ServingPlan, bytes] | None = None

    async def read(self, plan: ServingPlan, patient_id: str) -> Mapping[str, Row]:
        """The newest row of each view; one past its ttl, or that is not there, is left out.

        Raises `DatabaseAway`, and `ContractBroken` naming what a view no longer has.
        """
        asked = self._query(plan)
        try:
            async with self._turns:
                return _rows(plan, await self._tried(asked, patient_id))
        except psycopg.Error as error:
            raise _explained(error) from error

    def close(self) -> None:
        """Close the connections that wait."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    async def _tried(self, asked: bytes, patient_id: str) -> tuple[Any, ...]:
        """The answer, where need be from a new connection."""
        try:
            return await self._once(asked, patient_id)
        except (psycopg.OperationalError, psycopg.errors.FeatureNotSupported) as error:
            if error.sqlstate and not error.sqlstate.startswith(_OUTLIVED):
                raise
            self.close()
            return await self._once(asked, patient_id)

    async def _once(self, asked: bytes, patient_id: str) -> tuple[Any, ...]:
        wire = await self._taken(asked)
        try:
            found = await wire.first_row(patient_id)
        except TimeoutError as error:
            wire.close()
            self._away_until = time.monotonic() + _AGAIN_SECONDS
            raise DatabaseAway("The database has fallen silent", where="history") from error
        except BaseException:
            # Whoever gives up leaves an answer on its way that nobody else may be given.
            wire.close()
            raise
        self._idle.append(wire)
        return found

    def _query(self, plan: ServingPlan) -> bytes:
        if self._known is None or self._known[0] is not plan:
            self._known = plan, query(plan)
        return self._known[1]

    async def _taken(self, asked: bytes) -> Wire:
        """A connection that is good and asks this, made where none waits."""
        while True:
            while self._idle:
                wire = self._idle.pop()
                if wire.is_open and wire.query == asked:
                    return wire
                wire.close()
            # Seldom, and it waits for the server and may wait for AWS: a thread's work.
            await run_in_threadpool(self._make, asked)

    def _make(self, asked: bytes) -> None:
        """Add one more idle connection to the pool: the request that asked for it may be over."""
        made = self._connected()
        try:
            made.execute(f"set statement_timeout = '{_PATIENCE_SECONDS}s'")
            # For one key PostgreSQL would plan every read anew, which costs more than the read.
            made.execute("set plan_cache_mode = force_generic_plan")
            self._idle.append(Wire(made, asked, _SILENCE_SECONDS))
        except psycopg.Error:
            made.close()
            raise

    def _connected(self) -> psycopg.Connection[Any]:
        if time.monotonic() < self._away_until:
            raise DatabaseAway("The database did not answer a moment ago", where="history")
        try:
            return connect(
                "semia_api", self._settings, connect_timeout=_PATIENCE_SECONDS, autocommit=True,
                **self._login(),
            )  # fmt: skip
        except SemiaError:
            self._away_until = time.monotonic() + _AGAIN_SECONDS
            raise

    def _login(self) -> dict[str, str]:
        """The password, where it is not in the address: one is good for 15 minutes."""
        if self._settings.database_login == "password":
            return {}
        return {"password": on_aws.login(parameters("semia_api", self._settings))}


def query(plan: ServingPlan) -> bytes:
    """The one statement that reads a patient's newest row of every view; `$1` is the key."""
    columns = [
        sql.Identifier(f"view_{number}", name)
        for number, view in enumerate(plan.views)
        for name in (_MOMENT, *view.columns)
    ]
    joins = [
        sql.SQL(" left join lateral ({}) as {} on true").format(
            _newest(plan, view), sql.Identifier(f"view_{number}")
        )
        for number, view in enumerate(plan.views)
    ]
    return (
        sql.SQL("select {} from (select $1::text as key) as asked{}")
        .format(sql.SQL(", ").join(columns), sql.Composed(joins))
        .as_bytes()
    )


def _newest(plan: ServingPlan, view: ServedView) -> sql.Composed:
    moment = sql.Identifier(view.event_time)
    columns = [
        sql.SQL("{} as {}").format(sql.Identifier(held), sql.Identifier(name))
        for name, held in view.columns.items()
    ]
    fresh = sql.SQL(" and {} >= now() - make_interval(secs => {})").format(
        moment, sql.Literal(view.ttl_seconds)
    )
    return sql.SQL(
        "select {moment} as {name}, {columns} from {relation} where {key} = asked.key"
        " and {moment} <= now(){fresh} order by {moment} desc, {created} desc limit 1"
    ).format(
        moment=moment,
        name=sql.Identifier(_MOMENT),
        columns=sql.SQL(", ").join(columns),
        relation=sql.Identifier(*view.relation),
        key=sql.Identifier(plan.key),
        fresh=fresh if view.ttl_seconds else sql.SQL(""),
        created=sql.Identifier(view.created),
    )


def _rows(plan: ServingPlan, found: tuple[Any, ...]) -> dict[str, Row]:
    rows, start = {}, 0
    for view in plan.views:
        end = start + 1 + len(view.columns)
        if (moment := found[start]) is not None:
            values = found[start + 1 : end]
            rows[view.name] = Row(moment, dict(zip(view.columns, values, strict=True)))
        start = end
    return rows


def _explained(error: psycopg.Error) -> SemiaError:
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        said = str(error).splitlines()[0]
        return ContractBroken(
            f"The database lacks what the bundle names: {said}",
            where="history",
            next_step=REBUILD,
        )
    return explain(error, "history")
