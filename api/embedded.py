"""Metrics on AWS Lambda, which is not scraped: log lines that CloudWatch reads as metrics.

The form is CloudWatch's embedded metric format: the line says of itself which of its members are
metrics. As in `/metrics`, a request is named by the template of its route; nothing is a patient's.
"""

import json
import sys
import time

from starlette.types import Scope

_METRICS = [{"Name": "Requests", "Unit": "Count"}, {"Name": "Duration", "Unit": "Milliseconds"}]
_DIMENSIONS = [["Route", "Status"]]


def note(route: str, _scope: Scope, status: int, seconds: float) -> None:
    """Write the line of one request."""
    sys.stdout.write(line(route, status, seconds * 1000) + "\n")
    sys.stdout.flush()


def line(route: str, status: int, milliseconds: float) -> str:
    """The line of one request."""
    read = {"Namespace": "Semia", "Dimensions": _DIMENSIONS, "Metrics": _METRICS}
    return json.dumps(
        {
            "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [read]},
            "Route": route,
            "Status": str(status),
            "Requests": 1,
            "Duration": round(milliseconds, 3),
        }
    )
