"""A source of one small file, for tests of landing."""

from pathlib import Path
from typing import Any

from warehouse.connection import connect
from warehouse.settings import Settings
from warehouse.sources.readers import delimited
from warehouse.sources.source import Source, Table

VISITS = Table("test_visits", "visits.csv", ("patient", "age"), delimited(",", "utf-8"))


def source_of(*tables: Table) -> Source:
    return Source(
        name="test_source",
        title="",
        homepage="",
        licence="",
        citation="",
        tables=tables,
        synthesise=lambda folder, rows, seed, shift: None,
        synthetic_rows=1,
    )


SOURCE = source_of(VISITS)


def rows_of(settings: Settings, question: str) -> list[tuple[Any, ...]]:
    with connect("semia_ingest", settings) as connection:
        return connection.execute(question).fetchall()  # type: ignore[call-overload, no-any-return]


def write(folder: Path, text: str | bytes, name: str = "visits.csv") -> Path:
    data = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(data)
    return folder
