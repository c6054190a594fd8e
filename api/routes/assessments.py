"""POST /v1/assessments: the question a doctor asks, and how its answer turned out."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

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
    summary="Assess one patient",
    responses={status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def create_assessment(
    given: AssessmentRequest, request: Request, response: Response
) -> Assessment:
    """Answer every question the models know, with reasons, certainty and limits."""
    state = request.app.state
    models, language = state.service.require(), given.language or language_of(request)
    remembered = None
    if given.patient is not None:
        remembered = await run_in_threadpool(
            state.histories.of,
            given.patient,
            models.bundle.history,
            asker_of(request).clinic,
            language,
        )
    assessment = assess(models, given, language, remembered)
    note(request, given, assessment)
    response.headers["Content-Language"] = assessment.language
    response.headers["Vary"] = "Accept-Language"
    return assessment


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
