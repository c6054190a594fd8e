"""GET /v1/assessments: a clinic's own, to find those of which nobody has said what proved right."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.links import feedback_link
from api.http.pages import linked, next_address, not_a_cursor, place_of
from api.http.refusals import language_of
from api.log.entries import asker_of
from api.schemas.lists import (
    AnswerListed,
    AssessmentList,
    AssessmentListed,
    FeedbackTold,
    ListAsked,
)
from api.words.errors import BadRequestData, Problem
from api.words.language import Language
from api.words.validation import field_problem, pointer
from api.words.wording import near as near_sentence
from api.words.wording import shown
from warehouse.errors import SemiaError

router = APIRouter(
    prefix="/v1", tags=["assessments"], dependencies=[Depends(gives("application/json"))]
)


@router.get(
    "/assessments",
    response_model=AssessmentList,
    summary="List the clinic's own assessments",
    responses=feedback_link("/assessments/0/id")
    | {status: PROBLEMS[status] for status in (406, 422, 503)},
)
async def list_assessments(asked: Annotated[ListAsked, Query()], request: Request) -> Response:
    """The newest first: what was answered and what was said of it since, never what was asked."""
    state, language = request.app.state, language_of(request)
    _require_known(asked.problem, list(state.service.require().bundle.problems), language)
    after = _place(asked.after, language)
    found = await run_in_threadpool(_read, request, asked, after)
    rows = found[: asked.limit]
    following = None
    if len(found) > asked.limit:
        following = next_address(request, (rows[-1].created_at.isoformat(), rows[-1].id))
    content = AssessmentList(assessments=rows, next=following).model_dump_json()
    return Response(content, media_type="application/json", headers=linked(following))


def _read(
    request: Request, asked: ListAsked, after: tuple[datetime, UUID] | None
) -> list[AssessmentListed]:
    """One more than the page holds, to know whether there is a next; raises `Problem` (503)."""
    settings = request.app.state.settings
    if settings.log == "stdout":
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "no-list", "log_elsewhere")
    # A service without a database starts sooner without what speaks to one.
    from api.log import own_answers

    clinic, awaiting = asker_of(request).clinic, asked.awaiting is not None
    which = own_answers.Asked(clinic, awaiting, asked.problem, asked.limit + 1, after)
    try:
        return [_listed(row) for row in own_answers.read(settings, which)]
    except SemiaError as error:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "no-list",
            "log_away",
            headers={"Retry-After": "30"},
            values={"next_step": error.next_step},
        ) from error


def _listed(row: Any) -> AssessmentListed:  # noqa: ANN401 - its module waits for a database
    answers = [_answer(one, row.words.get(one["problem"])) for one in row.answers]
    return AssessmentListed(id=str(row.assessment_id), created_at=row.created_at, answers=answers)


def _answer(kept: Mapping[str, Any], said: Mapping[str, Any] | None) -> AnswerListed:
    shares: dict[str, float] = kept["probabilities"]
    # The least code where two are as probable: the order of jsonb is its own.
    first = min(shares, key=lambda code: (-shares[code], code))
    return AnswerListed(
        problem=kept["problem"],
        model_version=kept["version"],
        is_confident=kept["is_confident"],
        first=first,
        probability=shares[first],
        feedback=None if said is None else FeedbackTold.model_validate(said),
    )


def _place(after: str | None, language: Language) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    try:
        moment, last = place_of(after, 2)
        found = datetime.fromisoformat(moment), UUID(last)
    except ValueError as error:
        raise not_a_cursor(language) from error
    if found[0].tzinfo is None:
        raise not_a_cursor(language)
    return found


def _require_known(problem: str | None, known: list[str], language: Language) -> None:
    if problem is None or problem in known:
        return
    values = {"code": shown(problem), "near": near_sentence(known[:5], language)}
    place = pointer("query", "problem")
    wrong = field_problem(place, "unknown_problem", language, values, suggestions=known[:5])
    raise BadRequestData([wrong], language)
