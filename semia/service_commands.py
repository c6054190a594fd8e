"""Commands that bring Semia up, serve it, and take it down: up, serve, predict, down."""

import json as json_format
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from semia.options import AsJson, Quick
from semia.terminal import Terminal
from warehouse.errors import BadFile, WrongSetting
from warehouse.settings import Settings, load_settings, misspelt

if TYPE_CHECKING:
    from api.history.remembered import PatientReader

Features = Literal["database", "feast"]


def register(app: typer.Typer) -> None:
    """Add these commands to `semia`."""
    for command in (up, serve, predict, down):
        app.command()(command)


def up(
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Stop before serving.")
    ] = False,
    quick: Quick = False,
    json: AsJson = False,
) -> None:
    """Land, build, train and serve. A second run repeats only what is out of date."""
    from api.access.check import check_safe
    from semia import up as whole

    terminal, settings = Terminal(json), load_settings()
    for wrong, right in misspelt().items():
        terminal.note(f"{wrong} is no setting and does nothing; did you mean {right}?")
    if not prepare_only:
        # Better said now than after minutes of training.
        check_safe(settings)
        check_address(settings)
    terminal.answer(whole.prepare(settings, terminal, quick))
    if not prepare_only:
        listen(settings, terminal)


def serve(
    bundle: Annotated[
        Path | None, typer.Option(help="Serve this bundle; nothing else is needed, no database.")
    ] = None,
    features: Annotated[
        Features, typer.Option(help="Read patients' history straight from its tables, or by Feast.")
    ] = "database",
) -> None:
    """Serve a bundle: the page, the REST API and its docs."""
    settings = load_settings()
    if bundle is not None:
        settings = settings.model_copy(update={"bundle": bundle})
    listen(settings, Terminal(), features)


def check_address(settings: Settings) -> None:
    """Raise `WrongSetting` where nobody can listen on SEMIA_HOST and SEMIA_PORT now."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the service will do it: a port whose last user has just gone is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise WrongSetting(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}",
            where="SEMIA_HOST and SEMIA_PORT",
            next_step="stop what listens there, or set SEMIA_PORT to a free port such as 8001",
        ) from error


def listen(settings: Settings, terminal: Terminal, features: Features = "database") -> None:
    """Serve until stopped; says where to point the browser.

    Raises `BadBundle` without a bundle, `WrongSetting` where somebody else listens already or
    where the service would open to a network unprotected.
    """
    share_no_sums()
    from api.access.check import check_safe
    from api.http.listen import check_certificate, run
    from api.main import create_app

    check_safe(settings)
    check_certificate(settings)
    check_address(settings)
    app = create_app(settings, reader=_reader(settings, features))
    if (why_not := app.state.service.why_not) is not None:
        raise why_not
    scheme = "https" if settings.https_certificate else "http"
    terminal.note(f"Open {scheme}://{settings.host}:{settings.port}/  (stop with Ctrl-C)")
    run(app, settings)


def share_no_sums() -> None:
    """Let NumPy compute on one core, in this process and in the workers that it starts.

    The sums of one patient are small: a second thread that waits for its part of them, spinning,
    takes the core that another worker or the one who asks needs.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "numpy" in sys.modules:
        # Training has loaded it, for every core; who only serves does without this import.
        from threadpoolctl import threadpool_limits

        threadpool_limits(1)


def _reader(settings: Settings, features: Features) -> "PatientReader | None":
    if features == "database":
        return None
    # Feast takes seconds to import, and nobody else needs it to serve.
    from feature_repo.store import open_store
    from semia.feast_reader import FeastReader

    return FeastReader(open_store(settings))


def predict(
    file: Annotated[
        str, typer.Argument(help="A request as for POST /v1/assessments; - reads standard input.")
    ],
    json: AsJson = False,
) -> None:
    """Answer one request from a file, without a server."""
    from api.answer.assessment import assess_document

    terminal, settings = Terminal(json), load_settings()
    place = "standard input" if file == "-" else file
    answer = assess_document(settings, _document(file, place), place)
    terminal.answer(answer)
    _show(answer, terminal)


def _show(answer: dict[str, Any], terminal: Terminal) -> None:
    """Print the red flags, the most probable options of each question, and the warnings."""
    for flag in answer["red_flags"]:
        terminal.note(f"{flag['label']}. {flag['action']} ({', '.join(flag['because'])})")
    for one in answer["answers"]:
        doubt = "" if one["is_confident"] else "?"
        rows = [[r["label"], f"{r['probability']:.1%}{doubt}"] for r in one["ranked"][:5]]
        if (broader := one["broader"]) is not None:
            doubt = "" if broader["is_confident"] else "?"
            rows.append([f"= {broader['label']}", f"{broader['probability']:.1%}{doubt}"])
        terminal.table(one["question"], ["", "%"], rows)
    for said in dict.fromkeys(warning["message"] for warning in answer["warnings"]):
        terminal.note(said)
    terminal.note(answer["disclaimer"])


def _document(file: str, place: str) -> object:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        given: object = json_format.loads(text)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadFile(
            f"the request cannot be read: {why}",
            where=place,
            next_step="see docs/reference/api.md for an example request",
        ) from error
    return given


def down() -> None:
    """Stop the embedded database; everything in SEMIA_HOME stays."""
    from warehouse.postgres import server

    if server.stop(load_settings()):
        Terminal().note("the database is stopped; `semia up` starts it again")
    else:
        Terminal().note("no embedded database was running here")
