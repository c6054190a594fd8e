"""The doctor's page, the API's own documentation, and the files both are made of."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request, Response

from api.words.errors import Problem
from api.words.language import Language

_FOLDER = Path(__file__).parents[1] / "page"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """One file of the page, ready to send."""

    content: bytes
    media_type: str
    etag: str


def read_assets(language: Language) -> Mapping[str, Asset]:
    """Every file of the page by name; its pages open in `language`."""
    files = (path for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES)
    return {path.name: _asset(path, language) for path in files}


def _asset(path: Path, language: Language) -> Asset:
    content = path.read_bytes()
    if path.suffix == ".html":
        content = content.replace(b'lang="es"', f'lang="{language}"'.encode(), 1)
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'
    return Asset(content, _MEDIA_TYPES[path.suffix], etag)


@router.api_route("/", methods=["GET", "HEAD"])
async def page(request: Request) -> Response:
    """The page a doctor fills in."""
    return _send(request, "index.html")


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The OpenAPI made readable, without another host."""
    return _send(request, "docs.html")


@router.get("/assets/{name}")
async def asset(name: str, request: Request) -> Response:
    """One file of the page, by name only: there is no path to leave the folder by."""
    return _send(request, name)


def _send(request: Request, name: str) -> Response:
    found: Asset | None = request.app.state.assets.get(name)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found")
    headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
