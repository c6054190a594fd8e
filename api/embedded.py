"""Metrics of AWS Lambda, where nobody scrapes: a line of the log that CloudWatch reads as metrics.

The form is CloudWatch's embedded metric format: the line says of itself which of its members are
metrics. As in `/metrics`, a request is named by the template of its route; nothing is a patient's.
"""

import json
import sys
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METRICS = [{"Name": "Requests", "Unit": "Count"}, {"Name": "Duration", "Unit": "Milliseconds"}]


class Embedded:
    """Write one line for each request: its route, its status, how long it took."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then write how it went."""
        started, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            _write(line(route, status, (time.perf_counter() - started) * 1000))


def line(route: str, status: int, milliseconds: float) -> str:
    """The line of one request."""
    read = {"Namespace": "Semia", "Dimensions": [["Route", "Status"]], "Metrics": _METRICS}
    return json.dumps(
        {
            "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [read]},
            "Route": route,
            "Status": str(status),
            "Requests": 1,
            "Duration": round(milliseconds, 3),
        }
    )


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
