"""Full builds, and incremental builds of only what depends on newly landed files.

A whole build leaves in `monitoring._built` of which project and of which landed files it was made,
and what dbt compiled for it. What no new file reaches stays as it is; what one does is made again
by `made_again`, from those statements. Either way the rows are those of a whole build.
"""

import time
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from warehouse.building.build_lock import only_build
from warehouse.building.compiled import Plan
from warehouse.building.made_again import make_again
from warehouse.building.orphans import drop_orphans
from warehouse.building.transform import DbtResult, landed, project_digest, target_folder
from warehouse.building.transform import build as build_selected
from warehouse.connection import connect, speaking_plainly
from warehouse.landing.loads import Connection
from warehouse.progress import Progress
from warehouse.settings import Settings

_MAKE = """
    create table if not exists monitoring._built (
        project text not null,
        landed jsonb not null,
        built_at timestamp with time zone not null default now()
    );
    alter table monitoring._built
    add column if not exists raw_columns jsonb not null default '{}',
    add column if not exists compiled jsonb not null default '[]';
    comment on table monitoring._built is 'Of what the last whole or --changed build was made';
    comment on column monitoring._built.project is 'Hash of the dbt project and of k';
    comment on column monitoring._built.landed is 'Each source and what it held';
    comment on column monitoring._built.built_at is 'When that build ended';
    comment on column monitoring._built.raw_columns is 'Each raw table and its columns';
    comment on column monitoring._built.compiled is 'What dbt compiled when it built all of it';
"""
_COLUMNS = """
    select relation.relname, array_agg(cast(attribute.attname as text) order by attribute.attnum)
    from pg_catalog.pg_attribute as attribute
    inner join pg_catalog.pg_class as relation on attribute.attrelid = relation.oid
    where
        relation.relnamespace = to_regnamespace('raw')
        and relation.relkind = 'r'
        and attribute.attnum > 0
        and not attribute.attisdropped
    group by relation.relname
"""
# Every landing adds to the ledger of landing.
_ALWAYS = "_loads"
# What doctors said of answers becomes labels; it only grows, so its last word tells whether it did.
_FEEDBACK = "serving.feedback"
_SCHEMAS = "the warehouse's tables"


@dataclass(frozen=True)
class State:
    """The dbt project, k included, as a hash; each source's content, and its columns.

    `landed` gives for a raw table the files it was filled from, and for the service's feedback how
    much it is and when the last of it was said.
    """

    project: str
    landed: dict[str, list[list[Any]]]
    raw_columns: dict[str, list[str]]


@dataclass(frozen=True)
class Built:
    """Of what the last build was made, and by which statements."""

    state: State
    plan: Plan

    def new_tables(self, state: State) -> list[str]:
        """The sources that hold something else now."""
        before = self.state.landed
        return sorted(table for table in state.landed if state.landed[table] != before.get(table))

    def can_be_made_on(self, state: State) -> bool:
        """Whether its statements are those of this project, for these columns and new files."""
        return (
            self.plan.is_whole
            and self.state.project == state.project
            and all(
                self.state.raw_columns.get(table) == state.raw_columns.get(table)
                and self.plan.is_followed(table)
                for table in self.new_tables(state)
            )
        )


def build_all(settings: Settings, progress: Progress) -> DbtResult:
    """Build and test every model, and remember of what; raises what `transform.build` raises."""
    # As it is before: what lands meanwhile may be in, and is built once more next time.
    state = _state(settings)
    # One that is killed or fails leaves tables of two builds: nothing less than all mends that.
    with connect("semia_dbt", settings) as connection:
        _forget(connection)
    return build_selected(settings, progress, then=lambda: _settle(settings, state, progress))


def build_changed(settings: Settings, progress: Progress) -> DbtResult:
    """Build and test what files landed since reach; everything where that cannot be told.

    Raises what `transform.build` raises. What failed has changed nothing, and is built again by
    the next one.
    """
    began = time.monotonic()
    with (
        only_build(settings, progress),
        speaking_plainly(_SCHEMAS),
        connect("semia_dbt", settings) as connection,
    ):
        state, built = _state(settings), _built(connection)
        # What comes now is a transaction of its own.
        connection.commit()
        if built is not None and built.can_be_made_on(state):
            nodes = _build_again(connection, built, state, progress)
            connection.commit()
            return DbtResult(nodes, round(time.monotonic() - began, 2))
    progress.note(
        "no earlier build by this version of the project to go on from: everything is built"
    )
    return build_all(settings, progress)


def _build_again(connection: Connection, built: Built, state: State, progress: Progress) -> int:
    tables = built.new_tables(state)
    if not tables:
        progress.note("no file has landed since the last build")
        return 0
    progress.note(f"new since the last build: {', '.join(tables)}")
    reached = list(built.plan.reached([*tables, _ALWAYS]))
    progress.start("build", len(reached))
    make_again(connection, reached, progress)
    connection.execute(
        "update monitoring._built set landed = %s, built_at = now()", [Jsonb(state.landed)]
    )
    return len(reached)


def _settle(settings: Settings, state: State, progress: Progress) -> None:
    """After a whole build: take away what is left of former ones, and remember of what it is."""
    manifest = target_folder(settings) / "manifest.json"
    with connect("semia_dbt", settings) as connection:
        drop_orphans(connection, manifest, progress)
        _remember(connection, Built(state, Plan.read(manifest)))


def _state(settings: Settings) -> State:
    tables: dict[str, list[list[Any]]] = {}
    for table, *content in landed(settings):
        tables.setdefault(table, []).append(content)
    with connect("semia_dbt", settings) as connection:
        columns = dict(connection.execute(_COLUMNS).fetchall())
        if said := _feedback(connection):
            tables[_FEEDBACK] = [said]
    return State(project_digest(settings), tables, columns)


def _feedback(connection: Connection) -> list[Any]:
    """How much doctors have said of answers and when they last did; empty if nothing yet."""
    if connection.execute("select to_regclass(%s)", [_FEEDBACK]).fetchone() == (None,):
        return []
    row = connection.execute(
        "select count(*), cast(max(created_at) as text) from serving.feedback"
    ).fetchone()
    return list(row) if row and row[0] else []


def _built(connection: Connection) -> Built | None:
    """What the last build left; None if there was none, or dbt has made anything since."""
    if connection.execute("select to_regclass('monitoring._built')").fetchone() == (None,):
        return None
    connection.execute(_MAKE)
    row = connection.execute(
        "select project, landed, raw_columns, compiled from monitoring._built"
    ).fetchone()
    return Built(State(*row[:3]), Plan.held(row[3])) if row else None


def _forget(connection: Connection) -> None:
    connection.execute(_MAKE)
    connection.execute("delete from monitoring._built")


def _remember(connection: Connection, built: Built) -> None:
    """Write down of what the tables are made, in the place of what was."""
    _forget(connection)
    connection.execute(
        """
        insert into monitoring._built (project, landed, raw_columns, compiled)
        values (%s, %s, %s, %s)
        """,
        [
            built.state.project, Jsonb(built.state.landed), Jsonb(built.state.raw_columns),
            Jsonb(built.plan.as_json()),
        ],
    )  # fmt: skip
