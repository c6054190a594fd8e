"""Read the vocabulary's seeds into typed records, or say which line of which file is wrong."""

import csv
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from warehouse.errors import BadFile
from warehouse.vocabulary.records import (
    DataSource,
    Diagnosis,
    DiagnosisSource,
    IgnoredValue,
    Observation,
    ObservationSource,
    Symptom,
    SymptomSource,
    Vocabulary,
)

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "vocabulary"

_Record = TypeVar("_Record")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _whole_or_none(text: str) -> int | None:
    return int(text) if text else None


_CONVERT: Mapping[str, Callable[[str], Any]] = {
    "synonyms_en": _words,
    "synonyms_es": _words,
    "icd10_codes": _words,
    "covers": _words,
    "severity": _whole_or_none,
    "sort_order": int,
    "minimum": float,
    "maximum": float,
    "period_start": date.fromisoformat,
    "period_end": date.fromisoformat,
}


def load_vocabulary(folder: Path = SEEDS) -> Vocabulary:
    """All vocabulary seeds in `folder`.

    Raise `BadFile` naming file, line and column if one is missing, has other columns, holds a
    value of the wrong kind, or names a code that does not exist.
    """
    vocabulary = Vocabulary(
        symptoms=_read(folder, "symptoms", Symptom),
        symptom_sources=_read(folder, "symptom_sources", SymptomSource),
        diagnoses=_read(folder, "diagnoses", Diagnosis),
        diagnosis_sources=_read(folder, "diagnosis_sources", DiagnosisSource),
        observations=_read(folder, "observations", Observation),
        observation_sources=_read(folder, "observation_sources", ObservationSource),
        sources=_read(folder, "sources", DataSource),
        ignored_values=_read(folder, "ignored_values", IgnoredValue),
    )
    _refuse_unknown_codes(vocabulary)
    return vocabulary


def _read(folder: Path, seed: str, record: type[_Record]) -> tuple[_Record, ...]:
    path = folder / f"{seed}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            return tuple(_records(rows, record, path.name))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _bad(f"cannot read {path.name}: {error}", str(path)) from error


def _records(rows: Iterator[list[str]], record: type[_Record], name: str) -> Iterator[_Record]:
    columns = [field.name for field in fields(record)]  # type: ignore[arg-type]
    if next(rows, None) != columns:
        raise _bad(f"the columns must be {', '.join(columns)}", f"{name}, line 1")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            raise _bad(f"{len(row)} cells, {len(columns)} expected", f"{name}, line {line}")
        yield record(**_cells(columns, row, f"{name}, line {line}"))


def _cells(columns: list[str], row: list[str], where: str) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for column, text in zip(columns, row, strict=True):
        try:
            cells[column] = _CONVERT.get(column, str)(text)
        except ValueError as error:
            raise _bad(f"{text!r} makes no sense here", f"{where}, column {column}") from error
    return cells


def _refuse_unknown_codes(vocabulary: Vocabulary) -> None:
    symptoms = {entry.code for entry in vocabulary.symptoms}
    diagnoses = {(entry.problem, entry.code) for entry in vocabulary.diagnoses}
    observations = {entry.code for entry in vocabulary.observations}
    _refuse("symptom_sources", (row.code for row in vocabulary.symptom_sources), symptoms)
    answers = [(row.problem, row.code) for row in vocabulary.diagnosis_sources]
    _refuse("diagnosis_sources", answers, diagnoses)
    for row in vocabulary.diagnosis_sources:
        covered = {(row.problem, code) for code in row.covers} - diagnoses
        if covered:
            raise _bad(f"no such code: {covered.pop()}", f"diagnosis_sources.csv, {row.source}")
    measured = (row.observation_code for row in vocabulary.observation_sources)
    _refuse("observation_sources", measured, observations)


def _refuse(seed: str, named: Iterable[object], known: Container[object]) -> None:
    for line, code in enumerate(named, start=2):
        if code not in known:
            raise _bad(f"no such code: {code}", f"{seed}.csv, line {line}")


def _bad(what: str, where: str) -> BadFile:
    return BadFile(what, where=where, next_step="correct the seed and run pytest tests/vocabulary")
