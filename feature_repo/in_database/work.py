"""The two kinds of work a retrieval does: a query as it stands, or a point-in-time join."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import adbc_driver_postgresql.dbapi as adbc
import numpy as np
import pyarrow as pa
from psycopg import sql

from .bad_rows import refuse_bad_rows
from .connection import InDatabaseConfig
from .entity_frame import EntityFrame, as_relation
from .lent import lent
from .point_in_time import JoinedView, Question, point_in_time_query
from .spelling import Spelling

UPLOADED = "asked_rows"


@dataclass(frozen=True)
class PlainQuery:
    """A query that needs nothing before it."""

    query: str
    declared: Mapping[str, Spelling | None] = field(default_factory=dict)
    writes: bool = False

    def prepare(self, cursor: adbc.Cursor) -> str:  # noqa: ARG002 - the protocol's shape
        """Nothing to prepare."""
        return self.query

    def sql(self) -> str:
        """The query itself."""
        return self.query


@dataclass(frozen=True)
class PointInTime:
    """A point-in-time join of `views` to the rows of `frame`."""

    frame: EntityFrame
    views: tuple[JoinedView, ...]
    declared: Mapping[str, Spelling | None]
    by_creation: bool
    keys: tuple[str, ...] = ()
    strict: bool = False

    @property
    def writes(self) -> bool:
        """Rows that come as a table are uploaded first; a query stays where it is."""
        return isinstance(self.frame.content, pa.Table)

    def prepare(self, cursor: adbc.Cursor) -> str:
        """Upload the entity rows if they are a table, and settle the order of each lookup."""
        if isinstance(self.frame.content, pa.Table):
            content = self.frame.content
            numbered = content.append_column(self._order, pa.array(np.arange(len(content))))
            # Left without statistics: the pages of the file tell the planner how many rows there
            # are, and it settles on the same plan, while looking at them costs a retrieval 5 %.
            cursor.adbc_ingest(UPLOADED, numbered, mode="create", temporary=True)
        elif self.strict:
            refuse_bad_rows(cursor, self.frame.content, self.keys, self.frame.asked_at)
        return self._query(_with_known_creation(cursor, self.views))

    def sql(self) -> str:
        """The join as it reads before anything is known of the sources' columns."""
        return self._query(self.views)

    @property
    def _order(self) -> str:
        """A name for the uploaded rows' own order that none of their columns bears."""
        name = "row_number"
        while name in self.frame.columns:
            name += "_"
        return name

    def _query(self, views: Sequence[JoinedView]) -> str:
        content = self.frame.content
        question = Question(
            relation=as_relation(content) if isinstance(content, str) else sql.SQL(UPLOADED),
            columns=self.frame.columns,
            asked_at=self.frame.asked_at,
            order=None if isinstance(content, str) else self._order,
        )
        return point_in_time_query(question, views, by_creation=self.by_creation)


def time_span(
    config: InDatabaseConfig, query: str, asked_at: str
) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest moment that a query of entity rows holds."""
    bounds = sql.SQL("select min({0}), max({0}) from {1} as asked").format(
        sql.Identifier(asked_at), as_relation(query)
    )
    with lent(config, read_only=True) as connection, connection.cursor() as cursor:
        cursor.execute(bounds.as_string())
        earliest, latest = cursor.fetchone()
    return earliest, latest


def _with_known_creation(cursor: adbc.Cursor, views: Sequence[JoinedView]) -> list[JoinedView]:
    """The views, told which creation times are NOT NULL, since only then is the index enough."""
    questions = [
        sql.SQL(
            "select {number}::bigint from pg_attribute where attrelid = to_regclass({relation})"
            " and attname = {created} and attnotnull"
        ).format(
            number=sql.Literal(number),
            relation=sql.Literal(view.relation),
            created=sql.Literal(view.created),
        )
        for number, view in enumerate(views)
        if view.created and not view.relation.lstrip().startswith("(")
    ]
    if not questions:
        return list(views)
    cursor.execute(sql.SQL(" union all ").join(questions).as_string())
    certain = {number for (number,) in cursor.fetchall()}
    return [
        replace(view, created_may_be_null=number not in certain)
        for number, view in enumerate(views)
    ]
