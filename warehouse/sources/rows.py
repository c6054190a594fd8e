"""Parse lines of a delimited file: fast for regular lines, one by one for irregular ones."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as arrow_csv

from warehouse.sources.lines import Block
from warehouse.sources.source import Chunk, Reject


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written; `null_values` are the cells that mean nothing is known."""

    separator: str
    encoding: str
    null_values: tuple[str, ...]


def parse(block: Block, columns: Sequence[str], dialect: Dialect) -> Chunk:
    """The rows and rejects of a block, each row under its line in the file."""
    return _quick(block, columns, dialect) or _patient(block, columns, dialect)


def utf_8(block: Block, dialect: Dialect) -> bytes | None:
    """The block in UTF-8, or None where some byte of it is no text in its encoding."""
    if block.data.isascii():
        return block.data
    try:
        return block.data.decode(_encoding(block, dialect)).encode()
    except UnicodeDecodeError:
        return None


def first_record(block: Block, dialect: Dialect) -> tuple[list[str], int]:
    """The cells of the block's first record and how many physical lines it takes.

    Raises `csv.Error` for lines that are no delimited text.
    """
    reader = csv.reader(_texts(block, dialect), delimiter=dialect.separator)
    return next(reader, []), reader.line_num


def _quick(block: Block, columns: Sequence[str], dialect: Dialect) -> Chunk | None:
    """The whole block by Arrow, or None unless every line is one clean row."""
    data = utf_8(block, dialect)
    if data is None or b"\0" in data:
        return None
    try:
        table = arrow_csv.read_csv(pa.py_buffer(data), *_options(data, columns, dialect))
    except pa.ArrowInvalid:
        return None
    # Fewer rows than lines: a cell spans lines, a quote is open, or a row was skipped.
    if table.num_rows != block.count():
        return None
    (rows,) = table.combine_chunks().to_batches()
    return Chunk(rows, first_line=block.first_line)


def _options(
    data: bytes, columns: Sequence[str], dialect: Dialect
) -> tuple[arrow_csv.ReadOptions, arrow_csv.ParseOptions, arrow_csv.ConvertOptions]:
    return (
        arrow_csv.ReadOptions(
            column_names=list(columns), use_threads=False, block_size=len(data) + 1
        ),
        arrow_csv.ParseOptions(
            delimiter=dialect.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=lambda _: "skip",
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=list(dialect.null_values),
            strings_can_be_null=bool(dialect.null_values),
        ),
    )


def _patient(block: Block, columns: Sequence[str], dialect: Dialect) -> Chunk:
    """Record by record, keeping what is good and the text and line of what is not."""
    cells: list[list[str]] = []
    lines: list[int] = []
    rejects: list[Reject] = []
    for line, found in _records(block, len(columns), dialect):
        if isinstance(found, Reject):
            rejects.append(found)
        elif found:
            cells.append(found)
            lines.append(line)
    nothing = set(dialect.null_values)
    arrays = [
        pa.array([None if row[i] in nothing else row[i] for row in cells], pa.string())
        for i in range(len(columns))
    ]
    rows = pa.RecordBatch.from_arrays(arrays, names=list(columns))
    return Chunk(rows, rejects, block.first_line, pa.array(lines, pa.int64()))


def _records(
    block: Block, width: int, dialect: Dialect
) -> Iterator[tuple[int, list[str] | Reject]]:
    """Every record with its line. After a bad one reading goes on at the very next line."""
    texts = list(_texts(block, dialect))
    position = 0
    while position < len(texts):
        taken, found = _record(texts, position, width, dialect)
        line = block.first_line + position
        if isinstance(found, str):
            yield line, Reject(line, found, _printable(texts[position].rstrip("\r\n")))
        else:
            yield line, found
        position += taken


def _record(
    texts: Sequence[str], position: int, width: int, dialect: Dialect
) -> tuple[int, list[str] | str]:
    """How many lines the record at `position` takes, and its cells or what is wrong with it."""
    if complaint := _complaint(texts[position], dialect):
        return 1, complaint
    remaining = (texts[index] for index in range(position, len(texts)))
    reader = csv.reader(remaining, delimiter=dialect.separator, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        return 1, "a quote is opened and never closed" if is_open else str(error)
    if cells and len(cells) != width:
        return 1, f"{len(cells)} cells where the header has {width}"
    if any(_complaint(texts[position + i], dialect) for i in range(1, reader.line_num)):
        return 1, "the cell that begins here runs into an unreadable line"
    return reader.line_num, cells


def _complaint(text: str, dialect: Dialect) -> str:
    """What makes a line unreadable before its cells are looked at."""
    if "\0" in text:
        return "a NUL byte"
    if any("\udc80" <= sign <= "\udcff" for sign in text):
        return f"bytes that are not {dialect.encoding}"
    return ""


def _printable(text: str) -> str:
    """The text as PostgreSQL can keep it: undecodable bytes and NUL written as \\x.."""
    raw = text.encode("utf-8", errors="surrogateescape")
    return raw.decode("utf-8", errors="backslashreplace").replace("\0", "\\x00")


def _texts(block: Block, dialect: Dialect) -> Iterator[str]:
    """The lines as text; a byte that cannot be decoded becomes a lone surrogate."""
    encoding = _encoding(block, dialect)
    return (line.decode(encoding, errors="surrogateescape") for line in block.lines())


def _encoding(block: Block, dialect: Dialect) -> str:
    """UTF-8 where the block is that, as a file saved again often is; else the published one.

    Text in a one-byte encoding is practically never valid UTF-8 unless it is plain ASCII.
    """
    if block.has_bom:
        return "utf-8"
    try:
        block.data.decode()
    except UnicodeDecodeError:
        return dialect.encoding
    return "utf-8"
