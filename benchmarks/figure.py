"""One measured figure, in the one form that every benchmark prints it."""

import json
from typing import Any


def figure(
    claim: str,
    ours: float,
    peer: float,
    peer_name: str,
    unit: str,
    ratio: float,
    to_reach: float,
    *,
    at_most: bool = False,
) -> dict[str, Any]:
    """Print a figure as one line of JSON, and return it.

    `ratio` must reach `to_reach`; with `at_most` it must not pass it.
    """
    found = {
        "claim": claim,
        "ours": round(ours, 3),
        "peer": round(peer, 3),
        "peer_name": peer_name,
        "unit": unit,
        "ratio": round(ratio, 2),
        "to_reach": to_reach,
        "holds": ratio <= to_reach if at_most else ratio >= to_reach,
    }
    print(json.dumps(found), flush=True)
    return found
