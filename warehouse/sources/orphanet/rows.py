"""The raw columns of a rare disorder, whichever publication of Orphanet says them."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

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


def chunk(
    rows: Sequence[dict[str, Any]], places: Sequence[int], rejects: Sequence[Reject]
) -> Chunk:
    """The rows as text columns; `places` are the rows' numbers in the file, from 1."""
    arrays = [pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in FIELDS]
    batch = pa.RecordBatch.from_arrays(arrays, names=list(COLUMNS))
    return Chunk(batch, rejects, lines=pa.array(places, pa.int64()))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
