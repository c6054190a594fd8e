"""POST /v1/assessments: the question a doctor asks."""

from fastapi import APIRouter, Depends, Request, Response

from api.accept import gives
from api.assessment import assess
from api.documented import PROBLEMS
from api.reading import StrictRoute
from api.refusals import language_of
from api.schemas import Assessment, AssessmentRequest

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
    assessment = assess(state.service.require(), given, language_of(request))
    state.metrics.count(assessment.answers)
    response.headers["Content-Language"] = assessment.language
    response.headers["Vary"] = "Accept-Language"
    return assessment
