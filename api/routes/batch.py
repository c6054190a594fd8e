"""POST /v1/assessments/batch: many patients, one line in and one line out for each."""

import tempfile
from functools import partial
from http import HTTPStatus
from typing import Any, BinaryIO

from anyio import from_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from api.batch.lines import answers
from api.batch.tables import CSV, MEDIA_TYPES, NDJSON
from api.history.patient import InTurn
from api.http.accept import accepts, gives
from api.http.documented import PROBLEMS
from api.http.limits import BATCH_LIMIT_BYTES, too_large
from api.http.refusals import language_of
from api.log.entries import asker_of
from api.routes.noted import note
from api.words.errors import Problem

# What is kept in memory of a request; the rest of a longer one waits in a file without a name.
_IN_MEMORY_BYTES = 1_000_000
_TEXT: dict[str, Any] = {name: {"schema": {"type": "string"}} for name in MEDIA_TYPES}
_EXAMPLES = {
    NDJSON: '{"age_years": 34, "evidence": [{"code": "fever", "state": "present"}]}\n',
    CSV: "id,age_years,sex,temperature_c,fever\nbed 1,34,female,38.9,present\n",
}
_BODY = {
    "required": True,
    "content": {name: _TEXT[name] | {"example": _EXAMPLES[name]} for name in MEDIA_TYPES},
}

router = APIRouter(prefix="/v1", tags=["assessments"], dependencies=[Depends(gives(*MEDIA_TYPES))])


@router.post(
    "/assessments/batch",
    summary="Assess many patients",
    response_class=StreamingResponse,
    openapi_extra={"requestBody": _BODY},
    responses={
        200: {"description": "A line for each line, in their order.", "content": _TEXT},
        **{status: PROBLEMS[status] for status in (406, 413, 415, 503)},
    },
)
async def assess_batch(request: Request) -> StreamingResponse:
    """NDJSON or CSV in and out; a line that cannot be assessed says why in its place."""
    models, taken = request.app.state.service.require(), _taken(request)
    given = taken if accepts(request.headers.get("accept"), taken) else _other(taken)
    file = await _received(request)
    noted, clinic = partial(note, request), asker_of(request).clinic
    # Its lines are made in threads that the event loop has lent.
    histories = InTurn(request.app.state.histories, from_thread.run, models.bundle.history, clinic)
    lines = answers(models, file, taken, given, language_of(request), noted, histories)
    return StreamingResponse(lines, media_type=given)


def _taken(request: Request) -> str:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in MEDIA_TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            headers={"Accept-Post": ", ".join(MEDIA_TYPES)},
        )
    return sent


def _other(media_type: str) -> str:
    return NDJSON if media_type == CSV else CSV


async def _received(request: Request) -> BinaryIO:
    """The whole request: a client that reads only once it has sent all would wait for ever.

    Raises `Problem` (413), or (503) where the disk has no room for it.
    """
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - read later
    arrived = 0
    async for piece in request.stream():
        arrived += len(piece)
        if arrived > BATCH_LIMIT_BYTES:
            file.close()
            raise too_large(BATCH_LIMIT_BYTES)
        try:
            file.write(piece)
        except OSError as error:
            file.close()
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "no-room") from error
    file.seek(0)
    return file  # type: ignore[return-value]
