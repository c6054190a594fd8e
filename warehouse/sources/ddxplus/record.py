"""DDXPlus as a source: one file of patients, two of knowledge, their address and licence."""

from pathlib import Path

from warehouse.sources.archive import take_member
from warehouse.sources.ddxplus.cohort import synthesise
from warehouse.sources.readers import delimited, json_objects
from warehouse.sources.source import Download, Source, Table

PATIENTS = ("age", "differential_diagnosis", "sex", "pathology", "evidences", "initial_evidence")
CONDITIONS = (
    "key",
    "condition_name",
    "cond_name_fr",
    "cond_name_eng",
    "icd10_id",
    "symptoms",
    "antecedents",
    "severity",
)
EVIDENCES = (
    "key",
    "name",
    "code_question",
    "question_fr",
    "question_en",
    "is_antecedent",
    "default_value",
    "value_meaning",
    "possible_values",
    "data_type",
)


def _unpack(received: Path, folder: Path) -> None:
    for file in ("release_conditions.json", "release_evidences.json"):
        take_member(received, file.replace(".", r"\."), folder / file)
    inner = folder / "release_test_patients.zip"
    take_member(received, r"release_test_patients\.zip", inner)
    take_member(inner, r"release_test_patients(\.csv)?", folder / "release_test_patients.csv")
    inner.unlink()


SOURCE = Source(
    name="ddxplus",
    title="DDXPlus: synthetic patients with 49 conditions (English release, test part)",
    homepage="https://figshare.com/articles/dataset/DDXPlus_Dataset_English_/22687585",
    licence="CC BY 4.0",
    citation=(
        "Fansi Tchango A, Goel R, Wen Z, Martel J, Ghosn J. DDXPlus: A New Dataset For Automatic "
        "Medical Diagnosis. NeurIPS 2022 Datasets and Benchmarks"
    ),
    tables=(
        Table("ddxplus_patients", "release_test_patients.csv", PATIENTS, delimited(",", "utf-8")),
        Table("ddxplus_conditions", "release_conditions.json", CONDITIONS, json_objects()),
        Table("ddxplus_evidences", "release_evidences.json", EVIDENCES, json_objects()),
    ),
    synthesise=synthesise,
    synthetic_rows=5_000,
    downloads=(
        Download(
            "https://figshare.com/ndownloader/articles/22687585/versions/1",
            "figshare-22687585.zip",
            unpack=_unpack,
        ),
    ),
)
