"""CDS Hooks 2.0: discovery, and cards for the patient a doctor opens."""

from collections.abc import Collection
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request

from api.fhir import hooks
from api.fhir.outcome import FhirRefused
from api.fhir.readable import assess_readable
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.reading import StrictRoute
from api.http.refusals import language_of
from api.log.entries import asker_of, feedback_row
from api.routes.noted import note
from api.schemas.asked import Feedback
from api.schemas.given import FeedbackKept
from api.words.errors import BadRequestData, Problem
from api.words.language import Language
from api.words.validation import field_problem, pointer

router = APIRouter(
    prefix="/cds-services",
    tags=["other systems"],
    route_class=StrictRoute,
    dependencies=[Depends(gives("application/json"))],
)


@router.get("", summary="Which services there are", responses={406: PROBLEMS[406]})
async def discover(request: Request) -> dict[str, Any]:
    """The services, the hook each answers to, and what it wants prefetched."""
    return hooks.discovery(language_of(request))


@router.post(
    f"/{hooks.SERVICE_ID}",
    summary="Cards for the patient being viewed",
    responses={status: PROBLEMS[status] for status in (406, 412, 413, 415, 422, 503)},
)
async def patient_view(asked: hooks.HookRequest, request: Request) -> dict[str, Any]:
    """Red flags first, then an answer to each question that the record bears on."""
    models, record = request.app.state.service.require(), hooks.bundle_of(asked)
    if record is None:
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "no-prefetch")
    try:
        context = hooks.context_of(asked)
        found, unread = assess_readable(models, record, language_of(request), context)
    except FhirRefused as refused:
        raise Problem(
            422, "invalid-request", "fhir_refused", values={"faults": str(refused)}
        ) from refused
    note(request, found.request, found.assessment)
    told = hooks.OfTheRecord(hooks.not_sent(asked), found.count_not_now, unread)
    return {"cards": hooks.cards(found.assessment, told)}


@router.post(
    f"/{hooks.SERVICE_ID}/feedback",
    summary="Say what became of the cards",
    responses={status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def feedback(said: hooks.CardsFeedback, request: Request) -> dict[str, Any]:
    """Accepted or overridden, with one of the card's own reasons; free text is not kept."""
    state, language = request.app.state, language_of(request)
    known = state.service.require().bundle.problems
    words = [_word(number, one, known, language) for number, one in enumerate(said.feedback)]
    for word in words:
        if word is not None:
            name, told = word
            kept = FeedbackKept(
                id=str(uuid4()), assessment_id=str(name), created_at=datetime.now(UTC)
            )
            state.log.add("feedback", feedback_row(kept, told, asker_of(request)))
    return {}


def _word(
    number: int, said: hooks.CardFeedback, known: Collection[str], language: Language
) -> tuple[UUID, Feedback] | None:
    """A word on an answer; raise `BadRequestData` for what is no card of this service."""
    try:
        word = hooks.feedback_on(said)
    except ValueError:
        word, is_known = None, False
    else:
        is_known = word is None or word[1].problem in known
    if not is_known:
        place = pointer("feedback", number, "card")
        raise BadRequestData([field_problem(place, "not_understood", language)], language)
    return word
