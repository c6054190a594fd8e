"""Checking the log, and bringing to it what a service printed elsewhere."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from api import embedded
from api.log.entries import SpooledLog, StandardOutput
from api.log.spool import Spool
from tests.api.test_log_replay import assessment, kept
from tests.semia.conftest import typed
from warehouse.connection import connect
from warehouse.postgres import schema
from warehouse.settings import Settings

pytestmark = pytest.mark.database


@pytest.fixture
def logged(database: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A database whose log is empty, as the settings name it."""
    schema.prepare(database)
    monkeypatch.setenv("SEMIA_HOME", str(database.home))
    empty = "truncate serving.assessments, serving.feedback, serving.audit_chain"
    with connect("semia_owner", database, autocommit=True) as owner:
        owner.execute(empty)
        yield database
        owner.execute(empty)
    for file in SpooledLog(database).spool.left_aside():
        file.unlink()


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one JSON object that a command prints."""
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("way", ["file", "pipe"])
def test_what_a_function_printed_is_brought_once(
    logged: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    way: str,
) -> None:
    rows = [assessment("north"), assessment("south")]
    sys.stdout.write("START RequestId: 1 Version: $LATEST\n")
    for row in rows:
        StandardOutput().add("assessments", row)
        embedded.note("/v1/assessments", {}, 200, 0.0035)
    printed = capsys.readouterr().out.replace('{"log"', '2026-11-30T12:00:00Z {"log"', 1)
    (tmp_path / "log").write_text(printed, "utf-8")
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(printed.encode())))
        where = "-" if way == "pipe" else str(tmp_path / "log")
        assert typed(monkeypatch, "audit", "replay", where, "--json") == 0
        assert told(capsys) == {"rows": 2, "carried": 2, "set_aside": []}
    ids = [row["assessment_id"] for row in rows]
    assert kept(logged, "assessments", "assessment_id", ids) == rows
    assert typed(monkeypatch, "audit", "verify", "--json") == 0
    assert told(capsys)["rows"] == 2


def test_a_log_that_is_not_there_is_named(
    logged: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "audit", "replay", "nowhere.log") == 1
    assert "nowhere.log" in capsys.readouterr().err


def test_what_was_printed_without_a_row_is_no_success(
    logged: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "log").write_text("START RequestId: 1\n", "utf-8")
    assert typed(monkeypatch, "audit", "replay", str(tmp_path / "log"), "--json") == 1
    assert told(capsys)["error"] == "no row of the log is in it"


def test_a_printed_row_that_nothing_can_be_made_of_is_told(
    logged: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    StandardOutput().add("assessments", assessment("north"))
    sound = capsys.readouterr().out
    (tmp_path / "log").write_text(sound + sound[:-40] + "\n", "utf-8")
    assert typed(monkeypatch, "audit", "replay", str(tmp_path / "log"), "--json") == 1
    (file,) = SpooledLog(logged).spool.left_aside()
    assert told(capsys) == {"rows": 2, "carried": 1, "set_aside": [str(file)]}


def test_a_full_disk_is_not_blamed_on_what_was_printed(
    logged: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    StandardOutput().add("assessments", assessment("north"))
    (tmp_path / "log").write_text(capsys.readouterr().out, "utf-8")
    monkeypatch.setattr(Spool, "_begin", lambda _: os.open("/dev/full", os.O_WRONLY))
    assert typed(monkeypatch, "audit", "replay", str(tmp_path / "log"), "--json") == 1
    said = told(capsys)
    assert (said["error"], said["where"]) == (
        "No room left on the disk",
        str(logged.home / "spool"),
    )


def test_a_row_that_was_set_aside_is_told(
    logged: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = SpooledLog(logged)
    log.spool.append(b'{"log":"assessments","row":{"assessment_id":"%s"' % str(uuid4()).encode())
    log.carry()
    assert typed(monkeypatch, "audit", "verify", "--json") == 1
    (file,) = log.spool.left_aside()
    assert told(capsys)["set_aside"] == [str(file)]
