"""GET /cards/{problem}: a model's card as a page, in the language the browser asks for."""

import base64
import hashlib
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.http.refusals import language_of
from api.words.errors import Problem
from api.words.language import Language
from api.words.wording import shown

router = APIRouter(include_in_schema=False)


def address(problem: str) -> str:
    """Where the card of a model can be read."""
    return f"/cards/{problem}"


@router.get("/cards/{problem}")
async def read_card(problem: str, request: Request, language: Language | None = None) -> Response:
    """The card of one model; `language` wins over what the browser prefers."""
    bundle = request.app.state.service.require().bundle
    wanted = language or language_of(request)
    page = bundle.pages.get(f"{problem}/card.{wanted}.html")
    if page is None and problem in bundle.problems:
        # A bundle written before cards were pages.
        return Response(bundle.problems[problem].card, media_type="text/plain; charset=utf-8")
    if page is None:
        values = {"name": shown(problem), "known": ", ".join(bundle.problems)}
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "unknown_model", values=values)
    return Response(
        page,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy(page), "Cache-Control": "no-cache"},
    )


def policy(page: bytes) -> str:
    """The card's Content-Security-Policy: its pictures and its one style, by hash; nothing else."""
    style = page.partition(b"<style>")[2].partition(b"</style>")[0]
    known = base64.b64encode(hashlib.sha256(style).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{known}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
