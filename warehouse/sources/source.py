"""The description of a source: files to read, addresses to fetch, a way to synthesise."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa


@dataclass(frozen=True)
class Reject:
    """A row of a file that could not be read: its line (1 is the first), why, and its text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Chunk:
    """A bounded piece of a file: rows as text columns, and the rows that were refused.

    `rows` has one string column per raw column, in the table's raw names; an empty cell is the
    empty string, a missing one null. `first_line` is the file line of the first row (1-based);
    `lines` holds the line of every row where they do not follow one another.
    """

    rows: pa.RecordBatch
    rejects: Sequence[Reject] = ()
    first_line: int = 1
    lines: pa.Array | None = None


@dataclass(frozen=True)
class PlainLines:
    """A bounded piece of a file that need not be read: UTF-8, a row a line, nothing to unquote.

    `data` ends with a line feed; its `count` lines have a cell for each of `columns` (raw names),
    and the first of them is line `first_line` of the file (1-based).
    """

    columns: Sequence[str]
    separator: str
    data: bytes
    count: int
    first_line: int


Reader = Callable[[Path], Iterator[Chunk]]


@dataclass(frozen=True)
class Table:
    """One raw table and the file it is read from.

    `columns` are the raw column names (see `warehouse.sources.columns.raw_name`) that the file
    must have, in any order; `identifiers` are those replaced by a keyed hash while landing, and
    `free_text` those people write in, from which persons are taken out. `withheld` are columns
    of the file that never land.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    read: Reader
    identifiers: tuple[str, ...] = ()
    free_text: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Download:
    """A file at its official address; `sha256` is None where the publisher states none.

    `file` is its name while it is received. Where `unpack` is given, `unpack(received, folder)`
    makes the tables' files in `folder` out of it; otherwise `file` is a table's file itself.
    `is_paged` marks a Socrata resource, read page by page into one JSON record a line.
    """

    url: str
    file: str
    sha256: str | None = None
    unpack: Callable[[Path, Path], None] | None = None
    is_paged: bool = False


Synthesise = Callable[[Path, int, int, float], None]


@dataclass(frozen=True)
class Source:
    """A public data set: name, licence, its tables, where to fetch it, how to imitate it.

    `synthesise(folder, rows, seed, shift)` writes every file of `tables` into `folder` in the
    published format, dirt included; `shift` 0 follows the measured figures, 1 is clear drift.
    """

    name: str
    title: str
    homepage: str
    licence: str
    citation: str
    tables: tuple[Table, ...]
    synthesise: Synthesise
    synthetic_rows: int
    downloads: tuple[Download, ...] = field(default=())
