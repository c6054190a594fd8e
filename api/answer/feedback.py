"""A doctor's feedback on an answer, validated against the models that can give it."""

from collections.abc import Iterator

from api.bundle.service import Models
from api.bundle.vocabulary import near
from api.log.entries import Asker, Log, feedback_row
from api.schemas.asked import Feedback
from api.schemas.given import FeedbackKept
from api.words.errors import BadRequestData, FieldProblem
from api.words.language import Language
from api.words.validation import field_problem, pointer
from api.words.wording import near as near_sentence
from api.words.wording import shown


def keep(
    log: Log, models: Models, kept: FeedbackKept, said: Feedback, asker: Asker, language: Language
) -> FeedbackKept:
    """Put it in the log; raise `BadRequestData` for what no model could have answered."""
    if wrong := list(_wrong(models, said, language)):
        raise BadRequestData(wrong, language)
    log.add("feedback", feedback_row(kept, said, asker))
    return kept


def _wrong(models: Models, said: Feedback, language: Language) -> Iterator[FieldProblem]:
    known = models.bundle.problems
    if said.problem not in known:
        yield _unknown("problem", "unknown_problem", said.problem, list(known), language)
    elif said.answer_code is not None:
        classes = list(known[said.problem].about.classes)
        if said.answer_code not in classes:
            yield _unknown("answer_code", "unknown_answer", said.answer_code, classes, language)
    if said.verdict == "confirmed" and said.answer_code is None:
        yield field_problem(pointer("answer_code"), "missing", language)
    if said.verdict == "overridden" and said.reason is None:
        yield field_problem(pointer("reason"), "missing", language)


def _unknown(
    field: str, kind: str, code: str, known: list[str], language: Language
) -> FieldProblem:
    close = near(code, known) or known[:5]
    values = {"code": shown(code), "near": near_sentence(close, language)}
    return field_problem(pointer(field), kind, language, values, suggestions=close)
