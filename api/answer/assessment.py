"""The use case: from what a doctor knows of a patient to the answers, with reasons and limits."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from api.answer import certainty, explanation
from api.answer.alarms import raised
from api.answer.asking import questions
from api.answer.intake import evidence_of
from api.answer.place import Placed, missing, placed, warned_of
from api.bundle.prepared import Worded
from api.bundle.service import Models
from api.history.patient import Histories
from api.history.remembered import Remembered, told
from api.log.entries import LOCAL, Asker, assessment_row, open_log
from api.schemas.asked import AssessmentRequest
from api.schemas.given import (
    Answer,
    Assessment,
    HistoryTold,
    Option,
    Warned,
    WarningCode,
)
from api.words.errors import BadRequestData
from api.words.language import Language, of_document
from api.words.validation import fields_of
from api.words.wording import DISCLAIMER, SEX, WARNINGS
from ml.serving import bundle as bundles
from ml.serving.ask import Question, ask_each
from ml.serving.explain import Answered, answer
from ml.serving.predict import Evidence, Prediction, Prevalence
from warehouse.errors import BadFile
from warehouse.settings import Settings


class Asked(NamedTuple):
    """One request, ready to be answered; what is `remembered` adds to it, never contradicts it.

    `prevalence` are the shares by which each question is re-weighted: those `stated`, and those of
    the `place`. `name` is the id that its answer gets; None gives it a new one.
    """

    evidence: Evidence
    history: HistoryTold | None
    problems: tuple[str, ...]
    prevalence: Mapping[str, Prevalence]
    language: Language
    name: str | None = None
    place: Placed | None = None
    stated: frozenset[str] = frozenset()


def assess(
    models: Models,
    request: AssessmentRequest,
    language: Language,
    remembered: Remembered | None = None,
    name: str | None = None,
) -> Assessment:
    """Answer every question asked; raise `BadRequestData` naming each field that is wrong.

    What is `remembered` of the patient adds to the request, and never contradicts it. The answer's
    id is `name`, or a new one.
    """
    (found,) = assess_all(models, [understood(models, request, language, remembered, name)])
    return found


def understood(
    models: Models,
    request: AssessmentRequest,
    language: Language,
    remembered: Remembered | None = None,
    name: str | None = None,
) -> Asked:
    """A request checked against the models; raise `BadRequestData` naming each wrong field."""
    language = request.language or language
    known, vocabulary = models.bundle.problems, models.vocabulary
    evidence, pieces = evidence_of(request, vocabulary, known, language, remembered)
    stated = certainty.prevalence_of(request, models, language)
    place = placed(request, models, stated, language)
    return Asked(
        evidence=evidence,
        history=told(pieces, remembered, vocabulary),
        problems=tuple(dict.fromkeys(request.problems or known)),
        prevalence={**stated, **place.shares} if place else stated,
        language=language,
        name=name,
        place=place,
        stated=frozenset(stated),
    )


def assess_all(models: Models, asked: Sequence[Asked], brief: bool = False) -> list[Assessment]:
    """The assessment of each request; each model is called once for all of them.

    `brief` leaves out the reasons and what to ask next, and with them most of the work.
    """
    found: list[dict[str, Answered]] = [{} for _ in asked]
    for problem in dict.fromkeys(name for one in asked for name in one.problems):
        at = [position for position, one in enumerate(asked) if problem in one.problems]
        told = [(asked[i].evidence, asked[i].prevalence.get(problem)) for i in at]
        answered = answer(models.bundle, problem, told, brief)
        for position, one in zip(at, answered, strict=True):
            found[position][problem] = one
    return [_assessment(models, one, of, brief) for one, of in zip(asked, found, strict=True)]


def _assessment(
    models: Models, asked: Asked, found: Mapping[str, Answered], brief: bool
) -> Assessment:
    language = asked.language
    asking = {} if brief else ask_each(models.bundle, asked.evidence, _probabilities(found))
    answers = [
        _answer(models, problem, asked, found[problem], asking.get(problem, ()))
        for problem in asked.problems
    ]
    return Assessment(
        id=asked.name or str(uuid.uuid4()),
        created_at=datetime.now(UTC),
        language=language,
        disclaimer=DISCLAIMER[language],
        red_flags=raised(asked.evidence, models.vocabulary, language),
        answers=answers,
        warnings=[
            *_doubts(models, answers, asked),
            *_warnings(models, asked),
            *([_warning("no_history", None, language)] if _is_missing(asked.history) else []),
            *missing(asked.place, language),
        ],
        history=asked.history,
        place=asked.place.told if asked.place else None,
    )


def assess_document(settings: Settings, given: object, file: str) -> dict[str, Any]:
    """Answer one request read from `file`, and log it like any other.

    Raises `BadFile` naming each field that is wrong, and what the computer says, as the cause of a
    `Problem`, where nothing can be logged.
    """
    models = Models.of(bundles.load(settings.bundle_dir))
    language = of_document(given, settings.language)
    try:
        request = AssessmentRequest.model_validate(given)
        remembered = asyncio.run(_looked_up(settings, request, models, language))
        found = assess(models, request, language, remembered)
        open_log(settings).add("assessments", assessment_row(request, found, Asker()))
        return found.model_dump(mode="json")
    except ValidationError as error:
        refusal = BadRequestData(fields_of(error.errors(), language), language)
    except BadRequestData as error:
        refusal = error
    raise BadFile(
        str(refusal), where=file, next_step="see docs/reference/api.md for an example request"
    )


async def _looked_up(
    settings: Settings, request: AssessmentRequest, models: Models, language: Language
) -> Remembered | None:
    histories = Histories(settings)
    try:
        return await histories.of(request.patient, models.bundle.history, LOCAL, language)
    finally:
        histories.close()


def _probabilities(found: Mapping[str, Answered]) -> Mapping[str, Mapping[str, float]]:
    return {problem: one.prediction.probabilities for problem, one in found.items()}


def _answer(
    models: Models, problem: str, asked: Asked, found: Answered, ask_next: Sequence[Question]
) -> Answer:
    language, prevalence = asked.language, asked.prevalence.get(problem)
    prepared, prediction = models.prepared[problem], found.prediction
    ranked = _ranked(prepared.words[language], prediction)
    reasons = explanation.reasons(models, found.explanation, asked.evidence, language)
    strangeness = prediction.strangeness
    return Answer(
        problem=problem,
        question=prepared.about.question[language],
        kind=prepared.about.kind,
        is_confident=prediction.is_confident,
        answer=ranked[0] if prediction.is_confident else None,
        broader=certainty.broader_of(prepared, prediction, language),
        ranked=ranked,
        set=certainty.set_of(prepared, prediction),
        is_strange=None if strangeness is None else strangeness.is_strange,
        strangeness=certainty.strange_of(prediction),
        prevalence=prevalence,
        reasons_for=reasons.for_,
        reasons_against=reasons.against,
        log_odds_start=reasons.start,
        log_odds=reasons.score,
        ask_next=questions(models, ask_next, language),
        model=prepared.facts,
    )


def _ranked(words: Mapping[str, Worded], prediction: Prediction) -> list[Option]:
    # Rounding may leave a hair below nought or above one.
    return [
        Option(code, *words[code], one if 0.0 <= one <= 1.0 else min(max(one, 0.0), 1.0))
        for code, one in prediction.ranked
    ]


def _doubts(models: Models, answers: Sequence[Answer], asked: Asked) -> list[Warned]:
    """The warnings: why the probabilities may not apply to this patient."""
    found, language = [], asked.language
    for one in answers:
        prepared = models.prepared[one.problem]
        if one.is_strange:
            found.append(prepared.warned[language]["strange"])
        if one.prevalence is None and prepared.is_balanced:
            found.append(prepared.warned[language]["artificial_balance"])
        local = warned_of(asked.place, one.problem, one.problem in asked.stated, language)
        if local is not None:
            found.append(local)
    return found


def _warnings(models: Models, asked: Asked) -> list[Warned]:
    given, language, history = asked.evidence.known(), asked.language, asked.history
    found, unread = [], set(given)
    for name in asked.problems:
        prepared = models.prepared[name]
        if prepared.origin:
            found.append(prepared.warned[language][prepared.origin])
        if prepared.reads.isdisjoint(given):
            found.append(prepared.warned[language]["nothing_used"])
        # Not in place: that would look at every code a model reads, not at the few that were given.
        unread = unread - prepared.reads
    # What was remembered beside the request is no news to whoever typed it.
    unread -= {one.code for one in history.evidence} if history else set()
    unused = [code for code in given if code in unread]
    if unused:
        labels = ", ".join(_name(models, code, language) for code in unused)
        found.append(_warning("not_used", None, language, labels=labels))
    return found


def _is_missing(history: HistoryTold | None) -> bool:
    return history is not None and history.status == "away"


def _name(models: Models, code: str, language: Language) -> str:
    return SEX[language] if code == "is_female" else models.vocabulary.label(code, language)


def _warning(code: WarningCode, problem: str | None, language: Language, **values: str) -> Warned:
    return Warned(code=code, problem=problem, message=WARNINGS[code][language].format(**values))
