"""Assess a FHIR bundle exactly as a request of the REST API."""

from dataclasses import dataclass
from typing import Any

from api.answer.assessment import assess
from api.bundle.service import Models
from api.fhir.answer import bundle
from api.fhir.outcome import FhirRefused, Issue
from api.fhir.reading import NO_CONTEXT, Reader
from api.fhir.record import Context, Record, errors_of
from api.fhir.words import FHIR
from api.schemas.asked import AssessmentRequest
from api.schemas.given import Assessment
from api.words.errors import BadRequestData
from api.words.language import Language

MOST_ENTRIES = 1000


@dataclass(frozen=True)
class Assessed:
    """The request that a bundle stands for, its assessment, and that assessment as FHIR.

    `count_not_now` is how much of the record was left out as being of another time.
    """

    request: AssessmentRequest
    assessment: Assessment
    bundle: dict[str, Any]
    count_not_now: int


def assess_bundle(
    models: Models, given: object, language: Language, context: Context = NO_CONTEXT
) -> Assessed:
    """Assess the patient of a bundle, who is the one of `context` where it names one.

    Raises `FhirRefused` with everything that is wrong and where in the bundle it stands.
    """
    record = read_bundle(models, given, language, context)
    if record.unread:
        raise FhirRefused(record.unread)
    return assess_record(models, record, language)


def read_bundle(models: Models, given: object, language: Language, context: Context) -> Record:
    """What a bundle says of its patient, with the values of it that cannot be read.

    Raises `FhirRefused` with all that is wrong, those values too, if anything else is.
    """
    record = Reader(models.vocabulary, language, context).read(_entries(given, language))
    if refused := list(errors_of(record)):
        raise FhirRefused([*refused, *record.unread])
    return record


def assess_record(models: Models, record: Record, language: Language) -> Assessed:
    """Assess what was read; raises `FhirRefused` for what is wrong with it as a request."""
    request = record.request(language)
    assessment = _assessed(models, request, record, language)
    return Assessed(request, assessment, bundle(assessment, record), record.count_not_now)


def _entries(given: object, language: Language) -> list[Any]:
    entries = given.get("entry") if isinstance(given, dict) else None
    if not isinstance(given, dict) or given.get("resourceType") != "Bundle":
        raise _refused("not_bundle", language)
    if not isinstance(entries, list):
        raise _refused("not_bundle", language)
    if len(entries) > MOST_ENTRIES:
        raise _refused("too_many_entries", language, limit=MOST_ENTRIES)
    return entries


def _assessed(
    models: Models, request: AssessmentRequest, record: Record, language: Language
) -> Assessment:
    try:
        return assess(models, request, language)
    except BadRequestData as error:
        raise FhirRefused(
            [
                Issue("error", "value", field.detail, record.places.get(field.pointer))
                for field in error.fields
            ]
        ) from error


def _refused(sentence: str, language: Language, **values: object) -> FhirRefused:
    text = FHIR[sentence][language].format(**values)
    return FhirRefused([Issue("error", "structure", text, "Bundle")])
