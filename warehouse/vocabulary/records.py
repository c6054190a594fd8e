"""What a row of each vocabulary seed says: one frozen record per seed, one field per column."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["symptom", "antecedent", "exposure"]
Match = Literal["flag", "yes_no", "token", "pattern"]
Role = Literal["training", "validation"]
Scale = Literal["numeric", "ordinal", "flag", "count"]


@dataclass(frozen=True)
class Symptom:
    """A sign, an antecedent or an exposure, whichever source says it.

    `synonyms_*` are words people type for it; `hpo_id` is empty where no term of the Human
    Phenotype Ontology surely means the same. `icd10_codes` are the categories and subcategories of
    the WHO's ICD-10 that say it, each with all below it, `A15-A19` from the first to the last.
    """

    code: str
    kind: Kind
    label_en: str
    label_es: str
    synonyms_en: tuple[str, ...]
    synonyms_es: tuple[str, ...]
    hpo_id: str
    icd10_codes: tuple[str, ...]
    body_system: str


@dataclass(frozen=True)
class SymptomSource:
    """Where a source says `code`: a column, and how its value is to be read.

    `flag`: 1 is present; `yes_no`: 1 present, 2 absent; `token`: the evidence `source_column` is
    listed, with the answer `source_value` if there is one; `pattern`: the lower-cased text matches
    the regular expression `source_value`, in which `\\m` is the start of a word.
    """

    source: str
    source_column: str
    source_value: str
    match: Match
    code: str


@dataclass(frozen=True)
class Diagnosis:
    """A possible answer of a problem; `severity` runs from 1, the gravest, to 5."""

    code: str
    problem: str
    icd10: str
    label_en: str
    label_es: str
    severity: int | None
    sort_order: int


@dataclass(frozen=True)
class DiagnosisSource:
    """The word by which a source gives an answer.

    The source counts whoever has one of the answers in `covers` under the same word.
    """

    problem: str
    source: str
    source_value: str
    code: str
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Observation:
    """A measurement, its unit, its LOINC code and the limits a living person keeps within."""

    code: str
    label_en: str
    label_es: str
    unit: str
    loinc: str
    minimum: float
    maximum: float
    kind: Scale


@dataclass(frozen=True)
class ObservationSource:
    """The column in which a source gives a measurement, and what staging does to it."""

    source: str
    source_column: str
    observation_code: str
    transform: str


@dataclass(frozen=True)
class DataSource:
    """A public data set as the vocabulary knows it; `scale` is its triage scale, if any.

    `title` is the publisher's, `title_es` what model cards call it in Spanish.

    Models learn from sources whose `role` is training; the others are kept to measure them.
    """

    source: str
    title: str
    title_es: str
    country: str
    period_start: date
    period_end: date
    licence: str
    url: str
    scale: str
    role: Role


@dataclass(frozen=True)
class IgnoredValue:
    """A value of a source that deliberately carries no code, and why."""

    source: str
    source_column: str
    source_value: str
    reason: str


@dataclass(frozen=True)
class Vocabulary:
    """All seeds together, each in the order of its file."""

    symptoms: tuple[Symptom, ...]
    symptom_sources: tuple[SymptomSource, ...]
    diagnoses: tuple[Diagnosis, ...]
    diagnosis_sources: tuple[DiagnosisSource, ...]
    observations: tuple[Observation, ...]
    observation_sources: tuple[ObservationSource, ...]
    sources: tuple[DataSource, ...]
    ignored_values: tuple[IgnoredValue, ...]
