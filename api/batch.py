"""Many patients at once: each line is assessed and noted as if it had been asked alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from pydantic import ValidationError

from api.asked import AssessmentRequest
from api.assessment import assess
from api.errors import BadRequestData, Problem, ProblemDocument
from api.language import Language, of_document
from api.refusals import MOST_FIELDS_SHOWN
from api.remembered import Remembered
from api.schemas import Assessment
from api.service import Models
from api.tables import CSV, Line, answer_line, heading, read_lines
from api.validation import fields_of
from api.wording import DETAILS, TITLES

Note = Callable[[AssessmentRequest, Assessment], None]
WHERE = "/v1/assessments/batch"


def answers(
    models: Models, file: BinaryIO, taken: str, given: str, language: Language, note: Note
) -> Iterator[str]:
    """One line out for each line in, in their order; what cannot be assessed says why in its place.

    `taken` is the media type read and `given` the one written. `note` keeps each assessment before
    it is handed out. Only one line is held at a time, however long the file, which is closed at the
    end.
    """
    every = tuple(models.bundle.problems)
    with file:
        if first := heading(given, every):
            yield first
        for line in read_lines(file, taken):
            found = _one(models, line, every if given == CSV else None, language, note)
            yield answer_line(given, line[0], line[1], found)


def _one(
    models: Models, line: Line, asked: tuple[str, ...] | None, language: Language, note: Note
) -> Assessment | Mapping[str, Any]:
    """The assessment of one line, or the document that refuses it: a fault is the line's own."""
    try:
        document = line[2]()
        language = of_document(document, language)
        request = AssessmentRequest.model_validate(document)
        if asked is not None:
            request = request.model_copy(update={"problems": list(asked)})
        # One line must not wait for the database behind the one before it: history is for one.
        unread = Remembered("away") if request.patient is not None else None
        found = assess(models, request, language, unread)
        note(request, found)
    except ValidationError as error:
        return _document(BadRequestData(fields_of(error.errors(), language), language), language)
    except Problem as refusal:
        return _document(refusal, language)
    return found


def _document(refusal: Problem, language: Language) -> Mapping[str, Any]:
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
