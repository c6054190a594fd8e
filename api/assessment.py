"""The use case: from what a doctor knows of a patient to the answers, with reasons and limits."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from api import asking, certainty, explanation
from api.alarms import raised
from api.asked import AssessmentRequest
from api.errors import BadRequestData
from api.intake import evidence_of, given_evidence
from api.language import Language, of_document
from api.log import LOCAL
from api.patient import Histories
from api.remembered import Remembered, told
from api.schemas import (
    Answer,
    Assessment,
    Confidence,
    HistoryTold,
    ModelFacts,
    Option,
    Warned,
    WarningCode,
)
from api.service import Models
from api.validation import fields_of
from api.wording import DISCLAIMER, SEX, WARNINGS
from ml import bundle as bundles
from ml.predict import Evidence, Prediction, Prevalence, predict
from ml.problem_file import ProblemFile
from warehouse.errors import BadFile
from warehouse.settings import Settings

# Published sets whose patients never lived: public, and still not evidence about people.
_SIMULATED = frozenset({"ddxplus"})
# Sets whose makers chose as many patients of each answer, which is so nowhere.
_BALANCED = frozenset({"sinan_arbovirus"})


def assess(
    models: Models,
    request: AssessmentRequest,
    language: Language,
    remembered: Remembered | None = None,
) -> Assessment:
    """Answer every question asked; raise `BadRequestData` naming each field that is wrong.

    What is `remembered` of the patient adds to the request, and never contradicts it.
    """
    language = request.language or language
    known = models.bundle.problems
    evidence = evidence_of(request, models.vocabulary, known, language, remembered)
    history = told(given_evidence(request), remembered, models.vocabulary, language)
    asked = tuple(dict.fromkeys(request.problems)) if request.problems else tuple(known)
    shares = certainty.prevalence_of(request, models, language)
    answers = [_answer(models, name, evidence, language, shares.get(name)) for name in asked]
    return Assessment(
        id=str(uuid.uuid4()),
        created_at=datetime.now(UTC),
        language=language,
        disclaimer=DISCLAIMER[language],
        red_flags=raised(evidence, models.vocabulary, language),
        answers=answers,
        warnings=[
            *_doubts(models, answers, language),
            *_warnings(models, asked, evidence, language, history),
            *([_warning("no_history", None, language)] if _is_missing(history) else []),
        ],
        history=history,
    )


def assess_document(settings: Settings, given: object) -> dict[str, Any]:
    """Answer one request read from a file; raise `BadFile` naming each field that is wrong."""
    models = Models.of(bundles.load(settings.bundle_dir))
    language = of_document(given, settings.language)
    try:
        request = AssessmentRequest.model_validate(given)
        histories = Histories(settings)
        remembered = histories.of(request.patient, models.bundle.history, LOCAL, language)
        return assess(models, request, language, remembered).model_dump(mode="json")
    except ValidationError as error:
        refusal = BadRequestData(fields_of(error.errors(), language), language)
    except BadRequestData as error:
        refusal = error
    raise BadFile(
        str(refusal), where="request", next_step="see docs/reference/api.md for an example request"
    )


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


def _answer(
    models: Models,
    problem: str,
    evidence: Evidence,
    language: Language,
    prevalence: Prevalence | None,
) -> Answer:
    about = models.bundle.problems[problem].about
    prediction = predict(models.bundle, problem, evidence, prevalence)
    ranked = _ranked(models, problem, prediction, language)
    reasons = explanation.reasons(models, problem, evidence, language, prevalence)
    strangeness = prediction.strangeness
    return Answer(
        problem=problem,
        question=about.question[language],
        kind=about.kind,
        is_confident=prediction.is_confident,
        answer=ranked[0] if prediction.is_confident else None,
        ranked=ranked,
        set=certainty.set_of(about, prediction),
        is_strange=None if strangeness is None else strangeness.is_strange,
        strangeness=certainty.strange_of(prediction),
        prevalence=prevalence,
        reasons_for=reasons.for_,
        reasons_against=reasons.against,
        log_odds_start=reasons.start,
        log_odds=reasons.score,
        ask_next=asking.questions(models, problem, evidence, language, prevalence),
        model=ModelFacts(**facts(about)),
    )


def _ranked(
    models: Models, problem: str, prediction: Prediction, language: Language
) -> list[Option]:
    options = []
    for code, probability in prediction.ranked:
        entry = models.vocabulary.diagnosis.get((problem, code))
        options.append(
            Option(
                code=code,
                label=entry.label[language] if entry else code,
                icd10=entry.icd10 if entry else None,
                severity=entry.severity if entry else None,
                probability=min(max(probability, 0.0), 1.0),
            )
        )
    return options


def _doubts(models: Models, answers: Sequence[Answer], language: Language) -> list[Warned]:
    """Why the probabilities of an answer may not be those of this patient."""
    found = []
    for one in answers:
        sources = models.bundle.problems[one.problem].about.sources
        if one.is_strange:
            found.append(_warning("strange", one.problem, language))
        if one.prevalence is None and not _BALANCED.isdisjoint(sources):
            found.append(_warning("artificial_balance", one.problem, language))
    return found


def _warnings(
    models: Models,
    asked: Sequence[str],
    evidence: Evidence,
    language: Language,
    history: HistoryTold | None,
) -> list[Warned]:
    reads = {name: set(models.bundle.problems[name].about.features) for name in asked}
    given = evidence.known()
    found = []
    for name in asked:
        about = models.bundle.problems[name].about
        if about.origin == "synthetic":
            found.append(_warning("synthetic", name, language))
        elif _SIMULATED.issuperset(about.sources):
            found.append(_warning("simulated", name, language))
        if not reads[name].intersection(given):
            found.append(_warning("nothing_used", name, language))
    # What was remembered beside the request is no news to whoever typed it.
    used = set().union(*reads.values(), (one.code for one in history.evidence) if history else ())
    labels = [_name(models, code, language) for code in given if code not in used]
    if labels:
        found.append(_warning("not_used", None, language, labels=", ".join(labels)))
    return found


def _is_missing(history: HistoryTold | None) -> bool:
    return history is not None and history.status == "away"


def _name(models: Models, code: str, language: Language) -> str:
    return SEX[language] if code == "is_female" else models.vocabulary.label(code, language)


def _warning(code: WarningCode, problem: str | None, language: Language, **values: str) -> Warned:
    return Warned(code=code, problem=problem, message=WARNINGS[code][language].format(**values))
