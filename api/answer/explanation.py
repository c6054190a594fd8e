"""Reasons for and against an answer, in the words of the vocabulary."""

from collections.abc import Sequence
from typing import NamedTuple

from api.bundle.service import Models
from api.schemas import given as schemas
from api.words.language import Language
from ml.serving.explain import Explanation, Reason
from ml.serving.predict import Evidence


class Reasons(NamedTuple):
    """Evidence for and against the most probable option, strongest first.

    `start`, the option's log-odds with nothing known, and every reason add up to `score`.
    """

    start: float
    score: float
    for_: list[schemas.Reason]
    against: list[schemas.Reason]


def reasons(models: Models, found: Explanation, evidence: Evidence, language: Language) -> Reasons:
    """The weight of every known piece of evidence that the problem's model reads."""
    return Reasons(
        start=found.start,
        score=found.score,
        for_=_told(models, found.for_, evidence, language),
        against=_told(models, found.against, evidence, language),
    )


def _told(
    models: Models, found: Sequence[Reason], evidence: Evidence, language: Language
) -> list[schemas.Reason]:
    word, signs, known = models.vocabulary.word, evidence.signs, evidence.known()
    told = []
    for code, log_odds in found:
        label, unit, _ = word(code, language)
        state: schemas.State | None = None
        if code in signs:
            state = "present" if signs[code] else "absent"
        value = None if state else known[code]
        told.append(schemas.Reason(code, label, state, value, unit, log_odds))
    return told
