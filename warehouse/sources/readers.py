"""How files are read: as Arrow batches of text columns, a bounded piece at a time."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.errors import BadFile
from warehouse.sources.columns import raw_names
from warehouse.sources.lines import Block, blocks, fetch_again, unreadable
from warehouse.sources.plain import plain
from warehouse.sources.rows import Dialect, first_record, parse
from warehouse.sources.source import Chunk, PlainLines, Reader, Reject

_CELLS = 1_000_000
_LARGEST_JSON = 2**26


@dataclass(frozen=True)
class DelimitedReader:
    """A reader of separated text as its dialect says; what it raises, `delimited` tells."""

    dialect: Dialect

    def __call__(self, path: Path) -> Iterator[Chunk]:
        """Every block read into rows."""
        for columns, body in self._bodies(path):
            yield self._read(columns, body)

    def sparingly(self, path: Path) -> Iterator[Chunk | PlainLines]:
        """The same rows and rejects; blocks that need no reading are left as they are."""
        for columns, body in self._bodies(path):
            yield plain(body, columns, self.dialect) or self._read(columns, body)

    def _read(self, columns: list[str], body: Block) -> Chunk:
        return parse(body, columns, self.dialect) if body.data else _no_rows(columns)

    def _bodies(self, path: Path) -> Iterator[tuple[list[str], Block]]:
        """The file's columns, with every block of what comes after the header."""
        columns: list[str] | None = None
        for block in blocks(path):
            body = block
            if columns is None:
                columns, body = _header(block, self.dialect, path)
            yield columns, body


def delimited(separator: str, encoding: str, null_values: tuple[str, ...] = ()) -> DelimitedReader:
    """A reader of separated text with a header line, gzip if the name ends in `.gz`.

    An empty cell is the empty string; a cell in `null_values` is null. A row that cannot be
    read is a reject. The reader raises `BadFile` when the file itself cannot be read.
    """
    return DelimitedReader(Dialect(separator, encoding, null_values))


def parquet() -> Reader:
    """A reader of Parquet files; every value as text, nested ones as JSON, nulls kept."""

    def read(path: Path) -> Iterator[Chunk]:
        try:
            with pq.ParquetFile(path) as file:
                names = raw_names(file.schema_arrow.names, str(path))
                yield from _batches(file, names)
        except (pa.ArrowException, EOFError) as error:
            raise _damaged(path, error) from error
        except OSError as error:
            raise (unreadable(error, path) if error.errno else _damaged(path, error)) from error

    return read


def json_objects(key: str = "key") -> Reader:
    """A reader of one JSON object of objects (or list of objects): one row each.

    The column `key` comes first and holds the name (or place, from 1) of each object; the other
    columns are the objects' keys. Text stays text, null is null, the rest is kept as JSON.
    """

    def read(path: Path) -> Iterator[Chunk]:
        members = _members(path)
        rejects = [
            Reject(place, reason, json.dumps({name: member}))
            for place, (name, member) in enumerate(members, start=1)
            if (reason := _fault(name, member))
        ]
        good = [(name, member) for name, member in members if not _fault(name, member)]
        names = list({name: None for _, member in good for name in member})
        rows = [[name, *(_text(member.get(n)) for n in names)] for name, member in good]
        columns = raw_names([key, *names], str(path))
        arrays = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(columns))]
        yield Chunk(pa.RecordBatch.from_arrays(arrays, names=columns), rejects)

    return read


def _header(block: Block, dialect: Dialect, path: Path) -> tuple[list[str], Block]:
    """The raw names of the file's header, and the block without it."""
    try:
        cells, taken = first_record(block, dialect)
    except csv.Error as error:
        raise _damaged(path, "its header is no line of text") from error
    if any("\udc80" <= sign <= "\udcff" or sign == "\0" for cell in cells for sign in cell):
        raise BadFile(
            f"The header is not {dialect.encoding} text",
            where=f"{path}, line 1",
            next_step=fetch_again(path),
        )
    rest = b"".join(block.lines()[taken:])
    return raw_names(cells, str(path)), Block(rest, block.first_line + taken, block.has_bom)


def _no_rows(columns: list[str]) -> Chunk:
    return Chunk(pa.RecordBatch.from_pylist([], pa.schema([(c, pa.string()) for c in columns])))


def _batches(file: pq.ParquetFile, names: list[str]) -> Iterator[Chunk]:
    row = 1
    for batch in file.iter_batches(batch_size=max(1, _CELLS // max(1, len(names)))):
        arrays = [_as_text(column) for column in batch.columns]
        chunk = _without_nul(pa.RecordBatch.from_arrays(arrays, names=names), row)
        row += batch.num_rows
        yield chunk
    if row == 1:
        yield _no_rows(names)


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        return pa.array([_text(value) for value in column.to_pylist()], pa.string())
    return pc.cast(column, pa.string())


def _without_nul(rows: pa.RecordBatch, first: int) -> Chunk:
    """The batch without rows that hold a NUL, which PostgreSQL's text cannot."""
    if not any(_holds_nul(column) for column in rows.columns):
        return Chunk(rows, first_line=first)
    bad = [
        any(value is not None and "\0" in value for value in row.values())
        for row in rows.to_pylist()
    ]
    rejects = [
        Reject(first + i, "a NUL byte", json.dumps(row, ensure_ascii=False))
        for i, row in enumerate(rows.to_pylist())
        if bad[i]
    ]
    kept = pa.array([first + i for i in range(len(bad)) if not bad[i]], pa.int64())
    return Chunk(rows.filter(pa.array([not flag for flag in bad])), rejects, first, kept)


def _holds_nul(column: pa.Array) -> bool:
    data = column.buffers()[2]
    return data is not None and b"\0" in data.to_pybytes()


def _members(path: Path) -> list[tuple[str, Any]]:
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise BadFile(
                "The JSON file is larger than 64 MB, too large to be read at once",
                where=str(path),
                next_step="split it",
            )
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise unreadable(error, path) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, error) from error
    except RecursionError as error:
        raise _damaged(path, "its lists are nested too deeply") from error
    except json.JSONDecodeError as error:
        place = f"{path}, line {error.lineno}, column {error.colno}"
        raise BadFile(
            f"This is not JSON: {error.msg}", where=place, next_step=fetch_again(path)
        ) from error
    if isinstance(content, Mapping):
        return list(content.items())
    if isinstance(content, list):
        return [(str(place), member) for place, member in enumerate(content, start=1)]
    raise _damaged(path, "it holds neither an object nor a list")


def _fault(name: str, member: object) -> str:
    """Why a member of a JSON file cannot be a row; empty text if it can."""
    if not isinstance(member, dict):
        return "not an object"
    text = name + "".join(_text(value) or "" for value in member.values())
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half a surrogate pair"
    return "a NUL character" if "\0" in text else ""


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _damaged(path: Path, why: object) -> BadFile:
    said = str(why).splitlines()[0] if str(why) else "it ends too early"
    return BadFile(
        f"The file is damaged or truncated: {said}", where=str(path), next_step=fetch_again(path)
    )
