"""What newly landed files reach, made again in one transaction of the database.

Of the models that are made by encounter the rows of those go that are new, changed or gone, and
those made anew come. Every other model is made whole beside its table, which takes up what differs.
Then everything that was reached is tested. Nobody sees a part of it: a build that is killed, or of
which a test fails, has changed nothing.
"""

from collections.abc import Callable, Iterable

from warehouse.building.compiled import Node
from warehouse.errors import BuildFailed
from warehouse.landing.loads import Connection
from warehouse.progress import Progress

# One moment of the landed files, whatever lands meanwhile. Foreign keys are asked at the end: rows
# go before those that point to them. For few rows out of many PostgreSQL is told that a page here
# and there costs no more than the next, or it reads six million rows for those of a thousand
# encounters; and to hash what it joins, for it sorts a hundred thousand to join eighty groups to
# them. When nobody waits for an answer any more, it stops.
_BEGIN = """
    set transaction isolation level repeatable read;
    set constraints all deferred;
    set local jit = off;
    set local work_mem = '64MB';
    set local random_page_cost = 1.1;
    set local enable_mergejoin = off;
    set local client_connection_check_interval = '1s';
"""
# Who changed, each with the persons they were and are of; a block is a thousand neighbours. Where
# PostgreSQL expects two rows and ten thousand come, it still looks each up instead of all through.
_CHANGED = """
    create temporary table changed (
        encounter_id text not null,
        patient_id text,
        is_there boolean not null,
        block text generated always as (left(encounter_id, -3)) stored
    ) on commit drop;
    create index on changed (encounter_id);
"""
# A row of the file that stays as it was keeps the time at which it landed.
_FIND = """
    create temporary table found on commit drop as {found};
    insert into changed (encounter_id, patient_id, is_there)
    select
        coalesce(found.encounter_id, held.encounter_id),
        held.patient_id,
        found.encounter_id is not null
    from found
    full outer join {table} as held on found.encounter_id = held.encounter_id
    where found.loaded_at is distinct from held.loaded_at;
    drop table found;
    analyze changed;
    delete from {table} where encounter_id in (select changed.encounter_id from changed);
    insert into {table}
    {rows};
    insert into changed (encounter_id, patient_id, is_there)
    select encounter_id, patient_id, true from {table}
    where encounter_id in (select changed.encounter_id from changed);
    analyze changed;
"""
_FOUND = """
    select encounter_id, _loaded_at as loaded_at from kept where repeat_number = 1
"""
_BY_CONDITION = """
    delete from {table} {condition};
    insert into {table} {names} select {columns} from (
        {rows}
    ) as made;
"""
_WHOLE = """
    create temporary table made on commit drop as select {columns} from (
        {rows}
    ) as made;
    create temporary table differing on commit drop as
    select {columns}, count(*) filter (where is_made) as times
    from (
        select {columns}, true as is_made from made
        union all
        select {columns}, false as is_made from {table}
    ) as rows_of_both
    group by {columns}
    having count(*) filter (where is_made) <> count(*) filter (where not is_made);
    delete from {table} as held using differing
    where
        hash_record_extended(row({held}), 0) = hash_record_extended(row({differing}), 0)
        and row({held}) is not distinct from row({differing});
    insert into {table} ({columns})
    select {columns} from differing cross join generate_series(1, times);
    drop table made, differing;
"""
# As dbt does it where `strategy` is check and `hard_deletes` invalidate.
_SNAPSHOT = """
    update {table} as held set dbt_valid_to = now()
    where held.dbt_valid_to is null and not exists (
        select 1 from ({rows}) as made
        where made.{key} = held.{key} and row({made}) is not distinct from row({held})
    );
    insert into {table} ({columns}, dbt_scd_id, dbt_updated_at, dbt_valid_from)
    select
        {columns}, md5(cast({key} as text) || '|' || cast(cast(now() as timestamp) as text)),
        now(), now()
    from ({rows}) as made
    where not exists (
        select 1 from {table} as held
        where held.{key} = made.{key} and held.dbt_valid_to is null
    );
"""
_BROKEN = """
    select count(*) from (
        {test}
    ) as broken
"""


def make_again(connection: Connection, nodes: Iterable[Node], progress: Progress) -> None:
    """Make these models and snapshots again, parents first; then ask the tests.

    `connection` is in no transaction yet, and the caller ends the one that begins here. Raises
    `BuildFailed` for a test that rows fail.
    """
    connection.execute(_BEGIN)
    connection.execute(_CHANGED)
    for node in sorted(nodes, key=lambda node: node.kind == "test"):
        _way(node)(connection, node)
        progress.advance()


def _way(node: Node) -> Callable[[Connection, Node], None]:
    if node.kind == "test":
        return _ask
    if node.kind == "snapshot":
        return _add_to_history
    if node.finds_changes:
        return _find_and_replace
    return _replace if node.condition else _take_up_differences


def _find_and_replace(connection: Connection, node: Node) -> None:
    _run(
        connection,
        _FIND,
        table=node.relation,
        found=node.ended_after("kept", _FOUND),
        rows=node.sql_of_changed,
    )


def _replace(connection: Connection, node: Node) -> None:
    names = ", ".join(node.columns)
    _run(
        connection,
        _BY_CONDITION,
        table=node.relation,
        condition=node.condition,
        rows=node.sql_of_changed,
        columns=names or "*",
        names=f"({names})" if names else "",
    )


def _take_up_differences(connection: Connection, node: Node) -> None:
    table = connection.execute(f"select * from {node.relation} limit 0")  # noqa: S608
    names = [f'"{column.name}"' for column in table.description or ()]
    _run(
        connection,
        _WHOLE,
        table=node.relation,
        rows=node.sql,
        columns=", ".join(names),
        held=", ".join(f"held.{name}" for name in names),
        differing=", ".join(f"differing.{name}" for name in names),
    )


def _add_to_history(connection: Connection, node: Node) -> None:
    _run(
        connection,
        _SNAPSHOT,
        table=node.relation,
        rows=node.sql,
        key=node.unique_key,
        columns=", ".join(node.columns),
        made=", ".join(f"made.{column}" for column in node.check_columns),
        held=", ".join(f"held.{column}" for column in node.check_columns),
    )


def _ask(connection: Connection, test: Node) -> None:
    """Raise `BuildFailed` if there is a row that the test finds."""
    broken = connection.execute(_BROKEN.format(test=test.sql_of_changed)).fetchone()
    if broken != (0,):
        raise BuildFailed(
            f"the test {test.name} failed: {broken[0] if broken else 0} rows; nothing was changed",
            where=f"dbt_project/{test.path}",
            next_step="run semia build, which leaves those rows to be looked at",
        )


def _run(connection: Connection, statements: str, **parts: str) -> None:
    """Run statements of ours with dbt's put in; nothing in them is a person's."""
    connection.execute(statements.format(**parts))
