"""What every answer of one model says alike, made once for a bundle and not for each patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.language import LANGUAGES, Language
from api.schemas import Confidence, ModelFacts
from api.vocabulary import Vocabulary
from ml.bundle import Bundle
from ml.problem_file import ProblemFile


@dataclass(frozen=True)
class Worded:
    """An answer that a model may give, as it is told: its words, its ICD-10 code, its severity."""

    label: str
    icd10: str | None
    severity: int | None


@dataclass(frozen=True)
class Prepared:
    """One model in both languages: its facts, the words of its answers, the codes it reads."""

    about: ProblemFile
    facts: ModelFacts
    words: Mapping[Language, Mapping[str, Worded]]
    reads: frozenset[str]


def prepare(bundle: Bundle, vocabulary: Vocabulary) -> dict[str, Prepared]:
    """Every model of a bundle, by its problem."""
    return {
        name: Prepared(
            about=model.about,
            facts=ModelFacts(**facts(model.about)),
            words={one: _words(model.about, vocabulary, one) for one in LANGUAGES},
            reads=frozenset(model.about.features),
        )
        for name, model in bundle.problems.items()
    }


def facts(about: ProblemFile) -> dict[str, Any]:
    """What every answer says of the model behind it."""
    confident = about.confident
    return {
        "version": about.version,
        "trained_at": about.trained_at,
        "sources": about.sources,
        "origin": about.origin,
        "rows": about.rows,
        "patients": about.patients,
        "metrics": about.metrics,
        "confident": Confidence(**confident.model_dump()) if confident else None,
    }


def _words(about: ProblemFile, vocabulary: Vocabulary, language: Language) -> dict[str, Worded]:
    found = {}
    for code in about.classes:
        entry = vocabulary.diagnosis.get((about.name, code))
        label = entry.label[language] if entry else code
        found[code] = Worded(
            label, entry.icd10 if entry else None, entry.severity if entry else None
        )
    return found
