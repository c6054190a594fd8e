"""Pages of a list: where one ends, told so that nobody need know how, and where the next begins.

By the place of the last entry and not by how many came before (keyset): what is added in the
meantime neither repeats an entry nor hides one.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from urllib.parse import urlencode

from pydantic_core import from_json, to_json
from starlette.requests import Request

from api.words.errors import BadRequestData
from api.words.language import Language
from api.words.validation import field_problem, pointer


def cursor(place: Sequence[str]) -> str:
    """The place of an entry as `after` takes it."""
    return urlsafe_b64encode(to_json(place)).decode().rstrip("=")


def place_of(after: str, parts: int) -> tuple[str, ...]:
    """The place that a cursor tells, of so many `parts`; raise `ValueError` for what is none."""
    told = from_json(urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
    if (
        not isinstance(told, list)
        or len(told) != parts
        or not all(isinstance(part, str) for part in told)
    ):
        raise ValueError("not the place of an entry")
    return tuple(told)


def not_a_cursor(language: Language) -> BadRequestData:
    """The refusal of an `after` that was not taken from a page."""
    place = pointer("query", "after")
    return BadRequestData([field_problem(place, "not_a_cursor", language)], language)


def next_address(request: Request, last: Sequence[str]) -> str:
    """The address of the page after the entry at `last`, asked as this one was."""
    asked = {name: value for name, value in request.query_params.items() if name != "after"}
    return f"{request.scope['path']}?{urlencode(asked | {'after': cursor(last)})}"


def linked(address: str | None) -> dict[str, str]:
    """The `Link` header that leads to the next page (RFC 8288); none where this is the last."""
    return {} if address is None else {"Link": f'<{address}>; rel="next"'}
