"""Published files into `raw`: by COPY, a bounded piece at a time, whole files or nothing."""

import hashlib
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from warehouse.connection import connect, speaking_plainly
from warehouse.errors import BadFile, DatabaseAway, DiskFull, SemiaError
from warehouse.landing.key_rotation import settled_key
from warehouse.landing.loads import (
    Connection,
    Load,
    LoadResult,
    Status,
    latest,
    make_ledger,
    record,
    record_failure,
)
from warehouse.landing.pieces import Cargo
from warehouse.landing.pour import make_table, pour
from warehouse.postgres import server
from warehouse.progress import Progress, Silent
from warehouse.settings import Settings
from warehouse.sources.lines import unreadable
from warehouse.sources.source import Source, Table

__all__ = ["LoadResult", "Origin", "land", "make_tables"]

Origin = Literal["public", "synthetic"]

_PIECE_BYTES = 2**20


class _Fingerprint(NamedTuple):
    """A file's SHA-256, how many lines a file of lines has, and what `_state` then said."""

    sha256: str
    lines: int | None
    state: tuple[int, int]


def land(
    source: Source,
    folder: Path,
    origin: Origin,
    settings: Settings,
    progress: Progress = Silent(),
) -> list[LoadResult]:
    """Land every file of `source`, which lie in `folder`, each in a transaction of its own.

    A file already landed with the same content is left alone; new content under the same name
    and origin replaces the old. Raises `BadFile`, `DiskFull`, `DatabaseAway` or
    `DatabaseRefused`, and then the table holds what it held before.
    """
    return [_land(_cargo(source, t, folder, origin), settings, progress) for t in source.tables]


def make_tables(sources: Iterable[Source], settings: Settings) -> None:
    """Make the raw tables of `sources` with no row, so that dbt can build without their files."""
    with speaking_plainly("schema raw"), connect("semia_ingest", settings) as connection:
        make_ledger(connection)
        for table in (table for source in sources for table in source.tables):
            make_table(connection, table.name, table.columns)


def _cargo(source: Source, table: Table, folder: Path, origin: Origin) -> Cargo:
    path = folder / table.file
    load = Load(source.name, table.name, origin, table.file, "")
    return Cargo(load, table, path, b"")


def _land(cargo: Cargo, settings: Settings, progress: Progress) -> LoadResult:
    """One file in one transaction; a failure is entered in the ledger and leaves nothing else."""
    started = time.monotonic()
    try:
        with ThreadPoolExecutor(1, "fingerprint") as aside:
            # Beside connecting, since neither waits for the other.
            fingerprint = aside.submit(_fingerprint, cargo.path)
            with (
                speaking_plainly(f"raw.{cargo.table.name} from {cargo.path}"),
                connect("semia_ingest", settings) as connection,
            ):
                make_ledger(connection)
                found = fingerprint.result()
                cargo = replace(cargo, load=replace(cargo.load, sha256=found.sha256))
                progress.start(f"{cargo.load.source}: {cargo.load.file}", found.lines)
                if cargo.table.identifiers:
                    cargo = replace(cargo, key=settled_key(connection, settings))
                result = _once(connection, cargo, progress)
                _check_same(cargo.path, found.state)
                return result
    except OSError as error:
        # Python's own complaint about the disk, such as no room for a temporary file.
        raise unreadable(error, cargo.path) from error
    except SemiaError as error:
        _remember(cargo.load, settings, time.monotonic() - started, error)
        if isinstance(error, DatabaseAway) and server.ran_out_of_room(settings):
            raise _no_room(error) from error
        raise


def _once(connection: Connection, cargo: Cargo, progress: Progress) -> LoadResult:
    """Nothing to do if the table holds this very content, else pour it in."""
    started = time.monotonic()
    load, held = cargo.load, latest(connection, cargo.load)
    if held is not None and held[0] == load.sha256:
        progress.advance(held[1] + held[2])
        return LoadResult(load.table, load.file, "unchanged", held[1], held[2], 0.0)
    rows, rejected = pour(connection, cargo, progress)
    seconds = round(time.monotonic() - started, 3)
    status: Status = "loaded" if held is None else "replaced"
    result = LoadResult(load.table, load.file, status, rows, rejected, seconds)
    record(connection, load, result)
    return result


def _no_room(error: DatabaseAway) -> DiskFull:
    return DiskFull(
        "The database stopped because its disk is full",
        where=error.where,
        next_step="free some space on the disk of SEMIA_HOME, then run semia up again",
    )


def _fingerprint(path: Path) -> _Fingerprint:
    state = _state(path)
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
            lines += piece.count(b"\n")
    is_lines = path.suffix.lower() in (".csv", ".tsv", ".txt")
    return _Fingerprint(digest.hexdigest(), lines if is_lines else None, state)


def _state(path: Path) -> tuple[int, int]:
    """What changes when a file is written to: the moment, to the nanosecond, and its length."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _check_same(path: Path, state: tuple[int, int]) -> None:
    if _state(path) != state:
        raise BadFile(
            "The file was written to while it was read",
            where=str(path),
            next_step="wait until whoever writes it is done, then run the same command again",
        )


def _remember(load: Load, settings: Settings, seconds: float, error: SemiaError) -> None:
    """Enter a failed load in a transaction of its own, if the database takes it."""
    with (
        suppress(SemiaError),
        speaking_plainly("raw._loads"),
        connect("semia_ingest", settings) as connection,
    ):
        make_ledger(connection)
        record_failure(connection, load, round(seconds, 3), error.what)
