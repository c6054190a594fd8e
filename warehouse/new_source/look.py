"""What a delimited file is found to be: how it is written, and what each column holds."""

import csv
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import BadFile, NotEnoughData
from warehouse.new_source.columns import Column, examined
from warehouse.sources.columns import raw_names
from warehouse.sources.readers import delimited

# Types and shares are told from the first rows; the rest of a larger file is not read.
LOOKED_AT = 100_000
FEWEST = 20
SEPARATORS = (",", ";", "\t", "|")
_WORDS_FOR_NOTHING = frozenset(
    ("?", "??", "-", ".", "NA", "N/A", "ND", "N/D", "S/D", "NULL", "null", "NaN", "nan", "Sin dato")
)
_HEAD_BYTES = 2**20


@dataclass(frozen=True)
class Found:
    """A file as it was found: its name, how it is written, its columns, and rows looked at."""

    file: str
    separator: str
    encoding: str
    nothing: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int


def look(path: Path) -> Found:
    """Look at a delimited file with a header line.

    Raises `BadFile` where it is none, or cannot be read, and `NotEnoughData` under 20 rows.
    """
    head = _head(path)
    encoding = _encoding(head)
    published, separator = _header(head.decode(encoding, errors="replace"), path)
    names = raw_names(published, path.name)
    cells = _cells(path, separator, encoding, names)
    rows = len(cells[0])
    if rows < FEWEST:
        raise NotEnoughData(
            f"too few rows to tell types from: {rows}, where {FEWEST} are the least",
            where=str(path),
            next_step="give a larger file of the same form",
        )
    nothing = tuple(sorted(_WORDS_FOR_NOTHING & {cell.strip() for one in cells for cell in one}))
    columns = tuple(
        examined(title, name, [cell.strip() for cell in column], nothing)
        for title, name, column in zip(published, names, cells, strict=True)
    )
    return Found(path.name, separator, encoding, nothing, columns, rows)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise BadFile(
            f"The file cannot be read: {error.strerror or error}",
            where=str(path),
            next_step="check its name and its permissions",
        ) from error


def _encoding(head: bytes) -> str:
    """UTF-8, or else the one-byte encoding that Spanish files from Windows have."""
    # A sign may be cut in two where the head ends.
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        return "utf-8"
    return "cp1252"


def _header(text: str, path: Path) -> tuple[list[str], str]:
    """The names of the first line and the separator that makes most of them."""
    first = text.removeprefix("\ufeff").splitlines()[:1]
    made = [(next(csv.reader(first, delimiter=one), []), one) for one in SEPARATORS]
    names, separator = max(made, key=lambda each: len(each[0]))
    if len(names) < 2 or any(re.search(r"[\x00-\x08{}<>]", name) for name in names):
        raise BadFile(
            "This is no text of separated columns with a header line",
            where=f"{path}, line 1",
            next_step="save it as CSV; other formats are read by what warehouse/sources/readers.py"
            " has, in a module written by hand",
        )
    return names, separator


def _cells(path: Path, separator: str, encoding: str, names: Sequence[str]) -> list[list[str]]:
    """The cells of the first rows, column by column; refused rows are left out."""
    columns: list[list[str]] = [[] for _ in names]
    chunks = delimited(separator, encoding)(path)
    for chunk in itertools.takewhile(lambda _: len(columns[0]) < LOOKED_AT, chunks):
        for column, values in zip(columns, chunk.rows.columns, strict=True):
            column += values.to_pylist()
    return columns
