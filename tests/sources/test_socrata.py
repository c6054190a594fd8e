"""Resources of datos.gov.co, from a real server that pages as Socrata does, faults included."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.servers import http_server
from warehouse.errors import FetchFailed
from warehouse.landing import socrata
from warehouse.landing.fetch import fetch
from warehouse.sources.json_lines import RECORD, json_records
from warehouse.sources.source import Download, Source, Table


@dataclass
class Socrata:
    """A resource, and the faults with which the next requests for a page are answered."""

    rows: list[dict[str, Any]]
    url: str = ""
    changed: str = "monday"
    faults: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def answer(self, question: dict[str, list[str]]) -> list[dict[str, Any]]:
        if question.get("$select") == ["count(*)"]:
            return [{"count": str(len(self.rows))}]
        rows = list(self.rows)
        if question.get("$order") != [":id"]:
            random.Random(len(self.offsets)).shuffle(rows)
        offset, limit = (
            int(question.get(n, [d])[0]) for n, d in (("$offset", "0"), ("$limit", "1000"))
        )
        self.offsets.append(offset)
        return rows[offset : offset + limit]


class Handler(BaseHTTPRequestHandler):
    state: Socrata

    def do_GET(self) -> None:
        question = parse_qs(urlsplit(self.path).query)
        self.state.tokens.append(self.headers.get("X-App-Token"))
        is_page = "$offset" in question
        fault = self.state.faults.pop(0) if is_page and self.state.faults else ""
        if fault.isdecimal():
            return self.reply(int(fault), b"", 0)
        if fault == "new version":
            self.state.rows = [{"n": f"new {i}"} for i in range(7)]
            self.state.changed = "tuesday"
        found = self.state.answer(question)
        found = {"few rows": found[:1], "no rows": []}.get(fault, found)
        body = json.dumps(found).encode()
        told = len(body)
        if fault in ("cut connection", "cut json"):
            body = body[: len(body) // 2]
        return self.reply(200, body, len(body) if fault == "cut json" else told)

    def reply(self, status: int, body: bytes, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("X-SODA2-Truth-Last-Modified", self.state.changed)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def resource(monkeypatch: pytest.MonkeyPatch) -> Iterator[Socrata]:
    """Twenty-five records over pages of ten; from the fifteenth on there is a new column."""
    monkeypatch.setattr(socrata, "PAGE_ROWS", 10)
    monkeypatch.setattr(socrata, "PAUSE_SECONDS", 0.0)
    state = Socrata([{"n": str(i)} | ({"barrio": "Ñ"} if i > 14 else {}) for i in range(25)])
    bound = type("Bound", (Handler,), {"state": state, "protocol_version": "HTTP/1.0"})
    with http_server(bound) as address:
        state.url = f"{address}/resource/abcd-1234.json"
        yield state


def source_at(url: str) -> Source:
    return Source(
        name="there",
        title="t",
        homepage=url,
        licence="l",
        citation="c",
        tables=(Table("there_rows", "rows.jsonl", (RECORD,), json_records()),),
        synthesise=lambda folder, rows, seed, shift: None,
        synthetic_rows=1,
        downloads=(Download(url, "rows.jsonl", is_paged=True),),
    )


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_record_comes_once_and_in_order(resource: Socrata, tmp_path: Path) -> None:
    (path,) = fetch(source_at(resource.url), tmp_path)
    assert records(path) == resource.rows
    assert resource.offsets == [0, 10, 20]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["received.txt", "rows.jsonl"]


@pytest.mark.parametrize(
    "fault", ["429", "500", "503", "cut connection", "cut json", "few rows", "no rows"]
)
def test_no_fault_loses_or_repeats_a_record(resource: Socrata, tmp_path: Path, fault: str) -> None:
    resource.faults = ["", fault, fault, ""]
    (path,) = fetch(source_at(resource.url), tmp_path)
    assert records(path) == resource.rows
    assert resource.faults == []


def test_a_column_that_appears_on_a_later_page_is_landed(resource: Socrata, tmp_path: Path) -> None:
    (path,) = fetch(source_at(resource.url), tmp_path)
    (chunk,) = json_records()(path)
    assert chunk.rows.schema.names == ["record", "n", "barrio"]
    assert chunk.rows.column("barrio").to_pylist() == [None] * 15 + ["Ñ"] * 10


def test_a_broken_off_fetch_goes_on_after_the_pages_it_has(
    resource: Socrata, tmp_path: Path
) -> None:
    resource.faults = ["", *["500"] * socrata.ATTEMPTS]
    with pytest.raises(FetchFailed, match=r"answered 500, 5 times.*semia fetch there again"):
        fetch(source_at(resource.url), tmp_path)
    assert not (tmp_path / "rows.jsonl").exists()
    # A kill in the middle of writing leaves half a line behind.
    with (tmp_path / "rows.jsonl.part").open("a") as part:
        part.write('{"n": "1')
    resource.offsets.clear()
    (path,) = fetch(source_at(resource.url), tmp_path)
    assert resource.offsets == [10, 20]
    assert records(path) == resource.rows


def test_a_resource_that_changes_between_pages_is_read_anew(
    resource: Socrata, tmp_path: Path
) -> None:
    resource.faults = ["", "", "new version"]
    (path,) = fetch(source_at(resource.url), tmp_path)
    assert records(path) == [{"n": f"new {i}"} for i in range(7)]


def test_the_pages_of_another_version_are_not_gone_on_from(
    resource: Socrata, tmp_path: Path
) -> None:
    resource.faults = ["", *["500"] * socrata.ATTEMPTS]
    with pytest.raises(FetchFailed):
        fetch(source_at(resource.url), tmp_path)
    resource.changed = "tuesday"
    resource.offsets.clear()
    fetch(source_at(resource.url), tmp_path)
    assert resource.offsets == [0, 10, 20]


def test_a_busy_server_is_waited_for_as_it_asks(
    resource: Socrata, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(socrata, "PAUSE_SECONDS", 1.0)
    monkeypatch.setattr(socrata.time, "sleep", pauses.append)
    resource.faults = ["429", "429", "429"]
    fetch(source_at(resource.url), tmp_path)
    assert pauses == [1.0, 2.0, 4.0]


def test_a_refusal_is_not_asked_again(resource: Socrata, tmp_path: Path) -> None:
    resource.faults = ["403", ""]
    with pytest.raises(FetchFailed, match="answered 403"):
        fetch(source_at(resource.url), tmp_path)
    assert resource.faults == [""]


def test_the_app_token_is_shown_when_there_is_one(resource: Socrata, tmp_path: Path) -> None:
    fetch(source_at(resource.url), tmp_path, token="a token")
    assert set(resource.tokens) == {"a token"}


def test_without_a_token_none_is_shown(resource: Socrata, tmp_path: Path) -> None:
    fetch(source_at(resource.url), tmp_path)
    assert set(resource.tokens) == {None}
