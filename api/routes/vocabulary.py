"""GET /v1/vocabulary: every code a request may name, with its words in both languages."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from api.bundle.common_signs import common
from api.bundle.service import Models
from api.bundle.vocabulary import Vocabulary
from api.http.accept import gives
from api.http.documented import PROBLEMS
from api.http.etags import has
from api.schemas.given import Labels

router = APIRouter(
    prefix="/v1", tags=["vocabulary"], dependencies=[Depends(gives("application/json"))]
)


class VocabularyAnswer(Vocabulary):
    """The vocabulary, and the signs worth offering first."""

    common_signs: list[str]
    questions: dict[str, Labels]


@dataclass(frozen=True)
class Written:
    """The answer as it is sent, and the ETag of exactly that text."""

    content: bytes
    etag: str


def written(models: Models) -> Written:
    """Write the answer once; it changes only with the bundle."""
    questions = {n: dict(p.about.question) for n, p in models.bundle.problems.items()}
    answer = VocabularyAnswer(
        **models.vocabulary.model_dump(),
        common_signs=common(models.vocabulary),
        questions=questions,
    )
    content = answer.model_dump_json().encode()
    return Written(content, f'W/"{hashlib.sha256(content).hexdigest()[:16]}"')


@router.get(
    "/vocabulary",
    summary="Every code and its words",
    response_model=VocabularyAnswer,
    responses={status: PROBLEMS[status] for status in (304, 406, 503)},
)
async def read_vocabulary(request: Request) -> Response:
    """Signs, measurements with units and limits, and possible answers, in both languages."""
    request.app.state.service.require()
    answer: Written = request.app.state.vocabulary
    headers = {"ETag": answer.etag, "Cache-Control": "no-cache"}
    if has(request, answer.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(answer.content, media_type="application/json", headers=headers)
