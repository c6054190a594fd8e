"""Authentication: no key is needed on this computer, and one is needed from any other."""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.access import keys
from api.access.keys import KeyRing
from api.http.refusals import document, language_of
from api.log.entries import Asker
from warehouse.errors import WrongSetting
from warehouse.settings import Settings

# What a browser must be able to load before a key can be typed, or from a link, which carries none;
# and what a load balancer asks.
HEALTH = "/health/"
OPEN_BELOW = ("/assets/", "/cards/", HEALTH)
OPEN_EXACTLY = frozenset({"/", "/docs", "/openapi.json"})
METRICS = "/metrics"
_SCOPES: Mapping[str, keys.Scope] = {METRICS: "metrics"}
_MORE = "docs/how-to/open-to-a-network.md"


def key_file(settings: Settings) -> Path:
    """Where the keys are kept."""
    return settings.home / "keys.json"


def keys_are_needed(settings: Settings) -> bool:
    """Whether a request must carry a key: always, never, or where another computer can ask."""
    if settings.access == "auto":
        return not is_loopback(settings.host)
    return settings.access == "keys"


def check_safe(settings: Settings) -> None:
    """Raise `WrongSetting` where the service would open to a network without keys and TLS.

    Or where nobody could ever ask it: it was not called by the gateway that is to decide.
    """
    if settings.access == "gateway":
        raise WrongSetting(
            "There is no API Gateway before a service that listens by itself",
            where="SEMIA_ACCESS=gateway",
            next_step="SEMIA_ACCESS=keys, or proxy-clinics behind a proxy that authenticates; "
            f"see {_MORE}",
        )
    if settings.access == "local" and not (is_loopback(settings.host) or _is_any(settings.host)):
        raise WrongSetting(
            "Nobody could ask: without keys only this computer's own names are answered",
            where=f"SEMIA_HOST={settings.host}",
            next_step="SEMIA_HOST=127.0.0.1, or SEMIA_ACCESS=keys",
        )
    if not keys_are_needed(settings):
        return
    now = datetime.now(UTC)
    if not any(key.is_valid(now) for key in keys.read(key_file(settings))):
        raise WrongSetting(
            "Nobody could ask: a key is needed and there is none",
            where=f"SEMIA_HOST={settings.host}",
            next_step="semia key new CLINIC, or SEMIA_ACCESS=proxy behind a proxy that "
            f"authenticates; see {_MORE}",
        )
    if not is_loopback(settings.host) and settings.https_certificate is None:
        raise WrongSetting(
            "Other computers could ask, and what they send about patients would not be encrypted",
            where=f"SEMIA_HOST={settings.host}",
            next_step="set SEMIA_HTTPS_CERTIFICATE and SEMIA_HTTPS_KEY, or SEMIA_ACCESS=proxy "
            f"behind a proxy that encrypts; see {_MORE}",
        )


class Access:
    """Refuse a request without a valid key (401) or with one for something else (403)."""

    def __init__(self, app: ASGIApp, ring: KeyRing) -> None:
        self._app = app
        self._ring = ring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the clinic that asks, or answer it with the refusal."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        told = request.headers.getlist("authorization")
        # Two are none: whoever stands before the service may have gone by the other one.
        kind, _, text = (told[0] if len(told) == 1 else "").partition(" ")
        key = self._ring.holder(text.strip()) if kind.lower() == "bearer" else None
        if key is None:
            await refusal(request, 401, "no-key")(scope, receive, send)
        elif _SCOPES.get(scope["path"], "assess") not in key.scopes:
            await refusal(request, 403, "wrong-scope")(scope, receive, send)
        else:
            scope.setdefault("state", {})["asker"] = Asker(key.clinic, key.id)
            await self._app(scope, receive, send)


def refusal(request: Request, status: int, kind: str) -> ASGIApp:
    """The answer to whoever may not ask; with 401 it says that a key or token is wanted."""
    headers = {"WWW-Authenticate": 'Bearer realm="semia"'} if status == 401 else None
    return document(request, language_of(request), status, kind, headers=headers)


def is_open(path: str) -> bool:
    """Whether an address needs no key anywhere."""
    return path in OPEN_EXACTLY or path.startswith(OPEN_BELOW)


def _is_any(host: str) -> bool:
    """Whether a service told so listens on every address, the loopback among them."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a name or address is this computer's own for itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
