"""The Colombian catalogue of ICD-10 in Spanish as a source."""

from warehouse.sources.cie10.cohort import COLUMNS, FILE, synthesise
from warehouse.sources.readers import delimited
from warehouse.sources.source import Download, Source, Table

SOURCE = Source(
    name="cie10",
    title="ICD-10 in Spanish (CIE-10), catalogue of Colombia's ministry of health",
    homepage="https://github.com/proyais/openDataSalud",
    licence="free use (libre uso), as the page that offers it says",
    citation="Ministerio de Salud y Protección Social de Colombia, CIE-10; by openDataSalud",
    tables=(
        Table(
            "cie10_codes",
            FILE,
            tuple(name.lower() for name in COLUMNS),
            delimited(",", "utf-8"),
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=1_000,
    downloads=(
        Download(
            "https://raw.githubusercontent.com/proyais/openDataSalud/HEAD/cie10/catalogo.csv", FILE
        ),
    ),
)
