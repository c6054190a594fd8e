"""Write every refusal as a problem document (RFC 9457), in the requested language."""

from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from api.words.errors import MEDIA_TYPE, BadRequestData, FieldProblem, Problem, ProblemDocument
from api.words.language import Language, from_header, of_document
from api.words.titles import TITLES
from api.words.validation import fields_of
from api.words.wording import DETAILS

MOST_FIELDS_SHOWN = 50
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def install(app: FastAPI) -> None:
    """Make every refusal of `app` a problem document."""
    handlers: Mapping[Any, Any] = {
        BadRequestData: _bad_request_data,
        Problem: _problem,
        HTTPException: _http_exception,
        ClientDisconnect: _hung_up,
        RequestValidationError: _validation_error,
        Exception: _fault,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)


def language_of(request: Request) -> Language:
    """The language a request's headers ask for."""
    default = cast("Language", request.app.state.settings.language)
    return from_header(request.headers.get("accept-language"), default)


def document(
    request: Request,
    language: Language,
    status: int,
    kind: str,
    *,
    detail: str | None = None,
    fields: tuple[FieldProblem, ...] | None = None,
    headers: Mapping[str, str] | None = None,
    values: Mapping[str, object] | None = None,
) -> Response:
    """The response that carries one problem document."""
    body = ProblemDocument(
        type=f"urn:semia:problem:{kind}",
        title=TITLES[kind][language].format(**(values or {})),
        status=status,
        detail=detail,
        instance=request.scope["path"].encode("utf-8", "replace").decode("utf-8"),
        language=language,
        errors=fields,
    )
    return Response(
        body.model_dump_json(exclude_none=True),
        status,
        media_type=MEDIA_TYPE,
        headers={
            **(headers or {}),
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
        },
    )


def _bad_request_data(request: Request, error: BadRequestData) -> Response:
    count, most = len(error.fields), MOST_FIELDS_SHOWN
    sentence = DETAILS["more_errors" if count > most else "see_errors"][error.language]
    return document(
        request,
        error.language,
        error.status_code,
        error.kind,
        detail=sentence.format(count=count, shown=most),
        fields=error.fields[:most],
    )


def sentence_of(refusal: Problem, language: Language) -> str:
    """A refusal in a sentence: its detail, or its title where it has none."""
    title = TITLES[refusal.kind][language]
    return _detail(refusal, language) or title.format(**refusal.values)


def _detail(refusal: Problem, language: Language) -> str | None:
    if not refusal.sentence:
        return None
    return DETAILS[refusal.sentence][language].format(**refusal.values)


def _problem(request: Request, error: Problem) -> Response:
    language = language_of(request)
    return document(
        request,
        language,
        error.status_code,
        error.kind,
        detail=_detail(error, language),
        headers=error.headers,
        values=error.values,
    )


def _http_exception(request: Request, error: HTTPException) -> Response:
    """Starlette's own refusals: no such path, no such method, a body cut short."""
    kinds = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
    kind = kinds.get(error.status_code, "bad-request")
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return document(request, language_of(request), error.status_code, kind, headers=headers)


def _hung_up(request: Request, _error: Exception) -> Response:
    """Who hangs up amid a request reads no answer, and it is no fault of the service's."""
    return document(request, language_of(request), 400, "bad-request")


def _allowed(request: Request) -> str:
    """Every method of an address: Starlette names those of the first of its routes alone."""
    app, scope = cast("FastAPI", request.app), request.scope
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in app.routes)
    )


def _validation_error(request: Request, error: RequestValidationError) -> Response:
    """What pydantic refused, each field with a sentence of its own."""
    language = of_document(error.body, language_of(request))
    fields = fields_of(error.errors(), language)
    return _bad_request_data(request, BadRequestData(fields, language))


def _fault(request: Request, _error: Exception) -> Response:
    """An internal error: reported as such, without details."""
    return document(request, language_of(request), 500, "internal")
