"""SINAN arbovirus notifications as a source: columns as published, address, licence."""

from pathlib import Path

from warehouse.sources.archive import take_member
from warehouse.sources.readers import delimited
from warehouse.sources.sinan_arbovirus.cohort import synthesise
from warehouse.sources.sinan_arbovirus.columns import PUBLISHED
from warehouse.sources.source import Download, Source, Table


def _unpack(received: Path, folder: Path) -> None:
    take_member(received, r"data[ _]set\.csv", folder / "data_set.csv")


SOURCE = Source(
    name="sinan_arbovirus",
    title="Notified dengue, chikungunya or other disease, Amazonas and Recife, 2015-20",
    homepage="https://data.mendeley.com/datasets/bv26kznkjs/1",
    licence="published as CC BY 4.0; confirm on the data set's page before redistributing",
    citation=(
        "Tabosa T, Silva Neto S, Teixeira I, Oliveira S, Rodrigues MG, Sampaio V, Endo P. Clinical "
        "cases of Dengue and Chikungunya. Mendeley Data 2021, V1. doi:10.17632/bv26kznkjs.1"
    ),
    tables=(
        Table(
            "sinan_arbovirus_notifications",
            "data_set.csv",
            tuple(name.lower() for name in PUBLISHED),
            delimited(";", "utf-8"),
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=9_000,
    downloads=(
        Download(
            "https://data.mendeley.com/public-api/zip/bv26kznkjs/download/1",
            "bv26kznkjs-1.zip",
            unpack=_unpack,
        ),
    ),
)
