"""The parts of a model's answers that are the same for all patients, made once per bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic_core import to_json

from api.bundle.vocabulary import Vocabulary
from api.schemas.given import Option, Warned, WarningCode
from api.schemas.model_facts import Confidence, ModelFacts
from api.words.language import LANGUAGES, Language
from api.words.wording import WARNINGS
from ml.serving.bundle import Bundle
from ml.serving.problem_file import Confident, GroupOf, ProblemFile

# Sets whose makers chose as many patients of each answer, which is so nowhere.
_BALANCED = frozenset({"sinan_arbovirus"})
# What may have to be said of a model's answer, in the patients' own words but for the model's name.
_OF_A_MODEL: tuple[WarningCode, ...] = (
    "synthetic",
    "simulated",
    "nothing_used",
    "strange",
    "artificial_balance",
)


class Worded(NamedTuple):
    """A possible answer of a model: its label, ICD-10 code and severity."""

    label: str
    icd10: str | None
    severity: int | None


@dataclass(frozen=True)
class Prepared:
    """One model in both languages: its facts, also as JSON, its answers' words, the codes it reads.

    `options_json` begins each answer as JSON, up to its probability; `groups` are the broader
    answers by their code. `origin` is the warning that
    every answer of it carries, `never_ruled_out` the answers that are in every set, and `warned`
    what may have to be said, by language and code.
    """

    about: ProblemFile
    facts: ModelFacts
    facts_json: bytes
    words: Mapping[Language, Mapping[str, Worded]]
    options_json: Mapping[Language, Mapping[str, bytes]]
    groups: Mapping[str, GroupOf]
    reads: frozenset[str]
    origin: WarningCode | None
    is_balanced: bool
    never_ruled_out: frozenset[str]
    warned: Mapping[Language, Mapping[WarningCode, Warned]]


def prepare(bundle: Bundle, vocabulary: Vocabulary) -> dict[str, Prepared]:
    """Every model of a bundle, by its problem."""
    return {name: _of(model.about, vocabulary) for name, model in bundle.problems.items()}


def facts(about: ProblemFile) -> dict[str, Any]:
    """The facts about the model that every answer carries."""
    return {
        "version": about.version,
        "trained_at": about.trained_at,
        "sources": about.sources,
        "origin": about.origin,
        "rows": about.rows,
        "patients": about.patients,
        "metrics": about.metrics,
        "confident": _confidence(about.confident),
        "confident_broader": _confidence(about.broader.confident) if about.broader else None,
        "place": about.place.source if about.place else None,
    }


def _confidence(confident: Confident | None) -> Confidence | None:
    return Confidence(**confident.model_dump()) if confident else None


def _of(about: ProblemFile, vocabulary: Vocabulary) -> Prepared:
    bounds = zip(about.classes, about.conformal.least, strict=True) if about.conformal else ()
    told = ModelFacts(**facts(about))
    words = {one: _words(about, vocabulary, one) for one in LANGUAGES}
    return Prepared(
        about=about,
        facts=told,
        facts_json=told.model_dump_json().encode(),
        words=words,
        options_json={
            language: {code: _begun(Option(code, *word, 0)) for code, word in of.items()}
            for language, of in words.items()
        },
        groups={group.code: group for group in about.broader.groups} if about.broader else {},
        reads=frozenset(about.features),
        origin=_origin(about),
        is_balanced=not _BALANCED.isdisjoint(about.sources),
        never_ruled_out=frozenset(code for code, least in bounds if least <= 0),
        warned={
            language: {
                code: Warned(code, about.name, WARNINGS[code][language]) for code in _OF_A_MODEL
            }
            for language in LANGUAGES
        },
    )


def _begun(option: Option) -> bytes:
    """Its JSON without the probability, which comes last."""
    return to_json(option).removesuffix(b"0}")


def _origin(about: ProblemFile) -> WarningCode | None:
    return None if about.people == "real" else about.people


def _words(about: ProblemFile, vocabulary: Vocabulary, language: Language) -> dict[str, Worded]:
    found = {}
    for code in about.classes:
        entry = vocabulary.diagnosis.get((about.name, code))
        label = entry.label[language] if entry else code
        found[code] = Worded(
            label, entry.icd10 if entry else None, entry.severity if entry else None
        )
    return found
