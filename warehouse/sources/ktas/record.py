"""KTAS as a source: its columns as published, its address, its licence."""

from pathlib import Path

from warehouse.sources.ktas.cohort import synthesise
from warehouse.sources.ktas.workbook import workbook_to_csv
from warehouse.sources.readers import delimited
from warehouse.sources.source import Download, Source, Table

ARTICLE = "https://journals.plos.org/plosone/article"
COLUMNS = (
    "group",
    "sex",
    "age",
    "patients_number_per_hour",
    "arrival_mode",
    "injury",
    "chief_complain",
    "mental",
    "pain",
    "nrs_pain",
    "sbp",
    "dbp",
    "hr",
    "rr",
    "bt",
    "saturation",
    "ktas_rn",
    "diagnosis_in_ed",
    "disposition",
    "ktas_expert",
    "error_group",
    "length_of_stay_min",
    "ktas_duration_min",
    "mistriage",
)


def _unpack(received: Path, folder: Path) -> None:
    workbook_to_csv(received, folder / "data.csv")


SOURCE = Source(
    name="ktas",
    title="Triage by the Korean Triage and Acuity Scale, two emergency departments, 2016-17",
    homepage="https://plos.figshare.com/articles/dataset/9779267",
    licence=(
        "PLOS ONE publishes its supporting information under CC BY 4.0; the licence of the data "
        "item itself was not seen, so confirm it before redistributing"
    ),
    citation=(
        "Moon S-H, Shim JL, Park K-S, Park C-S. Triage accuracy and causes of mistriage using the "
        "Korean Triage and Acuity Scale. PLOS ONE 2019;14(9):e0216972"
    ),
    tables=(
        Table(
            "ktas_visits",
            "data.csv",
            COLUMNS,
            delimited(";", "latin-1"),
            free_text=("chief_complain", "diagnosis_in_ed"),
        ),
    ),
    synthesise=synthesise,
    synthetic_rows=1500,
    downloads=(
        Download(
            f"{ARTICLE}/file?type=supplementary&id=10.1371/journal.pone.0216972.s001",
            "s001.xlsx",
            unpack=_unpack,
        ),
    ),
)
