"""The SQL of the point-in-time join: for each entity row, the newest feature row known then."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql


@dataclass(frozen=True)
class Column:
    """One feature: its column in the source and its name in the answer."""

    source: str
    output: str


@dataclass(frozen=True)
class JoinedView:
    """What the join must know of one feature view.

    `keys` pairs each key column of the source with the column of the asking rows it must equal.
    `ttl_seconds` of 0 sets no limit. `created_may_be_null` makes rows without a creation time
    count as the oldest; where the column cannot be NULL the plainer order lets an index
    `(key, event_time desc, created desc)` answer alone.
    """

    relation: str
    keys: tuple[tuple[str, str], ...]
    event_time: str
    created: str | None
    ttl_seconds: int
    columns: tuple[Column, ...]
    created_may_be_null: bool = True


@dataclass(frozen=True)
class Question:
    """The entity rows: where they are, what they hold, and when each asks."""

    relation: sql.Composable
    columns: tuple[str, ...]
    asked_at: str
    order: str | None = None


def qualified(alias: str, column: str) -> sql.Composed:
    """`alias."column"`, safe for any column name."""
    return sql.SQL("{}.{}").format(sql.Identifier(alias), sql.Identifier(column))


def newest_first(event_time: str, created: str | None, *, nullable: bool = True) -> sql.Composed:
    """The order in which the first row is the one to serve: newest event, then newest creation."""
    parts = [sql.SQL("{} desc").format(qualified("feature", event_time))]
    if created:
        nulls = " nulls last" if nullable else ""
        parts.append(sql.SQL("{} desc" + nulls).format(qualified("feature", created)))
    return sql.SQL(", ").join(parts)


def _known(view: JoinedView, question: Question, *, by_creation: bool) -> list[sql.Composable]:
    """The conditions that keep the future, and what is older than the ttl, out of the answer."""
    asked_at = qualified("asked", question.asked_at)
    event_time = qualified("feature", view.event_time)
    conditions: list[sql.Composable] = [
        sql.SQL("{} = {}").format(qualified("feature", source), qualified("asked", column))
        for source, column in view.keys
    ]
    conditions.append(sql.SQL("{} <= {}").format(event_time, asked_at))
    if view.ttl_seconds:
        oldest = sql.SQL("{} - make_interval(secs => {})").format(
            asked_at, sql.Literal(view.ttl_seconds)
        )
        conditions.append(sql.SQL("{} >= {}").format(event_time, oldest))
    if by_creation and view.created:
        created = qualified("feature", view.created)
        conditions.append(sql.SQL("{} <= {}").format(created, asked_at))
    return conditions


def _lateral(
    view: JoinedView, question: Question, alias: str, *, by_creation: bool
) -> sql.Composed:
    columns = sql.SQL(", ").join(
        sql.SQL("{} as {}").format(
            qualified("feature", column.source), sql.Identifier(column.output)
        )
        for column in view.columns
    )
    return sql.SQL(
        "left join lateral (select {columns} from {relation} as feature"
        " where {conditions} order by {order} limit 1) as {alias} on true"
    ).format(
        columns=columns,
        relation=sql.SQL(view.relation),
        conditions=sql.SQL(" and ").join(_known(view, question, by_creation=by_creation)),
        order=newest_first(view.event_time, view.created, nullable=view.created_may_be_null),
        alias=sql.Identifier(alias),
    )


def point_in_time_query(
    question: Question, views: Sequence[JoinedView], *, by_creation: bool = False
) -> str:
    """One query that answers every entity row with the columns of every view, in that order.

    Each view is looked up once a row, through its index; several feature rows of the same
    moment and creation time give one of them, never two. With `by_creation` a feature row
    must also have been created by the moment that is asked about.
    """
    outputs: list[sql.Composable] = [qualified("asked", name) for name in question.columns]
    joins: list[sql.Composable] = []
    for number, view in enumerate(views):
        alias = f"view_{number}"
        outputs += [qualified(alias, column.output) for column in view.columns]
        joins.append(_lateral(view, question, alias, by_creation=by_creation))
    relation = question.relation
    if question.order is not None:
        # Few narrow columns are sorted before the lookups, which keep the order; the planner
        # then sees that the wide rows need no sorting of their own.
        relation = sql.SQL("(select * from {} order by {})").format(
            relation, sql.Identifier(question.order)
        )
    query = sql.SQL("select {} from {} as asked {}").format(
        sql.SQL(", ").join(outputs), relation, sql.SQL(" ").join(joins)
    )
    if question.order is not None:
        query += sql.SQL(" order by {}").format(qualified("asked", question.order))
    return query.as_string()
