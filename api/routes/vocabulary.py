"""GET /v1/vocabulary: every code a request may name, with its words in both languages."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.bundle.common_signs import common
from api.bundle.entries import PLACE_PARTS, Part, part
from api.bundle.service import Models
from api.bundle.vocabulary import Vocabulary
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.etags import has
from api.http.pages import linked, next_address, not_a_cursor, place_of
from api.http.refusals import language_of
from api.schemas.given import Labels
from api.schemas.lists import EntriesAsked

router = APIRouter(
    prefix="/v1", tags=["vocabulary"], dependencies=[Depends(gives("application/json"))]
)


class VocabularyAnswer(Vocabulary):
    """The vocabulary, or the part of it that was asked for, and the signs worth offering first."""

    common_signs: list[str]
    questions: dict[str, Labels]
    next: str | None = Field(description="Address of the next page. Null: nothing follows.")


@dataclass(frozen=True)
class Written:
    """The answer as it is sent, and the ETag of exactly that text."""

    content: bytes
    etag: str


def written(models: Models) -> Written:
    """Write the whole of it once; it changes only with the bundle."""
    return _written(models, models.vocabulary, None)


def _written(models: Models, told: Vocabulary, following: str | None) -> Written:
    questions = {n: dict(p.about.question) for n, p in models.bundle.problems.items()}
    answer = VocabularyAnswer(
        **told.model_dump(), common_signs=common(told), questions=questions, next=following
    )
    content = answer.model_dump_json().encode()
    return Written(content, f'W/"{hashlib.sha256(content).hexdigest()[:16]}"')


@router.get(
    "/vocabulary",
    summary="Every code and its words",
    response_model=VocabularyAnswer,
    responses={status: PROBLEMS[status] for status in (304, 406, 422, 503)},
)
async def read_vocabulary(asked: Annotated[EntriesAsked, Query()], request: Request) -> Response:
    """Signs, measurements with units and limits, and possible answers, in both languages.

    The whole of it, or the entries that `search` finds, in pages of `limit`; then `problem_signs`
    and `common_signs` name only what is on the page.
    """
    models: Models = request.app.state.service.require()
    answer: Written = request.app.state.vocabulary
    following = None
    if asked.model_fields_set:
        found = _part(models.vocabulary, asked, request)
        following = None if found.last is None else next_address(request, found.last)
        answer = _written(models, found.vocabulary, following)
    headers = {"ETag": answer.etag, "Cache-Control": "no-cache"}
    if has(request, answer.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers |= linked(following)
    return Response(answer.content, media_type="application/json", headers=headers)


def _part(whole: Vocabulary, asked: EntriesAsked, request: Request) -> Part:
    try:
        after = None if asked.after is None else place_of(asked.after, PLACE_PARTS)
    except ValueError as error:
        raise not_a_cursor(language_of(request)) from error
    return part(whole, asked.search or "", asked.limit, after)
