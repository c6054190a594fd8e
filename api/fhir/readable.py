"""Assess what can be read of a record, and say what could not."""

from collections.abc import Sequence

from api.bundle.service import Models
from api.fhir.assess import Assessed, assess_record, read_bundle
from api.fhir.outcome import FhirRefused, Issue
from api.fhir.record import Context, Record
from api.words.language import Language


def assess_readable(
    models: Models, given: object, language: Language, context: Context
) -> tuple[Assessed, Sequence[Issue]]:
    """The assessment of a record without the values that are no such thing, and what they were.

    Nobody wrote a hook's record for it: one measurement in an odd unit must not silence the red
    flags of all others. Raises `FhirRefused` for any other fault, or where nothing is left.
    """
    record = read_bundle(models, given, language, context)
    return _assessed(models, record, language), record.unread


def _assessed(models: Models, record: Record, language: Language) -> Assessed:
    """Assess without the values that are impossible beside each other: of each code once at most.

    What is impossible by itself was never read.
    """
    while True:
        try:
            return assess_record(models, record, language)
        except FhirRefused as refused:
            before = list(record.unread)
            if not all(record.set_aside(one) for one in refused.issues):
                raise FhirRefused([*before, *refused.issues]) from refused
