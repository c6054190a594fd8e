"""Cohorts made once for all tests of the sources, and a server that misbehaves on request."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.servers import http_server
from warehouse.sources.registry import SOURCES

# Enough rows for frequencies to settle, few enough to be made in a moment.
ROWS = {
    "ktas": 6000,
    "yale_triage": 6000,
    "sinan_arbovirus": 9000,
    "ddxplus": 5000,
    "foz_chikungunya": 2000,
    "sivigila_dengue": 2000,
    "datosgov_diagnoses": 1000,
    "orphanet": 200,
    "cie10": 800,
}


def rows_of(name: str) -> int:
    """How many rows of a source the cohorts have; few of one that no test knows."""
    return ROWS.get(name, 200)


@pytest.fixture(scope="session")
def cohorts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder per source with a synthetic cohort without drift."""
    folders = {}
    for name, source in SOURCES.items():
        folders[name] = tmp_path_factory.mktemp(name)
        source.synthesise(folders[name], rows_of(name), 7, 0.0)
    return folders


@dataclass
class Misbehaving:
    """A file server and what is wrong with it; `asked` lists the Range headers it was sent."""

    url: str
    body: bytes = b"0123456789" * 20_000
    status: int = 200
    cut_after: list[int] = field(default_factory=list)
    ranges: bool = True
    pause: float = 0.0
    etag: str = '"one"'
    asked: list[str | None] = field(default_factory=list)


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    """A server on the loopback, well-behaved until told otherwise."""
    state = Misbehaving("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.headers.get("Range"))
            start = 0
            if state.ranges and self.headers.get("If-Range") == state.etag:
                start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            body = state.body[start:]
            threading.Event().wait(state.pause)
            self.send_response(206 if start else state.status)
            if start:
                self.send_header("Content-Range", f"bytes {start}-/{len(state.body)}")
            self.send_header("ETag", state.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = state.cut_after.pop(0) if state.cut_after else len(body)
            with contextlib.suppress(OSError):
                self.wfile.write(body[:cut])

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with http_server(Handler) as address:
        state.url = f"{address}/file.bin"
        yield state
