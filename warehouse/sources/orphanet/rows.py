"""The raw columns of a rare disorder, whichever publication of Orphanet says them."""

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

# expat says so of XML that ends too early; a packet is no XML.
from xml.etree.ElementTree import ParseError

import pyarrow as pa

from warehouse.errors import BadFile
from warehouse.sources.lines import fetch_again, unreadable
from warehouse.sources.source import Chunk, Reject

# What an Orphapacket may say, as published; whatever is not text stays JSON.
FIELDS = (
    "ORPHApacketId",
    "creationDate",
    "version",
    "copyright",
    "ORPHAcode",
    "Label",
    "PURL",
    "DisorderType",
    "Synonyms",
    "ExternalReferences",
    "TextSection",
    "AverageAgeOfOnsets",
    "TypeOfInheritances",
    "Genes",
    "Parents",
    "Children",
    "Phenotypes",
    "Prevalences",
)
COLUMNS = tuple(name.lower() for name in FIELDS)
# So many disorders are held at a time.
PIECE = 500


class Refused(NamedTuple):
    """What cannot be a row: why, and how it stood in the file."""

    reason: str
    original: str


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive `path`; raises `BadFile` where it, or what is read of it, is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, ParseError) as error:
        raise BadFile(
            f"The archive is damaged or truncated: {error}",
            where=path.name,
            next_step=fetch_again(path),
        ) from error
    except OSError as error:
        raise unreadable(error, path) from error


def chunks(found: Iterable[dict[str, Any] | Refused], path: Path, nothing: str) -> Iterator[Chunk]:
    """The rows and rejects of `path`, piece by piece; the line of each is its place, from 1.

    Raises `BadFile`, which says `nothing`, where there is neither.
    """
    rows: list[dict[str, Any]] = []
    places: list[int] = []
    rejects: list[Reject] = []
    place = 0
    for place, one in enumerate(found, start=1):
        if isinstance(one, Refused):
            rejects.append(Reject(place, *one))
        else:
            rows.append(one)
            places.append(place)
        if place % PIECE == 0:
            yield _chunk(rows, places, rejects)
            rows, places, rejects = [], [], []
    if place == 0:
        raise BadFile(nothing, where=path.name, next_step=fetch_again(path))
    yield _chunk(rows, places, rejects)


def _chunk(
    rows: Sequence[dict[str, Any]], places: Sequence[int], rejects: Sequence[Reject]
) -> Chunk:
    arrays = [pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in FIELDS]
    batch = pa.RecordBatch.from_arrays(arrays, names=list(COLUMNS))
    return Chunk(batch, rejects, lines=pa.array(places, pa.int64()))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
