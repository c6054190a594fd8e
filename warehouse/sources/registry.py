"""The public data sets Semia knows, by name."""

from difflib import get_close_matches

from warehouse.errors import UnknownName
from warehouse.sources.cie10.record import SOURCE as CIE10
from warehouse.sources.datosgov_diagnoses.record import SOURCE as DATOSGOV_DIAGNOSES
from warehouse.sources.ddxplus.record import SOURCE as DDXPLUS
from warehouse.sources.foz_chikungunya.record import SOURCE as FOZ_CHIKUNGUNYA
from warehouse.sources.ktas.record import SOURCE as KTAS
from warehouse.sources.orphanet.record import SOURCE as ORPHANET
from warehouse.sources.sinan_arbovirus.record import SOURCE as SINAN_ARBOVIRUS
from warehouse.sources.sivigila_dengue.record import SOURCE as SIVIGILA_DENGUE
from warehouse.sources.source import Source
from warehouse.sources.yale_triage.record import SOURCE as YALE_TRIAGE

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        KTAS,
        YALE_TRIAGE,
        SINAN_ARBOVIRUS,
        DDXPLUS,
        FOZ_CHIKUNGUNYA,
        SIVIGILA_DENGUE,
        DATOSGOV_DIAGNOSES,
        ORPHANET,
        CIE10,
    )
}


def get_source(name: str) -> Source:
    """The source called `name`; raise `UnknownName` with the names it may have meant."""
    if name in SOURCES:
        return SOURCES[name]
    near = get_close_matches(name.lower(), SOURCES, n=2) or list(SOURCES)
    raise UnknownName(
        f"there is no source called {name!r}",
        next_step=f"use one of: {', '.join(near)}",
    )
