"""Full builds, and incremental builds of only what depends on newly landed files.

A whole build leaves in `monitoring._built` of which project and of which landed files it was made.
What no new file reaches stays as it is. Of what one reaches, most models are made anew from whole
tables; the largest are made again for the encounters that are new, changed or gone, as
dbt_project/macros/changed says. Either way the rows are those of a whole build.
"""

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from warehouse.connection import connect
from warehouse.progress import Progress
from warehouse.settings import Settings
from warehouse.transform import DbtResult, landed, project_digest, run_dbt, target_folder
from warehouse.transform import build as build_selected

_MAKE = """
    create table if not exists monitoring._built (
        project text not null,
        landed jsonb not null,
        built_at timestamp with time zone not null default now()
    );
    comment on table monitoring._built is 'Of what the last whole or --changed build was made';
    comment on column monitoring._built.project is 'Hash of the dbt project and of k';
    comment on column monitoring._built.landed is 'Each source and what it held';
    comment on column monitoring._built.built_at is 'When that build ended';
"""
# Every landing adds to the ledger of landing.
_ALWAYS = "raw._loads"
# What doctors said of answers becomes labels; it only grows, so its last word tells whether it did.
_FEEDBACK = "serving.feedback"
# Unit tests ask about the project's code, not about data: they passed when it was last built whole.
_CODE_IS_THE_SAME = ("--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class State:
    """The dbt project, k included, as a hash, and what each of its sources holds.

    `landed` names a table with its schema and gives the files that it was filled from; for the
    service's feedback, how much it is and when the last of it was said.
    """

    project: str
    landed: dict[str, list[list[Any]]]


def build_all(settings: Settings, progress: Progress) -> DbtResult:
    """Build and test every model, and remember of what; raises what `transform.build` raises."""
    # As it is before: what lands meanwhile may be in, and is built once more next time.
    state = _state(settings)
    # One that is killed or fails leaves tables of two builds: nothing less than all mends that.
    _remember(settings, None)
    result = build_selected(settings, progress)
    _remember(settings, state)
    return result


def build_changed(settings: Settings, progress: Progress) -> DbtResult:
    """Build and test what files landed since reach; everything where the project is another.

    Raises what `transform.build` raises; what failed is built again by the next one.
    """
    state = _state(settings)
    tables = new_tables(settings, state)
    if tables is None:
        progress.note("no whole build of this project yet: everything is built")
        return build_all(settings, progress)
    if not tables:
        progress.note("no file has landed since the last build")
        return DbtResult(0, 0.0)
    progress.note(f"new since the last build: {', '.join(tables)}")
    reached = [f"source:{table}+" for table in (*tables, _ALWAYS)]
    # What dbt would write of the project, half a second of it, it wrote when it built it whole.
    written = (target_folder(settings) / "manifest.json").exists()
    told = [*_CODE_IS_THE_SAME, *(("--no-write-json",) if written else ())]
    result = run_dbt(["build", *told, "--select", *reached], settings, progress)
    _remember(settings, state)
    return result


def new_tables(settings: Settings, state: State) -> list[str] | None:
    """The sources that hold something else than at the last build; None if all must be built."""
    with connect("semia_dbt", settings) as connection:
        if connection.execute("select to_regclass('monitoring._built')").fetchone() == (None,):
            return None
        held = connection.execute("select project, landed from monitoring._built").fetchone()
    if held is None or held[0] != state.project:
        return None
    return sorted(table for table in state.landed if state.landed[table] != held[1].get(table))


def _state(settings: Settings) -> State:
    tables: dict[str, list[list[Any]]] = {}
    for table, *content in landed(settings):
        tables.setdefault(f"raw.{table}", []).append(content)
    if said := _feedback(settings):
        tables[_FEEDBACK] = [said]
    return State(project_digest(settings), tables)


def _feedback(settings: Settings) -> list[Any]:
    """How much doctors have said of answers and when they last did; empty if nothing yet."""
    with connect("semia_dbt", settings) as connection:
        if connection.execute("select to_regclass(%s)", [_FEEDBACK]).fetchone() == (None,):
            return []
        row = connection.execute(
            "select count(*), cast(max(created_at) as text) from serving.feedback"
        ).fetchone()
    return list(row) if row and row[0] else []


def _remember(settings: Settings, state: State | None) -> None:
    """Write down of what the tables are made; None while, and after, a build did not end well."""
    with connect("semia_dbt", settings) as connection:
        connection.execute(_MAKE)
        connection.execute("delete from monitoring._built")
        if state is None:
            return
        connection.execute(
            "insert into monitoring._built (project, landed) values (%s, %s)",
            [state.project, Jsonb(state.landed)],
        )
