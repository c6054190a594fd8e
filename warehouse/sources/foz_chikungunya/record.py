"""Foz do Iguaçu's notifications and laboratory cases as a source, for external validation."""

from warehouse.sources.columns import raw_name
from warehouse.sources.foz_chikungunya.cohort import synthesise
from warehouse.sources.foz_chikungunya.columns import LABORATORY, NOTIFIED
from warehouse.sources.readers import delimited
from warehouse.sources.source import Download, Source, Table

_FILES = "https://raw.githubusercontent.com/WelCode99/ArbovirosesDATA/main/"

SOURCE = Source(
    name="foz_chikungunya",
    title="Suspected chikungunya, Foz do Iguaçu, 2023",
    homepage="https://github.com/WelCode99/ArbovirosesDATA",
    licence="CC BY 4.0",
    citation="WelCode99. ArbovirosesDATA: chikungunya surveillance, Foz do Iguaçu, 2023",
    tables=(
        Table(
            "foz_chikungunya_notifications",
            "SINAN_chikungunya_2023.csv",
            tuple(raw_name(name) for name in NOTIFIED),
            delimited(";", "utf-8"),
        ),
        Table(
            "foz_chikungunya_laboratory_cases",
            "RTPCR_chikungunya_anonymized.csv",
            tuple(raw_name(name) for name in LABORATORY),
            delimited(";", "utf-8"),
            free_text=("sintomas", "sequelas"),
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=1_000,
    downloads=(
        Download(f"{_FILES}SINAN_chikungunya_2023.csv", "SINAN_chikungunya_2023.csv"),
        Download(f"{_FILES}RTPCR_chikungunya_anonymized.csv", "RTPCR_chikungunya_anonymized.csv"),
    ),
)
