"""POST /v1/assessments: the question a doctor asks, and how its answer turned out."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api.accept import gives
from api.assessment import assess
from api.documented import PROBLEMS
from api.feedback import keep
from api.log import asker_of
from api.reading import StrictRoute
from api.refusals import language_of
from api.routes.noted import note
from api.schemas import Assessment, AssessmentRequest, Feedback, FeedbackKept

router = APIRouter(
    prefix="/v1",
    tags=["assessments"],
    route_class=StrictRoute,
    dependencies=[Depends(gives("application/json"))],
)


@router.post(
    "/assessments",
    response_model=Assessment,
    summary="Assess one patient",
    responses={status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def create_assessment(given: AssessmentRequest, request: Request) -> Response:
    """Answer every question the models know, with reasons, certainty and limits."""
    state = request.app.state
    assessment = assess(state.service.require(), given, language_of(request))
    note(request, given, assessment)
    # Written here, once: FastAPI would check every field of our own answer again.
    return Response(
        assessment.model_dump_json(),
        media_type="application/json",
        headers={"Content-Language": assessment.language, "Vary": "Accept-Language"},
    )


@router.post(
    "/assessments/{assessment_id}/feedback",
    status_code=HTTPStatus.ACCEPTED,
    summary="Say how an answer turned out",
    responses={status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def give_feedback(assessment_id: UUID, said: Feedback, request: Request) -> FeedbackKept:
    """Confirm, accept or override an answer; a confirmed diagnosis returns as a label."""
    state = request.app.state
    models, language = state.service.require(), language_of(request)
    return keep(state.log, models, str(assessment_id), said, asker_of(request), language)
