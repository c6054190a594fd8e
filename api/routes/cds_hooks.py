"""CDS Hooks 2.0: discovery, and cards for the patient a doctor opens."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from api.fhir import hooks
from api.fhir.assess import assess_bundle
from api.fhir.outcome import FhirRefused
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.reading import StrictRoute
from api.http.refusals import language_of
from api.routes.noted import note
from api.words.errors import Problem

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
    responses={status: PROBLEMS[status] for status in (406, 413, 415, 422, 503)},
)
async def patient_view(asked: hooks.HookRequest, request: Request) -> dict[str, Any]:
    """Red flags first, then an answer to each question that the record bears on."""
    state = request.app.state
    try:
        found = assess_bundle(state.service.require(), hooks.bundle_of(asked), language_of(request))
    except FhirRefused as refused:
        raise Problem(
            422, "invalid-request", "fhir_refused", values={"faults": str(refused)}
        ) from refused
    note(request, found.request, found.assessment)
    return {"cards": hooks.cards(found.assessment)}
