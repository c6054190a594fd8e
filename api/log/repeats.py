"""Idempotency keys: a repeated request gets the same id, so it is logged once."""

import uuid

from starlette.requests import Request

from api.log.entries import asker_of

_SPACE = uuid.UUID("5e3f6c52-4d0c-4a57-9a43-0c2f5f1d8a11")


async def id_of(request: Request, key: str | None, bundle_version: str) -> str:
    """The id of what is made for a request: a new one, or with an Idempotency-Key always the same.

    It is made of the clinic, the key, the address, the body and the models. So nothing need be
    kept for a repeat to be known, by another worker or after a restart; the same key with another
    body is another request; and the log's own rule, one row for each id, does the rest.
    """
    if key is None:
        return str(uuid.uuid4())
    parts = (asker_of(request).clinic, key, request.scope["path"], bundle_version)
    # Lengths, so that no two different lists of parts are ever the same text.
    name = "".join(f"{len(part)}:{part}" for part in parts) + (await request.body()).hex()
    return str(uuid.uuid5(_SPACE, name))
