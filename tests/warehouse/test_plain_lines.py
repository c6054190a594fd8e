"""Lines that are handed to COPY unread land as those that are read: rows, lines and rejects."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from warehouse.connection import connect
from warehouse.landing.land import land
from warehouse.settings import Settings
from warehouse.sources import lines
from warehouse.sources.readers import DelimitedReader, delimited
from warehouse.sources.rows import Dialect
from warehouse.sources.source import Chunk, PlainLines, Reject, Source, Table

Row = tuple[int, dict[str, str | None]]

# What a line may hold that one reader or another takes for more than text.
# A lone quote comes last: whatever follows it up to the next one is read with care.
ODDITIES = ("\\", "\\.", "\\N", "\r", "\0", "\x1e", "\x1f", " ", "NA", "‰", "𝛂", '""', '"q"', '"')
PLAIN = ("1", "2.0", "fiebre", "", " ", "4021", "N/A", "ó")
ENCODINGS = ("utf-8", "latin-1", "cp1252")


def rows_of(chunk: Chunk) -> Iterator[Row]:
    numbers = chunk.lines.to_pylist() if chunk.lines is not None else None
    for place, row in enumerate(chunk.rows.to_pylist()):
        yield (numbers[place] if numbers else chunk.first_line + place, row)


def parted(found: PlainLines) -> Iterator[Row]:
    """The rows as whoever knows nothing of quoting would part them."""
    for place, line in enumerate(found.data.decode().removesuffix("\n").split("\n")):
        cells = line.split(found.separator)
        yield found.first_line + place, dict(zip(found.columns, cells, strict=True))


def read(path: Path, reader: DelimitedReader) -> tuple[list[Row], list[Reject], int]:
    """Rows and rejects the quick way, and how many lines nobody read."""
    rows: list[Row] = []
    rejects: list[Reject] = []
    unread = 0
    for found in reader.sparingly(path):
        if isinstance(found, PlainLines):
            rows.extend(parted(found))
            unread += found.count
        else:
            rows.extend(rows_of(found))
            rejects.extend(found.rejects)
    return rows, rejects, unread


def carefully(path: Path, reader: DelimitedReader) -> tuple[list[Row], list[Reject]]:
    chunks = list(reader(path))
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    return [row for chunk in chunks for row in rows_of(chunk)], rejects


@dataclass(frozen=True)
class File:
    """A file of `width` columns, more or less, in which most lines are as they should be."""

    separator: str
    encoding: str
    data: bytes


def with_oddity(cells: list[str], sign: str, place: int) -> list[str]:
    return [*cells[:place], cells[place] + sign, *cells[place + 1 :]]


@st.composite
def files(draw: st.DrawFn) -> File:
    separator, width = draw(st.sampled_from(",;\t|")), draw(st.integers(1, 4))
    encoding, mark = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(["", "", "\ufeff"]))
    cell = st.sampled_from(PLAIN)
    good = st.lists(cell, min_size=width, max_size=width)
    odd = st.builds(with_oddity, good, st.sampled_from(ODDITIES), st.integers(0, width - 1))
    ragged = st.lists(cell, max_size=width + 1)
    drawn = draw(st.lists(st.one_of(good, good, odd, ragged), max_size=12))
    ends = st.sampled_from(draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]])))
    header = separator.join(f"c{place}" for place in range(width)) + draw(ends)
    body = "".join(separator.join(cells) + draw(ends) for cells in drawn)
    text = mark + header + draw(st.sampled_from([body, body.removesuffix("\n")]))
    written = draw(st.sampled_from([encoding, "utf-8"]))
    return File(separator, encoding, text.encode(written, errors="replace"))


@limits(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=files())
def test_what_is_left_unread_is_what_reading_gives(tmp_path: Path, file: File) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(file.data)
    reader = delimited(file.separator, file.encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK_BYTES", 16)
        quick, careful = read(path, reader), carefully(path, reader)
    assert quick[:2] == careful


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_clean_lines_are_left_unread(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(end.join(["a;b", "1,5;né", ";", " x ;'y'"]).encode(encoding))
    rows, rejects, unread = read(path, delimited(";", encoding))
    assert rows == [
        (2, {"a": "1,5", "b": "né"}),
        (3, {"a": "", "b": ""}),
        (4, {"a": " x ", "b": "'y'"}),
    ]
    assert (rejects, unread) == ([], 3)


@pytest.mark.parametrize(
    "dialect",
    [Dialect(",", "utf-8", ("NA",)), Dialect("a", "utf-8", ()), Dialect(".", "utf-8", ())],
)
def test_what_copy_could_not_say_is_read(tmp_path: Path, dialect: Dialect) -> None:
    """Cells that mean nothing is known, and separators that COPY does not take."""
    path = tmp_path / "f.csv"
    path.write_text(f"x{dialect.separator}y\n1{dialect.separator}2\n")
    assert read(path, DelimitedReader(dialect)) == ([(2, {"x": "1", "y": "2"})], [], 0)


def landed(settings: Settings, table: str) -> list[tuple[Any, ...]]:
    rows = f"select c0, c1, _origin, _file, _row_number from raw.{table}"
    refused = f"select line, reason, original from raw._rejects where table_name = '{table}'"
    with connect("semia_ingest", settings) as connection:
        return [
            *connection.execute(f"{rows} order by _row_number").fetchall(),
            *connection.execute(f"{refused} order by line").fetchall(),
        ]


def pour(settings: Settings, folder: Path, name: str, separator: str) -> None:
    """The file into two tables: as it is landed, and every block of it read with care."""
    reader = delimited(separator, "latin-1")
    careful = lambda path: reader(path)  # noqa: E731 - no DelimitedReader, which would be let off
    tables = (
        Table("quick", name, ("c0", "c1"), reader),
        Table("careful", name, ("c0", "c1"), careful),
    )
    land(Source("twice", "", "", "", "", tables, lambda *_: None, 1), folder, "public", settings)


@pytest.mark.database
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_both_ways_land_the_same(
    raw: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, separator: str
) -> None:
    """A file of many blocks, clean ones beside odd ones, under a name with signs of its own."""
    monkeypatch.setattr(lines, "_BLOCK_BYTES", 32)
    clean = [[word, f"{n}"] for n, word in enumerate(PLAIN * 40)]
    odd = [["1"], ["1", "2", "3"], *([sign, f"{n}"] for n, sign in enumerate(ODDITIES))]
    for place, cells in enumerate(odd):
        clean.insert(place * 17, cells)
    text = "\n".join(separator.join(cells) for cells in [["c0", "c1"], *clean])
    name = "100 % o'odd, \\new; a|b\t.csv"
    (tmp_path / name).write_bytes(text.encode())
    pour(raw, tmp_path, name, separator)
    assert landed(raw, "quick") == landed(raw, "careful")
    assert any(len(row) == 3 for row in landed(raw, "quick"))
