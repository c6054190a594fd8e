"""The conformal set, the broader answer, the out-of-distribution score and the prevalence."""

from collections.abc import Iterator, Mapping
from math import isclose

from api.bundle.prepared import Prepared
from api.bundle.service import Models
from api.bundle.vocabulary import near
from api.schemas.asked import AssessmentRequest
from api.schemas.given import AnswerSet, BroaderOption, Strange
from api.words.errors import BadRequestData, FieldProblem
from api.words.language import Language
from api.words.validation import field_problem, pointer
from api.words.wording import near as near_sentence
from api.words.wording import number, shown
from ml.serving.predict import Prediction, Prevalence
from ml.serving.problem_file import ProblemFile

# Shares rounded to two digits need not add up to one; more than this is another fault.
_ROUNDING = 0.011


def prevalence_of(
    request: AssessmentRequest, models: Models, language: Language
) -> Mapping[str, Prevalence]:
    """The stated shares of each question's answers, made to add up to 1.

    Raises `BadRequestData` with every share that cannot be.
    """
    stated = request.prevalence
    if not stated:
        return {}
    known = {name: model.about for name, model in models.bundle.problems.items()}
    wrong = [
        found for name, shares in stated.items() for found in _wrong(name, shares, known, language)
    ]
    if wrong:
        raise BadRequestData(wrong, language)
    return {
        name: {code: share / sum(shares.values()) for code, share in shares.items()}
        for name, shares in stated.items()
    }


def set_of(prepared: Prepared, prediction: Prediction) -> AnswerSet | None:
    """The conformal set as returned; None for a model without one."""
    conformal, never = prepared.about.conformal, prepared.never_ruled_out
    if conformal is None or prediction.answer_set is None:
        return None
    return AnswerSet(
        codes=prediction.answer_set,
        coverage=conformal.coverage,
        never_ruled_out=tuple([code for code in prediction.answer_set if code in never]),
    )


def broader_of(
    prepared: Prepared, prediction: Prediction, language: Language
) -> BroaderOption | None:
    """The likeliest broader answer as returned; None where the question has none."""
    found = prediction.broader
    if found is None:
        return None
    group = prepared.groups[found.code]
    # Rounding may leave a hair above one.
    probability = min(found.probability, 1.0)
    return BroaderOption(
        group.code, group.label[language], group.classes, probability, found.is_confident
    )


def strange_of(prediction: Prediction) -> Strange | None:
    """The out-of-distribution score as returned; None for a model without one."""
    found = prediction.strangeness
    if found is None:
        return None
    return Strange(score=found.score, limit=found.limit, false_alarms=found.false_alarms)


def _wrong(
    name: str, shares: Mapping[str, float], known: Mapping[str, ProblemFile], language: Language
) -> Iterator[FieldProblem]:
    place = pointer("prevalence", name)
    if name not in known:
        values = {"code": shown(name), "near": near_sentence(list(known), language)}
        yield field_problem(place, "unknown_problem", language, values, suggestions=list(known))
    elif known[name].asking is None:
        yield field_problem(place, "no_shares", language, {"problem": name})
    else:
        yield from _wrong_shares(name, shares, known[name].classes, language)


def _wrong_shares(
    name: str, shares: Mapping[str, float], classes: tuple[str, ...], language: Language
) -> Iterator[FieldProblem]:
    faults = [
        *_unknown(name, shares, classes, language),
        *_missing(name, shares, classes, language),
    ]
    for code, share in shares.items():
        if code in classes and not 0 < share < 1:
            faults.append(field_problem(pointer("prevalence", name, code), "not_share", language))
    total = sum(shares.values())
    if not faults and not isclose(total, 1, abs_tol=_ROUNDING):
        values = {"sum": number(round(total, 4), language)}
        faults.append(field_problem(pointer("prevalence", name), "shares_sum", language, values))
    yield from faults


def _unknown(
    name: str, shares: Mapping[str, float], classes: tuple[str, ...], language: Language
) -> Iterator[FieldProblem]:
    for position, code in enumerate(code for code in shares if code not in classes):
        # Looking for near matches costs milliseconds each.
        close = near(code, classes) if position == 0 else []
        values = {"code": shown(code), "problem": name, "near": near_sentence(close, language)}
        place = pointer("prevalence", name, code)
        yield field_problem(place, "unknown_share", language, values, suggestions=close)


def _missing(
    name: str, shares: Mapping[str, float], classes: tuple[str, ...], language: Language
) -> Iterator[FieldProblem]:
    for code in classes:
        if code not in shares:
            place = pointer("prevalence", name)
            yield field_problem(place, "missing_share", language, {"code": code})
