"""Ask the service whatever its OpenAPI lets Schemathesis think of, right and wrong.

`python -m benchmarks.fuzz_openapi` makes at least 10,000 requests and writes what came back into
`docs/reference/reliability.md`; the tests make a few hundred of the same. What no generator comes
upon, such as the name of a model, is put into as many requests more, so that each operation is
reached: one that never succeeded was not tried.
"""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from api.fhir.hooks import SERVICE_ID
from api.main import create_app
from api.schemas.examples import ASSESSMENT_REQUESTS, FHIR_BUNDLE
from benchmarks.own_server import own_server
from benchmarks.written import write
from tests.support.bundles import make_tiny_bundle

REQUESTS = 10_000


@dataclass
class Found:
    """How often each operation answered with each status, and what no reader was told of."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    undocumented: list[str] = field(default_factory=list)

    def succeeded(self, operation: str) -> int:
        """How often it did what it is for."""
        return sum(
            n for (name, status), n in self.answers.items() if name == operation and status < 300
        )

    @property
    def never_succeeded(self) -> list[str]:
        """The operations that only ever refused."""
        return sorted({name for name, _ in self.answers if not self.succeeded(name)})

    @property
    def requests(self) -> int:
        """How many were made."""
        return self.answers.total()


def fuzz(app: FastAPI, examples: int) -> Found:
    """So many requests of both kinds to every operation; one without parameters needs one only.

    The application has a database, in which there are assessments to list.
    """
    real = _real(app, _ask_examples(app))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    found = Found()
    for result in schema.get_all_operations():
        operation = result.ok()
        right, wrong = (
            operation.as_strategy(generation_mode=mode)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )
        for cases in (right, wrong, *_made_real(operation, right, real)):
            _ask(operation, cases, examples, found)
    return found


def _ask_examples(app: FastAPI) -> list[str]:
    """Ask what the OpenAPI shows; the ids of the answers."""
    client = TestClient(app, base_url="http://localhost")
    ids = [client.post("/v1/assessments", json=one).json()["id"] for one in ASSESSMENT_REQUESTS]
    app.state.log.carry()
    return ids


def _real(app: FastAPI, ids: list[str]) -> dict[str, list[Any]]:
    """What there really is, by the name of the parameter or member that asks for it."""
    prefetch = {
        str(number): entry["resource"]
        for number, entry in enumerate(FHIR_BUNDLE["entry"])  # type: ignore[arg-type]
    }
    return {
        "problem": list(app.state.service.require().bundle.problems),
        "assessment_id": ids,
        "prefetch": [prefetch],
    }


def _made_real(operation: Any, right: Any, real: dict[str, list[Any]]) -> list[Any]:  # noqa: ANN401
    """The right cases with what there really is put in; none where nothing of it is asked for."""
    in_path = [one.name for one in operation.path_parameters if one.name in real]
    is_hook = operation.label == f"POST /cds-services/{SERVICE_ID}"
    names = [*in_path, *(["prefetch"] if is_hook else [])]
    if not names:
        return []

    def put(drawn: tuple[Any, ...]) -> Any:  # noqa: ANN401 - Schemathesis publishes its types elsewhere
        case, *values = drawn
        for name, value in zip(names, values, strict=True):
            (case.body if name == "prefetch" else case.path_parameters)[name] = value
        return case

    return [strategies.tuples(right, *(strategies.sampled_from(real[n]) for n in names)).map(put)]


def _ask(operation: Any, cases: Any, examples: int, found: Found) -> None:  # noqa: ANN401
    documented = set(operation.definition.raw["responses"])

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def ask(case: Any) -> None:  # noqa: ANN401 - Schemathesis publishes its types elsewhere
        answer = case.call()
        status = int(answer.status_code)
        found.answers[operation.label, status] += 1
        # A path or method that Schemathesis broke is another address, whose refusal is general.
        elsewhere = status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
        if status >= 500 or not (str(status) in documented or elsewhere):
            found.undocumented.append(f"{operation.label}: {status} for {case.as_curl_command()}")

    try:
        ask()
    except Exception as error:
        # Of an operation that takes nothing, nothing wrong can be made.
        if type(error).__name__ not in ("Unsatisfiable", "InvalidArgument"):
            raise


def main() -> int:
    """Make the requests, write the page; 1 where an answer was not as documented."""
    started, each = time.perf_counter(), 1_000
    found = Found()
    with tempfile.TemporaryDirectory() as folder, own_server() as settings:
        bundle = make_tiny_bundle(Path(folder) / "bundle")
        app = create_app(settings.model_copy(update={"access": "proxy"}), bundle)
        while found.requests < REQUESTS:
            more = fuzz(app, each)
            found.answers.update(more.answers)
            found.undocumented += more.undocumented
            each = max((REQUESTS - found.requests) // 10, 100)
    print(*found.undocumented[:20], *found.never_succeeded, sep="\n")
    write(
        Path("docs/reference/reliability.md"), "fuzz", _lines(found, time.perf_counter() - started)
    )
    return 1 if found.undocumented or found.never_succeeded else 0


def _lines(found: Found, seconds: float) -> list[str]:
    faults = sum(count for (_, status), count in found.answers.items() if status >= 500)
    operations = sorted({name for name, _ in found.answers})
    statuses = sorted({status for _, status in found.answers})
    rows = [
        f"| `{name}` | {found.succeeded(name)} | "
        + " | ".join(str(found.answers[name, s] or "") for s in statuses)
        + " |"
        for name in operations
    ]
    reached = len(operations) - len(found.never_succeeded)
    return [
        f"{found.requests:,} requests in {seconds:.0f} s: {faults} faults (5xx), "
        f"{len(found.undocumented)} answers that are not in the OpenAPI; "
        f"{reached} of {len(operations)} operations succeeded at least once.",
        "",
        "| operation | succeeded | " + " | ".join(map(str, statuses)) + " |",
        "|---|---|" + "---|" * len(statuses),
        *rows,
    ]


if __name__ == "__main__":
    sys.exit(main())
