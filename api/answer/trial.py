"""A new bundle answers patients who are not there before it takes the place of one that does.

Its checksums say that it is as it was exported, not that this program can answer from it: what one
of another version lacks would show at a doctor's question only. At a start there is nothing to
stay with, and the trial would be waited for.
"""

from collections.abc import Iterator

from api.answer.assessment import assess
from api.answer.encoded import encoded
from api.bundle.service import Models, Service, not_usable, open_service
from api.schemas.asked import AssessmentRequest, SignGiven
from api.words.language import LANGUAGES
from warehouse.settings import Settings

_MOST_SIGNS = 1_000


def open_tried(settings: Settings) -> Service:
    """The service over the bundle that the settings name, once it has answered.

    One that cannot is remembered with the reason, like one that is damaged.
    """
    service = open_service(settings)
    if service.models is not None:
        try:
            _try(service.models)
        except Exception as error:  # whatever it is, no doctor must come upon it
            return Service(None, not_usable(settings, error))
    return service


def _try(models: Models) -> None:
    for request in _requests(models):
        for language in LANGUAGES:
            encoded(assess(models, request, language, name="trial"), models.prepared)


def _requests(models: Models) -> Iterator[AssessmentRequest]:
    """Somebody of whom next to nothing is known, by each model, and somebody with every sign."""
    signs = sorted(models.vocabulary.symptom)[:_MOST_SIGNS]
    yield from (AssessmentRequest(age_years=40, problems=[name]) for name in models.bundle.problems)
    yield AssessmentRequest(
        age_years=40, evidence=[SignGiven(code=code, state="present") for code in signs]
    )
