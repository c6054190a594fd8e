"""Yale triage as a source: its columns as published, its address, its licence."""

from warehouse.sources.columns import raw_name
from warehouse.sources.readers import parquet
from warehouse.sources.source import Download, Source, Table
from warehouse.sources.yale_triage.archive import keep_r_data
from warehouse.sources.yale_triage.cohort import synthesise
from warehouse.sources.yale_triage.columns import PUBLISHED

COLUMNS = tuple(raw_name(name) for name in PUBLISHED)

SOURCE = Source(
    name="yale_triage",
    title="Adult emergency visits at triage, three departments in Connecticut, 2014-17",
    homepage="https://zenodo.org/records/1308993",
    licence=(
        "the article is CC BY 4.0; the data come without a licence file: download and cite them, "
        "do not host them again"
    ),
    citation=(
        "Hong WS, Haimovich AD, Taylor RA. Predicting hospital admission at emergency department "
        "triage using machine learning. PLOS ONE 2018;13(7):e0201016. doi:10.5281/zenodo.1308993"
    ),
    tables=(
        Table(
            "yale_triage_visits",
            "ed_triage.parquet",
            COLUMNS,
            parquet(),
            identifiers=("patient_id",),
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=12_000,
    downloads=(
        Download(
            "https://zenodo.org/api/records/1308993/files-archive",
            "zenodo-1308993.zip",
            unpack=keep_r_data,
        ),
    ),
)
