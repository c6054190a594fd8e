"""AWS Lambda: the same application behind Mangum, built at the first call and kept."""

import gc
from functools import cache
from typing import Any

from mangum import Mangum
from mangum.types import LambdaContext

from api.embedded import note
from api.http.watched import Watched
from api.main import create_app
from warehouse.settings import load_settings

# Mangum sends every other type as base64, which no reader of a log can follow.
TEXT = ["text/", "application/json", "application/problem+json", "image/svg+xml"]


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one API Gateway event."""
    answer: dict[str, Any] = _adapter()(event, context)
    return answer


@cache
def _adapter() -> Mangum:
    settings = load_settings()
    # What it writes to disk is gone with it, and as it listens nowhere, its address says nothing
    # of who can ask.
    access = "gateway" if settings.access == "auto" else settings.access
    settings = settings.model_copy(update={"log": "stdout", "access": access})
    app = Watched(create_app(settings), note)
    # What is loaded stays, and need not be looked through for garbage while answering.
    gc.freeze()
    return Mangum(app, lifespan="off", text_mime_types=TEXT)
