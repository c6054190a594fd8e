"""The figures kept in the project are those of the published files, and formats are theirs."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from warehouse.sources.ddxplus import measure as ddxplus
from warehouse.sources.figures import Figures, load_figures
from warehouse.sources.foz_chikungunya import measure as foz_chikungunya
from warehouse.sources.ktas import measure as ktas
from warehouse.sources.orphanet import measure as orphanet
from warehouse.sources.registry import SOURCES
from warehouse.sources.sinan_arbovirus import measure as sinan_arbovirus
from warehouse.sources.yale_triage import measure as yale_triage
from warehouse.sources.yale_triage.cohort import schema

pytestmark = pytest.mark.public_data

MEASURES = {
    "ktas": ktas,
    "yale_triage": yale_triage,
    "sinan_arbovirus": sinan_arbovirus,
    "ddxplus": ddxplus,
    "foz_chikungunya": foz_chikungunya,
    "orphanet": orphanet,
}
# Read from a service, page by page: there is no file to lay beside the others.
SERVED = {"sivigila_dengue", "datosgov_diagnoses"}


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
def test_kept_figures_are_the_published_files(public_data: Path, name: str) -> None:
    module = MEASURES[name]
    measured: Figures = module.measure(public_data / name)
    kept = load_figures(Path(str(module.__file__)).parent)
    assert json.loads(json.dumps(measured)) == kept


@pytest.mark.parametrize("name", [name for name in SOURCES if name not in SERVED])
def test_published_files_are_read_without_a_reject(public_data: Path, name: str) -> None:
    for table in SOURCES[name].tables:
        for chunk in table.read(public_data / name / table.file):
            assert not chunk.rejects
            assert set(chunk.rows.schema.names) >= set(table.columns)


def test_synthetic_headers_are_the_published_ones(
    public_data: Path, cohorts: dict[str, Path]
) -> None:
    for name, file in (
        ("ktas", "data.csv"),
        ("sinan_arbovirus", "data_set.csv"),
        ("foz_chikungunya", "SINAN_chikungunya_2023.csv"),
        ("foz_chikungunya", "RTPCR_chikungunya_anonymized.csv"),
    ):
        published = (public_data / name / file).read_bytes().splitlines(keepends=True)[0]
        assert (cohorts[name] / file).read_bytes().splitlines(keepends=True)[0] == published
    yale = pq.read_schema(public_data / "yale_triage/ed_triage.parquet")
    assert yale.remove_metadata().equals(schema())


def test_synthetic_knowledge_has_the_published_structure(
    public_data: Path, cohorts: dict[str, Path]
) -> None:
    """Same codes, lists and types; the wording is Semia's own and never the publisher's."""
    for file, worded in (
        ("release_evidences.json", {"question_fr", "question_en", "value_meaning"}),
        ("release_conditions.json", {"cond-name-fr"}),
    ):
        published = json.loads((public_data / "ddxplus" / file).read_text("utf-8"))
        ours = json.loads((cohorts["ddxplus"] / file).read_text("utf-8"))
        assert list(ours) == list(published)
        for key, one in published.items():
            assert {k: ours[key][k] for k in one if k not in worded} == {
                k: v for k, v in one.items() if k not in worded
            }
            if "question_en" in one:
                assert ours[key]["question_en"].lower() != one["question_en"].lower()


def test_no_complaint_is_told_by_fewer_than_ten(public_data: Path) -> None:
    visits = pd.read_parquet(public_data / "yale_triage/ed_triage.parquet")
    counts = visits.filter(like="cc_").sum()
    kept = load_figures(Path(str(yale_triage.__file__)).parent)["complaints"]
    assert set(kept) == set(counts[counts >= 10].index)
