"""The public data sets Semia knows, by name: each in a folder of its own beside this module."""

from difflib import get_close_matches
from importlib import import_module

from warehouse.errors import UnknownName
from warehouse.sources.source import Source

# The one place where a source is added: its folder's name, which is also its own.
NAMES = (
    "ktas",
    "yale_triage",
    "sinan_arbovirus",
    "ddxplus",
    "foz_chikungunya",
    "sivigila_dengue",
    "datosgov_diagnoses",
    "orphanet",
    "cie10",
)


def _record(name: str) -> Source:
    source: Source = import_module(f"warehouse.sources.{name}.record").SOURCE
    return source


SOURCES: dict[str, Source] = {name: _record(name) for name in NAMES}


def get_source(name: str) -> Source:
    """The source called `name`; raise `UnknownName` with the names it may have meant."""
    if name in SOURCES:
        return SOURCES[name]
    near = get_close_matches(name.lower(), SOURCES, n=2) or list(SOURCES)
    raise UnknownName(
        f"there is no source called {name!r}",
        where="warehouse/sources/registry.py",
        next_step=f"use one of: {', '.join(near)}",
    )
