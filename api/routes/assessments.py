"""POST /v1/assessments: the question a doctor asks, and how its answer turned out."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from api.answer.assessment import assess
from api.answer.encoded import Encoded, encoded
from api.answer.feedback import keep
from api.http.accept import gives
from api.http.direct_route import DirectRoute
from api.http.documented import PROBLEMS
from api.http.links import feedback_link
from api.http.refusals import language_of
from api.log.entries import asker_of
from api.log.repeats import id_of
from api.routes.noted import note
from api.schemas.asked import AssessmentRequest, Feedback
from api.schemas.given import Assessment, FeedbackKept

RepeatKey = Annotated[
    str | None,
    Header(
        max_length=255,
        description="The same key with the same body is the same request, however often it is "
        "sent: same id, noted once.",
    ),
]

AssessmentId = Annotated[
    UUID,
    Path(
        description="The `id` of an assessment.",
        examples=["9193dd41-a57a-446d-94af-06aeaabbfe69"],
    ),
]

router = APIRouter(
    prefix="/v1",
    tags=["assessments"],
    route_class=DirectRoute,
    dependencies=[Depends(gives("application/json"))],
)


@router.post(
    "/assessments",
    response_model=Assessment,
    summary="Assess one patient",
    responses=feedback_link("/id")
    | {status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def create_assessment(
    given: AssessmentRequest, request: Request, idempotency_key: RepeatKey = None
) -> Response:
    """Answer every question the models know, with reasons, certainty and limits."""
    state = request.app.state
    # By key: by its name, each is looked for elsewhere first.
    models, language = state["service"].require(), given.language or language_of(request)
    remembered = None
    if given.patient is not None:
        remembered = await state["histories"].of(
            given.patient, models.bundle.history, asker_of(request).clinic, language
        )
    name = await id_of(request, idempotency_key, models.bundle.version)
    assessment = assess(models, given, language, remembered, name)
    note(request, given, assessment)
    # Written here, once: FastAPI would check every field of our own answer again.
    return Encoded(encoded(assessment, models.prepared), assessment.language)


@router.post(
    "/assessments/{assessment_id}/feedback",
    status_code=HTTPStatus.ACCEPTED,
    summary="Say how an answer turned out",
    responses={status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def give_feedback(
    assessment_id: AssessmentId, said: Feedback, request: Request, idempotency_key: RepeatKey = None
) -> FeedbackKept:
    """Confirm, accept or override an answer; a confirmed diagnosis returns as a label."""
    state = request.app.state
    models, language = state.service.require(), language_of(request)
    kept = FeedbackKept(
        id=await id_of(request, idempotency_key, models.bundle.version),
        assessment_id=str(assessment_id),
        created_at=datetime.now(UTC),
    )
    return keep(state.log, models, kept, said, asker_of(request), language)
