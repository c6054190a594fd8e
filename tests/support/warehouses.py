"""Small warehouses for tests, made by the same calls a person's `semia up` makes."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.building.transform import build
from warehouse.landing.land import land
from warehouse.postgres import schema, server
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES
from warehouse.sources.source import Source

ROWS = {
    "ktas": 1000,
    "yale_triage": 4000,
    "sinan_arbovirus": 2000,
    "ddxplus": 2000,
    "foz_chikungunya": 300,
    "sivigila_dengue": 600,
    "datosgov_diagnoses": 300,
    "orphanet": 200,
    "cie10": 800,
}

# One key, so that patients have the same hashed numbers each time.
HASH_KEY = "the key of every test"


@contextmanager
def running_warehouse(settings: Settings) -> Iterator[Settings]:
    """An embedded server with roles and schemas, deleted at the end even if its start failed.

    Where root runs the tests its data may lie outside SEMIA_HOME, and would outlast it.
    """
    try:
        server.ensure_running(settings, Silent())
        schema.prepare(settings)
        yield settings
    finally:
        server.remove(settings)


@contextmanager
def a_home() -> Iterator[Path]:
    """A folder for SEMIA_HOME that the server's user may enter, kept in memory if it can be."""
    with tempfile.TemporaryDirectory(prefix="semia-test-", dir=quick_place()) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "home"


def quick_place() -> str:
    """Memory if there is room for a few databases and programs may run there, else the disk.

    Databases are made by the dozen here, and a disk takes seconds to write each one safely.
    """
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        return "/var/tmp"
    found = os.statvfs(memory)
    is_roomy = found.f_bavail * found.f_frsize > 2**30
    return str(memory) if is_roomy and not found.f_flag & os.ST_NOEXEC else "/var/tmp"


def rows_of(source: Source) -> int:
    """How many rows of a source are enough for tests; few of one that no test knows."""
    return ROWS.get(source.name, 200)


def land_synthetic(settings: Settings, seed: int = 7, shift: float = 0.0) -> None:
    """Synthesise every source and land it."""
    schema.prepare(settings)
    for source in SOURCES.values():
        folder = settings.home / "synthetic" / source.name
        folder.mkdir(parents=True, exist_ok=True)
        source.synthesise(folder, rows_of(source), seed, shift)
        land(source, folder, "synthetic", settings, Silent())


def build_synthetic_warehouse(settings: Settings) -> None:
    """Land every source, synthesised, and run the whole `dbt build`."""
    land_synthetic(settings)
    build(settings, Silent())
