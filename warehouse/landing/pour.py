"""One file into one raw table, inside a transaction: checked, protected, copied, counted."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql

from warehouse.errors import BadFile
from warehouse.landing.free_text import scrub
from warehouse.landing.loads import Connection, Load, forget, write_rejects
from warehouse.landing.pieces import ROOTS, Cargo, Piece, pieces
from warehouse.landing.read_ahead import one_ahead
from warehouse.landing.unchanged_rows import clear_former_rows
from warehouse.progress import Progress
from warehouse.sources.lines import fetch_again
from warehouse.sources.source import Reject

_OWN_COLUMNS = {
    "_origin": "text not null",
    "_file": "text not null",
    "_row_number": "bigint not null",
    "_loaded_at": "timestamptz not null default now()",
}
# Rows once carried their file's hash, which the ledger holds; a table of that time lets go of it.
_RETIRED = "_file_sha256"
# Statistics of 567 text columns take a core some 20 s, in the background, just when dbt needs it;
# and raw tables are only ever read whole.
_UNANALYSED = "with (autovacuum_analyze_threshold = 2147483647)"
# PostgreSQL's 1600, less our own.
_MOST_COLUMNS = 1600 - len(_OWN_COLUMNS)
# More refused rows than this, and than a tenth of the rest, and it is the file that is wrong.
_TOLERATED_REJECTS = 20
_WITHHELD = "(withheld: rows of this table carry patient identifiers; see this line of the file)"


class _Copies(ExitStack):
    """COPY into a raw table, not ended before a piece comes that is written otherwise."""

    def __init__(self, connection: Connection, table: str) -> None:
        super().__init__()
        self._connection = connection
        self._table = sql.Identifier("raw", table)
        self._style = ""
        self._copy: psycopg.Copy | None = None

    def write(self, piece: Piece) -> None:
        """Hand the piece to the server, which mostly copies it after this has returned."""
        if self._copy is None or piece.style != self._style:
            self.end()
            self._copy, self._style = self._begun(piece), piece.style
        self._copy.write(memoryview(piece.text))

    def end(self) -> None:
        """All that was written is in the table, and the connection free for something else."""
        self.close()
        self._copy = None

    def _begun(self, piece: Piece) -> psycopg.Copy:
        statement = sql.SQL("copy {} ({}) from stdin (" + piece.style + ")").format(
            self._table, sql.SQL(", ").join(map(sql.Identifier, [*piece.found, *ROOTS]))
        )
        return self.enter_context(self._connection.cursor().copy(statement))


def pour(connection: Connection, cargo: Cargo, progress: Progress) -> tuple[int, int]:
    """Replace the file's rows in the raw table by those it holds now.

    Returns how many rows were taken and how many refused. Raises `BadFile` when columns are
    missing, when there is no row at all, or when so many are refused that the file must be wrong.
    """
    taken, refused, worst = 0, 0, None
    former: list[str] | None = None
    with _Copies(connection, cargo.load.table) as copies:
        # The server copies one piece while we read the next.
        for piece in one_ahead(pieces(cargo)):
            if former is None:
                _check_columns(cargo, piece.found)
                former = _make_room(connection, cargo.load, piece.found)
            copies.write(piece)
            if piece.rejects:
                worst = worst or piece.rejects[0]
                copies.end()
                _refuse(connection, cargo, piece.rejects)
            taken, refused = taken + piece.count, refused + len(piece.rejects)
            progress.advance(piece.count + len(piece.rejects))
    if taken == 0 or refused > max(_TOLERATED_REJECTS, taken // 10):
        raise _wrong(cargo.path, taken, refused, worst)
    if former:
        clear_former_rows(connection, cargo.load, former)
    return taken, refused


def _check_columns(cargo: Cargo, found: Sequence[str]) -> None:
    missing = [name for name in cargo.table.columns if name not in found]
    if missing:
        raise BadFile(
            f"The file lacks {len(missing)} of its {len(cargo.table.columns)} columns: "
            f"{', '.join(missing[:5])}{', …' if len(missing) > 5 else ''}",
            where=f"{cargo.path}, line 1",
            next_step=fetch_again(cargo.path),
        )
    if len(found) > _MOST_COLUMNS:
        raise BadFile(
            f"The file has {len(found)} columns; a table holds at most {_MOST_COLUMNS}",
            where=f"{cargo.path}, line 1",
            next_step=fetch_again(cargo.path),
        )


def make_table(connection: Connection, name: str, columns: Sequence[str]) -> None:
    """Make the raw table `name` with `columns` as text beside our own, unless it is there."""
    wanted = {**dict.fromkeys(columns, "text"), **_OWN_COLUMNS}
    defined = [sql.SQL("{} " + kind).format(sql.Identifier(name)) for name, kind in wanted.items()]
    connection.execute(
        sql.SQL("create table if not exists {} ({}) " + _UNANALYSED).format(
            sql.Identifier("raw", name), sql.SQL(", ").join(defined)
        )
    )


def _make_room(connection: Connection, load: Load, columns: Sequence[str]) -> list[str]:
    """Make the raw table, or add what columns it lacks.

    Returns what `clear_former_rows` must compare: the table's columns, or none where it holds
    no row of this file yet.
    """
    rows = connection.execute(
        "select attname from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped",
        [f"raw.{load.table}"],
    )
    present = {name for (name,) in rows}
    forget(connection, load)
    if not present:
        make_table(connection, load.table, columns)
        return []
    table = sql.Identifier("raw", load.table)
    if _RETIRED in present:
        connection.execute(
            sql.SQL("alter table {} drop column {}").format(table, sql.Identifier(_RETIRED))
        )
        present.remove(_RETIRED)
    for name in sorted(set(columns) - present):
        connection.execute(
            sql.SQL("alter table {} add column {} text").format(table, sql.Identifier(name))
        )
    former = connection.execute(
        sql.SQL("select from {} where _file = %s and _origin = %s limit 1").format(table),
        [load.file, load.origin],
    )
    return sorted({*present, *columns} - set(_OWN_COLUMNS)) if former.rowcount else []


def _refuse(connection: Connection, cargo: Cargo, rejects: Sequence[Reject]) -> None:
    if cargo.table.identifiers or cargo.table.withheld:
        rejects = [Reject(reject.line, reject.reason, _WITHHELD) for reject in rejects]
    elif cargo.table.free_text:
        rejects = [Reject(one.line, one.reason, scrub(one.text)) for one in rejects]
    if rejects:
        write_rejects(connection, cargo.load, rejects)


def _wrong(path: Path, taken: int, refused: int, worst: Reject | None) -> BadFile:
    if worst is None:
        return BadFile(
            "The file has a header and no rows",
            where=f"{path}, line 2",
            next_step=fetch_again(path),
        )
    return BadFile(
        f"{refused} of {taken + refused} rows cannot be read; the first: {worst.reason}",
        where=f"{path}, line {worst.line}",
        next_step=fetch_again(path),
    )
