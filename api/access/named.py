"""Who asks where something before the service has checked it: a proxy, or AWS's API Gateway.

A request that names no clinic is refused: without a name it would be taken for one of the computer
on which no key is needed, and every patient would be open to it.
"""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access.check import METRICS, is_open, refusal
from api.access.clinics import is_clinic
from api.log.entries import Asker
from warehouse.settings import Settings

CLINIC_HEADER, PERSON_HEADER = b"x-semia-clinic", b"x-semia-person"
# As OpenID Connect limits a subject, and the same for whoever a proxy names.
_LONGEST_PERSON = 255

# The clinic and the person that a request comes from, as told; None where it was not checked.
Told = Callable[[Scope], tuple[str, str] | None]


class Named:
    """Refuse a request that nobody checked (401), or that names no clinic or no person (403)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        is_proxy = settings.access == "proxy-clinics"
        self._told = by_headers if is_proxy else by_claims(settings.clinic_claim)
        # Prometheus comes past a proxy, from the network that the service is alone in with it.
        self._open_too = METRICS if is_proxy else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with who asks, or answer it with the refusal."""
        app = self._app
        if (
            scope["type"] == "http"
            and scope["path"] != self._open_too
            and not is_open(scope["path"])
        ):
            app = self._refused(scope) or app
        await app(scope, receive, send)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        """The refusal; None where there is none, with who asks noted in the request."""
        told, request = self._told(scope), Request(scope)
        if told is None:
            return refusal(request, 401, "no-key")
        clinic, person = told
        if not (is_clinic(clinic) and _is_person(person)):
            return refusal(request, 403, "no-clinic")
        if scope["path"] == METRICS:
            # What all clinics together asked is for whoever runs the service.
            return refusal(request, 403, "wrong-scope")
        scope.setdefault("state", {})["asker"] = Asker(clinic, person)
        return None


def by_headers(scope: Scope) -> tuple[str, str] | None:
    """What the proxy says; None where a header is missing, or there twice: one is the client's."""
    clinic, person = (_only(scope, name) for name in (CLINIC_HEADER, PERSON_HEADER))
    return None if clinic is None or person is None else (clinic, person)


def by_claims(claim: str) -> Told:
    """What the token says that API Gateway's JWT authoriser has checked, by `claim` and `sub`.

    None where the event comes from anything else, such as a function URL or another authoriser.
    """

    def told(scope: Scope) -> tuple[str, str] | None:
        claims = _claims(scope.get("aws.event"))
        return None if claims is None else (_text(claims, claim), _text(claims, "sub"))

    return told


def _claims(event: object) -> Mapping[str, object] | None:
    found = event
    for name in ("requestContext", "authorizer", "jwt", "claims"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _text(claims: Mapping[str, object], name: str) -> str:
    """A claim; nothing where it is no text, for a list of clinics does not say which one asks."""
    found = claims.get(name)
    return found if isinstance(found, str) else ""


def _only(scope: Scope, name: bytes) -> str | None:
    values = [value for found, value in scope["headers"] if found == name]
    return _decoded(values[0]) if len(values) == 1 else None


def _decoded(value: bytes) -> str:
    """A header as most proxies write names, or else as HTTP did of old."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _is_person(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_PERSON and name.isprintable()
