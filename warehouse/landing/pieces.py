"""A file in bounded pieces as COPY takes them: protected, and with where each row came from."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv

from warehouse.landing.free_text import scrubbed
from warehouse.landing.identifiers import hashed
from warehouse.landing.loads import Load
from warehouse.sources.readers import DelimitedReader
from warehouse.sources.source import Chunk, PlainLines, Reject, Table

# Where each row came from, as the file's pieces say it; the columns stand last in each.
ROOTS = ("_origin", "_file", "_row_number")

# Between cells, and for a null there is none of: control signs that no cell holds.
_SEPARATOR, _NO_CELL = "\x1f", b"\x1e"
_BARE = "format csv, delimiter e'\\x1f', null e'\\x1e'"


@dataclass(frozen=True)
class Cargo:
    """A file to pour: what is loaded, from where, and the key that hides its identifiers."""

    load: Load
    table: Table
    path: Path
    key: bytes


@dataclass(frozen=True)
class Piece:
    """A piece of the file; `found` are its own columns, before `ROOTS`, `style` COPY's options."""

    found: Sequence[str]
    count: int
    text: pa.Buffer | bytes
    style: str
    rejects: Sequence[Reject] = ()


def pieces(cargo: Cargo) -> Iterator[Piece]:
    """The file of `cargo`, to its end. Raises `BadFile` where its reader does."""
    for found in _read(cargo):
        if isinstance(found, PlainLines):
            yield _stamped(found, cargo.load)
        else:
            yield _written(cargo, found)


def _read(cargo: Cargo) -> Iterator[Chunk | PlainLines]:
    table = cargo.table
    is_bared = bool(table.identifiers or table.free_text or table.withheld)
    if isinstance(table.read, DelimitedReader) and not is_bared:
        return table.read.sparingly(cargo.path)
    return iter(table.read(cargo.path))


def _stamped(lines: PlainLines, load: Load) -> Piece:
    """The lines as the file has them, each with its roots behind it."""
    separator, count = lines.separator, lines.count
    roots = [_escaped(root, separator) for root in (load.origin, load.file)]
    stamp = separator.join(["%b", *roots, "%d\n"]).encode()
    cells: list[object] = [None] * (2 * count)
    cells[::2] = lines.data.split(b"\n")[:-1]
    cells[1::2] = range(lines.first_line, lines.first_line + count)
    # One template for all the lines: by far the quickest way in Python to put text between them.
    text = stamp * count % tuple(cells)
    return Piece(lines.columns, count, text, f"format text, delimiter e'{separator}'")


def _escaped(text: str, separator: str) -> str:
    """The text as COPY's text format has it, in a template of Python's."""
    special = rf"[\\\r\n{re.escape(separator)}]"
    return re.sub(special, lambda sign: f"\\x{ord(sign[0]):02x}", text).replace("%", "%%")


def _written(cargo: Cargo, chunk: Chunk) -> Piece:
    rows = _complete(cargo, chunk)
    text, style = _bare(rows) or _quoted(rows)
    return Piece(rows.schema.names[: -len(ROOTS)], rows.num_rows, text, style, chunk.rejects)


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


def _complete(cargo: Cargo, chunk: Chunk) -> pa.RecordBatch:
    """The rows with identifiers hidden and with where each came from."""
    named = zip(chunk.rows.schema.names, chunk.rows.columns, strict=True)
    columns = {
        name: _protected(cargo, name, column)
        for name, column in named
        if name not in cargo.table.withheld
    }
    count, load = chunk.rows.num_rows, cargo.load
    lines = _following(chunk) if chunk.lines is None else chunk.lines
    said = [_repeated(text, count) for text in (load.origin, load.file)]
    columns |= zip(ROOTS, [*said, lines], strict=True)
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
