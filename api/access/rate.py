"""Rate limits of each key, shared by all workers through a small file in SEMIA_HOME."""

import logging
import math
import sqlite3
import time
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.refusals import document, language_of
from api.log.entries import asker_of

_WINDOW_SECONDS = 60.0
_told = logging.getLogger("semia.rate")
# The generic cell rate algorithm in one statement, so that no two workers count past each other:
# `until` is when all that was asked so far would be paid off at the steady rate.
_TAKE = """
insert into asked (who, until) values (:who, :now + :step)
on conflict (who) do update set until = max(until, :now) + :step
where max(until, :now) + :step <= :now + :window
returning until
"""


class Rates:
    """Who may ask now: at most `a_minute` requests at once, and as many each minute."""

    def __init__(self, file: Path, a_minute: int) -> None:
        self._file = file
        self._step = _WINDOW_SECONDS / a_minute
        self._open: sqlite3.Connection | None = None

    def wait(self, who: str, now: float) -> float:
        """Seconds until `who` may ask; 0 where it may now, which counts as asking."""
        asked = {"who": who, "now": now, "step": self._step, "window": _WINDOW_SECONDS}
        try:
            connection = self._connection()
            if connection.execute(_TAKE, asked).fetchone():
                return 0.0
            (until,) = connection.execute(
                "select until from asked where who = :who", asked
            ).fetchone()
        except (sqlite3.Error, OSError) as error:
            # A doctor is not turned away because a counter cannot be kept.
            _told.warning("requests are not counted: %s", type(error).__name__)
            return 0.0
        return max(float(until) + self._step - _WINDOW_SECONDS - now, 0.001)

    def close(self) -> None:
        """Close the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(
                self._file, timeout=1.0, isolation_level=None, check_same_thread=False
            )
            # A count that a power cut takes away is no loss.
            opened.execute("pragma journal_mode = wal")
            opened.execute("pragma synchronous = off")
            opened.execute("create table if not exists asked (who text primary key, until real)")
            self._open = opened
        return self._open


class RateLimit:
    """Refuse (429) requests beyond a key's rate, with `Retry-After`."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the refusal; what needs no key is not counted."""
        key = asker_of(Request(scope)).key if scope["type"] == "http" else None
        seconds = self._rates.wait(key, time.time()) if key else 0.0
        if not seconds:
            await self._app(scope, receive, send)
            return
        request, whole = Request(scope), math.ceil(seconds)
        refusal = document(
            request,
            language_of(request),
            429,
            "too-often",
            headers={"Retry-After": str(whole)},
            values={"seconds": whole},
        )
        await refusal(scope, receive, send)
