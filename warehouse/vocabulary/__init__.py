"""The one vocabulary: a code per meaning, its words in both languages, and where sources say it.

The seeds in `dbt_project/seeds/vocabulary` are the truth; this package reads them for everything
that is not SQL. `python -m warehouse.vocabulary` keeps the generated feature columns fresh.
"""

from warehouse.vocabulary.bundle import as_bundle_vocabulary
from warehouse.vocabulary.read import SEEDS, load_vocabulary
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
from warehouse.vocabulary.views import PROBLEM_VIEWS, VIEWS, View, problem_signs, view_signs

__all__ = [
    "PROBLEM_VIEWS",
    "SEEDS",
    "VIEWS",
    "DataSource",
    "Diagnosis",
    "DiagnosisSource",
    "IgnoredValue",
    "Observation",
    "ObservationSource",
    "Symptom",
    "SymptomSource",
    "View",
    "Vocabulary",
    "as_bundle_vocabulary",
    "load_vocabulary",
    "problem_signs",
    "view_signs",
]
