"""POST /v1/fhir/assess: a FHIR R4 bundle in, risks and red flags as FHIR out."""

import json
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.exceptions import RequestValidationError

from api.fhir.assess import assess_bundle
from api.fhir.outcome import MEDIA_TYPE, FhirRefused, Issue, outcome
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.links import feedback_link
from api.http.reading import StrictRoute
from api.http.refusals import language_of, sentence_of
from api.routes.noted import note
from api.schemas.examples import FHIR_BUNDLE
from api.words.errors import Problem
from api.words.language import Language
from api.words.validation import fields_of

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


class _FhirResponse(Response):
    media_type = MEDIA_TYPE


class _FhirRoute(StrictRoute):
    """Says what is wrong with a body in FHIR's form too: a client of it reads no other."""

    media_types = ("application/json", MEDIA_TYPE)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def as_fhir(request: Request) -> Response:
            language = language_of(request)
            try:
                return await handle(request)
            except RequestValidationError as error:
                told = [one.detail for one in fields_of(error.errors(), language)]
            except Problem as refusal:
                if refusal.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
                    raise
                told = [sentence_of(refusal, language)]
            return _refused([Issue("error", "structure", one) for one in told], language)

        return as_fhir


def _refused(issues: Sequence[Issue], language: Language) -> Response:
    return _FhirResponse(json.dumps(outcome(issues)), 422, _headers(language))


def _headers(language: Language) -> dict[str, str]:
    return {"Content-Language": language, "Vary": "Accept-Language"}


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
    try:
        found = assess_bundle(state.service.require(), given, language)
    except FhirRefused as refused:
        return _refused(refused.issues, language)
    note(request, found.request, found.assessment)
    return _FhirResponse(json.dumps(found.bundle, ensure_ascii=False), 200, _headers(language))
