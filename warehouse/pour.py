"""One file into one raw table, inside a transaction: checked, protected, copied, counted."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
from psycopg import sql

from warehouse.ahead import one_ahead
from warehouse.errors import BadFile
from warehouse.free_text import scrub, scrubbed
from warehouse.identifiers import hashed
from warehouse.loads import Connection, Load, forget, write_rejects
from warehouse.progress import Progress
from warehouse.sources.lines import fetch_again
from warehouse.sources.source import Chunk, Reject, Table

_OWN_COLUMNS = {
    "_origin": "text not null",
    "_file": "text not null",
    "_file_sha256": "text not null",
    "_row_number": "bigint not null",
    "_loaded_at": "timestamptz not null default now()",
}
# Statistics of 567 text columns take a core some 20 s, in the background, just when dbt needs it;
# and raw tables are only ever read whole.
_UNANALYSED = "with (autovacuum_analyze_threshold = 2147483647)"
# Between cells, and for a null there is none of: control signs that no cell holds.
_SEPARATOR, _NO_CELL = "\x1f", b"\x1e"
_BARE = "format csv, delimiter e'\\x1f', null e'\\x1e'"
# PostgreSQL's 1600, less our own.
_MOST_COLUMNS = 1600 - len(_OWN_COLUMNS)
# More refused rows than this, and than a tenth of the rest, and it is the file that is wrong.
_TOLERATED_REJECTS = 20
_WITHHELD = "(withheld: rows of this table carry patient identifiers; see this line of the file)"


@dataclass(frozen=True)
class Cargo:
    """A file to pour: what is loaded, from where, and the key that hides its identifiers."""

    load: Load
    table: Table
    path: Path
    key: bytes


@dataclass(frozen=True)
class _Piece:
    """A chunk of the file as COPY takes it; `found` are the file's own columns, `names` all."""

    found: Sequence[str]
    names: Sequence[str]
    count: int
    text: pa.Buffer
    style: str
    rejects: Sequence[Reject]


def pour(connection: Connection, cargo: Cargo, progress: Progress) -> tuple[int, int]:
    """Replace the file's rows in the raw table by those it holds now.

    Returns how many rows were taken and how many refused. Raises `BadFile` when columns are
    missing, when there is no row at all, or when so many are refused that the file must be wrong.
    """
    taken, refused, worst, is_ready = 0, 0, None, False
    # The server copies one piece while we read the next.
    for piece in one_ahead(_written(cargo, chunk) for chunk in cargo.table.read(cargo.path)):
        if not is_ready:
            _check_columns(cargo, piece.found)
            _make_room(connection, cargo.load, piece.found)
            is_ready = True
        worst = worst or next(iter(piece.rejects), None)
        _copy(connection, cargo, piece)
        _refuse(connection, cargo, piece.rejects)
        taken, refused = taken + piece.count, refused + len(piece.rejects)
        progress.advance(piece.count + len(piece.rejects))
    if taken == 0 or refused > max(_TOLERATED_REJECTS, taken // 10):
        raise _wrong(cargo.path, taken, refused, worst)
    return taken, refused


def _written(cargo: Cargo, chunk: Chunk) -> _Piece:
    rows = _complete(cargo, chunk)
    names = rows.schema.names
    found = [name for name in names if name not in _OWN_COLUMNS]
    text, style = _bare(rows) or _quoted(rows)
    return _Piece(found, names, rows.num_rows, text, style, chunk.rejects)


def _bare(rows: pa.RecordBatch) -> tuple[pa.Buffer, str] | None:
    """The rows without a quote, which COPY reads soonest; None where that could be mistaken."""
    if any(column.null_count for column in rows.columns):
        return None
    buffer = pa.BufferOutputStream()
    options = arrow_csv.WriteOptions(
        include_header=False, delimiter=_SEPARATOR, quoting_style="none"
    )
    try:
        arrow_csv.write_csv(rows, buffer, options)
    except pa.ArrowInvalid:
        # A cell holds a quote, a line end or the separator itself.
        return None
    text = buffer.getvalue()
    return None if _NO_CELL in memoryview(text).tobytes() else (text, _BARE)


def _quoted(rows: pa.RecordBatch) -> tuple[pa.Buffer, str]:
    """Arrow quotes every text and leaves null bare: just what COPY takes for '' and NULL."""
    buffer = pa.BufferOutputStream()
    arrow_csv.write_csv(rows, buffer, arrow_csv.WriteOptions(include_header=False))
    return buffer.getvalue(), "format csv"


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


def _make_room(connection: Connection, load: Load, columns: Sequence[str]) -> None:
    """Make the raw table, add what columns it lacks, and clear this file's former rows."""
    table = sql.Identifier("raw", load.table)
    make_table(connection, load.table, columns)
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0",
        [f"raw.{load.table}"],
    )
    present = {name for (name,) in rows}
    new = set(columns) - present
    for name in sorted(new):
        connection.execute(
            sql.SQL("alter table {} add column {} text").format(table, sql.Identifier(name))
        )
    connection.execute(
        sql.SQL("delete from {} where _file = %s and _origin = %s").format(table),
        [load.file, load.origin],
    )
    forget(connection, load)


def _copy(connection: Connection, cargo: Cargo, piece: _Piece) -> None:
    statement = sql.SQL("copy {} ({}) from stdin (" + piece.style + ")").format(
        sql.Identifier("raw", cargo.load.table),
        sql.SQL(", ").join(map(sql.Identifier, piece.names)),
    )
    with connection.cursor().copy(statement) as copy:
        copy.write(memoryview(piece.text))


def _complete(cargo: Cargo, chunk: Chunk) -> pa.RecordBatch:
    """The rows with identifiers hidden and with where each came from."""
    named = zip(chunk.rows.schema.names, chunk.rows.columns, strict=True)
    columns = {
        name: _protected(cargo, name, column)
        for name, column in named
        if name not in cargo.table.withheld
    }
    count, load = chunk.rows.num_rows, cargo.load
    for name, value in zip(_OWN_COLUMNS, (load.origin, load.file, load.sha256), strict=False):
        columns[name] = _repeated(value, count)
    columns["_row_number"] = _following(chunk) if chunk.lines is None else chunk.lines
    return pa.RecordBatch.from_pydict(columns)


def _repeated(text: str, count: int) -> pa.Array:
    """The text so many times. pa.repeat, like pa.array, loads pandas: longer than 10,000 rows."""
    value = text.encode()
    ends = array("i", (len(value) * place for place in range(count + 1)))
    data = pa.py_buffer(value * count)
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(ends), data])


def _following(chunk: Chunk) -> pa.Array:
    """The lines of rows that follow one another."""
    count = chunk.rows.num_rows
    lines = array("q", range(chunk.first_line, chunk.first_line + count))
    return pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(lines)])


def _protected(cargo: Cargo, name: str, column: pa.Array) -> pa.Array:
    """The column as it may land: an identifier hashed, free text without persons."""
    if name in cargo.table.identifiers:
        return hashed(column, cargo.key)
    return scrubbed(column) if name in cargo.table.free_text else column


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
