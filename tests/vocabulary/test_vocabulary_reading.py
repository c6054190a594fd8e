import shutil
from pathlib import Path

import pytest

from warehouse.errors import BadFile
from warehouse.vocabulary import SEEDS, load_vocabulary


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may spoil."""
    copied = tmp_path / "seeds"
    shutil.copytree(SEEDS, copied)
    return copied


def _spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_seeds_are_read_with_their_types() -> None:
    vocabulary = load_vocabulary()
    fever = vocabulary.symptoms[0]
    temperature = next(o for o in vocabulary.observations if o.code == "temperature_c")
    assert (fever.code, fever.kind, fever.label_es) == ("fever", "symptom", "Fiebre")
    assert "calentura" in fever.synonyms_es
    assert (temperature.minimum, temperature.maximum) == (30.0, 43.5)
    assert next(d for d in vocabulary.diagnoses if d.code == "dengue").severity is None


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("symptoms.csv", "hpo_id", "hpo", "symptoms.csv, line 1"),
        ("symptoms.csv", "fever,symptom,", "fever,symptom,extra,", "symptoms.csv, line 2"),
        ("observations.csv", ",0,120,", ",zero,120,", "observations.csv, line 2, column minimum"),
        ("sources.csv", "2017-09-30", "September", "sources.csv, line 2, column period_end"),
        ("symptom_sources.csv", ",pattern,fever", ",pattern,fevr", "symptom_sources.csv, line 2"),
        ("diagnosis_sources.csv", "severity,ktas,1", "admission,ktas,1", "line 2"),
        ("diagnosis_sources.csv", "other_disease,dengue", "other_disease,dengu", "foz_chikungunya"),
        ("observation_sources.csv", "ktas,age,age_years", "ktas,age,years", "line 2"),
    ],
)
def test_a_spoilt_seed_is_refused_by_its_place(
    seeds: Path, file: str, old: str, new: str, where: str
) -> None:
    _spoil(seeds / file, old, new)
    with pytest.raises(BadFile, match="Next: correct the seed") as refused:
        load_vocabulary(seeds)
    assert where in refused.value.where


def test_a_missing_seed_is_named(seeds: Path) -> None:
    (seeds / "diagnoses.csv").unlink()
    with pytest.raises(BadFile, match=r"diagnoses\.csv"):
        load_vocabulary(seeds)


def test_a_seed_in_another_encoding_is_refused(seeds: Path) -> None:
    text = (seeds / "symptoms.csv").read_text(encoding="utf-8")
    (seeds / "symptoms.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadFile, match=r"cannot read symptoms\.csv"):
        load_vocabulary(seeds)


def test_an_empty_seed_is_refused(seeds: Path) -> None:
    (seeds / "symptoms.csv").write_text("", encoding="utf-8")
    with pytest.raises(BadFile, match="the columns must be code"):
        load_vocabulary(seeds)
