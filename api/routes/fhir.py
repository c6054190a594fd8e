"""POST /v1/fhir/assess: a FHIR R4 bundle in, risks and red flags as FHIR out."""

import json
from typing import Any

from fastapi import APIRouter, Body, Depends, Request, Response

from api.fhir.assess import assess_bundle
from api.fhir.outcome import MEDIA_TYPE, FhirRefused, outcome
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.links import feedback_link
from api.http.reading import StrictRoute
from api.http.refusals import language_of
from api.routes.noted import note
from api.schemas.examples import FHIR_BUNDLE

_CONTENT = {MEDIA_TYPE: {"schema": {"type": "object"}}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A Bundle of Flag, RiskAssessment, Condition and OperationOutcome.",
        "content": _CONTENT,
        **feedback_link("/id")[200],
    },
    422: {
        "description": "An OperationOutcome that names each fault and its place.",
        "content": _CONTENT,
    },
}


class _FhirRoute(StrictRoute):
    media_types = ("application/json", MEDIA_TYPE)


class _FhirResponse(Response):
    media_type = MEDIA_TYPE


router = APIRouter(
    prefix="/v1/fhir",
    tags=["other systems"],
    route_class=_FhirRoute,
    dependencies=[Depends(gives(MEDIA_TYPE, "application/json"))],
)


@router.post(
    "/assess",
    summary="Assess the patient of a FHIR R4 bundle",
    response_class=_FhirResponse,
    responses=_ANSWERS | {status: PROBLEMS[status] for status in (406, 413, 415, 503)},
)
async def assess_fhir(
    request: Request,
    given: dict[str, Any] = Body(examples=[FHIR_BUNDLE]),  # noqa: B008 - FastAPI's way
) -> Response:
    """Patient, Encounter, Location, Observation and Condition in; nothing else is read.

    What was asked and answered is logged as of any assessment, without who the patient is or where.
    """
    state, language = request.app.state, language_of(request)
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    try:
        found = assess_bundle(state.service.require(), given, language)
    except FhirRefused as refused:
        return _FhirResponse(json.dumps(outcome(refused.issues)), 422, headers)
    note(request, found.request, found.assessment)
    return _FhirResponse(json.dumps(found.bundle, ensure_ascii=False), 200, headers)
