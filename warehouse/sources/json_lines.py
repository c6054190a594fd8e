"""Read records of a web service, one JSON object a line, whatever columns they have."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.errors import BadFile
from warehouse.sources.columns import raw_name, raw_names
from warehouse.sources.lines import fetch_again, unreadable
from warehouse.sources.source import Chunk, Reader, Reject

RECORD = "record"

_ROWS = 20_000
_LONGEST_BYTES = 2**24


def json_records(withheld: Iterable[str] = ()) -> Reader:
    """A reader of JSON objects, one a line, whose columns are found out while reading.

    The column `record` comes first and holds the object; every name that any line uses is a
    text column: text stays text, an absent or null value is null, the rest is kept as JSON. A
    name in `withheld` (in raw spelling) is in neither. A line that is no object is a reject.
    """
    hidden = frozenset(withheld)

    def read(path: Path) -> Iterator[Chunk]:
        names = [name for name in _names(path) if raw_name(name) not in hidden]
        columns = raw_names([RECORD, *names], str(path))
        for first, lines in _pieces(path):
            yield _chunk(first, lines, names, columns)

    return read


def _names(path: Path) -> list[str]:
    """Every name used in the file, in the order in which it first appears."""
    names: dict[str, None] = {}
    for _, lines in _pieces(path):
        for line in lines:
            found = _parsed(line)
            if not isinstance(found, str):
                names.update(dict.fromkeys(found))
    return list(names)


def _chunk(first: int, lines: list[bytes], names: list[str], columns: list[str]) -> Chunk:
    rows: list[dict[str, Any]] = []
    places: list[int] = []
    rejects: list[Reject] = []
    for place, line in enumerate(lines, start=first):
        found = _parsed(line)
        if isinstance(found, str):
            rejects.append(Reject(place, found, line.decode("utf-8", "backslashreplace").strip()))
        else:
            rows.append({name: found[name] for name in names if name in found})
            places.append(place)
    values: list[list[str | None]] = [[json.dumps(row, ensure_ascii=False) for row in rows]]
    values += [[_text(row.get(name)) for row in rows] for name in names]
    arrays = [pa.array(column, pa.string()) for column in values]
    batch = pa.RecordBatch.from_arrays(arrays, names=columns)
    return Chunk(batch, rejects, first, pa.array(places, pa.int64()))


def _parsed(line: bytes) -> dict[str, Any] | str:
    """The object of a line, or what is wrong with it."""
    try:
        text = line.decode("utf-8-sig")
        found = json.loads(text)
    except UnicodeDecodeError:
        return "bytes that are not utf-8"
    except (ValueError, RecursionError):
        return "not JSON"
    if not isinstance(found, dict):
        return "not an object"
    return _unstorable(found) if "\\u" in text else found


def _unstorable(found: dict[str, Any]) -> dict[str, Any] | str:
    """What PostgreSQL's text cannot hold can only be written as an escape."""
    text = json.dumps(found, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half a surrogate pair"
    return "a NUL character" if "\\u0000" in text else found


def _pieces(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The lines in bounded pieces, each with the number of its first line (from 1)."""
    lines: list[bytes] = []
    first = 1
    try:
        with path.open("rb") as file:
            while line := file.readline(_LONGEST_BYTES + 1):
                if len(line) > _LONGEST_BYTES:
                    raise _endless(path, first + len(lines))
                lines.append(line)
                if len(lines) == _ROWS:
                    yield first, lines
                    first, lines = first + len(lines), []
    except OSError as error:
        raise unreadable(error, path) from error
    if lines:
        yield first, lines
    elif first == 1:
        raise BadFile("The file is empty", where=str(path), next_step=fetch_again(path))


def _endless(path: Path, line: int) -> BadFile:
    return BadFile(
        f"A line is longer than {_LONGEST_BYTES // 2**20} MB",
        where=f"{path}, line {line}",
        next_step=fetch_again(path),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
