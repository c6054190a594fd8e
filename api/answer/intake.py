"""Check a request against the vocabulary and turn it into the evidence the models read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.bundle.vocabulary import PATIENT_FIELDS, Observation, Vocabulary, near
from api.history.remembered import Remembered, added, completed
from api.schemas.asked import AssessmentRequest, SignGiven
from api.schemas.given import FromHistory
from api.words.errors import BadRequestData, FieldProblem
from api.words.language import Language
from api.words.validation import field_problem, pointer
from api.words.wording import STATES, number, shown
from api.words.wording import near as near_sentence
from ml.serving.predict import Evidence

# Looking for near matches costs milliseconds each, and a request may hold a thousand codes.
_MOST_SEARCHES = 5


@dataclass
class _Searches:
    """How many near matches may still be looked for in this request."""

    left: int = _MOST_SEARCHES

    def allowed(self) -> bool:
        self.left -= 1
        return self.left >= 0


def evidence_of(
    request: AssessmentRequest,
    vocabulary: Vocabulary,
    problems: Collection[str],
    language: Language,
    remembered: Remembered | None = None,
) -> tuple[Evidence, Sequence[FromHistory]]:
    """The evidence that a request gives with what is remembered beside it, and the latter alone.

    Raises `BadRequestData` with every field that cannot be.
    """
    wrong = _wrong(request, vocabulary, problems, language)
    given = given_evidence(request)
    pieces = added(given, remembered, vocabulary, language)
    evidence = completed(given, pieces)
    if not wrong and not evidence.known():
        wrong = [field_problem("#", "nothing_given", language)]
    if wrong:
        raise BadRequestData(wrong, language)
    return evidence, pieces


def _wrong(
    request: AssessmentRequest,
    vocabulary: Vocabulary,
    problems: Collection[str],
    language: Language,
) -> list[FieldProblem]:
    searches = _Searches()
    return [
        *_wrong_age(request, vocabulary, language),
        *_wrong_observations(request.observations, vocabulary, language),
        *_wrong_pressures(request.observations, language),
        *_unknown_signs(request.evidence, vocabulary, language, searches),
        *_contradictions(request.evidence, vocabulary, language),
        *_unknown_problems(request.problems or [], problems, language, searches),
    ]


def given_evidence(request: AssessmentRequest) -> Evidence:
    """What the request itself says is known."""
    return Evidence(
        age_years=request.age_told_apart,
        is_female=None if request.sex is None else request.sex == "female",
        observations=request.observations,
        signs={s.code: s.state == "present" for s in request.evidence if s.state != "unknown"},
    )


def _wrong_age(
    request: AssessmentRequest, vocabulary: Vocabulary, language: Language
) -> Iterator[FieldProblem]:
    if request.age_years is not None:
        age = vocabulary.observation["age_years"]
        yield from impossible(("age_years",), request.age_years, age, language)


def _wrong_observations(
    given: Mapping[str, float], vocabulary: Vocabulary, language: Language
) -> Iterator[FieldProblem]:
    for code, value in given.items():
        known = vocabulary.observation.get(code)
        if code in PATIENT_FIELDS:
            place, values = pointer("observations", code), {"field": PATIENT_FIELDS[code]}
            yield field_problem(place, "own_field", language, values)
        elif known is None:
            place, close = pointer("observations", code), near(code, vocabulary.observation)
            yield _unknown(place, "unknown_observation", code, close, language)
        else:
            yield from impossible(("observations", code), value, known, language)


def impossible(
    path: tuple[str, ...], value: float, known: Observation, language: Language
) -> Iterator[FieldProblem]:
    """What is wrong with a value of `known` in its unit, at `path` of a request."""
    least, most = known.limits
    whole = known.kind != "numeric"
    if least <= value <= most and not (whole and value != int(value)):
        return
    place, unit = pointer(*path), known.unit_label[language]
    values = {
        "label": known.label[language],
        "value": number(value, language),
        "minimum": number(least, language),
        "maximum": number(most, language),
        "unit": f" {unit}" if unit else "",
    }
    kind = "out_of_range" if not least <= value <= most else "not_whole"
    yield field_problem(place, kind, language, values, limits=(least, most), unit=unit or None)


def _wrong_pressures(given: Mapping[str, float], language: Language) -> Iterator[FieldProblem]:
    high, low = given.get("systolic_bp_mmhg"), given.get("diastolic_bp_mmhg")
    if high is not None and low is not None and low >= high:
        values = {"high": number(high, language), "low": number(low, language)}
        place = pointer("observations", "diastolic_bp_mmhg")
        yield field_problem(place, "pressure_order", language, values)


def _unknown_signs(
    given: list[SignGiven], vocabulary: Vocabulary, language: Language, searches: _Searches
) -> Iterator[FieldProblem]:
    for position, sign in enumerate(given):
        if sign.code not in vocabulary.symptom:
            close = vocabulary.signs_near(sign.code) if searches.allowed() else []
            place = pointer("evidence", position, "code")
            yield _unknown(place, "unknown_sign", sign.code, close, language)


def _contradictions(
    given: list[SignGiven], vocabulary: Vocabulary, language: Language
) -> Iterator[FieldProblem]:
    first: dict[str, SignGiven] = {}
    for position, sign in enumerate(given):
        before = first.setdefault(sign.code, sign)
        if before.state != sign.state and sign.code in vocabulary.symptom:
            values = {
                "label": vocabulary.label(sign.code, language),
                "first": STATES[before.state][language],
                "second": STATES[sign.state][language],
            }
            place = pointer("evidence", position, "state")
            yield field_problem(place, "contradictory", language, values)


def _unknown_problems(
    asked: list[str], problems: Collection[str], language: Language, searches: _Searches
) -> Iterator[FieldProblem]:
    for position, name in enumerate(asked):
        if name not in problems:
            close = near(name, problems) if searches.allowed() else []
            place = pointer("problems", position)
            yield _unknown(place, "unknown_problem", name, close or list(problems), language)


def _unknown(
    place: str, kind: str, code: str, close: list[str], language: Language
) -> FieldProblem:
    values = {"code": shown(code), "near": near_sentence(close, language)}
    return field_problem(place, kind, language, values, suggestions=close)
