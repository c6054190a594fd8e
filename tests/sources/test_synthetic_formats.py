"""Synthetic files look like the published ones: columns, types, separators, encodings, dirt."""

import ast
import filecmp
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.sources.conftest import ROWS, rows_of
from warehouse.sources.ktas.columns import PUBLISHED as KTAS_COLUMNS
from warehouse.sources.registry import SOURCES
from warehouse.sources.sinan_arbovirus.columns import CLASSES, COMORBIDITIES, SIGNS
from warehouse.sources.yale_triage.cohort import schema

Cohorts = dict[str, Path]


@pytest.mark.parametrize("name", SOURCES)
def test_every_file_is_read_by_its_own_reader(cohorts: Cohorts, name: str) -> None:
    for table in SOURCES[name].tables:
        chunks = list(table.read(cohorts[name] / table.file))
        assert not [reject for chunk in chunks for reject in chunk.rejects]
        assert all(set(chunk.rows.schema.names) >= set(table.columns) for chunk in chunks)
        if table is SOURCES[name].tables[0]:
            assert sum(chunk.rows.num_rows for chunk in chunks) == rows_of(name)


@pytest.mark.parametrize("name", SOURCES)
def test_a_seed_gives_the_same_bytes_and_another_seed_others(name: str, tmp_path: Path) -> None:
    source = SOURCES[name]
    folders = [tmp_path / part for part in ("one", "again", "other")]
    for folder, seed in zip(folders, (3, 3, 4), strict=True):
        folder.mkdir()
        source.synthesise(folder, 200, seed, 0.0)
    patients = source.tables[0].file
    files = [table.file for table in source.tables]
    assert filecmp.cmpfiles(folders[0], folders[1], files, shallow=False)[0] == files
    assert not filecmp.cmp(folders[0] / patients, folders[2] / patients, shallow=False)


def test_ktas_keeps_its_dirt(cohorts: Cohorts) -> None:
    path = cohorts["ktas"] / "data.csv"
    assert b"#BO\xde!" in path.read_bytes()
    assert path.read_bytes().count(b"\r\n") == ROWS["ktas"] + 1
    visits = pd.read_csv(path, sep=";", encoding="latin-1", dtype=str, keep_default_na=False)
    assert tuple(visits.columns) == KTAS_COLUMNS
    assert (visits["SBP"] == "??").any()
    assert (visits.loc[visits["Group"] == "1", "Saturation"] == "").all()
    assert visits["KTAS duration_min"].str.fullmatch(r"\d+,\d\d").all()
    assert set(visits["mistriage"]) == {"0 ", "1", "2"}
    assert (visits.loc[visits["Pain"] == "0", "NRS_pain"] == "#BOÞ!").all()
    tens = pd.to_numeric(visits.loc[visits["Group"] == "2", "SBP"], errors="coerce").dropna() % 10
    assert (tens == 0).mean() > 0.99


def test_sinan_keeps_its_codes(cohorts: Cohorts) -> None:
    cases = pd.read_csv(cohorts["sinan_arbovirus"] / "data_set.csv", sep=";", dtype=str)
    assert set(cases[[*SIGNS, *COMORBIDITIES]].to_numpy().ravel()) == {"1.0", "2.0"}
    assert cases["NU_IDADE_N"].str.fullmatch(r"[234]\d{3}\.0").all()
    assert set(cases["NU_IDADE_N"].str[0]) == {"2", "3", "4"}
    assert (cases["DIAS"].astype(int) < 0).any()
    assert (cases["DIAS"].astype(int) > 365).any()
    # Only women, coded 0, have anything but "not applicable" as pregnancy.
    assert set(cases.loc[cases["CS_SEXO"] != "0", "CS_GESTANT"]) == {"6.0"}
    assert list(cases["CLASSI_FIN"].drop_duplicates()) == list(CLASSES)


def test_sinan_patterns_are_shared_by_the_classes(cohorts: Cohorts) -> None:
    cases = pd.read_csv(cohorts["sinan_arbovirus"] / "data_set.csv", sep=";", dtype=str)
    best = cases.groupby([*SIGNS])["CLASSI_FIN"].agg(lambda labels: labels.value_counts().iloc[0])
    assert 0.58 < best.sum() / len(cases) < 0.68


def test_yale_has_the_published_columns_and_types(cohorts: Cohorts) -> None:
    read = pq.read_schema(cohorts["yale_triage"] / "ed_triage.parquet")
    assert len(read) == 567
    assert read.equals(schema())


def test_yale_vitals_are_missing_more_often_in_the_sicker(cohorts: Cohorts) -> None:
    visits = pd.read_parquet(cohorts["yale_triage"] / "ed_triage.parquet")
    admitted = visits["disposition"] == "Admit"
    known = visits["triage_vital_hr"].notna()
    assert admitted[known].mean() < 0.28
    assert admitted[~known].mean() > 0.40
    assert visits["patient_id"].is_unique
    assert 0 < visits["esi"].isna().sum() < 100
    assert visits.loc[visits["triage_vital_o2"].isna(), "o2_maybe_imputed"].all()


def test_a_large_yale_cohort_is_written_piece_by_piece(tmp_path: Path) -> None:
    SOURCES["yale_triage"].synthesise(tmp_path, 20_500, 1, 0.0)
    written = pq.ParquetFile(tmp_path / "ed_triage.parquet").metadata
    assert (written.num_rows, written.num_row_groups) == (20_500, 2)


def test_ddxplus_tells_lists_that_python_reads(cohorts: Cohorts) -> None:
    patients = pd.read_csv(cohorts["ddxplus"] / "release_test_patients.csv")
    questions = json.loads((cohorts["ddxplus"] / "release_evidences.json").read_text("utf-8"))
    conditions = json.loads((cohorts["ddxplus"] / "release_conditions.json").read_text("utf-8"))
    for row in patients.head(500).itertuples():
        told = ast.literal_eval(str(row.EVIDENCES))
        listed = conditions[row.PATHOLOGY]["symptoms"] | conditions[row.PATHOLOGY]["antecedents"]
        assert row.INITIAL_EVIDENCE in told
        for token in told:
            code, _, answer = token.partition("_@_")
            assert code in listed
            assert not answer or answer in map(str, questions[code]["possible-values"])
        differential = dict(ast.literal_eval(str(row.DIFFERENTIAL_DIAGNOSIS)))
        assert row.PATHOLOGY in differential
        assert sum(differential.values()) == pytest.approx(1.0)


def test_ddxplus_questions_name_every_answer(cohorts: Cohorts) -> None:
    questions = json.loads((cohorts["ddxplus"] / "release_evidences.json").read_text("utf-8"))
    assert len(questions) == 223
    for question in questions.values():
        coded = [a for a in question["possible-values"] if isinstance(a, str)]
        assert list(question["value_meaning"]) == coded
        assert question["question_en"]
    assert len(questions["E_55"]["possible-values"]) == 165
