import ast
import csv
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from warehouse.sources.columns import raw_name
from warehouse.vocabulary import Vocabulary

# Columns of a notification that are no sign: the person, the days, the label.
SINAN_OTHER = {
    "nu_idade_n",
    "cs_sexo",
    "cs_gestant",
    "cs_raca",
    "cs_zona",
    "dias",
    "classi_fin",
}


@pytest.fixture(
    params=["synthetic", pytest.param("public", marks=pytest.mark.public_data)],
)
def data(request: pytest.FixtureRequest) -> Path:
    """The folder of files, made or published."""
    folder: Path = request.getfixturevalue(f"{request.param}_data")
    return folder


def _rows(path: Path, separator: str, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.DictReader(file, delimiter=separator)
        return [{raw_name(name): value for name, value in row.items()} for row in rows]


def _given_a_meaning(vocabulary: Vocabulary, source: str) -> set[tuple[str, str]]:
    rows = (*vocabulary.symptom_sources, *vocabulary.ignored_values)
    return {(row.source_column, row.source_value) for row in rows if row.source == source}


def _measured(vocabulary: Vocabulary, source: str) -> set[str]:
    return {r.source_column for r in vocabulary.observation_sources if r.source == source}


def test_every_answer_of_ddxplus_has_a_meaning(data: Path, vocabulary: Vocabulary) -> None:
    known = _given_a_meaning(vocabulary, "ddxplus")
    scales = _measured(vocabulary, "ddxplus")
    patients = _rows(data / "ddxplus" / "release_test_patients.csv", ",", "utf-8")
    tokens = {token for row in patients for token in ast.literal_eval(row["evidences"])}
    asked = {(evidence, answer) for evidence, _, answer in (t.partition("_@_") for t in tokens)}
    assert len(asked) > 200
    assert {pair for pair in asked if pair[0] not in scales} <= known


def test_every_complaint_of_yale_has_a_meaning(data: Path, vocabulary: Vocabulary) -> None:
    columns = {raw_name(c) for c in pq.read_schema(data / "yale_triage/ed_triage.parquet").names}
    complaints = {column for column in columns if column.startswith("cc_")}
    known = {column for column, _ in _given_a_meaning(vocabulary, "yale_triage")}
    assert len(complaints) == 200
    assert complaints <= known
    assert known | _measured(vocabulary, "yale_triage") <= columns


def test_every_sign_of_sinan_has_a_meaning(data: Path, vocabulary: Vocabulary) -> None:
    (first, *_) = _rows(data / "sinan_arbovirus" / "data_set.csv", ";", "utf-8")
    known = {column for column, _ in _given_a_meaning(vocabulary, "sinan_arbovirus")}
    assert set(first) - SINAN_OTHER == known


def test_the_validation_source_asks_what_the_training_one_asks(
    data: Path, vocabulary: Vocabulary
) -> None:
    (first, *_) = _rows(data / "foz_chikungunya" / "SINAN_chikungunya_2023.csv", ";", "utf-8")
    foz, sinan = (_given_a_meaning(vocabulary, n) for n in ("foz_chikungunya", "sinan_arbovirus"))
    assert foz == sinan
    assert {column for column, _ in foz} <= set(first)


def test_nearly_every_complaint_of_ktas_is_understood(data: Path, vocabulary: Vocabulary) -> None:
    visits = _rows(data / "ktas" / "data.csv", ";", "latin-1")
    texts = {row["chief_complain"].strip().lower() for row in visits}
    legible = [text for text in texts if re.search("[a-z]", text)]
    patterns = [
        re.compile(row.source_value.replace(r"\m", r"\b"))
        for row in vocabulary.symptom_sources
        if row.source == "ktas"
    ]
    unread = [text for text in legible if not any(p.search(text) for p in patterns)]
    assert len(unread) <= 0.02 * len(legible), unread


def test_every_label_has_a_meaning(data: Path, vocabulary: Vocabulary) -> None:
    known = {(r.source, r.source_value.lower()) for r in vocabulary.diagnosis_sources}
    said = {("ktas", row["ktas_expert"]) for row in _rows(data / "ktas/data.csv", ";", "latin-1")}
    notified = _rows(data / "sinan_arbovirus/data_set.csv", ";", "utf-8")
    said |= {("sinan_arbovirus", row["classi_fin"].lower()) for row in notified}
    patients = _rows(data / "ddxplus/release_test_patients.csv", ",", "utf-8")
    said |= {("ddxplus", row["pathology"].lower()) for row in patients}
    assert said <= known


def test_no_leak_and_no_medication_carries_a_sign(vocabulary: Vocabulary) -> None:
    refused = re.compile(r"meds_|.*_count$|dep_name|arrival(month|day|hour)|disposition|diagnosis")
    read = (vocabulary.symptom_sources, vocabulary.observation_sources)
    named = {row.source_column for rows in read for row in rows}
    assert [column for column in named if refused.match(column)] == []
    assert not named & {"ktas_rn", "mistriage", "cs_raca", "cs_zona", "cs_gestant"}
