"""Small warehouses for tests, made by the same calls a person's `semia up` makes."""

from warehouse.land import land
from warehouse.postgres import schema
from warehouse.progress import Silent
from warehouse.settings import Settings
from warehouse.sources.registry import SOURCES
from warehouse.sources.source import Source
from warehouse.transform import build

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
