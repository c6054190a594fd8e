"""Many patients at once: each line is assessed and noted as if it had been asked alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from pydantic import ValidationError

from api.answer.assessment import Asked, assess_all, understood
from api.batch.cells import comma_of
from api.batch.tables import CSV, Line, WrongWords, answer_line, heading, read_lines
from api.bundle.service import Models
from api.history.patient import InTurn
from api.http.refusals import MOST_FIELDS_SHOWN
from api.schemas.asked import AssessmentRequest
from api.schemas.given import Assessment
from api.words.errors import BadRequestData, FieldProblem, Problem, ProblemDocument
from api.words.language import Language, of_document
from api.words.titles import TITLES
from api.words.validation import field_problem, fields_of, pointer
from api.words.wording import DETAILS, shown

Note = Callable[[AssessmentRequest, Assessment], None]
Refusal = Mapping[str, Any]
WHERE = "/v1/assessments/batch"
# Lines that go through each model at once: more of them save little, and wait for each other.
_AT_ONCE = 64


def answers(
    models: Models,
    file: BinaryIO,
    taken: str,
    given: str,
    language: Language,
    note: Note,
    histories: InTurn,
) -> Iterator[str]:
    """One output line per input line, in order; a line that is refused says why in its place.

    `taken` is the media type read and `given` the one written. `note` keeps each assessment before
    it is handed out, and `histories` finds that of a patient who is named. A few lines are held at
    a time, however long the file, which is closed at the end. A CSV has no room for reasons, so
    none are looked for; one that came parted by semicolons is answered so.
    """
    every = tuple(models.bundle.problems)
    with file:
        has_broader = {name: bool(models.prepared[name].groups) for name in every}
        comma = comma_of(file) if taken == given == CSV else ","
        if first := heading(given, has_broader, comma):
            yield first
        waiting = read_lines(file, taken, models.vocabulary)
        while lines := list(islice(waiting, _AT_ONCE)):
            read = [
                _read(models, line, every if given == CSV else None, language, histories)
                for line in lines
            ]
            found = _assessed(models, read, given == CSV, note)
            for line, one in zip(lines, found, strict=True):
                yield answer_line(given, line[0], line[1], one, comma)


# A request and what it amounts to, or why it is refused: a fault is the line's own.
Read = tuple[AssessmentRequest, Asked] | Refusal


def _read(
    models: Models,
    line: Line,
    asked: tuple[str, ...] | None,
    language: Language,
    histories: InTurn,
) -> Read:
    try:
        document = line[2]()
        language = of_document(document, language)
        request = AssessmentRequest.model_validate(document)
        if asked is not None:
            request = request.model_copy(update={"problems": list(asked)})
        remembered = histories.of(request.patient, language)
        return request, understood(models, request, language, remembered)
    except ValidationError as error:
        return _document(BadRequestData(fields_of(error.errors(), language), language), language)
    except WrongWords as wrong:
        language = of_document(wrong.asked, language)
        return _document(BadRequestData(_wrong_words(wrong, language), language), language)
    except Problem as refusal:
        return _document(refusal, language)


def _wrong_words(wrong: WrongWords, language: Language) -> list[FieldProblem]:
    return [
        field_problem(pointer(column), "not_state", language, {"word": shown(word)})
        for column, word in wrong.words.items()
    ]


def _assessed(
    models: Models, read: Sequence[Read], brief: bool, note: Note
) -> Iterator[Assessment | Refusal]:
    """The result of each line, in order; valid lines are assessed in one batch."""
    sound = [one for one in read if isinstance(one, tuple)]
    assessed = iter(assess_all(models, [asked for _, asked in sound], brief))
    for one in read:
        yield _noted(one[0], next(assessed), note) if isinstance(one, tuple) else one


def _noted(request: AssessmentRequest, found: Assessment, note: Note) -> Assessment | Refusal:
    try:
        note(request, found)
    except Problem as refusal:
        return _document(refusal, found.language)
    return found


def _document(refusal: Problem, language: Language) -> Refusal:
    fields = refusal.fields[:MOST_FIELDS_SHOWN] if isinstance(refusal, BadRequestData) else None
    said = DETAILS[refusal.sentence][language] if refusal.sentence else None
    return ProblemDocument(
        type=f"urn:semia:problem:{refusal.kind}",
        title=TITLES[refusal.kind][language].format(**refusal.values),
        status=refusal.status_code,
        detail=said.format(**refusal.values) if said else None,
        instance=WHERE,
        language=language,
        errors=fields,
    ).model_dump(mode="json", exclude_none=True)
