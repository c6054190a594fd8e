"""The ledger of landing: which file went into which raw table, and which rows were refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from warehouse.sources.source import Reject

Status = Literal["loaded", "unchanged", "replaced"]
Connection = psycopg.Connection[Any]

_LEDGER = """
    create table if not exists raw._loads (
        load_id bigint generated always as identity primary key,
        source text not null,
        table_name text not null,
        origin text not null,
        file text not null,
        file_sha256 text not null,
        status text not null check (status in ('loaded', 'replaced', 'failed')),
        row_count bigint not null,
        reject_count bigint not null,
        seconds double precision not null,
        error text,
        finished_at timestamptz not null default now()
    );
    create table if not exists raw._rejects (
        table_name text not null,
        origin text not null,
        file text not null,
        file_sha256 text not null,
        line bigint not null,
        reason text not null,
        original text not null,
        rejected_at timestamptz not null default now()
    );
    comment on table raw._loads
        is 'One row per attempt to load a file; the data are the latest';
    comment on table raw._rejects
        is 'Rows of the loaded files that could not be read, and why';
    """


@dataclass(frozen=True)
class LoadResult:
    """What landing one file did; `rows` and `rejected` count the file's rows, good and bad."""

    table: str
    file: str
    status: Status
    rows: int
    rejected: int
    seconds: float


@dataclass(frozen=True)
class Load:
    """A file on its way into `raw.<table>`."""

    source: str
    table: str
    origin: str
    file: str
    sha256: str


def make_ledger(connection: Connection) -> None:
    """Make raw._loads and raw._rejects where they are missing; two at once do not collide."""
    connection.execute("select pg_advisory_xact_lock(hashtext('raw._loads'))")
    found = connection.execute("select to_regclass('raw._rejects')").fetchone()
    if found == (None,):
        connection.execute(_LEDGER)


def latest(connection: Connection, load: Load) -> tuple[str, int, int] | None:
    """Hash, rows and rejects of the content that the table now holds of this file, if any."""
    return connection.execute(
        """
        select file_sha256, row_count, reject_count from raw._loads
        where table_name = %s and origin = %s and file = %s and status <> 'failed'
        order by load_id desc limit 1
        """,
        [load.table, load.origin, load.file],
    ).fetchone()


def write_rejects(connection: Connection, load: Load, rejects: Sequence[Reject]) -> None:
    """Keep refused rows beside the load they belong to."""
    statement = """
        copy raw._rejects (
            table_name, origin, file, file_sha256, line, reason, original
        ) from stdin
        """
    with connection.cursor().copy(statement) as copy:
        for reject in rejects:
            row = (load.table, load.origin, load.file, load.sha256)
            copy.write_row((*row, reject.line, reject.reason, reject.text))


def forget(connection: Connection, load: Load) -> None:
    """Drop the rejects of the content that this load replaces."""
    connection.execute(
        "delete from raw._rejects where table_name = %s and origin = %s and file = %s",
        [load.table, load.origin, load.file],
    )


def record(connection: Connection, load: Load, result: LoadResult) -> None:
    """Enter a load that succeeded."""
    _enter(connection, load, result.status, (result.rows, result.rejected, result.seconds), None)


def record_failure(connection: Connection, load: Load, seconds: float, error: str) -> None:
    """Enter a load that left no rows behind."""
    _enter(connection, load, "failed", (0, 0, seconds), error)


def _enter(
    connection: Connection,
    load: Load,
    status: str,
    figures: tuple[int, int, float],
    error: str | None,
) -> None:
    connection.execute(
        """
        insert into raw._loads (
            source, table_name, origin, file, file_sha256,
            status, row_count, reject_count, seconds, error
        ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [load.source, load.table, load.origin, load.file, load.sha256, status, *figures, error],
    )
